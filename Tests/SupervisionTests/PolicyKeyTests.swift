import Supervision
import Testing
import UnitFiles

@Suite("Policy keys")
struct PolicyKeyTests {
  static let flags = [
    "startup-probe", "readiness-probe", "liveness-probe", "probe-interval", "probe-start-interval",
    "probe-timeout", "probe-initial-delay", "success-threshold", "failure-threshold",
    "startup-probe-interval", "startup-probe-timeout", "startup-probe-initial-delay",
    "startup-probe-failure-threshold", "startup-probe-method", "startup-probe-host", "startup-probe-status",
    "startup-probe-body", "readiness-probe-interval", "readiness-probe-timeout",
    "readiness-probe-initial-delay", "readiness-probe-failure-threshold", "readiness-probe-method",
    "readiness-probe-host",
    "readiness-probe-status", "readiness-probe-body",
    "readiness-probe-success-threshold", "liveness-probe-interval", "liveness-probe-timeout",
    "liveness-probe-initial-delay", "liveness-probe-failure-threshold", "liveness-probe-method",
    "liveness-probe-host",
    "liveness-probe-status", "liveness-probe-body",
    "probe-method", "probe-host", "probe-status", "probe-body", "probe-header", "probe-certificate-authority",
    "probe-client-certificate", "probe-client-key", "probe-insecure", "probe-adaptive", "heartbeat",
    "soft-watchdog",
    "on-unready", "restart",
    "success-exit-status",
    "restart-prevent-exit-status",
    "restart-force-exit-status", "restart-first-delay",
    "restart-delay", "restart-delay-factor", "restart-delay-max", "restart-jitter", "restart-limit",
    "restart-limit-interval", "restart-healthy", "on-restart-limit", "restart-slow", "timeout-start",
    "timeout-stop", "timeout-abort", "kill-signal", "reload-signal", "on-start", "on-ready", "on-stop",
    "on-unhealthy", "on-recovered", "on-failed", "hook-timeout", "user", "group",
    "supplementary-groups", "working-directory", "umask", "limit", "environment", "no-new-privileges",
  ]

  @Test("every key has a flag of its name in kebab-case, and all are different")
  func kebabCase() {
    #expect(PolicyKey.all.map(\.flag) == Self.flags)
    #expect(Set(PolicyKey.all.map(\.flag)).count == PolicyKey.all.count)
    #expect(Set(PolicyKey.all.map(\.name)).count == PolicyKey.all.count)
    for key in PolicyKey.all {
      #expect(key.flag.allSatisfy { $0.isLowercase || $0 == "-" })
      #expect(PolicyKey.named(key.name)?.flag == key.flag)
      #expect(PolicyKey.flagged(key.flag)?.name == key.name)
      #expect(key.summary.hasSuffix(".") && !key.placeholder.isEmpty)
    }
  }

  @Test("a name is matched as it is written", arguments: ["restart", "RESTART", "Restart ", "--restart", ""])
  func noOtherNames(name: String) {
    #expect(PolicyKey.named(name) == nil)
    #expect(name == "restart" || PolicyKey.flagged(name) == nil)
  }

  /// Three probes, so that the numbers of each kind can be seen, and what a policy holds besides.
  private static let base = Policy.with {
    for kind in ProbeKind.allCases { $0.targets[kind] = [.unix(path: "/\(kind)")] }
  }

