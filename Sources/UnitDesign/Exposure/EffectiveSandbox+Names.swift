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
    for word in SettingWords(value, .closed) {
      let parts = word.split(separator: ":", maxSplits: 2, omittingEmptySubsequences: false)
      guard parts.count > 1 else { continue }
      let paths = [parts[0].hasPrefix("-") ? parts[0].dropFirst() : parts[0], parts[1]]
      let areUsable = paths.allSatisfy { values.expand(String($0)).flatMap(Self.simplified) != nil }
      if areUsable { hasMountImages = true }
    }
  }

  mutating func loadCredential(_ value: String, isEncrypted: Bool, _ values: inout ValueExpansion) {
    guard !value.isEmpty else {
      loadedCredentials = [:]
      return
    }
    let parts = value.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
    guard let name = values.expand(String(parts[0])), Self.isCredentialName(name) else { return }
    if parts.count > 1, !parts[1].isEmpty {
      guard let source = values.expand(String(parts[1])) else { return }
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
    let parts = value.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
    guard parts.count > 1, !parts[1].isEmpty else { return }
    guard let name = values.expand(String(parts[0])), Self.isCredentialName(name) else { return }
    if isEncrypted {
      let isBase64 = parts[1].utf8.allSatisfy {
        Self.isAlphanumeric($0) || "+/= \t".utf8.contains($0)
      }
      guard isBase64 else { return }
    }
    setCredentials[name] = isEncrypted
  }

  // MARK: Checks

  /// The path without empty and `.` parts; nil when it is not absolute, goes up, or is too long.
  static func simplified(_ path: String) -> String? {
    guard path.hasPrefix("/"), path.utf8.count < 4096 else { return nil }
    let parts = path.split(separator: "/").filter { $0 != "." }
    guard parts.allSatisfy({ $0 != ".." && $0.utf8.count <= 255 }) else { return nil }
    return "/" + parts.joined(separator: "/")
  }

  /// Whether a path has no part that is empty, `.` or `..`.
  private static func isNormal(_ path: String) -> Bool {
    path.utf8.count < 4096
      && path.split(separator: "/", omittingEmptySubsequences: false).dropFirst()
        .allSatisfy { !$0.isEmpty && $0 != "." && $0 != ".." }
  }

  private static func isCredentialName(_ name: String) -> Bool {
    !name.isEmpty && name != "." && name != ".." && name.utf8.count <= 255
      && name.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7f && $0 != UInt8(ascii: "/") && $0 != UInt8(ascii: ":") }
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
