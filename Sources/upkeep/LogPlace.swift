import Glibc
import Inspection
import Presentation
import Systemd

/// Where the journal is that `upkeep logs` reads.
enum LogPlace {
  /// Opens it.
  ///
  /// - Throws: why it cannot be read, and what helps.
  @LoopActor
  static func open(_ options: LogsCommand) throws(ExitError) -> JournalReader {
    do throws(SystemError) {
      if let folder = options.directory { return try JournalReader(directory: folder) }
      if let name = options.machine, name != ".host" { return try JournalReader(root: try root(of: name)) }
      // The entries of a unit with LogNamespace= are in a journal of their own, those about it in the usual one.
      let namespace = options.namespace?.namespace ?? (options.units.isEmpty ? .standard : .all)
      return try JournalReader(namespace: namespace)
    } catch {
      let hint = options.machine != nil && geteuid() != 0 ? "; only root may read a container's" : ""
      throw ExitError("cannot open the journal: \(error)\(hint)")
    }
  }

  // MARK: Steps

  /// The root folder of a container as its first process sees it: `LEADER=` in what systemd-machined writes about it.
  private static func root(of name: String) throws(SystemError) -> String {
    guard !name.hasPrefix("."), !name.contains("/"), !name.isEmpty,
      let content = try? TextFile.read("/run/systemd/machines/\(name)")
    else {
      throw SystemError(errno: ENOENT, operation: "look for the container", subject: name)
    }
    let lines = String(decoding: content, as: UTF8.self).split(separator: "\n")
    let leader = lines.first { $0.hasPrefix("LEADER=") }.flatMap { Int32($0.dropFirst(7)) }
    guard let leader, leader > 0 else {
      throw SystemError(errno: ESRCH, operation: "look for the first process of the container", subject: name)
    }
    let root = "/proc/\(leader)/root"
    // Without the right the journal would only seem to be empty.
    guard unsafe access("\(root)/", R_OK | X_OK) == 0 else {
      throw SystemError(errno: errno, operation: "look into the container", subject: name)
    }
    return root
  }
}
