import Supervision
import TestSupport
import Testing
import UnitFiles

@Suite("Policies from unit files")
struct PolicyReaderTests {
  /// A unit made of a file and drop-ins.
  private static func unit(_ files: String...) -> Unit {
    Unit(
      name: "x.service",
      files: files.enumerated().map { index, text in
        UnitFile(parsing: Array(text.utf8), path: index == 0 ? "x.service" : "\(index).conf")
      })
  }

  private static func errors(_ unit: Unit, isStandalone: Bool = false) -> [String] {
    do throws(PolicyReader.Failure) {
      _ = try PolicyReader.policy(of: unit, isStandalone: isStandalone)
      return []
    } catch {
      return error.diagnostics.map(\.description)
    }
  }

  @Test("without a section of ours the defaults hold")
  func defaults() throws {
    #expect(try PolicyReader.policy(of: Self.unit("[Service]\nExecStart=/bin/x\n")) == Policy())
    #expect(try PolicyReader.policy(of: Self.unit("")) == Policy())
  }

  @Test("a whole section is read")
  func example() throws {
    let policy = try PolicyReader.policy(
      of: Self.unit(
        """
        [Service]
        ExecStart=/usr/bin/upkeep-run -- /usr/bin/app
        Restart=always
        TimeoutStopSec=5min

        [X-Upkeep]
        # how it is asked
        ReadinessProbe=http://127.0.0.1:8080/health
        LivenessProbe=tcp://127.0.0.1:8080
        LivenessProbe=exec:/usr/bin/check "a b"
        ProbeIntervalSec=5s
        LivenessProbeIntervalSec=30s
        FailureThreshold=2
        RestartDelayMaxSec=1min
        """))
    #expect(policy.restart == .always)
    #expect(policy.stopTimeout == .seconds(300))
    #expect(policy.backOff.maximum == .seconds(60))
    #expect(
      policy.probes == [
        ProbeSettings(
          kind: .readiness, target: .http(url: "http://127.0.0.1:8080/health"), interval: .seconds(5),
          failureThreshold: 2),
        ProbeSettings(
          kind: .liveness, target: .tcp(host: "127.0.0.1", port: 8080), interval: .seconds(30),
          failureThreshold: 2),
        ProbeSettings(
          kind: .liveness, target: .exec(["/usr/bin/check", "a b"].map { Array($0.utf8) }),
          interval: .seconds(30), failureThreshold: 2),
      ])
  }

  static let wrong: [(text: String, errors: [String])] = [
    (
      "[X-Upkeep]\nRestartDelayMaxSecs=3\n",
      ["x.service:2:1: unknown key RestartDelayMaxSecs= in [X-Upkeep], did you mean RestartDelayMaxSec=?"]
    ),
    (
      "[X-Upkeep]\n  redinessprobe=notify\n",
      ["x.service:2:3: unknown key redinessprobe= in [X-Upkeep], did you mean ReadinessProbe=?"]
    ),
    ("[X-Upkeep]\nColour=red\n", ["x.service:2:1: unknown key Colour= in [X-Upkeep]"]),
    (
      "[X-Upkeep]\n\nRestartLimit = many\n",
      ["x.service:3:16: RestartLimit=: \"many\" is no whole number from 0 to 1000000"]
    ),
    (
      "[X-Upkeep]\nRestartJitter=5\nUser=a b\n",
      [
        "x.service:2:15: RestartJitter=: \"5\" is no percentage: write 0% to 100%",
        "x.service:3:6: User=: \"a b\" is no user or group name",
      ]
    ),
    (
      "[X-Upkeep-Hook db]\nCount=3\n",
      [
        "x.service:2:1: section [X-Upkeep-Hook db] is unknown: only [X-Upkeep] and [X-Upkeep-Repair NAME] are read"
      ]
    ),
  ]

  @Test("what is wrong is told with file, line and column", arguments: wrong)
  func faults(text: String, errors: [String]) {
    #expect(Self.errors(Self.unit(text)) == errors)
  }

  @Test("the place of a fault inside a value is told, also behind a continuation")
  func places() {
    let limit = Self.errors(Self.unit("[X-Upkeep]\nLimit=nofile=4x\n"))
    #expect(limit.first?.hasPrefix("x.service:2:14: Limit=: nofile: ") == true)
    let text = "[X-Upkeep]\nEnvironment=A=1 \\\n  B\n"
    #expect(Self.errors(Self.unit(text)).first?.hasPrefix("x.service:3:3: Environment=: ") == true)
  }

  @Test("no more than twenty faults are told")
  func manyFaults() {
    let text = "[X-Upkeep]\n" + String(repeating: "Nonsense=1\n", count: 1000)
    #expect(Self.errors(Self.unit(text)).count == 20)
  }

  @Test("faults in drop-ins are told with the drop-in's name")
  func faultInDropIn() {
    let errors = Self.errors(Self.unit("[X-Upkeep]\n", "[X-Upkeep]\nRestartLimit=x\n"))
    #expect(errors == ["1.conf:2:14: RestartLimit=: \"x\" is no whole number from 0 to 1000000"])
  }

  @Test("what systemd reads is not ours to judge")
  func foreignFaults() {
    #expect(
      Self.errors(
        Self.unit("[Service]\nRestart=sometimes\nTimeoutStopSec=x\nKillSignal=SIGFOO\nNonsense=1\n"))
        == [])
  }

  @Test("a drop-in overrides a single value, adds to a list, and an empty one empties it")
  func dropIns() throws {
    let file = "[X-Upkeep]\nRestartLimit=3\nLivenessProbe=tcp://a:1\nEnvironment=A=1\nRestartJitter=5%\n"
    let added = try PolicyReader.policy(
      of: Self.unit(file, "[X-Upkeep]\nRestartLimit=4\nLivenessProbe=tcp://b:2\n"))
    #expect(added.backOff.limit == 4)
    #expect(added.probes.map(\.target.description) == ["tcp://a:1", "tcp://b:2"])
    let emptied = try PolicyReader.policy(
      of: Self.unit(
        file, "[X-Upkeep]\nRestartLimit=\nLivenessProbe=\nLivenessProbe=tcp://b:2\nEnvironment=\n"))
    #expect(emptied.backOff.limit == 10)
    #expect(emptied.backOff.jitter == 0.05)
    #expect(emptied.probes.map(\.target.description) == ["tcp://b:2"])
    #expect(emptied.environment.isEmpty)
  }

  @Test("an empty key goes back to what [Service] says")
  func resetToInherited() throws {
    let policy = try PolicyReader.policy(
      of: Self.unit(
        "[Service]\nTimeoutStopSec=5min\nKillSignal=SIGINT\nRestart=always\n"
          + "[X-Upkeep]\nTimeoutStopSec=1\nKillSignal=SIGQUIT\nRestart=no\n",
        "[X-Upkeep]\nTimeoutStopSec=\nKillSignal=\nRestart=\n"))
    #expect(policy.stopTimeout == .seconds(300))
    #expect(policy.killSignal == 2)
    #expect(policy.restart == .always)
  }

  static let inherited: [(text: String, @Sendable (Policy) -> Bool)] = [
    ("TimeoutStopSec=20", { $0.stopTimeout == .seconds(20) && $0.restartStartTimeout == nil }),
    ("TimeoutSec=20", { $0.stopTimeout == .seconds(20) && $0.restartStartTimeout == .seconds(20) }),
    (
      "TimeoutSec=20\nTimeoutStopSec=5",
      { $0.stopTimeout == .seconds(5) && $0.restartStartTimeout == .seconds(20) }
    ),
    ("TimeoutStopSec=5\nTimeoutSec=20", { $0.stopTimeout == .seconds(20) }),
    ("TimeoutStopSec=infinity", { $0.stopTimeout == nil }), ("TimeoutSec=0", { $0.stopTimeout == nil }),
    ("TimeoutStopSec=0", { $0.stopTimeout == nil }),
    ("TimeoutStopSec=5\nTimeoutStopSec=x", { $0.stopTimeout == .seconds(5) }),
    ("TimeoutStartSec=3min", { $0.restartStartTimeout == .seconds(180) && $0.startTimeout == nil }),
    ("TimeoutAbortSec=infinity", { $0.abortTimeout == nil }),
    ("TimeoutAbortSec=x", { $0.abortTimeout == .seconds(10) }),
    ("TimeoutAbortSec=3", { $0.abortTimeout == .seconds(3) }), ("KillSignal=SIGINT", { $0.killSignal == 2 }),
    ("Restart=always", { $0.restart == .always }), ("Restart=on-failure", { $0.restart == .onFailure }),
    ("SuccessExitStatus=143 SIGKILL", { $0.isClean(.exited(143)) && $0.isClean(.killed) }),
    ("SuccessExitStatus=143\nSuccessExitStatus=7", { $0.isClean(.exited(143)) && $0.isClean(.exited(7)) }),
    ("SuccessExitStatus=143\nSuccessExitStatus=", { !$0.isClean(.exited(143)) }),
    ("SuccessExitStatus=143 BOGUS 7", { $0.isClean(.exited(143)) && $0.isClean(.exited(7)) }),
    (
      "RestartPreventExitStatus=DATAERR",
      { !$0.restarts(after: .exited(65)) && $0.restarts(after: .exited(66)) }
    ),
    ("RestartForceExitStatus=0", { $0.restarts(after: .exited(0)) }),
    ("User=nobody\nUMask=0077\nLimitNOFILE=5", { $0.user == nil && $0.umask == nil && $0.limits.isEmpty }),
  ]

  @Test("what systemd was told about the service holds for the command too", arguments: inherited)
  func inherits(text: String, holds: @Sendable (Policy) -> Bool) throws {
    #expect(holds(try PolicyReader.policy(of: Self.unit("[Service]\n\(text)\n"))))
  }

  @Test("[X-Upkeep] comes before [Service]")
  func precedence() throws {
    let policy = try PolicyReader.policy(
      of: Self.unit("[X-Upkeep]\nTimeoutStopSec=1\n[Service]\nTimeoutStopSec=2\n"))
    #expect(policy.stopTimeout == .seconds(1))
  }

  @Test("without systemd what [Service] says of the process is taken over")
  func standalone() throws {
    let policy = try PolicyReader.policy(
      of: Self.unit(
        """
        [Service]
        User=root
        User=nobody
        Group=users
        SupplementaryGroups=a b
        SupplementaryGroups=c
        UMask=0027
        WorkingDirectory=-/srv
        NoNewPrivileges=yes
        LimitNOFILE=1:2
        LimitCORE=infinity
        [X-Upkeep]
        Group=wheel
        """), isStandalone: true)
    #expect(policy.user == "nobody")
    #expect(policy.group == "wheel")
    #expect(policy.supplementaryGroups == ["a", "b", "c"])
    #expect(policy.umask == 0o27)
    #expect(policy.workingDirectory == "-/srv")
    #expect(policy.noNewPrivileges)
    #expect(Set(policy.limits.map(\.description)) == ["core=infinity", "nofile=1:2"])
  }

  @Test("without systemd its own keys are judged too, as nobody else does")
  func standaloneFaults() {
    let text = "[Service]\nUser=a b\nUMask=999\nLimitNOFILE=5:4\nWorkingDirectory=srv\n"
    let errors = Self.errors(Self.unit(text), isStandalone: true)
    #expect(errors.count == 4)
    for (error, place) in zip(errors.sorted(), ["2:6", "3:7", "4:", "5:18"]) {
      #expect(error.hasPrefix("x.service:\(place)"))
    }
    #expect(Self.errors(Self.unit(text)) == [])
  }

  @Test("no bytes make the reader fail otherwise than by errors", arguments: 0..<200 as Range<UInt64>)
  func fuzz(seed: UInt64) {
    var generator = SeededGenerator(seed: seed)
    let pieces =
      PolicyKey.all.map { "\($0.name)=" } + [
        "[X-Upkeep]\n", "[Service]\n", "\n", "\\\n", "=", "%", "%n", "\"", "'", "\u{0}", "é", "infinity", "0",
        "-1",
        "99999999999999999999", "1y 1month", "tcp://[::1]:80", "http://", "exec:/x 'y", "unix:@",
        "LimitNOFILE=",
      ]
    var text = "[X-Upkeep]\n"
    for _ in 0..<Int.random(in: 1...60, using: &generator) {
      text += pieces.randomElement(using: &generator) ?? ""
    }
    for isStandalone in [true, false] {
      do throws(PolicyReader.Failure) {
        let policy = try PolicyReader.policy(of: Self.unit(text), isStandalone: isStandalone)
        #expect(policy.probes.allSatisfy { $0.interval >= .milliseconds(1) && $0.failureThreshold >= 1 })
      } catch {
        #expect(!error.diagnostics.isEmpty)
        #expect(error.diagnostics.allSatisfy { !$0.message.isEmpty && $0.position.line > 0 })
      }
    }
  }
}
