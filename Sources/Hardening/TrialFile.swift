import Glibc
import Inspection
import Systemd

/// The drop-in that holds a trial, in /run: it wins over the unit's other drop-ins and is gone after a reboot.
struct TrialFile: Sendable, Hashable {
  /// Sorts after all others.
  static let name = "zzzz-upkeep-harden-trial.conf"

  private let folder: String
  /// The file.
  let path: String

  /// That of a unit, by its primary name.
  init(unit: String) {
    folder = "/run/systemd/system/\(unit).d"
    path = "\(folder)/\(Self.name)"
  }

  /// Whether it is there.
  var isThere: Bool { unsafe access(path, F_OK) == 0 }

  /// Puts `lines` of `[Service]` on.
  ///
  /// A service that fails must not do more than that: reboot the machine, or start again behind our back.
  func write(_ lines: [String]) throws(SystemError) {
    let head = """
      # A trial of "upkeep harden", which takes it away again; without it, this file can be removed.
      [Unit]
      FailureAction=none
      StartLimitAction=none
      [Service]
      Restart=no
      """
    try TextFile.replace(path, with: Array((head + "\n" + lines.joined(separator: "\n") + "\n").utf8))
  }

  /// Takes it away, and the folder if nothing else is in it.
  func remove() throws(SystemError) {
    guard unsafe unlink(path) == 0 || errno == ENOENT else {
      throw SystemError(errno: errno, operation: "remove", subject: path)
    }
    // A folder with other drop-ins stays.
    _ = unsafe rmdir(folder)
  }
}
