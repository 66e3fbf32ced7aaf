import UnitFiles

// Limits, the sandbox, the order of units and the target.
extension RequestOption {
  static let limits: [RequestOption] = [
    RequestOption(
      "limit", "NAME=SOFT[:HARD]", .limits, repeatable: true, "A resource limit, such as nofile=4096:8192."
    ) { (request, value) throws(ValueError) in request.limits.append(try RequestValue.limit(value)) },
    size("memory-max", "MemoryMax", "The memory that it and its processes may use, such as 512M or 20%."),
    size("memory-high", "MemoryHigh", "The memory from which it is slowed down."),
    RequestOption(
      "tasks-max", "COUNT", .limits, .service, "TasksMax", "How many processes and threads it may have."
    ) { (value, _) throws(ValueError) in try RequestValue.tasks(value) },
    RequestOption(
      "cpu-quota", "PERCENT", .limits, .service, "CPUQuota", "CPU time, such as 150% for one and a half CPUs."
    ) { (value, _) throws(ValueError) in try RequestValue.quota(value) },
    RequestOption("nice", "LEVEL", .limits, .service, "Nice", "Its nice level, from -20 to 19.") {
      (value, _) throws(ValueError) in try RequestValue.integer(value, in: -20...19)
    },
    RequestOption(
      "oom-score-adjust", "NUMBER", .limits, .service, "OOMScoreAdjust",
      "From -1000 (never killed for memory) to 1000 (first)."
    ) { (value, _) throws(ValueError) in try RequestValue.integer(value, in: -1000...1000) },
  ]

  private static func size(_ name: String, _ key: String, _ summary: String) -> RequestOption {
    RequestOption(name, "SIZE", .limits, .service, key, summary) { (value, _) throws(ValueError) in
      try RequestValue.sizeOrPercent(value)
    }
  }

  static let sandbox: [RequestOption] = [
    RequestOption("profile", "strict|standard|off", .sandbox, "How tight the sandbox is. [strict]") {
      (request, value) throws(ValueError) in
      request.profile = try RequestValue.choice(value, SandboxProfile.self)
    },
    RequestOption(
      "runtime", "KIND", .sandbox, repeatable: true, "What the program is made with. [found from its file]"
    ) { (request, value) throws(ValueError) in try RequestValue.runtime(value, &request) },
    RequestOption(
      "allow", "NEED,...", .sandbox, repeatable: true, "What it needs beyond the sandbox; see below."
    ) { (request, value) throws(ValueError) in
      for word in value.split(separator: ",", omittingEmptySubsequences: false) {
        request.needs.append(try Need.parse(String(word)))
      }
    },
    RequestOption(
      "network", "any|localhost|none", .sandbox, "What it may reach. [any; none with --listen]"
    ) { (request, value) throws(ValueError) in
      request.network = try RequestValue.choice(value, ServiceRequest.Network.self)
    },
  ]

  static let order: [RequestOption] = [
    relation("after", "After", "Start after this unit."),
    relation("before", "Before", "Start before this unit."),
    relation("requires", "Requires", "Start this unit first, and fail without it."),
    relation("wants", "Wants", "Start this unit too."),
    relation("part-of", "PartOf", "Stop and restart with this unit."),
    RequestOption(
      "wanted-by", "UNIT", .order, .install, "WantedBy", repeatable: true, joined: true,
      "What starts it once it is enabled. [multi-user.target]", RequestValue.unit),
    RequestOption(
      "alias", "UNIT", .order, .install, "Alias", repeatable: true, joined: true, "A further name.",
      RequestValue.unit),
    RequestOption("preset", "enable|disable", .order, "A preset file for packages.") {
      (request, value) throws(ValueError) in
      request.preset = try RequestValue.oneOf(value, ["enable", "disable"])
    },
  ]

  private static func relation(_ name: String, _ key: String, _ summary: String) -> RequestOption {
    RequestOption(
      name, "UNIT", .order, .unit, key, repeatable: true, joined: true, summary, RequestValue.unit)
  }

  static let target: [RequestOption] = [
    RequestOption("systemd", "VERSION|auto", .output, "systemd's version on the target. [this machine's]") {
      (request, value) throws(ValueError) in
      if value != "auto" { request.version = try RequestValue.version(value) }
    },
    RequestOption("scope", "system|user", .output, "Which manager runs it. [system]") {
      (request, value) throws(ValueError) in
      request.scope = try RequestValue.choice(value, ServiceRequest.Scope.self)
    },
    RequestOption(
      "drop-in", "UNIT", .output, "Make a drop-in for this unit, with the sandbox and what else is asked."
    ) { (request, value) throws(ValueError) in
      request.dropIn = try RequestValue.serviceName(value)
    },
    RequestOption(
      "specifiers", "yes|no", .output, "Whether % begins a specifier in values. [in templates]"
    ) { (request, value) throws(ValueError) in request.specifiers = try Boolean.parse(value) },
  ]
}
