extension Specifiers {
  /// The letters that stand for something in the units of a systemd: those that came until this version.
  ///
  /// They are the same from 252 to 255; 256 adds `D`. `c`, `r` and `R` are among them, see `deprecatedLetters`. In the
  /// names of other units, as in `After=`, only `nameLetters` count.
  public static func letters(version: Int) -> Set<Character> {
    version >= 256 ? Set(always + "D") : Set(always)
  }

  /// Letters that systemd still fills in with something about control groups, and warns about.
  public static let deprecatedLetters: Set<Character> = ["c", "r", "R"]

  /// The letters that are filled in where units are named, as in `After=` and `Wants=`.
  public static let nameLetters = Set<Character>("ijnNp" + system + users)

  /// Where a value has specifiers, in its order: the offset of each percent sign in Unicode scalars, and its letter.
  ///
  /// `%%` is none, and neither is a percent sign before anything but an ASCII letter or digit, nor one at the end.
  public static func occurrences(in value: String) -> [(offset: Int, letter: Character)] {
    var found: [(offset: Int, letter: Character)] = []
    var pending: Int?
    for (offset, scalar) in value.unicodeScalars.enumerated() {
      if let start = pending {
        pending = nil
        if scalar.isASCII, let byte = UInt8(exactly: scalar.value), byte.isLetter || byte.isDigit {
          found.append((start, Character(scalar)))
        }
      } else if scalar == "%" {
        pending = offset
      }
    }
    return found
  }

  private static let system = "aAbBHlqmMovwW"
  private static let users = "gGuU"
  private static let always = system + users + "iIjJnNpPfyYcrRCdELSthsTV"
}
