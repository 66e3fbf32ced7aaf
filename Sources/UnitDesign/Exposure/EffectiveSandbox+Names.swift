import UnitFiles

/// Settings whose values are names and paths: they take specifiers, and some make systemd refuse the unit.
extension EffectiveSandbox {
  mutating func refuse(_ assignment: Assignment, _ reason: String) {
    refusals.append(
      UnitDiagnostic(
        position: assignment.valuePosition,
        message: "\(assignment.key)=: the value \(reason); systemd refuses to load the unit"))
  }

  mutating func setUser(_ assignment: Assignment, _ values: inout ValueExpansion) {
    guard !assignment.value.isEmpty else {
      user = nil
      return
    }
    guard let name = values.expand(assignment.value), Self.isUserName(name) else {
      return refuse(assignment, "is no user name")
    }
    user = name
  }

  mutating func addGroups(_ assignment: Assignment, _ values: inout ValueExpansion) {
    if assignment.value.isEmpty { hasSupplementaryGroups = false }
    var words = SettingWords(assignment.value, .literal)
    while let word = words.next() {
      guard let name = values.expand(word), Self.isUserName(name) else {
        return refuse(assignment, "holds a word that is no group name")
      }
      hasSupplementaryGroups = true
    }
    if words.isBroken { refuse(assignment, "ends in a lone backslash") }
  }

  mutating func setPath(
    _ path: WritableKeyPath<EffectiveSandbox, String?>, _ assignment: Assignment,
    _ values: inout ValueExpansion
  ) {
    guard !assignment.value.isEmpty else {
      self[keyPath: path] = nil
      return
    }
    guard let expanded = values.expand(assignment.value), let simple = Self.simplified(expanded) else {
      return refuse(assignment, "is no absolute path without '..'")
    }
    self[keyPath: path] = simple
  }

  static func addFilter(_ filters: inout Bool, _ value: String, _ values: inout ValueExpansion) {
    if value.isEmpty { filters = false }
    if let path = values.expand(value), simplified(path) != nil { filters = true }
  }

  mutating func addDevice(_ value: String, _ values: inout ValueExpansion) {
    guard !value.isEmpty else {
      hasDeviceAllow = false
      return
    }
    var words = SettingWords(value, .closed)
    guard let word = words.next(), let device = values.expand(word) else { return }
    if !device.hasPrefix("block-"), !device.hasPrefix("char-") {
      guard let path = Self.simplified(device) else { return }
      guard "\(path)/".hasPrefix("/dev/") || "\(path)/".hasPrefix("/run/systemd/inaccessible/") else {
        return
      }
    }
    if words.rest.allSatisfy({ "rwm".contains($0) }) { hasDeviceAllow = true }
  }

  mutating func addMountImages(_ value: String, _ values: inout ValueExpansion) {
    if value.isEmpty { hasMountImages = false }
    var tuples = WordScanner(Array(value.utf8))
    while let tuple = (try? tuples.next(.literal)) ?? nil {
      // A broken escape, also among the options, ends the reading of the line.
      guard let parts = Self.parts(of: tuple) else { return }
      guard let first = parts.first, parts.count > 1 else { continue }
      let paths = [first.hasPrefix("-") ? String(first.dropFirst()) : first, parts[1]]
      let areUsable = paths.allSatisfy { path in
        values.expand(path).flatMap(Self.simplified).map(mayHoldImage) ?? false
      }
      if areUsable { hasMountImages = true }
    }
  }

  private static func parts(of tuple: WordScanner.Token) -> [String]? {
    var scanner = WordScanner(tuple.bytes, separator: .colons)
    var parts: [String] = []
    do throws(ValueError) {
      while let part = try scanner.next(.strict, .literal) { parts.append(part.text) }
      return parts
    } catch {
      return nil
    }
  }

  /// Since 257 images stay away from the kernel's own file systems, but not from devices.
  private func mayHoldImage(_ path: String) -> Bool {
    version < 257 || !["/sys/", "/proc/"].contains { "\(path)/".hasPrefix($0) }
  }

  mutating func loadCredential(_ value: String, isEncrypted: Bool, _ values: inout ValueExpansion) {
    guard !value.isEmpty else {
      loadedCredentials = [:]
      return
    }
    guard let (name, rest) = Self.credential(value, &values) else { return }
    if !rest.isEmpty {
      guard let source = values.expand(rest) else { return }
      let isUsable = source.hasPrefix("/") ? Self.isNormal(source) : Self.isCredentialName(source)
      guard isUsable else { return }
    }
    loadedCredentials[name] = isEncrypted
  }

  mutating func setCredential(_ value: String, isEncrypted: Bool, _ values: inout ValueExpansion) {
    guard !value.isEmpty else {
      setCredentials = [:]
      return
    }
    guard let (name, rest) = Self.credential(value, &values), !rest.isEmpty else { return }
    guard isEncrypted ? Self.isBase64(rest) : CEscape.areKnown(in: rest) else { return }
    setCredentials[name] = isEncrypted
  }

