/// A regular expression for lines of logs and answers, which takes time in proportion to the text however it is written.
///
/// It has `.`, classes such as `[a-z]` and `\d`, groups, `|`, `*`, `+`, `?`, `{2,5}`, `^`, `$`, `\b`. What can only be
/// found by going back, as references to groups and looking around, is refused. A pattern without capital letters finds
/// capital letters too, as with `journalctl --grep`.
public struct TextPattern: Sendable, Hashable {
  /// The longest pattern, in bytes.
  public static let lengthLimit = 1000
  /// The most steps that a pattern may come to; each costs time at every character.
  public static let stepLimit = 2000
  /// The deepest groups in groups.
  static let depthLimit = 50

  /// What is wrong with a pattern.
  public struct Failure: Error, Hashable, Sendable, CustomStringConvertible {
    /// The reason, with the fix.
    public let description: String
  }

  let steps: [Step]
  let ignoresCase: Bool

  /// How many steps the pattern comes to, up to ``stepLimit``; the time for a text grows with it.
  public var stepCount: Int { steps.count }

  /// One step of looking for the pattern.
  enum Step: Sendable, Hashable {
    /// A character of a class comes next.
    case character(CharacterSet)
    /// Go on at either place.
    case split(Int, Int)
    /// Go on there.
    case jump(Int)
    /// Here is the text's or a line's begin or end, or the border of a word, or none.
    case lineBegin, lineEnd, wordBorder, noWordBorder
    /// Found.
    case match
  }

  /// Reads a pattern.
  ///
  /// - Parameters:
  ///   - pattern: the pattern.
  ///   - ignoresCase: whether capital and small letters are the same; nil leaves it to the pattern.
  /// - Throws: what is wrong with it.
  public init(_ pattern: String, ignoresCase: Bool? = nil) throws(Failure) {
    guard pattern.utf8.count <= Self.lengthLimit else {
      throw Failure(description: "the pattern is longer than \(Self.lengthLimit) bytes; look for less")
    }
    let hasCapital = pattern.unicodeScalars.contains { $0.properties.isUppercase }
    self.ignoresCase = ignoresCase ?? !hasCapital
    var parser = PatternParser(pattern)
    let tree = try parser.parse()
    var steps: [Step] = []
    try tree.add(to: &steps)
    steps.append(.match)
    self.steps = steps
  }

  /// Whether the pattern is found anywhere in a text; what is not UTF-8 counts as U+FFFD.
  public func isFound(in text: [UInt8]) -> Bool {
    var search = PatternSearch(self)
    return search.isFound(in: String(decoding: text, as: UTF8.self).unicodeScalars)
  }
}

/// A class of characters: ranges, or all but them.
struct CharacterSet: Sendable, Hashable {
  var ranges: [ClosedRange<UInt32>]
  var isNegated = false

  init(_ ranges: [ClosedRange<UInt32>], isNegated: Bool = false) {
    self.ranges = ranges
    self.isNegated = isNegated
  }

  static let any = CharacterSet([0x0a...0x0a], isNegated: true)
  static let digits: [ClosedRange<UInt32>] = [0x30...0x39]
  static let word: [ClosedRange<UInt32>] = [0x30...0x39, 0x41...0x5a, 0x5f...0x5f, 0x61...0x7a]
  static let space: [ClosedRange<UInt32>] = [0x09...0x0d, 0x20...0x20]

  func contains(_ scalar: Unicode.Scalar, ignoringCase: Bool) -> Bool {
    var isIn = has(scalar)
    if ignoringCase, !isIn {
      isIn = has(Self.lower(scalar)) || has(Self.upper(scalar))
    }
    return isIn != isNegated
  }

  private func has(_ scalar: Unicode.Scalar) -> Bool { ranges.contains { $0.contains(scalar.value) } }

  static func lower(_ scalar: Unicode.Scalar) -> Unicode.Scalar {
    if scalar.isASCII {
      return (0x41...0x5a).contains(scalar.value) ? Unicode.Scalar(UInt8(scalar.value) + 32) : scalar
    }
    let mapped = scalar.properties.lowercaseMapping.unicodeScalars
    return mapped.count == 1 ? mapped.first ?? scalar : scalar
  }

  static func upper(_ scalar: Unicode.Scalar) -> Unicode.Scalar {
    if scalar.isASCII {
      return (0x61...0x7a).contains(scalar.value) ? Unicode.Scalar(UInt8(scalar.value) - 32) : scalar
    }
    let mapped = scalar.properties.uppercaseMapping.unicodeScalars
    return mapped.count == 1 ? mapped.first ?? scalar : scalar
  }
}
