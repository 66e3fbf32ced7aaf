import Inspection
import SystemdManager
import Testing

@Suite("The critical path of a start")
struct CriticalPathTests {
  private func find(_ unit: String, _ times: StartTimes...) -> CriticalPath? {
    CriticalPath(of: unit, in: Dictionary(uniqueKeysWithValues: times.map { ($0.name, $0) }))
  }

  private func times(
    _ name: String, _ began: UInt64, _ active: UInt64, after: [String] = []
  ) -> StartTimes {
    StartTimes(name, inactiveExit: began, activeEnter: active, after: after)
  }

  @Test("of all that comes before a unit the one that was ready last is followed, back to the first")
  func chain() throws {
    let path = try #require(
      find(
        "app", times("app", 900, 1000, after: ["db", "net", "log"]),
        times("db", 300, 890, after: ["disk"]), times("net", 100, 200), times("log", 850, 860),
        times("disk", 50, 290), times("other", 0, 0)))
    #expect(path.steps.map(\.unit) == ["app", "db", "disk"])
    #expect(path.steps.map(\.took) == [100, 590, 240])
    #expect(path.steps.map(\.gap) == [10, 10, nil])
    #expect(path.end == .first)
    #expect(path.total == 950)
    #expect(path.longest?.unit == "db")
    #expect(path.unknown.isEmpty)
  }

  @Test("a unit that was never started has no path, one that is unknown neither")
  func never() {
    #expect(find("app", times("app", 0, 0, after: ["db"]), times("db", 1, 2)) == nil)
    #expect(find("nope", times("db", 1, 2)) == nil)
  }

  @Test("a unit that began long after what comes before it was held up by nothing")
  func idle() throws {
    let later = CriticalPath.slack + 500
    let path = try #require(
      find("app", times("app", later + 1, later + 9, after: ["db"]), times("db", 100, 500)))
    #expect(path.steps.map(\.unit) == ["app"])
    #expect(path.end == .idle(after: "db", since: CriticalPath.slack + 1))
    let sooner = try #require(
      find("app", times("app", later, later + 9, after: ["db"]), times("db", 100, 500)))
    #expect(sooner.steps.map(\.unit) == ["app", "db"])
  }

  @Test("what has been started again since is named and not followed")
  func restarted() throws {
    let path = try #require(
      find(
        "app", times("app", 900, 1000, after: ["db", "net", "z"]), times("db", 2000, 2100),
        times("net", 100, 800), times("z", 5000, 0)))
    #expect(path.steps.map(\.unit) == ["app", "net"])
    #expect(path.unknown == ["db", "z"])
  }

  @Test("a command that ended without becoming active, or failed, was waited for as well")
  func oneshot() throws {
    let migrate = StartTimes("migrate", inactiveExit: 100, activeEnter: 0, inactiveEnter: 700)
    let path = try #require(
      find("app", times("app", 710, 800, after: ["migrate", "net"]), migrate, times("net", 100, 200)))
    #expect(path.steps.map(\.unit) == ["app", "migrate"])
    #expect(path.steps.last?.took == 600)
  }

  @Test("the end of an earlier run does not count as the end of this start")
  func earlierRun() {
    let unit = StartTimes("a", inactiveExit: 500, activeEnter: 300, activeExit: 400, inactiveEnter: 450)
    #expect(unit.ended == nil)
    #expect(unit.stop == 400...450)
    let other = StartTimes("a", inactiveExit: 500, activeEnter: 600, activeExit: 700, inactiveEnter: 800)
    #expect(other.ended == 600)
  }

  @Test("the stop of a unit that cannot run beside it is waited for and ends the path")
  func conflict() throws {
    let old = StartTimes("old", inactiveExit: 10, activeEnter: 20, activeExit: 500, inactiveEnter: 900)
    let app = StartTimes("app", inactiveExit: 901, activeEnter: 950, after: ["net"], conflicts: ["old"])
    let path = try #require(find("app", app, old, times("net", 100, 200)))
    #expect(path.steps.map(\.unit) == ["app", "old"])
    #expect(path.steps.map(\.event) == [.start, .stop])
    #expect(path.steps.last?.took == 400)
  }

  @Test("a circle of units ends")
  func cycle() throws {
    let path = try #require(
      find("a", times("a", 100, 100, after: ["b"]), times("b", 100, 100, after: ["a"])))
    #expect(path.steps.map(\.unit) == ["a", "b"])
  }

  @Test("of two that were ready at once the longer one is followed")
  func tie() throws {
    let path = try #require(
      find("t", times("t", 500, 500, after: ["x", "y"]), times("x", 490, 500), times("y", 100, 500)))
    #expect(path.steps.map(\.unit) == ["t", "y"])
  }

  @Test("a start that goes on has no total")
  func running() throws {
    let path = try #require(find("a", times("a", 300, 0, after: ["b"]), times("b", 100, 290)))
    #expect(path.total == nil)
    #expect(path.steps.first?.took == nil)
    #expect(path.sentences { "\($0)" }.first == "a has not finished starting yet")
  }

  @Test("the path is told in words")
  func words() throws {
    let path = try #require(
      find(
        "app", times("app", 900, 1000, after: ["db", "late"]), times("db", 300, 890, after: ["disk"]),
        times("disk", 50, 290), times("late", 2000, 2001)))
    #expect(
      path.sentences { "\($0)us" } == [
        "app itself took 100us", "it waited for db, which took 590us",
        "what took longest is db: 590us of 950us (62%)",
        "late: started again since, so whether it waited for it is not known",
      ])
  }
}
