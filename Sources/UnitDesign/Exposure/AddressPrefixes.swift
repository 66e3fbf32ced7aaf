import UnitFiles

/// `IPAddressAllow=` or `IPAddressDeny=`, line after line.
struct AddressPrefixes: Sendable, Hashable {
  /// Whether all of IPv4 and all of IPv6 are in the list.
  var coversAll: Bool { coversIPv4 && coversIPv6 }
  /// Whether an address of the machine itself is in the list.
  private(set) var hasLocalhost = false
  /// Whether anything else is in the list.
  private(set) var hasOther = false

  private var coversIPv4 = false
  private var coversIPv6 = false

  /// Applies a line; words that are no addresses are left out.
  mutating func apply(_ value: String) {
    guard !value.isEmpty else {
      self = AddressPrefixes()
      return
    }
    for word in SettingWords(value, .literal) {
      switch word {
      case "any":
        coversIPv4 = true
        coversIPv6 = true
        hasOther = true
      case "link-local", "multicast": hasOther = true
      case _ where Self.isLocalhost(word): hasLocalhost = true
      default: add(word)
      }
    }
  }

  // MARK: Steps

  private mutating func add(_ word: String) {
    let parts = word.split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false)
    let isIPv6 = parts[0].contains(":")
    guard let address = isIPv6 ? Self.ipv6(parts[0]) : Self.ipv4(parts[0]) else { return }
    var length = address.count * 8
    if parts.count > 1 {
      guard let given = try? WholeNumber.parse(String(parts[1]), in: 0...Int64(length)) else { return }
      length = Int(given)
    }
    if length == 0 {
      if isIPv6 { coversIPv6 = true } else { coversIPv4 = true }
    }
    let masked = Self.masked(address, length)
    let isLocal = isIPv6 ? masked == Array(repeating: 0, count: 15) + [1] : masked[0] == 127
    if isLocal { hasLocalhost = true } else { hasOther = true }
  }

  private static func masked(_ address: [UInt8], _ length: Int) -> [UInt8] {
    address.enumerated().map { index, byte in
      let bits = min(max(length - index * 8, 0), 8)
      return bits == 0 ? 0 : byte & (0xff << UInt8(8 - bits))
    }
  }

  static func isLocalhost(_ word: String) -> Bool {
    var name = Substring(word.lowercased())
    if name.hasSuffix(".") { name = name.dropLast() }
    if name.hasSuffix(".localdomain") { name = name.dropLast(12) }
    return name == "localhost" || name.hasSuffix(".localhost")
  }

  static func ipv4(_ text: Substring) -> [UInt8]? {
    let parts = text.split(separator: ".", omittingEmptySubsequences: false)
    guard parts.count == 4 else { return nil }
    var bytes: [UInt8] = []
    for part in parts {
      let isNumber = (1...3).contains(part.utf8.count) && part.utf8.allSatisfy { (0x30...0x39).contains($0) }
      // A leading zero might mean octal, so nobody takes it.
      guard isNumber, part == "0" || !part.hasPrefix("0"), let byte = UInt8(part) else { return nil }
      bytes.append(byte)
    }
    return bytes
  }

  static func ipv6(_ text: Substring) -> [UInt8]? {
    let halves = text.split(separator: "::", maxSplits: 1, omittingEmptySubsequences: false)
    guard let first = groups(halves[0], mayEndInIPv4: halves.count == 1) else { return nil }
    guard halves.count == 2 else { return first.count == 16 ? first : nil }
    guard let last = groups(halves[1], mayEndInIPv4: true), first.count + last.count <= 14 else { return nil }
    return first + Array(repeating: 0, count: 16 - first.count - last.count) + last
  }

  private static func groups(_ text: Substring, mayEndInIPv4: Bool) -> [UInt8]? {
    guard !text.isEmpty else { return [] }
    let parts = text.split(separator: ":", omittingEmptySubsequences: false)
    var bytes: [UInt8] = []
    for (index, part) in parts.enumerated() {
      if part.contains("."), mayEndInIPv4, index == parts.count - 1 {
        guard let tail = ipv4(part) else { return nil }
        bytes += tail
        continue
      }
      let isHex = (1...4).contains(part.utf8.count) && part.allSatisfy { $0.isHexDigit && $0.isASCII }
      guard isHex, let group = UInt16(part, radix: 16) else { return nil }
      bytes += [UInt8(group >> 8), UInt8(group & 0xff)]
    }
    return bytes
  }
}
