/// The identifier of a kind of journal entry: `let crashed: MessageID = 0x6bbd95ee977941e497c48be27c254128`.
///
/// New ones are made by `journalctl --new-id128` or `systemd-id128 new`. See `sd-id128(3)`.
public struct MessageID: Hashable, Sendable, ExpressibleByIntegerLiteral, CustomStringConvertible {
  /// The 128 bits.
  public let value: UInt128

  /// Wraps 128 bits.
  public init(_ value: UInt128) { self.value = value }

  /// A hexadecimal literal, checked by the compiler to fit.
  public init(integerLiteral value: UInt128) { self.value = value }

  /// Reads 32 hexadecimal digits, with or without the dashes of a UUID; nil if they are not.
  public init?(_ text: String) {
    let digits = text.utf8.filter { $0 != UInt8(ascii: "-") }
    guard digits.count == 32, digits.allSatisfy({ $0 != UInt8(ascii: "+") }),
      let value = UInt128(String(decoding: digits, as: UTF8.self), radix: 16)
    else { return nil }
    self.value = value
  }

  /// 32 lower-case hexadecimal digits, as the journal prints it.
  public var description: String {
    let digits = String(value, radix: 16)
    return String(repeating: "0", count: 32 - digits.count) + digits
  }
}
