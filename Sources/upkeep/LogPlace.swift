import Glibc
import Inspection
import Presentation
import Systemd

/// Where the journal is that is read.
enum LogPlace {
  /// Opens it.
  ///
  /// - Throws: why it cannot be read, and what helps.
  @LoopActor
  static func open(_ options: JournalOptions, hasUnits: Bool) throws(ExitError) -> JournalReader {
    var root: String?
    if let name = options.machine, name != ".host" { root = try Self.root(of: name) }
    // The entries of a unit with LogNamespace= are in a journal of their own, those about it in the usual one.
    let namespace = options.namespace?.namespace ?? (hasUnits ? .all : .standard)
    do throws(SystemError) {
      if let folder = options.directory { return try JournalReader(directory: folder) }
      if let root { return try JournalReader(root: root) }
      return try JournalReader(namespace: namespace)
    } catch {
      throw ExitError("cannot open the journal: \(error)")
    }
  }

  // MARK: Steps

  /// The root folder of a container as its first process sees it: `LEADER=` in what systemd-machined writes about it.
  private static func root(of name: String) throws(ExitError) -> String {
    guard !name.hasPrefix("."), !name.contains("/"), !name.isEmpty,
      let content = try? TextFile.read("/run/systemd/machines/\(name)")
    else { throw ExitError("there is no container \(name) on this machine; 'machinectl' lists them") }
    let lines = String(decoding: content, as: UTF8.self).split(separator: "\n")
    let leader = lines.first { $0.hasPrefix("LEADER=") }.flatMap { Int32($0.dropFirst(7)) } ?? 0
    let root = "/proc/\(leader)/root"
    // Without the right the journal would only seem to be empty.
    if leader > 0, unsafe access("\(root)/", R_OK | X_OK) == 0 { return root }
    let isForbidden = leader > 0 && (errno == EACCES || errno == EPERM)
    throw ExitError(
      "cannot look into the container \(name): "
        + (isForbidden ? "only root may; run it with sudo" : "its first process is gone"),
      code: isForbidden ? ExitError.notPermitted : ExitError.failure)
  }
}
