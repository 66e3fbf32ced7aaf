import Systemd
import SystemdManager
import Testing

@testable import Inspection

@Suite("Why a unit is in its state")
struct UnitExplanationTests {
  struct Row: Sendable, CustomTestStringConvertible {
    let sentences: [String]
    let values: [String: BusVariant]
    var requirements: [UnitSummary] = []
    var testDescription: String { sentences.joined(separator: "; ") }
  }

  /// A service with these properties beside the usual ones.
  private static func service(_ state: String, _ values: [String: BusVariant]) -> [String: BusVariant] {
    let usual: [String: BusVariant] = [
      "Id": .string("a.service"), "LoadState": .string("loaded"), "ActiveState": .string(state),
      "InactiveExitTimestamp": .uint64(5), "Type": .string("simple"),
    ]
    return usual.merging(values) { $1 }
  }

  private static func ended(_ code: Int32, _ status: Int32, _ result: String) -> [String: BusVariant] {
    ["Result": .string(result), "ExecMainCode": .int32(code), "ExecMainStatus": .int32(status)]
  }

  private static func command(_ path: String, _ code: Int32, _ status: Int32) -> BusVariant {
    let times = (0..<4).map { _ in BusVariant.uint64(1) }
    return .array(
      of: "(sasbttttuii)",
      [
        .structure(
          [.string(path), .array(of: "s", [.string(path)]), .boolean(false)] + times
            + [.uint32(7), .int32(code), .int32(status)])
      ])
  }

  private static func check(_ type: String, _ parameter: String, negated: Bool, _ state: Int32) -> BusVariant
  {
    .structure([.string(type), .boolean(false), .boolean(negated), .string(parameter), .int32(state)])
  }

  static let rows: [Row] = [
    Row(sentences: [], values: service("active", [:])),
    Row(
      sentences: ["there is no unit file of this name"],
      values: service("inactive", ["LoadState": .string("not-found")])),
    Row(
      sentences: ["it is masked at /etc/a and cannot be started; 'upkeep unmask a.service' undoes it"],
      values: service("inactive", ["LoadState": .string("masked"), "FragmentPath": .string("/etc/a")])),
    Row(
      sentences: ["systemd could not use its file (Bad!); see 'upkeep lint a.service'"],
      values: service(
        "inactive",
        ["LoadState": .string("bad-setting"), "LoadError": .structure([.string("x.Bad"), .string("Bad!")])])),
    Row(
      sentences: ["its main process exited with status 3"],
      values: service("failed", ended(1, 3, "exit-code"))),
    Row(
      sentences: ["its main process exited with status 3 (NOTIMPLEMENTED)"],
      values: service(
        "failed", ended(1, 3, "exit-code").merging(["SourcePath": .string("/etc/init.d/a")]) { $1 })),
    Row(
      sentences: ["/bin/pre of ExecStartPre= exited with status 3"],
      values: service("failed", ["Result": .string("exit-code"), "ExecStartPre": command("/bin/pre", 1, 3)])),
    Row(
      sentences: [
        "its main process exited with status 217 (USER): the user of User= does not exist or could not be taken"
      ], values: service("failed", ended(1, 217, "exit-code"))),
    Row(
      sentences: ["its main process was killed by SIGKILL"], values: service("failed", ended(2, 9, "signal"))),
    Row(
      sentences: ["its main process crashed with SIGSEGV and left a core dump"],
      values: service("failed", ended(3, 11, "core-dump"))),
    Row(
      sentences: ["/bin/false of ExecStartPre= exited with status 1 (FAILURE)"],
      values: service(
        "failed", ["Result": .string("exit-code"), "ExecStartPre": command("/bin/false", 1, 1)])),
    Row(
      sentences: ["it did not start within TimeoutStartSec=1min 30s"],
      values: service("failed", ["Result": .string("timeout"), "TimeoutStartUSec": .uint64(90_000_000)])),
    Row(
      sentences: ["it did not stop or reload within TimeoutStopSec=5s and was killed"],
      values: service(
        "failed",
        [
          "Result": .string("timeout"), "TimeoutStopUSec": .uint64(5_000_000),
          "ActiveEnterTimestamp": .uint64(6),
        ])),
    Row(
      sentences: ["it sent no WATCHDOG=1 within WatchdogSec=30s and was ended"],
      values: service("failed", ["Result": .string("watchdog"), "WatchdogUSec": .uint64(30_000_000)])),
    Row(
      sentences: [
        "its main process exited with status 1 (FAILURE)",
        "systemd gave up after 3 restarts: no more than 3 starts in 1min are allowed (StartLimitBurst=); "
          + "'upkeep reset-failed a.service' allows more",
      ],
      values: service("failed", ended(1, 1, "exit-code")).merging([
        "NRestarts": .uint32(3), "StartLimitBurst": .uint32(3), "StartLimitIntervalUSec": .uint64(60_000_000),
        "Restart": .string("always"),
      ]) { $1 }),
    Row(
      sentences: [
        "it did not do what Type=notify demands: it ended before it sent READY=1; its main process exited with "
          + "status 0 (SUCCESS)"
      ], values: service("failed", ended(1, 0, "protocol")).merging(["Type": .string("notify")]) { $1 }),
    Row(
      sentences: [
        "it waits RestartSec=10min for its next restart; its main process exited with status 1 (FAILURE)"
      ],
      values: service("activating", ended(1, 1, "exit-code")).merging([
        "SubState": .string("auto-restart"), "RestartUSec": .uint64(600_000_000),
      ]) { $1 }),
    Row(
      sentences: ["it runs and has not said READY=1 yet"],
      values: service("activating", ["SubState": .string("start"), "Type": .string("notify")])),
    Row(
      sentences: ["the condition ConditionPathExists=!/nope did not hold, so it was not started"],
      values: service(
        "inactive",
        [
          "ConditionTimestamp": .uint64(1), "ConditionResult": .boolean(false),
          "Conditions": .array(
            of: "(sbbsi)",
            [
              check("ConditionPathExists", "/nope", negated: true, -1),
              check("ConditionHost", "b", negated: false, 1),
            ]),
        ])),
    Row(
      sentences: [
        "systemd remembers no start of it since the boot; it is not enabled, and 'upkeep enable a.service' lets it start at boot"
      ],
      values: service(
        "inactive", ["InactiveExitTimestamp": .uint64(0), "UnitFileState": .string("disabled")])),
    Row(
      sentences: ["it requires b.service, which is failed"], values: service("inactive", [:]),
      requirements: [UnitSummary(name: "b.service", activeState: .failed, subState: "failed")]),
    Row(
      sentences: [
        "its processes are frozen; 'upkeep resume a.service' lets them go on",
        "its files have changed since systemd read them; 'upkeep daemon-reload' reads them again",
      ], values: service("active", ["FreezerState": .string("frozen"), "NeedDaemonReload": .boolean(true)])),
  ]

