import Inspection
import SystemdManager
import Testing

@Suite("What doctor makes of the facts")
struct CheckUpTests {
  /// A machine on which all is well.
  private static var well: MachineFacts {
    var facts = MachineFacts()
    facts.isBooted = true
    facts.installed = 257
    facts.managerVersion = "257.9-1"
    facts.journal = .persistent
    facts.groups = .unified
    facts.controllers = ["cpuset", "cpu", "io", "memory", "pids"]
    facts.ownVersion = "1.0 (abc)"
    facts.runner = .found(path: "/usr/bin/upkeep-run", version: "1.0 (abc)")
    facts.hasCatalog = true
    facts.isSynchronised = true
    facts.rooms = [.init(path: "/var/lib", purpose: "state", free: 50 << 30, size: 100 << 30)]
    facts.corePattern = "|/usr/lib/systemd/systemd-coredump %P"
    (facts.threads, facts.threadLimit) = (200, 30_000)
    return facts
  }

  /// What is not well after a change, each as `check severity`.
  private func findings(_ change: (inout MachineFacts) -> Void) -> [String] {
    var facts = Self.well
    change(&facts)
    return facts.findings.filter { $0.severity > .ok }.map { "\($0.check) \($0.severity.rawValue)" }
  }

  @Test("a machine on which all is well has findings that are all well")
  func well() {
    #expect(findings { _ in } == [])
    #expect(
      Self.well.findings.map(\.check) == [
        "systemd", "bus", "journal", "journal-rights", "control-groups", "libcurl", "upkeep-run", "catalog",
        "clock", "disk", "core-dumps", "tasks",
      ])
  }

  @Test("each fact that is not well is a finding of its own")
  func single() {
    #expect(findings { $0.managerVersion = "249.11" } == ["systemd warning"])
    #expect(findings { $0.busFailure = "no" } == ["bus problem"])
    #expect(findings { $0.journal = .volatile } == ["journal warning"])
    #expect(findings { $0.journal = MachineFacts.Journal.none } == ["journal problem"])
    #expect(findings { $0.journalHint = "sudo usermod" } == ["journal-rights warning"])
    #expect(findings { $0.groups = .legacy } == ["control-groups warning"])
    #expect(findings { $0.groups = nil } == ["control-groups problem"])
    #expect(findings { $0.controllers = ["cpu", "io", "pids"] } == ["control-groups warning"])
    #expect(findings { $0.controllers = ["cpu", "memory", "pids"] } == ["control-groups note"])
    #expect(findings { $0.curlFailure = "none" } == ["libcurl warning"])
    #expect(findings { $0.missingCompressors = ["libzstd.so.1"] } == ["compression warning"])
    #expect(findings { $0.hasSSH = false } == ["ssh note"])
    #expect(findings { $0.runner = .missing(path: "/x") } == ["upkeep-run problem"])
    #expect(findings { $0.runner = .broken(path: "/x", reason: "no") } == ["upkeep-run problem"])
    #expect(findings { $0.runner = .found(path: "/x", version: "0.9") } == ["upkeep-run warning"])
    #expect(findings { $0.hasCatalog = false } == ["catalog note"])
    #expect(findings { $0.isSynchronised = false } == ["clock warning"])
    #expect(findings { $0.corePattern = "core" } == ["core-dumps note"])
    #expect(findings { $0.hasCoreProgram = false } == ["core-dumps warning"])
  }

  @Test(
    "disks are judged by what is free of them, in bytes and in files",
    arguments: [
      (50 << 30, 100 << 30, 0, 0, []), (4 << 30, 100 << 30, 0, 0, ["disk warning"]),
      (1 << 20, 100 << 30, 0, 0, ["disk problem"]), (40 << 20, 100 << 20, 0, 0, []),
      (50 << 30, 100 << 30, 1, 100, ["disk warning"]), (50 << 30, 100 << 30, 50, 100, []), (0, 0, 0, 0, []),
    ] as [(UInt64, UInt64, UInt64, UInt64, [String])])
  func disks(free: UInt64, size: UInt64, freeFiles: UInt64, files: UInt64, expected: [String]) {
    let room = MachineFacts.Room(
      path: "/d", purpose: "state", free: free, size: size, freeFiles: freeFiles, files: files)
    #expect(findings { $0.rooms = [room] } == expected)
  }

  @Test(
    "threads near their limit are a warning, at it a problem",
    arguments: [(100, []), (850, ["tasks warning"]), (960, ["tasks problem"]), (1000, ["tasks problem"])]
      as [(UInt64, [String])])
  func threads(used: UInt64, expected: [String]) {
    #expect(findings { ($0.threads, $0.threadLimit) = (used, 1000) } == expected)
    #expect(findings { ($0.groupTasks, $0.groupTaskLimit) = (used, 1000) } == expected)
  }

  @Test("without systemd that is the problem, and what only it has is not looked at")
  func withoutSystemd() {
    var facts = MachineFacts()
    facts.installed = 252
    #expect(facts.findings.filter { $0.severity == .problem }.map(\.check) == ["systemd"])
    #expect(facts.findings.first?.fact.contains("systemd 252 is installed but does not run") == true)
    #expect(!facts.findings.contains { ["bus", "journal", "catalog"].contains($0.check) })
  }

  @Test("every finding that is worse than a note says what to do, or what it means")
  func fixes() {
    var facts = Self.well
    facts.journal = .volatile
    facts.curlFailure = "none"
    facts.runner = .missing(path: "/x")
    facts.isSynchronised = false
    facts.rooms = [.init(path: "/d", purpose: "the journal", free: 1, size: 100 << 30)]
    for finding in facts.findings where finding.severity > .note {
      #expect(finding.fix?.isEmpty == false && !finding.meaning.isEmpty, "\(finding)")
    }
  }

  @Test("troubles of units are findings, one a kind, with the units' names")
  func units() throws {
    var troubles = UnitTroubles()
    troubles.hasAnswer = true
    #expect(troubles.findings.map(\.check) == ["failed-units", "supervised-units"])
    troubles.failed = ["a.service"]
    troubles.looping = ["b.service", "c.service"]
    troubles.broken = ["d.service"]
    troubles.stale = ["e.service"]
    troubles.taskLimited = ["f.service"]
    troubles.memoryKilled = ["g.service"]
    troubles.wrong = ["h.service"]
    troubles.supervised = ["i.service"]
    troubles.absent = [
      .init(unit: "j.service", isMasked: true, requiredBy: ["k.service"]),
      .init(unit: "l.service", isMasked: false, wantedBy: ["m.target"]),
    ]
    let found = troubles.findings.map {
      "\($0.check) \($0.severity.rawValue) \($0.units.joined(separator: " "))"
    }
    #expect(
      found == [
        "failed-units problem a.service", "restart-loops problem b.service c.service",
        "broken-units problem d.service", "required-units warning j.service", "wanted-units note l.service",
        "stale-units warning e.service", "task-limits warning f.service", "memory-limits warning g.service",
        "own-units warning h.service", "supervised-units ok i.service",
      ])
    let first = try #require(troubles.findings.first)
    #expect(first.fix == "upkeep status a.service")
    troubles.isUser = true
    #expect(troubles.findings.first?.fix == "upkeep status --user a.service")
    troubles.failed = (0..<20).map { "u\($0).service" }
    #expect(troubles.findings.first?.fact.hasSuffix("u7.service and 12 more") == true)
    #expect(troubles.findings.first?.fix == "upkeep status --user")
  }

  @Test(
    "a service that is started again and again is told from one that was restarted once",
    arguments: [
      ("auto-restart", 1, 10, true), ("auto-restart", 0, 0, false), ("running", 3, 900, true),
      ("running", 2, 900, false), ("running", 9, 1, false), ("dead", 0, 0, false),
    ] as [(String, UInt64, UInt64, Bool)])
  func loops(subState: String, restarts: UInt64, began: UInt64, expected: Bool) {
    let unit = UnitSummary(name: "a.service", activeState: .active, subState: subState)
    let now: UInt64 = 300_000_500
    #expect(UnitTroubles.isLooping(unit, restarts: restarts, began: began, now: now) == expected)
  }
}
