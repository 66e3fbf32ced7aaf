import ArgumentParser
import Glibc
import Systemd
import SystemdManager

/// `upkeep link`.
struct LinkCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "link",
    abstract: "Make unit files known that stand outside the folders of units.",
    discussion: """
      Links them into /etc/systemd/system and lets systemd read them. Nothing is enabled; 'upkeep disable' removes \
      the link.

      Examples:
        upkeep link ./app.service
        upkeep link /srv/app/app.service /srv/app/app.socket
      """)

  @OptionGroup var options: LinkOptions

  func validate() throws {
    if let name = options.units.first(where: { unsafe !$0.contains("/") && access($0, F_OK) != 0 }) {
      throw ValidationError("'\(name)' is no file; link takes paths of unit files.")
    }
  }

  func run() throws {
    try options.acting.manager.checkBooted()
    var options = options
    // systemd knows no working directory of ours.
    options.units = try options.units.map(Self.absolute)
    let given = options
    try LoopProgram.run {
      try await given.run("link", now: nil) { client, files throws(BusError) in
        let changes = try await client.link(files, isRuntime: given.runtime, force: given.force)
        let remark = changes.isEmpty ? "linked before, nothing had to be done" : nil
        return LinkResult(changes: changes, remark: remark)
      }
    }
  }

  /// The path from the root; the file itself may be a link, which stays.
  private static func absolute(_ path: String) throws(ExitError) -> String {
    guard !path.hasPrefix("/") else { return path }
    guard let folder = unsafe getcwd(nil, 0) else {
      throw ExitError("cannot tell the working directory; name the file from the root, as in /srv/\(path)")
    }
    defer { unsafe free(folder) }
    let rest = path.hasPrefix("./") ? String(path.dropFirst(2)) : path
    return unsafe "\(String(cString: folder))/\(rest)"
  }
}
