/// A word of a value as it stands in the file, with its quotes.
struct ValueWord: Hashable {
  /// The word with its quotes and escapes.
  var raw: String
  /// Where it begins in the value, in scalars from 0.
  var offset: Int

  /// The word without its quotes, with the escapes as they stand.
  var text: String { raw.contains("\"") || raw.contains("'") ? unquoted : raw }
  /// Whether there is a quote in it.
  var isQuoted: Bool { raw.contains("\"") || raw.contains("'") }

  private var unquoted: String {
    var result = String.UnicodeScalarView()
    var mark: Unicode.Scalar?
    for scalar in raw.unicodeScalars {
      if scalar == mark {
        mark = nil
      } else if mark == nil, scalar == "\"" || scalar == "'" {
        mark = scalar
      } else {
        result.append(scalar)
      }
    }
    return String(result)
  }

  /// The most words of a value that are looked at; no unit of this world has so many.
  static let most = 2000

  /// The first words of a value; whitespace in quotes and behind a backslash does not divide.
  static func all(of value: String) -> [ValueWord] {
    var words: [ValueWord] = []
    var current = String.UnicodeScalarView()
    var start = 0
    var mark: Unicode.Scalar?
    var isEscaped = false
    for (offset, scalar) in value.unicodeScalars.enumerated() {
      let isSpace = scalar == " " || scalar == "\t" || scalar == "\n" || scalar == "\r"
      if isSpace, mark == nil, !isEscaped {
        if !current.isEmpty { words.append(ValueWord(raw: String(current), offset: start)) }
        if words.count == most { return words }
        current = String.UnicodeScalarView()
        continue
      }
      if current.isEmpty { start = offset }
      current.append(scalar)
      if isEscaped {
        isEscaped = false
      } else if scalar == "\\" {
        isEscaped = true
      } else if scalar == mark {
        mark = nil
      } else if mark == nil, scalar == "\"" || scalar == "'" {
        mark = scalar
      }
    }
    if !current.isEmpty { words.append(ValueWord(raw: String(current), offset: start)) }
    return words
  }
}
