import CSystemd
import Glibc

/// The entry that the last step went to, in journalctl's own formats, straight from the journal's files into a buffer.
extension JournalReader {
  /// What stands between the parts of an entry's JSON object.
  package struct JSONLayout: Sendable {
    let open: StaticString
    let comma: StaticString
    let colon: StaticString
    let close: StaticString

    /// One line an entry.
    package static let line = JSONLayout(open: "{\"", comma: ",\"", colon: "\":", close: "}\n")
    /// One line a field.
    package static let indented = JSONLayout(
      open: "{\n  \"", comma: ",\n  \"", colon: "\": ", close: "\n}\n")
  }

  /// Adds the entry as a JSON object and a newline.
  ///
  /// Its fields are those of `journalctl -o json`: `__CURSOR`, `__REALTIME_TIMESTAMP` and `__MONOTONIC_TIMESTAMP` as
  /// text of microseconds, `__SEQNUM` and `__SEQNUM_ID` with libsystemd from 254 on, then the entry's own in their
  /// order. Values that are not printable UTF-8 are lists of
  /// numbers, a field that occurs more than once is a list of its values.
  ///
  /// - Throws: what reading fails with; `ENOENT` or `EADDRNOTAVAIL` if the entry's file was rotated away. Nothing is
  ///   added then.
  package func appendJSON(_ layout: JSONLayout = .line, to buffer: ByteBuffer) throws(SystemError) {
    let begin = buffer.count
    do throws(SystemError) {
      try appendHead(layout, to: buffer)
      let body = buffer.count
      var keys: [UInt64] = []
      keys.reserveCapacity(64)
      var mayRepeat = false
      try unsafe forEachField { field, length in
        guard !mayRepeat, unsafe !Self.isBoot(field) else { return }
        let key = unsafe Self.key(field, length)
        mayRepeat = keys.contains(key)
        keys.append(key)
        buffer.append(layout.comma)
        unsafe buffer.append(UnsafeRawBufferPointer(rebasing: field[..<length]))
        buffer.append(layout.colon)
        unsafe JournalText.append(UnsafeRawBufferPointer(rebasing: field[(length + 1)...]), to: buffer)
      }
      if mayRepeat {
        buffer.truncate(to: body)
        try appendGrouped(layout, to: buffer)
      }
      buffer.append(layout.close)
    } catch {
      buffer.truncate(to: begin)
      throw error
    }
  }

  /// Adds the entry in the export format, see systemd's "Journal Export Formats", with the empty line behind it.
  ///
  /// - Throws: as ``appendJSON(_:to:)``.
  package func appendExport(to buffer: ByteBuffer) throws(SystemError) {
    let begin = buffer.count
    do throws(SystemError) {
      try appendHead(to: buffer) { index in
        if index > 0 { buffer.append(UInt8(ascii: "\n")) }
        buffer.append(Self.headNames[index])
        buffer.append(UInt8(ascii: "="))
      }
      buffer.append(UInt8(ascii: "\n"))
      try unsafe forEachField { field, length in
        guard unsafe !Self.isBoot(field) else { return }
        if unsafe JournalText.isPrintable(field, newline: false) {
          unsafe buffer.append(field)
        } else {
          unsafe buffer.append(UnsafeRawBufferPointer(rebasing: field[..<length]))
          buffer.append(UInt8(ascii: "\n"))
          buffer.append(littleEndian: UInt64(field.count - length - 1))
          unsafe buffer.append(UnsafeRawBufferPointer(rebasing: field[(length + 1)...]))
        }
        buffer.append(UInt8(ascii: "\n"))
      }
      buffer.append(UInt8(ascii: "\n"))
    } catch {
      buffer.truncate(to: begin)
      throw error
    }
  }

  // MARK: Steps

  private static let headNames: [StaticString] = [
    "__CURSOR", "__REALTIME_TIMESTAMP", "__MONOTONIC_TIMESTAMP", "_BOOT_ID", "__SEQNUM", "__SEQNUM_ID",
  ]

  private func appendHead(_ layout: JSONLayout, to buffer: ByteBuffer) throws(SystemError) {
    try appendHead(to: buffer) { index in
      if index > 0 { buffer.append(UInt8(ascii: "\"")) }
      buffer.append(index > 0 ? layout.comma : layout.open)
      buffer.append(Self.headNames[index])
      buffer.append(layout.colon)
      buffer.append(UInt8(ascii: "\""))
    }
    buffer.append(UInt8(ascii: "\""))
  }

  /// Adds what the journal says of the entry beside its fields, each value behind what `name` adds.
  private func appendHead(to buffer: ByteBuffer, _ name: (Int) -> Void) throws(SystemError) {
    var cursor: UnsafeMutablePointer<CChar>?
    try check(unsafe sd_journal_get_cursor(raw, &cursor), "sd_journal_get_cursor")
    defer { unsafe free(cursor) }
    var realtime: UInt64 = 0
    try check(unsafe sd_journal_get_realtime_usec(raw, &realtime), "sd_journal_get_realtime_usec")
    let (monotonic, boot) = try monotonic()
    let sequence = try sequence()
    name(0)
    if let cursor = unsafe cursor {
      unsafe buffer.append(UnsafeRawBufferPointer(start: cursor, count: strlen(cursor)))
    }
    name(1)
    buffer.append(decimal: realtime)
    name(2)
    buffer.append(decimal: monotonic)
    if let sequence {
      name(4)
      buffer.append(decimal: sequence.number)
      name(5)
      buffer.append(hexadecimal: sequence.id)
    }
    name(3)
    buffer.append(hexadecimal: boot)
  }

  /// The boot stands in the head already.
  private static func isBoot(_ field: UnsafeRawBufferPointer) -> Bool {
    guard let start = field.baseAddress, field.count > 9 else { return false }
    return unsafe memcmp(start, "_BOOT_ID=", 9) == 0
  }

  /// Different for most different names: their length, and eight bytes of their beginning and of their end.
  private static func key(_ field: UnsafeRawBufferPointer, _ length: Int) -> UInt64 {
    guard length >= 8 else {
      return unsafe field[..<length].reduce(UInt64(length)) { $0 << 8 | UInt64($1) }
    }
    let first = unsafe field.loadUnaligned(as: UInt64.self)
    let last = unsafe field.loadUnaligned(fromByteOffset: length - 8, as: UInt64.self)
    return (first &* 0x9e37_79b9_7f4a_7c15) ^ last ^ UInt64(length) << 56
  }

  /// The fields with the values of each name together, which takes memory and time that few entries need.
  private func appendGrouped(_ layout: JSONLayout, to buffer: ByteBuffer) throws(SystemError) {
    var names: [[UInt8]] = []
    var values: [[UInt8]: [[UInt8]]] = [:]
    try unsafe forEachField { field, length in
      guard unsafe !Self.isBoot(field) else { return }
      let name = unsafe Array(field[..<length])
      if values[name] == nil { names.append(name) }
      values[name, default: []].append(unsafe Array(field[(length + 1)...]))
    }
    for name in names {
      buffer.append(layout.comma)
      unsafe name.withUnsafeBytes { unsafe buffer.append($0) }
      buffer.append(layout.colon)
      let own = values[name] ?? []
      if own.count > 1 { buffer.append(UInt8(ascii: "[")) }
      for (index, value) in own.enumerated() {
        if index > 0 { buffer.append(UInt8(ascii: ",")) }
        unsafe value.withUnsafeBytes { unsafe JournalText.append($0, to: buffer) }
      }
      if own.count > 1 { buffer.append(UInt8(ascii: "]")) }
    }
  }
}