  @Test("the reason and what helps are told", arguments: rows)
  func explains(row: Row) {
    #expect(
      UnitExplanation(of: UnitProperties(row.values), requirements: row.requirements).sentences
        == row.sentences)
  }

  @Test("what helps is a command for the same manager")
  func options() {
    let values = Self.service(
      "active", ["FreezerState": .string("frozen"), "NeedDaemonReload": .boolean(true)])
    let sentences = UnitExplanation(of: UnitProperties(values), options: ManagerAddress.user.options)
      .sentences
    #expect(
      sentences == [
        "its processes are frozen; 'upkeep resume --user a.service' lets them go on",
        "its files have changed since systemd read them; 'upkeep daemon-reload --user' reads them again",
      ])
    let others: [ManagerAddress] = [.system, .host("root@alpha"), .machine("box"), .machineUser("me@box")]
    #expect(others.map(\.options) == ["", "-H root@alpha ", "-M box ", "--user -M me@box "])
  }

  @Test("a unit under upkeep-run is known by its command")
  func supervised() {
    func unit(_ path: String, _ arguments: [String]) -> UnitProperties {
      let fields: [BusVariant] = [.string(path), .array(of: "s", arguments.map { .string($0) })]
      return UnitProperties(["ExecStart": .array(of: "(sas)", [.structure(fields)])])
    }
    #expect(unit("/usr/bin/upkeep-run", ["upkeep-run"]).isSupervised)
    #expect(unit("/usr/bin/upkeep", ["upkeep", "run", "--", "x"]).isSupervised)
    #expect(!unit("/usr/bin/upkeep", ["upkeep", "list"]).isSupervised)
    #expect(!unit("/usr/bin/nginx", ["upkeep-run"]).isSupervised)
    #expect(!UnitProperties().isSupervised)
  }

  @Test("does not say that a unit never ran when its log has what it wrote")
  func forgotten() {
    let values = Self.service("inactive", ["InactiveExitTimestamp": .uint64(0)])
    var explanation = UnitExplanation(of: UnitProperties(values))
    #expect(explanation.sentences == ["systemd remembers no start of it since the boot"])
    explanation.hasWritten()
    #expect(
      explanation.sentences == [
        "it ran since the boot, and systemd has forgotten how that ended; its log tells"
      ])
    var other = UnitExplanation(of: UnitProperties(Self.service("inactive", [:])))
    other.hasWritten()
    #expect(other.sentences == [])
  }
}
