/// The `%` specifiers of a unit and what each stands for, see `systemd.unit(5)`, "Specifiers".
public struct Specifiers: Sendable, Hashable {
  private var values: [UInt8: [UInt8]] = [:]

  /// Makes a table in which only `%%` has a meaning.
  public init() {}

  /// Makes the table that follows from the unit's name: `%n %N %p %P %i %I %j %J %f`.
  ///
  /// A part that cannot be unescaped has no entry.
  public init(unit: UnitName) {
    let instance = unit.instance ?? ""
    self["n"] = unit.text
    self["N"] = String(unit.text.dropLast(unit.suffix.count + 1))
    self["p"] = unit.prefix
    self["i"] = instance
    let component = unit.prefix.utf8.lastIndex(of: ASCII.dash)
      .map { String(unit.prefix[unit.prefix.utf8.index(after: $0)...]) }
    self["j"] = component ?? unit.prefix
    for (letter, text) in [("P", unit.prefix), ("I", instance), ("J", component ?? unit.prefix)] {
      values[UInt8(ascii: letter.unicodeScalars.first ?? "P")] = try? UnitName.unescape(text)
    }
    values[UInt8(ascii: "f")] = try? UnitName.unescapePath(instance.isEmpty ? unit.prefix : instance)
  }

  /// What the letter stands for; nil when the table has no entry. Letters outside ASCII have none.
  public subscript(_ letter: Character) -> String? {
    get { letter.asciiValue.flatMap { values[$0] }?.text }
    set {
      guard let code = letter.asciiValue else { return }
      values[code] = newValue.map { Array($0.utf8) }
    }
  }

  /// Fills the specifiers in a text in; one without a value is an error that names it.
  ///
  /// `%%` is a percent sign, and so is one that stands before no ASCII letter or digit.
  public func expand(_ text: String) throws(ValueError) -> String {
    guard text.utf8.contains(ASCII.percent) else { return text }
    return try expand(Array(text.utf8)).text
  }

  /// Fills the specifiers in raw bytes in, by the same rules.
  public func expand(_ bytes: [UInt8]) throws(ValueError) -> [UInt8] {
    guard bytes.contains(ASCII.percent) else { return bytes }
    var result: [UInt8] = []
    var index = 0
    while index < bytes.count {
      guard bytes[index] == ASCII.percent, index + 1 < bytes.count else {
        result.append(bytes[index])
        index += 1
        continue
      }
      let letter = bytes[index + 1]
      if letter == ASCII.percent {
        result.append(ASCII.percent)
      } else if let value = values[letter] {
        result += value
      } else if !letter.isLetter, !letter.isDigit {
        result += [ASCII.percent, letter]
      } else {
        throw unknown(letter, at: bytes.scalarOffset(index))
      }
      index += 2
    }
    return result
  }

  private func unknown(_ letter: UInt8, at offset: Int) -> ValueError {
    let specifier = "%\(Character(UnicodeScalar(letter)))"
    return ValueError(
      message: Self.letters(version: .max).contains(Character(UnicodeScalar(letter)))
        ? "the specifier '\(specifier)' has no value here"
        : "'\(specifier)' is no specifier; write '%%' for a percent sign",
      offset: offset)
  }
}
