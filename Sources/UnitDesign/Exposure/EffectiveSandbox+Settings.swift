import UnitFiles

extension EffectiveSandbox {
  /// Applies one line of `[Service]` as systemd would; what it ignores changes nothing.
  mutating func apply(_ setting: RatedSetting, _ assignment: Assignment, _ values: inout ValueExpansion) {
    let value = assignment.value
    switch setting {
    case .user: setUser(assignment, &values)
    case .dynamicUser:
      guard let isDynamic = Self.boolean(value) else { return refuse(assignment, "is neither yes nor no") }
      dynamicUser = isDynamic
    case .supplementaryGroups: addGroups(assignment, &values)
    case .umask: umask = (try? FileMode.parse(value)) ?? umask

    case .privateDevices: Self.set(&privateDevices, value)
    case .privateNetwork: Self.set(&privateNetwork, value)
    case .privateTmp: Self.set(&privateTmp, value, orSince: [257: ["connected", "disconnected"]], version)
    case .privateUsers:
      Self.set(
        &privateUsers, value, orSince: [257: ["self", "identity"], 258: ["full"], 260: ["managed"]], version)
    case .privateMounts:
      // Older versions know no third state.
      if value.isEmpty, version >= 254 { privateMounts = nil }
      if let isPrivate = Self.boolean(value) { privateMounts = isPrivate }
    case .protectControlGroups:
      Self.set(&protectControlGroups, value, orSince: [257: ["private", "strict"]], version)
    case .protectKernelModules: Self.set(&protectKernelModules, value)
    case .protectKernelTunables: Self.set(&protectKernelTunables, value)
    case .protectKernelLogs: Self.set(&protectKernelLogs, value)
    case .protectClock: Self.set(&protectClock, value)
    case .protectHostname: setProtectHostname(value)
    case .protectHome: Self.choose(&protectHome, value, ["read-only", "tmpfs"], orBoolean: true)
    case .protectSystem: Self.choose(&protectSystem, value, ["full", "strict"], orBoolean: true)
    case .protectProc: Self.choose(&protectProc, value, ["noaccess", "invisible", "ptraceable", "default"])
    case .procSubset: Self.choose(&procSubset, value, ["all", "pid"])

    case .rootDirectory: setPath(\.rootDirectory, assignment, &values)
    case .rootImage: setPath(\.rootImage, assignment, &values)
    case .mountImages: addMountImages(value, &values)

    case .lockPersonality: Self.set(&lockPersonality, value)
    case .memoryDenyWriteExecute: Self.set(&memoryDenyWriteExecute, value)
    case .noNewPrivileges: Self.set(&noNewPrivileges, value)
    case .restrictRealtime: Self.set(&restrictRealtime, value)
    case .restrictSUIDSGID: Self.set(&restrictSUIDSGID, value)
    case .removeIPC: Self.set(&removeIPC, value)
    case .keyringMode: Self.choose(&keyringMode, value, ["inherit", "private", "shared"])
    case .notifyAccess: Self.choose(&notifyAccess, value, ["none", "main", "exec", "all"])
    case .delegate: setDelegate(value)

    case .capabilityBoundingSet: capabilityBoundingSet.apply(value, version: version)
    case .ambientCapabilities: ambientCapabilities.apply(value, version: version)
    case .restrictNamespaces: namespaces.apply(value)
    case .restrictAddressFamilies: addressFamilies.apply(value, version: version)
    case .systemCallFilter: systemCallFilter.apply(value)
    case .systemCallArchitectures: addArchitectures(value)

    case .ipAddressAllow: addressAllow.apply(value)
    case .ipAddressDeny: addressDeny.apply(value)
    case .ipIngressFilterPath: Self.addFilter(&ingressFilters, value, &values)
    case .ipEgressFilterPath: Self.addFilter(&egressFilters, value, &values)
    case .devicePolicy: Self.choose(&devicePolicy, value, ["auto", "closed", "strict"])
    case .deviceAllow: addDevice(value, &values)
    case .loadCredential: loadCredential(value, isEncrypted: false, &values)
    case .loadCredentialEncrypted: loadCredential(value, isEncrypted: true, &values)
    case .setCredential: setCredential(value, isEncrypted: false, &values)
    case .setCredentialEncrypted: setCredential(value, isEncrypted: true, &values)
    }
  }

  /// Yes or no as systemd spells it; nil for another word.
  static func boolean(_ value: String) -> Bool? {
    switch value {
    case "yes", "true": true
    case "no", "false": false
    default: try? Boolean.parse(value)
    }
  }

  /// A setting of yes or no; another word, and none, is ignored.
  static func set(_ setting: inout Bool, _ value: String) {
    if let flag = boolean(value) { setting = flag }
  }

  // MARK: Steps

  /// A setting of yes or no that got more words with a version of systemd, all of which switch it on.
  private static func set(
    _ setting: inout Bool, _ value: String, orSince words: [Int: [String]], _ version: Int
  ) {
    let isKnown = words.contains { $0.key <= version && $0.value.contains(value) }
    if isKnown { setting = true } else { set(&setting, value) }
  }

  private static func choose(
    _ setting: inout String, _ value: String, _ words: [String], orBoolean: Bool = false
  ) {
    if words.contains(value) {
      setting = value
    } else if orBoolean, let flag = boolean(value) {
      setting = flag ? "yes" : "no"
    }
  }

  private mutating func setProtectHostname(_ value: String) {
    guard version >= 258 else { return Self.set(&protectHostname, value) }
    if value.isEmpty { protectHostname = false }
    // A host name for the service may follow a colon.
    let parts = value.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
    var isProtected = false
    Self.set(&isProtected, parts[0], orSince: [258: ["private"]], version)
    if parts.count == 1 {
      Self.set(&protectHostname, parts[0], orSince: [258: ["private"]], version)
    } else if isProtected, Self.isHostName(parts[1]) {
      protectHostname = true
    }
  }

  private mutating func setDelegate(_ value: String) {
    if let isDelegated = Self.boolean(value) {
      delegate = isDelegated
    } else {
      // A list of controllers, or none: both delegate; a broken list is ignored.
      var words = SettingWords(value, .closed)
      while words.next() != nil {}
      if !words.isBroken { delegate = true }
    }
  }

  private mutating func addArchitectures(_ value: String) {
    if value.isEmpty { systemCallArchitectures = [] }
    for word in SettingWords(value, .closed) {
      let isKnown = Self.architectures.contains(word) || (word == "loongarch64" && version >= 257)
      if isKnown { systemCallArchitectures.insert(word) }
    }
  }

  private static let architectures: Set<String> = [
    "native", "x86", "x86-64", "x32", "arm", "arm64", "mips", "mips64", "mips64-n32", "mips-le", "mips64-le",
    "mips64-le-n32", "parisc", "parisc64", "ppc", "ppc64", "ppc64-le", "riscv64", "s390", "s390x",
  ]
}