  static let good: [(key: String, value: String, @Sendable (Policy) -> Bool)] = [
    ("ProbeIntervalSec", "3s", { $0.probes.allSatisfy { $0.interval == .seconds(3) } }),
    ("ProbeStartIntervalSec", "50ms", { $0.probes[1].startInterval == .milliseconds(50) }),
    ("ProbeTimeoutSec", "1min", { $0.probes.allSatisfy { $0.timeout == .seconds(60) } }),
    ("ProbeInitialDelaySec", "0", { $0.probes.allSatisfy { $0.initialDelay == .zero } }),
    ("SuccessThreshold", "4", { $0.probes.map(\.successThreshold) == [1, 4, 1] }),
    ("FailureThreshold", "1", { $0.probes.allSatisfy { $0.failureThreshold == 1 } }),
    ("StartupProbeIntervalSec", "7", { $0.probes.map(\.interval) == [7, 10, 10].map { .seconds($0) } }),
    ("ReadinessProbeIntervalSec", "7", { $0.probes.map(\.interval) == [10, 7, 10].map { .seconds($0) } }),
    ("LivenessProbeTimeoutSec", "7", { $0.probes.map(\.timeout) == [1, 1, 7].map { .seconds($0) } }),
    ("StartupProbeFailureThreshold", "30", { $0.probes.map(\.failureThreshold) == [30, 3, 3] }),
    ("ReadinessProbeSuccessThreshold", "2", { $0.probes.map(\.successThreshold) == [1, 2, 1] }),
    (
      "LivenessProbeInitialDelaySec", "9",
      { $0.probes.map(\.initialDelay) == [0, 0, 9].map { .seconds($0) } }
    ),
    ("ProbeMethod", "HEAD", { $0.probes.allSatisfy { $0.http.method == .head } }),
    ("LivenessProbeMethod", "POST", { $0.probes.map(\.http.method) == [.get, .get, .post] }),
    ("ProbeHost", "www.a-b.example", { $0.probes.allSatisfy { $0.http.host == "www.a-b.example" } }),
    ("StartupProbeHost", "a", { $0.probes.map(\.http.host) == ["a", nil, nil] }),
    ("ProbeStatus", "200", { $0.probes.allSatisfy { $0.http.statuses == HTTPStatusSet(200...200) } }),
    (
      "ReadinessProbeStatus", "200  300-399\t503",
      { policy in
        let set = policy.probes[1].http.statuses
        return [200, 300, 399, 503].allSatisfy(set.contains)
          && ![201, 299, 400, 502].contains(where: set.contains)
          && policy.probes[0].http.statuses == .standard
      }
    ),
    ("ProbeBody", "^OK$", { $0.probes[0].http.body?.isFound(in: Array("a\nOK\nb".utf8)) == true }),
    ("LivenessProbeBody", "x", { $0.probes.map { $0.http.body == nil } == [true, true, false] }),
    (
      "ProbeHeader", "X-Token:  a: b \t",
      { $0.probes.allSatisfy { $0.http.headers == [.init(name: "X-Token", value: "a: b")] } }
    ),
    ("ProbeHeader", "X-Empty:", { $0.probes[2].http.headers == [.init(name: "X-Empty", value: "")] }),
    ("ProbeCertificateAuthority", "/etc/ca.pem", { $0.probes[0].http.certificateAuthority == "/etc/ca.pem" }),
    ("ProbeClientCertificate", "probe", { $0.probes[1].http.clientCertificate == "probe" }),
    ("ProbeClientKey", "probe.key", { $0.probes[1].http.clientKey == "probe.key" }),
    ("ProbeInsecure", "yes", { $0.probes.allSatisfy { $0.http.isInsecure } }),
    ("HeartbeatSec", "5s", { $0.heartbeat == .seconds(5) && $0.ownHeartbeat == .seconds(5) }),
    ("ProbeAdaptive", "yes", { $0.probes.map(\.isAdaptive) == [false, true, true] }),
    ("ProbeAdaptive", "no", { !$0.probes.contains(where: \.isAdaptive) }),
    ("SoftWatchdog", "yes", { $0.softWatchdog }), ("OnUnready", "none", { $0.onUnready == .none }),
    ("OnUnready", "restart", { $0.onUnready == .restart }),
    (
      "OnUnready", "command /bin/x  'a b' c",
      { $0.onUnready == .command(["/bin/x", "a b", "c"].map { Array($0.utf8) }) }
    ),
    ("HeartbeatSec", "100ms", { $0.probes.last?.interval == .milliseconds(100) }),
    ("Restart", "no", { $0.restart == .no }), ("Restart", "on-failure", { $0.restart == .onFailure }),
    ("Restart", "always", { $0.restart == .always }),
    ("RestartFirstDelaySec", "1.5s", { $0.backOff.first == .milliseconds(1500) }),
    ("RestartDelaySec", "100ms", { $0.backOff.delay == .milliseconds(100) }),
    ("RestartDelayFactor", "1.5", { $0.backOff.factor == 1.5 }),
    ("RestartDelayMaxSec", "5min", { $0.backOff.maximum == .seconds(300) }),
    ("RestartJitter", "25%", { $0.backOff.jitter == 0.25 }),
    ("RestartJitter", "0%", { $0.backOff.jitter == 0 }), ("RestartLimit", "0", { $0.backOff.limit == 0 }),
    ("RestartLimitIntervalSec", "1h", { $0.backOff.limitInterval == .seconds(3600) }),
    ("RestartLimitIntervalSec", "infinity", { $0.backOff.limitInterval == nil }),
    ("RestartHealthySec", "10", { $0.backOff.healthyReset == .seconds(10) }),
    ("OnRestartLimit", "retry-slowly", { $0.onRestartLimit == .retrySlowly }),
    ("RestartSlowSec", "1h", { $0.restartSlow == .seconds(3600) }),
    ("TimeoutStartSec", "20", { $0.startTimeout == .seconds(20) }),
    ("TimeoutStartSec", "0", { $0.startTimeout == nil }),
    ("TimeoutStopSec", "20", { $0.stopTimeout == .seconds(20) }),
    ("TimeoutStopSec", "0", { $0.stopTimeout == nil }),
    ("TimeoutStopSec", "infinity", { $0.stopTimeout == nil }),
    ("TimeoutAbortSec", "infinity", { $0.abortTimeout == nil }),
    ("KillSignal", "SIGQUIT", { $0.killSignal == 3 }), ("ReloadSignal", "HUP", { $0.reloadSignal == 1 }),
    ("OnStart", "/bin/a 'b c'", { $0.hooks[.start].map(\.arguments.count) == [2] }),
    ("OnReady", "-/bin/a", { $0.hooks[.ready].first?.ignoresFailure == true }),
    ("OnStop", "/bin/a", { $0.hooks[.stop].map(\.program) == ["/bin/a"] }),
    ("OnUnhealthy", "/bin/a", { $0.hooks[.unhealthy].count == 1 && !$0.hooks.isEmpty }),
    ("OnRecovered", "/bin/a", { $0.hooks[.recovered].count == 1 }),
    ("OnFailed", "/bin/a", { $0.hooks[.failed].count == 1 && $0.hooks[.ready].isEmpty }),
    ("HookTimeoutSec", "1min", { $0.hooks.timeout == .seconds(60) }),
    ("User", "www-data", { $0.user == "www-data" }), ("Group", "33", { $0.group == "33" }),
    ("SupplementaryGroups", "a  b", { $0.supplementaryGroups == ["a", "b"] }),
    ("WorkingDirectory", "/srv", { $0.workingDirectory == "/srv" }), ("UMask", "0027", { $0.umask == 0o27 }),
    (
      "Limit", "nofile=4096:8192", { $0.limits == [ResourceLimit(resource: .nofile, soft: 4096, hard: 8192)] }
    ),
    ("Environment", "A=1 'B=x y'", { $0.environment == ["A=1", "B=x y"] }),
    ("NoNewPrivileges", "yes", { $0.noNewPrivileges }),
    (
      "LivenessProbe", "tcp://h:1",
      { $0.probes.count == 4 && $0.probes[3].target == .tcp(host: "h", port: 1) }
    ),
    ("ReadinessProbe", "notify", { $0.probes[2].target == .notify }),
    ("StartupProbe", "unix:/run/x", { $0.probes[1].target == .unix(path: "/run/x") }),
  ]

