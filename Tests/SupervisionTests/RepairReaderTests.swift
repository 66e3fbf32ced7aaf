import Supervision
import TestSupport
import Testing
import UnitFiles

@Suite("Repair rules from unit files")
struct RepairReaderTests {
  private static func rules(_ text: String) throws(PolicyReader.Failure) -> [RepairRule] {
    try PolicyReader.policy(
      of: Unit(name: "x.service", files: [UnitFile(parsing: Array(text.utf8), path: "x.service")])
    ).repairs
  }

  @Test("a rule with every key is read")
  func whole() throws {
    let rules = try Self.rules(
      #"""
      [X-Upkeep-Repair db-timeout]
      LogMatch=Connection (refused|timed out) 100%
      LogMatch=\bdead lock\b
      LogExclude=retrying
      LogFile=/var/log/app/*.log
      LogUnit=postgresql.service
      Count=3
      WithinSec=1min
      Consecutive=2
      ProbeFailed=readiness liveness
      ExitStatus=1 SIGSEGV
      ExitStatus=DATAERR
      OOMKill=yes
      RestartLimitReached=yes
      DiskUsageAbove=/var/lib/app:95%
      MemoryAbove=80%
      MemoryAbove=512M
      CPUAbove=150%
      DescriptorsAbove=90%
      TasksAbove=100
      PressureAbove=memory:20%
      ForSec=30s
      Action=reload
      Action=signal USR1
      Action=command /usr/bin/mend --all "a b"
      Action=clean /var/cache/app/*.tmp older-than 1d keep 3
      Action=restart redis.service
      Action=restart
      Action=alert
      Action=fail
      ActionTimeoutSec=10s
      VerifySec=5s
      Attempts=2
      AttemptsIntervalSec=10min
      CooldownSec=0
      OnExhausted=fail

      [X-Upkeep-Repair other]
      ExitStatus=3
      Action=restart
      """#)
    let rule = try #require(rules.first)
    #expect(rules.map(\.name) == ["db-timeout", "other"])
    #expect(rule.log.matches.map(\.text) == ["Connection (refused|timed out) 100%", #"\bdead lock\b"#])
    #expect(rule.log.matches[1].position == Position(path: "x.service", line: 3, column: 10))
    #expect(rule.log.excludes.map(\.text) == ["retrying"])
    #expect(rule.log.files == ["/var/log/app/*.log"] && rule.log.units == ["postgresql.service"])
    #expect(rule.log.count == 3 && rule.log.interval == .seconds(60) && rule.log.consecutive == 2)
    #expect(!rule.log.readsOutput)
    #expect(rule.probesFailed == [.readiness, .liveness])
    #expect(rule.exitStatuses.codes == [1, 65] && rule.exitStatuses.signals == [11])
    #expect(rule.onOutOfMemory && rule.onRestartLimit)
    #expect(
      rule.marks == [
        .disk(path: "/var/lib/app", 0.95), .memory(.part(0.8)), .memory(.number(512 << 20)), .processor(1.5),
        .descriptors(.part(0.9)), .tasks(.number(100)), .pressure(.memory, 0.2),
      ])
    #expect(rule.markDuration == .seconds(30))
    #expect(
      rule.actions == [
        .reload, .signal(10), .command(["/usr/bin/mend", "--all", "a b"].map { Array($0.utf8) }),
        .clean(CleanRequest(pattern: "/var/cache/app/*.tmp", olderThan: .seconds(86_400), keep: 3)),
        .unit(.restart, "redis.service"), .restart, .alert, .fail,
      ])
    #expect(rule.actionTimeout == .seconds(10) && rule.verifyTime == .seconds(5))
    #expect(rule.attempts == 2 && rule.attemptsInterval == .seconds(600) && rule.cooldown == .zero)
    #expect(rule.onExhausted == .fail)
  }

  @Test("an empty value takes a key back")
  func reset() throws {
    let rules = try Self.rules(
      """
      [X-Upkeep-Repair a]
      LogMatch=one
      LogMatch=
      LogMatch=two
      ExitStatus=1
      ExitStatus=
      Count=5
      Count=
      Action=alert
      Action=
      Action=restart
      """)
    #expect(rules.first?.log.matches.map(\.text) == ["two"])
    #expect(rules.first?.exitStatuses == ExitStatusSet())
    #expect(rules.first?.log.count == 1)
    #expect(rules.first?.actions == [.restart])
  }

  static let wrong: [(text: String, error: String)] = [
    ("[X-Upkeep-Repair]\nCount=1\n", "x.service:2:1: section [X-Upkeep-Repair] needs a name of letters"),
    ("[X-Upkeep-Repair a b]\nCount=1\n", "x.service:2:1: section [X-Upkeep-Repair a b] needs a name"),
    (
      "[X-Upkeep-Repair a]\nLogMach=x\n",
      "x.service:2:1: unknown key LogMach= in [X-Upkeep-Repair a], did you mean LogMatch=?"
    ),
    ("[X-Upkeep-Repair a]\nAction=restart\n", "x.service:2:1: [X-Upkeep-Repair a] is never set off"),
    ("[X-Upkeep-Repair a]\nLogMatch=x\n", "x.service:2:1: [X-Upkeep-Repair a] does nothing: write Action="),
    ("[X-Upkeep-Repair a]\nExitStatus=1\nLogFile=/x\nAction=restart\n", "looks for nothing in its logs"),
    ("[X-Upkeep-Repair a]\nExitStatus=1\nAction=fail\nAction=restart\n", "has actions behind Action=fail"),
    (
      "[X-Upkeep-Repair a]\nAction=reboot\n", "x.service:2:8: Action=: \"reboot\" is no action: write restart"
    ),
    ("[X-Upkeep-Repair a]\nAction=command rm -rf\n", "has no program: write command /ABSOLUTE/PATH"),
    ("[X-Upkeep-Repair a]\nAction=clean /\n", "cannot be cleaned"),
    ("[X-Upkeep-Repair a]\nAction=clean /var/../etc/*\n", "cannot be cleaned"),
    ("[X-Upkeep-Repair a]\nAction=clean /var/lib/a/* older-than\n", "does not say what to clean"),
    ("[X-Upkeep-Repair a]\nAction=start no such\n", "is no name of a unit: write start NAME.service"),
    ("[X-Upkeep-Repair a]\nDiskUsageAbove=95%\n", "is no mark of a disk: write PATH:PERCENT"),
    ("[X-Upkeep-Repair a]\nDiskUsageAbove=/x:101%\n", "is no percentage: write 1% to 100%"),
    ("[X-Upkeep-Repair a]\nMemoryAbove=much\n", "MemoryAbove=: 'much' is no size"),
    ("[X-Upkeep-Repair a]\nPressureAbove=disk:5%\n", "\"disk\" is none of: cpu, io, memory"),
    (
      "[X-Upkeep-Repair a]\nProbeFailed=liveliness\n",
      "\"liveliness\" is none of: startup, readiness, liveness"
    ),
    ("[X-Upkeep-Repair a]\nAttempts=0\n", "\"0\" is no whole number from 1"),
    ("[X-Upkeep-Repair a]\nCount=5000\n", "\"5000\" is too many: at most 1000"),
    ("[X-Upkeep-Repair a]\nLogMatch\nExitStatus=1\nAction=restart\n", "x.service:2:1"),
  ]

  @Test("what is wrong is told with file, line and column", arguments: wrong)
  func faults(text: String, error: String) {
    do throws(PolicyReader.Failure) {
      Issue.record("was taken: \(try Self.rules(text))")
    } catch let failure {
      #expect(failure.description.contains(error))
    }
  }

  @Test("no text makes the reader stumble", arguments: 0..<200 as Range<UInt64>)
  func fuzz(seed: UInt64) {
    var generator = SeededGenerator(seed: seed)
    let words =
      RepairKey.all.map(\.name) + [
        "=", "=", "\n", "\n", "1%", "restart", "/a:5%", " ", "x", "[X-Upkeep-Repair a]\n",
      ]
    let text = (0..<40).map { _ in words.randomElement(using: &generator) ?? "" }.joined()
    _ = try? Self.rules("[X-Upkeep-Repair a]\n" + text)
  }
}
