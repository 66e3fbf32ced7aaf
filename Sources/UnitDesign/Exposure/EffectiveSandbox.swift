import UnitFiles

/// What a service unit's settings come to once systemd has read them: of the settings that the exposure rates, the
/// values with everything that one setting implies for another.
///
/// It follows systemd's own reader for files, not the running manager: that is what `systemd-analyze security
/// --offline=true` rates.
struct EffectiveSandbox: Sendable {
  let version: Int
  let scope: Exposure.Scope

  var defaultDependencies = true
  var user: String?
  var dynamicUser = false
  var hasSupplementaryGroups = false
  var umask: UInt32 = 0o022

  var privateDevices = false
  var privateNetwork = false
  var privateTmp = false
  var privateUsers = false
  /// Nil where nothing is said.
  var privateMounts: Bool?

  var protectControlGroups = false
  var protectKernelModules = false
  var protectKernelTunables = false
  var protectKernelLogs = false
  var protectClock = false
  var protectHostname = false
  var protectHome = "no"
  var protectSystem = "no"
  var protectProc = "default"
  var procSubset = "all"

  var rootDirectory: String?
  var rootImage: String?
  var hasMountImages = false

  var lockPersonality = false
  var memoryDenyWriteExecute = false
  var noNewPrivileges = false
  var restrictRealtime = false
  var restrictSUIDSGID = false
  var removeIPC = false
  var delegate = false
  var keyringMode: String
  var notifyAccess = "none"

  var capabilityBoundingSet = CapabilitySet.bounding
  var ambientCapabilities = CapabilitySet.ambient
  var namespaces = NamespaceSet()
  var addressFamilies = AddressFamilyFilter()
  var systemCallArchitectures: Set<String> = []
  var systemCallFilter: SystemCallFilter

  var addressAllow = AddressPrefixes()
  var addressDeny = AddressPrefixes()
  var ingressFilters = false
  var egressFilters = false

  var devicePolicy = "auto"
  var hasDeviceAllow = false
  /// By name, whether each is encrypted.
  var loadedCredentials: [String: Bool] = [:]
  var setCredentials: [String: Bool] = [:]

  /// What makes systemd refuse the whole unit.
  var refusals: [UnitDiagnostic] = []

  /// Reads a unit's settings.
  init(of unit: Unit, version: Int, scope: Exposure.Scope) {
    self.version = version
    self.scope = scope
    keyringMode = scope == .system ? "private" : "inherit"
    systemCallFilter = SystemCallFilter(version: version)
    for assignment in unit.assignments(in: "Unit") where assignment.key == "DefaultDependencies" {
      Self.set(&defaultDependencies, assignment.value)
    }
    var values = ValueExpansion(unit: unit.name, scope: scope)
    for assignment in unit.assignments(in: "Service") {
      guard let setting = RatedSetting(rawValue: assignment.key) else { continue }
      apply(setting, assignment, &values)
    }
    applyImplications()
  }

  /// Whether the service counts as running as root.
  var runsPrivileged: Bool {
    // A user's manager cannot give its services more than it has; systemd's rating knows that since 258.
    if scope == .user, version >= 258 { return false }
    if let user, user == "0" || user == "root" { return true }
    return !dynamicUser && user == nil
  }

  // MARK: Implications

  private mutating func applyImplications() {
    if privateDevices { capabilityBoundingSet.drop(Self.deviceCapabilities) }
    if protectKernelModules { capabilityBoundingSet.drop(Self.moduleCapabilities) }
    if protectKernelLogs { capabilityBoundingSet.drop(Self.logCapabilities) }
    if protectClock { capabilityBoundingSet.drop(Self.clockCapabilities) }
    if dynamicUser {
      privateTmp = true
      removeIPC = true
      protectSystem = "strict"
      if protectHome == "no" { protectHome = "read-only" }
      noNewPrivileges = true
      restrictSUIDSGID = true
    }
    if privateDevices, devicePolicy == "auto" { devicePolicy = "closed" }
    if devicePolicy != "auto" || hasDeviceAllow {
      // Each of these needs devices of its own, which systemd adds to the list.
      // Since 258 somebody else decrypts the credentials.
      let decrypts =
        version < 258
        && (loadedCredentials.values.contains(true) || setCredentials.values.contains(true))
      if rootImage != nil || hasMountImages || protectClock || decrypts { hasDeviceAllow = true }
    }
  }

  private static let deviceCapabilities = CapabilitySet.mask("CAP_MKNOD", "CAP_SYS_RAWIO")
  private static let moduleCapabilities = CapabilitySet.mask("CAP_SYS_MODULE")
  private static let logCapabilities = CapabilitySet.mask("CAP_SYSLOG")
  private static let clockCapabilities = CapabilitySet.mask("CAP_SYS_TIME", "CAP_WAKE_ALARM")
}
