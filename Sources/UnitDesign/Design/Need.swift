public import UnitFiles

/// Something that a program needs and a strict sandbox does not allow, in the words of `--allow`.
public struct Need: Sendable, Hashable, CustomStringConvertible {
  /// What kind of need.
  public let kind: NeedKind
  /// What it is about, such as the path of `write=PATH`; nil for kinds that take nothing.
  public let argument: String?

  /// Makes a need; the argument of a kind that takes none is left away.
  public init(_ kind: NeedKind, _ argument: String? = nil) {
    self.kind = kind
    self.argument = kind.placeholder == nil ? nil : argument
  }

  /// Reads a word of `--allow`: `low-ports`, `write=/srv/data`.
  ///
  /// - Throws: for an unknown word the nearest one; for an argument that is missing or makes no sense, a right one.
  public static func parse(_ text: String) throws(ValueError) -> Need {
    let parts = text.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
    let word = parts.first ?? ""
    guard let kind = NeedKind(rawValue: word) else {
      let hint = Suggestion.nearest(to: word, among: NeedKind.allCases.map(\.rawValue))
      throw ValueError(
        message: "there is no need '\(word)'"
          + (hint.map { "; did you mean '\($0)'?" } ?? "; needs are \(NeedKind.list)"))
    }
    let argument = parts.count > 1 ? parts[1] : nil
    guard let placeholder = kind.placeholder else {
      if let argument {
        throw ValueError(message: "'\(word)' takes no value; write '\(word)' without '=\(argument)'")
      }
      return Need(kind)
    }
    guard let argument, kind.takes(argument) else {
      throw ValueError(
        message: "'\(text)' lacks \(kind.argumentRule); write '\(word)=\(placeholder)'",
        offset: word.unicodeScalars.count)
    }
    return Need(kind, argument)
  }

  /// The word of `--allow`.
  public var description: String { argument.map { "\(kind.rawValue)=\($0)" } ?? kind.rawValue }
}
