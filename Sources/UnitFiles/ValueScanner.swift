/// Walks through a short value byte by byte: numbers, units and the whitespace between them.
struct ValueScanner {
  let bytes: [UInt8]
  private(set) var index = 0

  init(_ text: String) {
    bytes = Array(text.utf8)
  }

  var isAtEnd: Bool { index >= bytes.count }
  var peek: UInt8? { index < bytes.count ? bytes[index] : nil }

  mutating func skipWhitespace() {
    while let byte = peek, byte.isWhitespace { index += 1 }
  }

  mutating func take(_ byte: UInt8) -> Bool {
    guard peek == byte else { return false }
    index += 1
    return true
  }

  mutating func take(_ word: String) -> Bool {
    guard bytes[index...].starts(with: word.utf8) else { return false }
    index += word.utf8.count
    return true
  }

  mutating func takeDigits() -> ArraySlice<UInt8> {
    let start = index
    while let byte = peek, byte.isDigit { index += 1 }
    return bytes[start..<index]
  }

  /// The first of the words that comes next; the longer of two with one beginning has to stand first.
  mutating func takeFirst<Value>(of table: [(word: String, value: Value)]) -> Value? {
    for entry in table where take(entry.word) { return entry.value }
    return nil
  }

  func error(_ message: String) -> ValueError {
    ValueError(message: message, offset: bytes.scalarOffset(index))
  }
}

extension UInt64 {
  /// The value of decimal digits, nil when there are none or the number is too large.
  init?(decimal digits: ArraySlice<UInt8>) {
    guard !digits.isEmpty else { return nil }
    var value: UInt64 = 0
    for byte in digits {
      guard byte.isDigit else { return nil }
      let (product, overflow) = value.multipliedReportingOverflow(by: 10)
      let (sum, carry) = product.addingReportingOverflow(UInt64(byte - 0x30))
      guard !overflow, !carry else { return nil }
      value = sum
    }
    self = value
  }
}
