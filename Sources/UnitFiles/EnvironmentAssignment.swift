/// A variable of a service's environment.
public struct EnvironmentAssignment: Sendable, Hashable, CustomStringConvertible {
  /// The name: ASCII letters, digits and underscores, no digit first.
  public var name: String
  /// The value: text without NUL and noncharacters; control characters are allowed.
  public var value: String

  /// Makes an assignment without looking at its parts.
  public init(name: String, value: String) {
    self.name = name
    self.value = value
  }

  /// `NAME=value`.
  public var description: String { "\(name)=\(value)" }

  /// The variables of an `Environment=` value, see `systemd.exec(5)`.
  ///
  /// Words are quoted as `systemd.syntax(7)` says, `%` specifiers are filled in unless there are none to, `$` is an ordinary character.
  /// A word that is no assignment, and a value that is not UTF-8, are errors.
  public static func parse(
    _ value: String, specifiers: Specifiers?
  ) throws(ValueError) -> [EnvironmentAssignment] {
    var scanner = WordScanner(Array(value.utf8))
    var assignments: [EnvironmentAssignment] = []
    while let token = try scanner.next(.strict) {
      do {
        assignments.append(try EnvironmentAssignment(try specifiers?.expand(token.bytes) ?? token.bytes))
      } catch {
        throw ValueError(message: error.message, offset: token.offset)
      }
    }
    return assignments
  }

  /// Reads `NAME=value`; a wrong name and a value that no variable may have are errors.
  public init(_ bytes: [UInt8]) throws(ValueError) {
    guard let equals = bytes.firstIndex(of: ASCII.equals) else {
      throw ValueError(message: "'\(bytes.text)' is no NAME=value assignment")
    }
    let name = bytes[..<equals]
    guard Self.isValidName(name) else {
      throw ValueError(message: Self.wrongName(name))
    }
    let value = bytes[(equals + 1)...]
    guard Self.isValidValue(value) else {
      throw ValueError(message: "the value of '\(name.text)' is not valid UTF-8 or holds a noncharacter")
    }
    self.init(name: name.text, value: value.text)
  }

  static func wrongName(_ name: ArraySlice<UInt8>) -> String {
    "'\(name.text)' is no variable name: letters, digits and '_' are allowed, no digit first"
  }

  static func isValidName(_ name: ArraySlice<UInt8>) -> Bool {
    guard let first = name.first, !first.isDigit else { return false }
    return name.allSatisfy { $0.isLetter || $0.isDigit || $0 == ASCII.underscore }
  }

  static func isValidValue(_ value: ArraySlice<UInt8>) -> Bool {
    !value.contains(0) && UTF8Text.firstInvalid(in: value) == nil
  }
}
