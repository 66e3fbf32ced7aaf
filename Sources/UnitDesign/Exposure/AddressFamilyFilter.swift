import UnitFiles

/// `RestrictAddressFamilies=`, line after line.
struct AddressFamilyFilter: Sendable, Hashable {
  private var isAllowList = false
  /// The families that are listed, a bit each; nil before the first list.
  private var listed: UInt64?

  private static let internet = ipv4 | ipv6
  private static let ipv4 = bit(2)
  private static let ipv6 = bit(10)
  private static let unix = bit(1)
  private static let netlink = bit(16)
  private static let packet = bit(17)

  var allowsInternet: Bool { allowsAny(of: Self.internet) }
  var allowsIPv4: Bool { allowsAny(of: Self.ipv4) }
  var allowsIPv6: Bool { allowsAny(of: Self.ipv6) }
  var allowsUnix: Bool { allowsAny(of: Self.unix) }
  var allowsNetlink: Bool { allowsAny(of: Self.netlink) }
  var allowsPacket: Bool { allowsAny(of: Self.packet) }
  var allowsOther: Bool {
    allowsAny(of: ~(Self.internet | Self.unix | Self.netlink | Self.packet))
  }

  /// Applies a line; a word that is no family is left out, since 258 with all that follow it.
  mutating func apply(_ value: String, version: Int) {
    guard !value.isEmpty, value != "none" else {
      listed = nil
      isAllowList = value == "none"
      return
    }
    let inverts = value.hasPrefix("~")
    if listed == nil { isAllowList = !inverts }
    var families = listed ?? 0
    for word in SettingWords(value.dropFirst(inverts ? 1 : 0), .closed) {
      guard let number = AddressFamily.named(word) else {
        guard version < 258 else { break }
        continue
      }
      if inverts == isAllowList { families &= ~Self.bit(number) } else { families |= Self.bit(number) }
    }
    listed = families
  }

  /// systemd counts a group of families as denied as soon as one of it is.
  private func allowsAny(of mask: UInt64) -> Bool { ((listed ?? 0) & mask != 0) == isAllowList }

  private static func bit(_ number: Int) -> UInt64 { 1 << UInt64(number) }
}
