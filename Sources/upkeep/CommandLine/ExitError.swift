/// Ends the program with a message on standard error and an exit status of its own.
struct ExitError: Error, CustomStringConvertible {
  /// A failure that has no status of its own.
  static let failure: Int32 = 1
  /// Input that cannot be used, where 1 has another meaning (LSB's "invalid arguments").
  static let unusable: Int32 = 2
  /// A right that is missing (LSB).
  static let notPermitted: Int32 = 4
  /// A thing that is not installed (LSB).
  static let notInstalled: Int32 = 5

  /// The status for arguments that could not be read, by whether each is a unit that does not exist: nil without any,
  /// ``ManagerFailure/noSuchUnit`` if that is all, else ``unusable``.
  static func status(ofFailures areAbsent: [Bool]) -> Int32? {
    areAbsent.isEmpty ? nil : areAbsent.allSatisfy(\.self) ? ManagerFailure.noSuchUnit : unusable
  }

  /// The exit status.
  let code: Int32
  /// One or more lines, without the program's name; empty if all has been said.
  let message: String

  init(_ message: String, code: Int32 = failure) {
    self.message = message
    self.code = code
  }

  var description: String { message }
}
