import ArgumentParser
import UnitFiles

/// The option `--timeout` of the commands that wait.
enum WaitLimit {
  /// The time that was written, as systemd writes times; nil, for as long as it takes, without the option or for
  /// `infinity`.
  static func parse(_ text: String?) throws(ValidationError) -> Duration? {
    guard let text else { return nil }
    do {
      return try TimeSpan.parse(text)
    } catch {
      throw ValidationError("--timeout: \(error)")
    }
  }
}