  @Test("a key takes its documented values", arguments: good)
  func takes(key: String, value: String, holds: @Sendable (Policy) -> Bool) throws {
    var policy = Self.base
    try #require(PolicyKey.named(key)).set(value, in: &policy)
    #expect(holds(policy), "\(key)=\(value)")
  }

  static let bad: [(keys: [String], values: [String], part: String)] = [
    (
      [
        "ProbeIntervalSec", "ProbeTimeoutSec", "ProbeStartIntervalSec", "RestartSlowSec",
        "LivenessProbeTimeoutSec",
      ],
      ["0", "500us"], "is too short: at least 1ms"
    ),
    (
      ["ProbeIntervalSec", "RestartDelaySec", "RestartDelayMaxSec", "RestartHealthySec"], ["infinity", "2y"],
      "is too long: at most a year"
    ),
    (
      ["ProbeInitialDelaySec", "TimeoutStopSec", "RestartLimitIntervalSec", "StartupProbeInitialDelaySec"],
      ["-1", "10 parsecs", "soon", "1s 2x"], ""
    ),
    (
      ["FailureThreshold", "SuccessThreshold"], ["0", "-1", "+3", "1.5", "many", "1000001"],
      "is no whole number from 1"
    ),
    (["RestartLimit"], ["-1", "", " 3", "9999999999999999999999"], "is no whole number from 0"),
    (["RestartDelayFactor"], ["0.5", "101", "nan", "inf", "0x2", "+2", ""], "is no number from 1 to 100"),
    (["RestartJitter"], ["10", "101%", "-1%", "+5%", "%", "1.5%"], "is no percentage"),
    (["Restart"], ["on-error", "yes", "ALWAYS"], "is none of: no, on-success, on-failure"),
    (["OnRestartLimit"], ["retry", "Fail"], "is none of: fail, retry-slowly"),
    (["KillSignal", "ReloadSignal"], ["0", "65", "SIGTREM", "-9"], "signal"),
    (["OnStart", "OnFailed"], ["", "true", "-", "-true", "./a", "/bin/a 'b"], ""),
    (["HookTimeoutSec"], ["0", "infinity", "2y"], ""),
    (["User", "Group"], ["", "a b", "a:b", String(repeating: "x", count: 256)], "is no user or group name"),
    (
      ["WorkingDirectory"], ["srv", "~x", "./x", "/" + String(repeating: "x", count: 4096)],
      "is no absolute path"
    ),
    (["UMask"], ["8", "1000", "+7", "u=rwx"], "is no octal mask"),
    (["Limit"], ["nofile", "nofiles=3", "nofile=5:4", "core=x"], ""),
    (["Environment"], ["A", "1A=b", "=x", "'A=b"], ""),
    (["NoNewPrivileges"], ["maybe", ""], "neither yes nor no"),
    (["ProbeMethod", "LivenessProbeMethod"], ["get", "DELETE", "GET /", ""], "is none of: GET, HEAD"),
    (
      ["ProbeHost", "StartupProbeHost"],
      [
        "", "a b", "a:80", "https://a", "a/b", "user@a", "127.0.0.1", "[::1]", "a\r\nX: y", ".a", "-a",
        "a%41",
        "h\u{e9}", String(repeating: "x", count: 254),
      ], "is no host's name"
    ),
    (
      ["ProbeStatus", "ReadinessProbeStatus"],
      ["99", "1000", "2xx", "200-", "-200", "300-200", "200,204", "+20", "200-204-206", "٢٠٠"],
      "is no HTTP status"
    ),
    (["ProbeStatus"], ["", " ", String(repeating: "200 ", count: 33)], "has not 1 to 32 HTTP statuses"),
    (
      ["ProbeBody", "LivenessProbeBody"],
      ["", "(a", "a{99999}", "(a)\\1", "(?=a)", String(repeating: "x", count: 1001), "((a{9}){9}){9}"], ""
    ),
    (
      ["ProbeHeader"],
      [
        "", "X", ":v", "X y: z", "X\r\nY: z", "X: a\r\nY: b", "X: a\u{0}", "X: \u{7f}", "h\u{e9}: a",
        "X: " + String(repeating: "x", count: 4096),
      ], "header"
    ),
    (
      ["ProbeHeader"], ["Content-Length: 5", "transfer-encoding: chunked", "Connection: x"],
      "upkeep-run's own"
    ),
    (["ProbeCertificateAuthority"], ["ca.pem", "", "./ca.pem"], "is no absolute path"),
    (
      ["ProbeClientCertificate", "ProbeClientKey"], ["", ".", "..", "a/b", "/a", "a:b", "a b"],
      "is no credential"
    ),
    (["ProbeInsecure"], ["maybe", ""], "neither yes nor no"),
    (["SoftWatchdog", "ProbeAdaptive"], ["maybe", ""], "neither yes nor no"),
    (
      ["OnUnready"], ["", "command", "Restart", "restart now", "exec:/bin/x"],
      "is none of: none, restart, command /PROGRAM ARGUMENTS"
    ),
    (
      ["OnUnready"], ["command x", "command ./x", "command "], "has no program: write command /ABSOLUTE/PATH"
    ),
    (["HeartbeatSec"], ["0", "99ms"], "is too short for heartbeats: at least 100ms"),
    (["HeartbeatSec"], ["infinity", "2y"], "is too long: at most a year"),
    (["StartupProbe", "LivenessProbe"], ["notify"], "can only be a ReadinessProbe"),
    (["ReadinessProbe"], ["ftp://x", "localhost:80"], "is no probe: write http://"),
  ]

