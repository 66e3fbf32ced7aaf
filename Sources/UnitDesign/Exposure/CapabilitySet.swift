import UnitFiles

/// `CapabilityBoundingSet=` or `AmbientCapabilities=`, line after line.
struct CapabilitySet: Sendable, Hashable {
  /// A bit for each capability.
  private(set) var bits: UInt64

  private let unset: UInt64

  /// All capabilities, until a line says otherwise.
  static let bounding = CapabilitySet(bits: .max, unset: .max)
  /// None, until a line says otherwise.
  static let ambient = CapabilitySet(bits: 0, unset: 0)

  private init(bits: UInt64, unset: UInt64) {
    self.bits = bits
    self.unset = unset
  }

  func intersects(_ mask: UInt64) -> Bool { bits & mask != 0 }

  /// Takes away what another setting implies; that happens when all lines have been read.
  mutating func drop(_ mask: UInt64) { bits &= ~mask }

  /// Applies a line; names that systemd does not know are left out without a word, as it does.
  mutating func apply(_ value: String, version: Int) {
    let inverts = value.hasPrefix("~")
    let named = Self.bits(in: value.dropFirst(inverts ? 1 : 0), version: version)
    if named == 0 || bits == unset {
      // Since 258 "all but nothing" is something else than unset, and the next line adds to it.
      bits = inverts ? ~named & (version < 258 ? .max : .max >> 1) : named
    } else if inverts {
      bits &= ~named
    } else {
      bits |= named
    }
  }

  /// The bits of these capabilities.
  static func mask(_ names: String...) -> UInt64 {
    names.reduce(0) { $0 | (Capability.named($1).map { 1 << UInt64($0) } ?? 0) }
  }

  private static func bits(in text: Substring, version: Int) -> UInt64 {
    var bits: UInt64 = 0
    for word in SettingWords(text, version < 257 ? .closed : .relaxed) {
      let number = (try? WholeNumber.parse(word)) ?? Capability.named(word).map(Int64.init)
      if let number, (0..<(version < 257 ? 64 : 63)).contains(number) { bits |= 1 << UInt64(number) }
    }
    return bits
  }
}
