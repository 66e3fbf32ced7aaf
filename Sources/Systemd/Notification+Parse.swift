extension Notification {
  /// Reads a datagram that another process sent; nothing in it is trusted.
  ///
  /// Lines that are no assignment, have no valid name or are not UTF-8 are left out, as systemd does.
  ///
  /// - Parameter bytes: the datagram, with or without a final newline or zero byte.
  /// - Throws: ``NotificationError`` if it is longer than ``sizeLimit`` or has a zero byte in the middle.
  public init(parsing bytes: [UInt8]) throws(NotificationError) {
    guard bytes.count <= Self.sizeLimit else { throw .tooLong(bytes.count) }
    var text = bytes[...]
    if text.last == 0 { text.removeLast() }
    guard !text.contains(0) else { throw .embeddedZero }
    fields = []
    for line in text.split(separator: UInt8(ascii: "\n")) {
      guard let equals = line.firstIndex(of: UInt8(ascii: "=")),
        let name = String(validating: line[..<equals], as: UTF8.self), NotificationField.isValidName(name),
        let value = String(validating: line[(equals + 1)...], as: UTF8.self)
      else { continue }
      fields.append(NotificationField(name: name, value: value))
    }
  }
}
