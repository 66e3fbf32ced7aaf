/// What may stand where in a unit file so that it is read back as it was meant.
enum UnitSyntax {
  /// Refuses a key that would not be read as this key.
  static func check(key: String) throws(ValueError) {
    let bytes = Array(key.utf8)
    guard let first = bytes.first, let last = bytes.last else {
      throw ValueError(message: "the key is empty")
    }
    let isMark = first == ASCII.hash || first == ASCII.semicolon || first == ASCII.openBracket
    let isTrimmed = !first.isWhitespace && !last.isWhitespace
    guard !bytes.contains(ASCII.equals), !isMark, isTrimmed, !bytes.starts(with: UnitFile.byteOrderMark)
    else {
      throw ValueError(message: "'\(key)' is no key of a unit file")
    }
    if let fault = UnitValue.characterFault(bytes) { throw ValueError(message: "the key: \(fault)") }
  }

  /// Refuses a value that would not be read as this value; the empty value, a reset, is allowed.
  static func check(value: String) throws(ValueError) {
    if value.isEmpty { return }
    if let fault = UnitValue.lineFault(value) { throw ValueError(message: fault) }
    _ = try UnitValue.limited(value)
  }

  /// Refuses a section's name that no header can hold.
  static func check(section: String) throws(ValueError) {
    let bytes = Array(section.utf8)
    let isBad = { (byte: UInt8) in
      byte.isControl || byte == ASCII.backslash || byte == ASCII.singleQuote || byte == ASCII.doubleQuote
    }
    guard !bytes.isEmpty, bytes.count <= 4096, !bytes.contains(where: isBad),
      UTF8Text.firstInvalid(in: bytes[...]) == nil
    else {
      throw ValueError(
        message: "'\(section)' is no section's name: no quotes, backslashes and control characters in it")
    }
  }

  /// Both parts of an assignment, checked.
  static func line(key: String, value: String) throws(ValueError) -> [UInt8] {
    try check(key: key)
    do {
      try check(value: value)
    } catch {
      throw ValueError(message: "\(key)=: \(error.message)", offset: error.offset)
    }
    let line = Array("\(key)=\(value)".utf8)
    guard line.count < UnitFile.maximumLineLength else {
      throw ValueError(message: "\(key)=: the line would be longer than systemd reads")
    }
    return line
  }

  /// The lines of a comment, each with `# ` before it.
  ///
  /// Line ends divide it; other control characters show as `?`, as a comment is for people.
  static func comment(_ text: String) -> [[UInt8]] {
    text.utf8.split(omittingEmptySubsequences: false) { $0 == ASCII.newline || $0 == ASCII.carriageReturn }
      .map { line in
        let shown = line.map { $0.isControl && $0 != ASCII.tab ? UInt8(ascii: "?") : $0 }
        return Array((shown.isEmpty ? "#" : "# ").utf8) + shown
      }
  }
}

extension UnitFile {
  /// What some editors put at the beginning of a text in UTF-8.
  static let byteOrderMark: [UInt8] = [0xef, 0xbb, 0xbf]
}
