extension StringProtocol {
  /// Whether a fixed part stands in the text, compared byte by byte.
  ///
  /// The library's own search compares whole characters and prepares tables for it, which costs more than a value of a
  /// unit file takes to read.
  package func holds(_ part: StaticString) -> Bool {
    part.withUTF8Buffer { part in
      guard let first = unsafe part.first else { return true }
      let found = utf8.withContiguousStorageIfAvailable { bytes in
        unsafe Self.holds(bytes, part, first)
      }
      if let found { return found }
      return unsafe Array(utf8).withUnsafeBufferPointer { unsafe Self.holds($0, part, first) }
    }
  }

  private static func holds(
    _ bytes: UnsafeBufferPointer<UInt8>, _ part: UnsafeBufferPointer<UInt8>, _ first: UInt8
  ) -> Bool {
    guard bytes.count >= part.count else { return false }
    for start in 0...(bytes.count - part.count) where unsafe bytes[start] == first {
      var length = 1
      while length < part.count, unsafe bytes[start + length] == part[length] { length += 1 }
      if length == part.count { return true }
    }
    return false
  }
}