  @Test("a key refuses what it does not take, says so and changes nothing", arguments: bad)
  func refuses(keys: [String], values: [String], part: String) throws {
    for name in keys {
      let key = try #require(PolicyKey.named(name))
      for value in values {
        var policy = Self.base
        let error = #expect(throws: ValueError.self, "\(name)=\(value)") { try key.set(value, in: &policy) }
        #expect(error?.message.contains(part) == true, "\(name)=\(value): \(error?.message ?? "")")
        #expect(policy == Self.base, "\(name)=\(value)")
      }
    }
  }

  @Test("a service may have so many probes of a kind, and not one more")
  func mostProbes() throws {
    let key = try #require(PolicyKey.named("LivenessProbe"))
    var policy = Policy()
    for port in 1...16 { try key.set("tcp://h:\(port)", in: &policy) }
    #expect(throws: ValueError(message: "more than 16 probes of one kind")) {
      try key.set("tcp://h:17", in: &policy)
    }
    #expect(policy.probes.count == 16)
  }

  @Test("a request has so many headers, and not one more")
  func mostHeaders() throws {
    let key = try #require(PolicyKey.named("ProbeHeader"))
    var policy = Self.base
    for number in 1...32 { try key.set("X-\(number): a", in: &policy) }
    #expect(throws: ValueError(message: "more than 32 of ProbeHeader=")) {
      try key.set("X-33: a", in: &policy)
    }
    #expect(policy.probes[0].http.headers.count == 32)
  }

  @Test("a key that was set can be taken back", arguments: good)
  func clears(key: String, value: String, holds: @Sendable (Policy) -> Bool) throws {
    let key = try #require(PolicyKey.named(key))
    var policy = Policy()
    try key.set(value, in: &policy)
    key.clear(in: &policy)
    #expect(policy.probes == Policy().probes && policy.backOff == Policy().backOff)
    // A kind whose numbers were set and taken back is as good as one without numbers.
    for kind in ProbeKind.allCases { policy.targets[kind] = [.notify] }
    var fresh = Policy()
    for kind in ProbeKind.allCases { fresh.targets[kind] = [.notify] }
    #expect(policy.probes == fresh.probes)
    #expect(policy.stopTimeout == fresh.stopTimeout && policy.limits.isEmpty && policy.user == nil)
  }

  @Test("a key goes back to the base that is given, a list becomes empty")
  func clearsToBase() throws {
    let base = Policy.with {
      $0.stopTimeout = .seconds(300)
      $0.environment = ["A=1"]
    }
    var policy = base
    try #require(PolicyKey.named("TimeoutStopSec")).set("5", in: &policy)
    try #require(PolicyKey.named("TimeoutStopSec")).clear(in: &policy, to: base)
    try #require(PolicyKey.named("Environment")).clear(in: &policy, to: base)
    #expect(policy.stopTimeout == .seconds(300))
    #expect(policy.environment.isEmpty)
  }
}
