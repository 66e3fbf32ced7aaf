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
  var umask: UInt16 = 0o022

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

  private let unitName: String
  /// The user that `DynamicUser=` makes when no other is named.
  private let ownUser: String?

  /// Reads a unit's settings, and completes them with what they imply.
  init(of unit: Unit, version: Int, scope: Exposure.Scope) {
    self.init(reading: unit, version: version, scope: scope)
    complete()
  }

  /// Reads a unit's settings; further ones may be added before ``complete()``.
  init(reading unit: Unit, version: Int, scope: Exposure.Scope) {
    self.version = version
    self.scope = scope
    unitName = unit.name
    ownUser = (try? UnitName(unit.name))?.prefix
    keyringMode = scope == .system ? "private" : "inherit"
    systemCallFilter = SystemCallFilter(version: version)
    var values = ValueExpansion(unit: unit.name, scope: scope, version: version)
    for (index, file) in unit.files.enumerated() { read(file, isDropIn: index > 0, &values) }
  }

  /// Adds a line behind all that have been read.
  mutating func add(_ key: String, _ value: String) {
    guard let setting = RatedSetting(rawValue: key) else { return }
    let place = Position(path: "", line: 1, column: 1)
    var values = ValueExpansion(unit: unitName, scope: scope, version: version)
    apply(
      setting,
      Assignment(section: "Service", key: key, value: value, position: place, valuePosition: place), &values)
  }

  /// Adds what the settings imply for each other; systemd does it once all files have been read.
  mutating func complete() {
    // Of a name that no user can have systemd takes a hash, which is no name of interest.
    if dynamicUser, user == nil, let ownUser, Self.isStrictUserName(ownUser) { user = ownUser }
    applyImplications()
  }

  /// Whether the service counts as running as root.
  var runsPrivileged: Bool {
    // A user's manager cannot give its services more than it has; systemd's rating knows that since 258.
    if scope == .user, version >= 258 { return false }
    if let user, user == "0" || user == "root" { return true }
    return !dynamicUser && user == nil
  }

  // MARK: Steps

  private mutating func read(_ file: UnitFile, isDropIn: Bool, _ values: inout ValueExpansion) {
    for assignment in file.assignments {
      if assignment.section == "Unit", assignment.key == "DefaultDependencies" {
        Self.set(&defaultDependencies, assignment.value)
      }
      guard assignment.section == "Service", let setting = RatedSetting(rawValue: assignment.key) else {
        continue
      }
      let known = refusals.count
      apply(setting, assignment, &values)
      // Only the unit's own file makes systemd refuse it: such a value in a drop-in ends the reading of that file.
      if isDropIn, refusals.count > known {
        refusals.removeLast(refusals.count - known)
        return
      }
    }
  }

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
