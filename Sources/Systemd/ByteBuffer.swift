import Glibc

/// Bytes that are put together for one write, without a check a byte as an array makes it; it keeps its memory.
@safe
package final class ByteBuffer {
  private var start: UnsafeMutablePointer<UInt8>
  private var capacity: Int
  /// How many bytes it holds.
  package private(set) var count = 0

  /// Makes an empty buffer with room for so many bytes.
  package init(capacity: Int = 65_536) {
    unsafe start = UnsafeMutablePointer.allocate(capacity: capacity)
    self.capacity = capacity
  }

  deinit { unsafe start.deallocate() }

  /// Makes room for so many bytes more.
  package func reserve(_ more: Int) {
    guard capacity - count < more else { return }
    capacity = max(capacity * 2, count + more)
    let larger = UnsafeMutablePointer<UInt8>.allocate(capacity: capacity)
    unsafe larger.update(from: start, count: count)
    unsafe start.deallocate()
    unsafe start = larger
  }

  /// Adds one byte.
  package func append(_ byte: UInt8) {
    reserve(1)
    unsafe start[count] = byte
    count += 1
  }

  /// Adds text of the program's own.
  package func append(_ text: StaticString) {
    unsafe append(UnsafeRawBufferPointer(start: text.utf8Start, count: text.utf8CodeUnitCount))
  }

  /// Adds text.
  package func append(_ text: String) {
    var text = text
    text.withUTF8 { unsafe append(UnsafeRawBufferPointer($0)) }
  }

  /// Adds bytes.
  package func append(_ bytes: UnsafeRawBufferPointer) {
    guard let source = bytes.baseAddress else { return }
    reserve(bytes.count)
    unsafe memcpy(start + count, source, bytes.count)
    count += bytes.count
  }

  /// Adds a number in decimal digits.
  package func append(decimal number: UInt64) {
    reserve(20)
    var rest = number
    let first = count
    repeat {
      unsafe start[count] = UInt8(ascii: "0") + UInt8(truncatingIfNeeded: rest % 10)
      rest /= 10
      count += 1
    } while rest > 0
    var digits = unsafe UnsafeMutableBufferPointer(start: start + first, count: count - first)
    unsafe digits.reverse()
  }

  /// Adds a number as eight bytes, the lowest of them first.
  package func append(littleEndian number: UInt64) {
    for shift in stride(from: UInt64(0), to: 64, by: 8) { append(UInt8(truncatingIfNeeded: number >> shift)) }
  }

  /// Adds the 32 hexadecimal digits of an ID.
  package func append(hexadecimal id: UInt128) {
    reserve(32)
    for shift in stride(from: UInt128(124), through: 0, by: -4) {
      let digit = UInt8(truncatingIfNeeded: id >> shift) & 0xf
      unsafe start[count] = digit < 10 ? 0x30 + digit : 0x57 + digit
      count += 1
    }
  }

  /// Adds the bytes as long as none of them is `"`, `\` or outside of printable ASCII, eight at a time.
  ///
  /// - Returns: whether all were added; if not, none was.
  package func append(plain bytes: UnsafeRawBufferPointer) -> Bool {
    guard let source = bytes.baseAddress else { return true }
    let size = bytes.count
    reserve(size)
    let target = unsafe UnsafeMutableRawPointer(start + count)
    var special: UInt64 = 0
    var index = 0
    while index &+ 8 <= size {
      let word = unsafe source.loadUnaligned(fromByteOffset: index, as: UInt64.self)
      unsafe target.storeBytes(of: word, toByteOffset: index, as: UInt64.self)
      special |= Self.special(in: word)
      index &+= 8
    }
    while index < size {
      let byte = unsafe source.load(fromByteOffset: index, as: UInt8.self)
      unsafe target.storeBytes(of: byte, toByteOffset: index, as: UInt8.self)
      special |= Self.special(in: UInt64(byte) | 0x2020_2020_2020_2000)
      index &+= 1
    }
    guard special == 0 else { return false }
    count += size
    return true
  }

  /// Takes back all behind the first so many bytes.
  package func truncate(to count: Int) {
    precondition(count <= self.count, "a buffer is not truncated to more than it holds")
    self.count = count
  }

  /// Empties it and keeps the memory.
  package func removeAll() { count = 0 }

  /// What it holds, for the time of a call.
  package func withBytes<Value>(_ body: (UnsafeRawBufferPointer) throws -> Value) rethrows -> Value {
    try unsafe body(UnsafeRawBufferPointer(start: start, count: count))
  }

  // MARK: Steps

  /// Not zero if one of the eight bytes is below 0x20, above 0x7e, `"` or `\`; see "Bit Twiddling Hacks".
  @inline(__always)
  private static func special(in word: UInt64) -> UInt64 {
    let ones: UInt64 = 0x0101_0101_0101_0101
    let quote = word ^ (ones &* 0x22)
    let backslash = word ^ (ones &* 0x5c)
    let low = (word &- ones &* 0x20) & ~word
    let high = (word &+ ones) | word
    let equal = ((quote &- ones) & ~quote) | ((backslash &- ones) & ~backslash)
    return (low | high | equal) & (ones &* 0x80)
  }
}