  /// The name before the first colon, in which a backslash takes a colon's meaning away, and what follows it.
  private static func credential(
    _ value: String, _ values: inout ValueExpansion
  ) -> (name: String, rest: String)? {
    var scanner = WordScanner(Array(value.utf8), separator: .colon)
    guard let word = (try? scanner.next(.plain, .literal)) ?? nil, let name = values.expand(word.text),
      isCredentialName(name)
    else { return nil }
    return (name, String(decoding: scanner.rest, as: UTF8.self))
  }

  // MARK: Checks

  /// The path without empty and `.` parts; nil when it is not absolute, goes up, or is too long.
  static func simplified(_ path: String) -> String? {
    guard path.hasPrefix("/"), path.utf8.count < 4096 else { return nil }
    let parts = path.split(separator: "/").filter { $0 != "." }
    guard parts.allSatisfy({ $0 != ".." && $0.utf8.count <= 255 }) else { return nil }
    return "/" + parts.joined(separator: "/")
  }

  /// Whether a path has no part that is empty, `.` or `..`; a slash at its end does not count.
  private static func isNormal(_ path: String) -> Bool {
    var parts = path.split(separator: "/", omittingEmptySubsequences: false).dropFirst()
    if parts.last?.isEmpty == true { parts.removeLast() }
    return path.utf8.count < 4096
      && parts.allSatisfy { !$0.isEmpty && $0 != "." && $0 != ".." && $0.utf8.count <= 255 }
  }

  private static func isCredentialName(_ name: String) -> Bool {
    !name.isEmpty && name != "." && name != ".." && name.utf8.count <= 255
      && name.utf8.allSatisfy {
        $0 >= 0x20 && $0 < 0x7f && $0 != UInt8(ascii: "/") && $0 != UInt8(ascii: ":")
      }
  }

  /// Whether a text is Base64 with whole groups of four and its padding; whitespace does not count.
  private static func isBase64(_ text: String) -> Bool {
    var digits = Array(text.utf8).filter { $0 != 0x20 && $0 != 0x09 && $0 != 0x0a && $0 != 0x0d }
    guard digits.count.isMultiple(of: 4) else { return false }
    let padding = digits.reversed().prefix(2).prefix { $0 == UInt8(ascii: "=") }.count
    digits.removeLast(padding)
    guard digits.allSatisfy({ isAlphanumeric($0) || $0 == UInt8(ascii: "+") || $0 == UInt8(ascii: "/") })
    else { return false }
    // The bits that the padding leaves over have to be zero.
    switch padding {
    case 1: return digits.last.map { "AEIMQUYcgkosw048".utf8.contains($0) } ?? false
    case 2: return digits.last.map { "AQgw".utf8.contains($0) } ?? false
    default: return true
    }
  }

  /// Whether systemd takes a name or number for a user or a group; it is more generous than most programs.
  static func isUserName(_ name: String) -> Bool {
    let bytes = name.utf8
    guard let first = bytes.first, let last = bytes.last else { return false }
    if bytes.allSatisfy(isDigit) {
      guard let number = UInt32(name), number != .max, number != 65535 else { return false }
      return name == "0" || first != UInt8(ascii: "0")
    }
    if first == UInt8(ascii: "-"), bytes.dropFirst().allSatisfy(isDigit) { return false }
    return first != 0x20 && last != 0x20 && name != "." && name != ".."
      && bytes.allSatisfy { $0 >= 0x20 && $0 != 0x7f && $0 != UInt8(ascii: ":") && $0 != UInt8(ascii: "/") }
  }

  /// Whether systemd makes a user of this name itself; it is stricter there.
  static func isStrictUserName(_ name: String) -> Bool {
    guard let first = name.utf8.first, name.utf8.count <= 31 else { return false }
    return !isDigit(first) && first != UInt8(ascii: "-")
      && name.utf8.allSatisfy { isAlphanumeric($0) || $0 == UInt8(ascii: "_") || $0 == UInt8(ascii: "-") }
  }

  /// Whether a text can be a host's name: labels of letters, digits and dashes with dots between them.
  static func isHostName(_ name: String) -> Bool {
    let labels = name.split(separator: ".", omittingEmptySubsequences: false)
    return name.utf8.count <= 64
      && labels.allSatisfy { label in
        let dash = UInt8(ascii: "-")
        return label.utf8.allSatisfy { isAlphanumeric($0) || $0 == dash || $0 == UInt8(ascii: "_") }
          && !label.isEmpty && label.utf8.first != dash && label.utf8.last != dash
      }
  }

  private static func isDigit(_ byte: UInt8) -> Bool { byte >= 0x30 && byte <= 0x39 }

  private static func isAlphanumeric(_ byte: UInt8) -> Bool {
    isDigit(byte) || (byte | 0x20 >= 0x61 && byte | 0x20 <= 0x7a)
  }
}
