import UnitFiles

extension UnitWriter {
  /// The service unit, or the drop-in for one.
  mutating func serviceFile() throws(RequestError) -> PlannedFile {
    begin()
    header()
    let isDropIn = request.dropIn != nil
    try unitSection()
    try serviceSection()
    try policySection()
    if !isDropIn, !request.isScheduled || has("wanted-by") || has("alias") { try installSection() }
    let name = design.name
    return isDropIn
      ? PlannedFile(.dropIn, "\(name).service.d/50-upkeep.conf", "drop-in of \(name).service", bytes)
      : PlannedFile(.unit, "\(name).service", "the service", bytes)
  }

  // MARK: [Unit]

  private mutating func unitSection() throws(RequestError) {
    let isDropIn = request.dropIn != nil
    let options = RequestOption.unitDirectives
    if isDropIn, !options.contains(where: { has($0.name) }), request.startLimit == nil { return }
    try section("Unit")
    if !isDropIn, !has("description") { try set("Description", plainName) }
    for option in options where !["after", "wants", "requires"].contains(option.name) { try set(option) }
    try order()
    if !isDropIn || request.startLimit != nil { try startLimit() }
  }

  private var plainName: String {
    let name = isTemplate ? "\(design.name)%i" : design.name
    return isTemplate
      ? name : name.split(separator: "%", omittingEmptySubsequences: false).joined(separator: "%%")
  }

  private mutating func order() throws(RequestError) {
    var after = values("after")
    var wants = values("wants")
    var requires = values("requires")
    if request.dropIn == nil {
      if !request.listen.isEmpty { requires.insert(companion("socket"), at: 0) }
      // What is required has to be there first, and the network is online only if somebody waits for it.
      for unit in values("requires") where !after.contains(unit) { after.append(unit) }
      if design.network != .none, request.scope == .system, !after.contains("network-online.target") {
        after.insert("network.target", at: 0)
      }
    }
    if after.contains("network-online.target"), !wants.contains("network-online.target") {
      wants.append("network-online.target")
    }
    if !wants.isEmpty { try set("Wants", wants.joined(separator: " ")) }
    if !requires.isEmpty { try set("Requires", requires.joined(separator: " ")) }
    if !after.isEmpty { try set("After", after.joined(separator: " ")) }
  }

  // MARK: [Service]

  private mutating func serviceSection() throws(RequestError) {
    let isDropIn = request.dropIn != nil
    try section("Service")
    if !isDropIn || design.usesWrapper || request.type != nil { try set("Type", design.type.rawValue) }
    for name in ["exec-pre", "exec-post", "exec-stop", "exec-stop-post"] { try option(name) }
    if let line = try commandLine() {
      // The commands of a drop-in would stand behind the unit's own.
      if isDropIn { try set("ExecStart", "") }
      try set("ExecStart", line)
    }
    try reload()
    try restarts()
    for name in ["timeout-start", "timeout-stop", "kill-mode", "stop-signal", "success-exit-status"] {
      try option(name)
    }
    try knownDefaults()
    if let watchdog = request.watchdog { try set("WatchdogSec", watchdog) }
    try identity()
    for limit in request.limits { try set(limit.directive, limit.value) }
    for option in RequestOption.resources { try set(option) }
    try sandbox()
  }

  private mutating func option(_ name: String) throws(RequestError) {
    if let option = RequestOption.named(name) { try set(option) }
  }

  /// What the program is known to need that nobody has said otherwise.
  private mutating func knownDefaults() throws(RequestError) {
    guard request.dropIn == nil else { return }
    if let signal = design.known?.stopSignal, !has("stop-signal") { try set("KillSignal", signal) }
    let hasWorkers = design.role == .rootMaster || design.role == .supervisor
    if hasWorkers, !has("kill-mode"), !design.usesWrapper { try set("KillMode", "mixed") }
    let clean = design.kinds.flatMap(\.cleanStatuses)
    if !clean.isEmpty, !has("success-exit-status") {
      try set("SuccessExitStatus", clean.joined(separator: " "))
    }
    if design.usesWrapper { try set("SyslogIdentifier", plainName) }
  }

  private mutating func reload() throws(RequestError) {
    try option("reload-exec")
    let signal = request.reloadSignal ?? (request.dropIn == nil ? design.known?.reloadSignal : nil)
    guard let signal, !has("reload-exec") else { return }
    if design.type == .notifyReload {
      try set("ReloadSignal", signal)
    } else if design.usesWrapper {
      // upkeep-run reads its policy anew by SIGHUP and passes the service's own signal on.
      try set("ExecReload", "/bin/kill -HUP $MAINPID")
    } else {
      try set(
        "ExecReload", "/bin/kill -\(signal.hasPrefix("SIG") ? String(signal.dropFirst(3)) : signal) $MAINPID")
    }
  }

  private mutating func identity() throws(RequestError) {
    let options = RequestOption.identities
    if request.scope == .system {
      if design.isDynamic {
        try set("DynamicUser", "yes")
      } else if let user = request.user ?? (request.dropIn == nil ? "root" : nil) {
        try set("User", user)
      }
    } else if request.user != nil || has("group") {
      throw RequestError(
        "--user", "does not go with --scope user, whose services are all that user's; leave it out")
    }
    for option in options { try set(option) }
    if let variable = design.known?.socketVariable, !request.listen.isEmpty, request.dropIn == nil {
      let list = (0..<request.listen.count).map { "\($0 + 3);" }.joined()
      try set("Environment", "\"\(variable)\(list)\"")
    }
    guard design.profile == .strict, request.scope == .system else { return }
    // Workers of another user have to get in.
    let isShared = design.role == .rootMaster || request.needs.contains { $0.kind == .users }
    for key in ["State", "Cache", "Logs"] where has("\(key.lowercased())-directory") && !isShared {
      try set("\(key)DirectoryMode", "0700")
    }
  }

  // MARK: [X-Upkeep] and [Install]

  private mutating func policySection() throws(RequestError) {
    guard design.usesWrapper, !design.policy.isEmpty else { return }
    try section("X-Upkeep")
    for setting in design.policy {
      let value: String
      do throws(ValueError) {
        value = try UnitValue.line(setting.value, percent: request.percent)
      } catch {
        throw RequestError(setting.option, value: setting.value, error)
      }
      try set(setting.key, value)
    }
  }

  private mutating func installSection() throws(RequestError) {
    try section("Install")
    if !has("wanted-by"), !request.isScheduled {
      try set("WantedBy", request.scope == .system ? "multi-user.target" : "default.target")
    }
    for option in RequestOption.installDirectives { try set(option) }
    if !request.listen.isEmpty { try set("Also", isTemplate ? "\(design.name).socket" : companion("socket")) }
  }
}
