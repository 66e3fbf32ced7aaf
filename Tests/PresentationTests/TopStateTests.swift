import Testing

@testable import Presentation

@Suite("upkeep top's state")
struct TopStateTests {
  /// Units at a moment: name, processor time in microseconds, memory.
  static func samples(_ units: [(String, UInt64?, UInt64?)]) -> [UnitSample] {
    units.map { name, time, memory in
      var sample = UnitSample(name: name, active: "active", sub: "running")
      (sample.processorTime, sample.memory) = (time, memory)
      return sample
    }
  }

  /// A state of some units after two looks, a second apart.
  static func state(height: Int = 24, _ units: [(String, UInt64?, UInt64?)]) -> TopState {
    var state = TopState(width: 80, height: height, palette: .plain)
    state.take(samples(units.map { ($0.0, $0.1.map { _ in 0 }, $0.2) }), at: .seconds(10), clock: "")
    state.take(samples(units), at: .seconds(11), clock: "12:00:00")
    return state
  }

  private static let three: [(String, UInt64?, UInt64?)] = [
    ("a.service", 10_000, 30), ("b.service", 500_000, 10), ("c.service", nil, 20),
  ]

  private func names(_ state: TopState) -> [String] { state.shown.map { String($0.name.prefix(1)) } }

  @Test(
    "rates come from two looks",
    arguments: [
      // Before, now, the time between, tenths of a per cent.
      (UInt64?(1_000_000), UInt64?(1_500_000), 1, UInt64?(500)), (0, 4_000_000, 2, 2000),
      // The unit began anew between the looks.
      (9_000_000, 250_000, 1, 250), (5, 5, 1, 0), (nil, 5, 1, nil), (5, nil, 1, nil), (5, 10, 0, nil),
    ])
  func rates(before: UInt64?, now: UInt64?, seconds: Int, tenths: UInt64?) {
    let samples = Self.samples([("a", before, nil), ("a", now, nil)])
    #expect(UnitUsage(samples[1], since: samples[0], .seconds(seconds)).processor == tenths)
    #expect(UnitUsage(samples[1], since: nil, .seconds(seconds)).processor == nil)
  }

  @Test("bytes read and written are told by the second")
  func traffic() {
    var (old, new) = (Self.samples([("a", nil, nil)])[0], Self.samples([("a", nil, nil)])[0])
    (old.bytesRead, new.bytesRead) = (1000, 5000)
    var usage = UnitUsage(new, since: old, .seconds(2))
    #expect(usage.readRate == 2000 && usage.writeRate == nil && usage.traffic == 2000)
    (old.bytesWritten, new.bytesWritten) = (0, 100)
    usage = UnitUsage(new, since: old, .milliseconds(500))
    #expect(usage.readRate == 8000 && usage.writeRate == 200 && usage.traffic == 8200)
  }

  @Test(
    "keys sort, the same key again reverses, and what is not known comes last",
    arguments: [
      ("", ["b", "a", "c"]), ("c", ["c", "a", "b"]), ("m", ["a", "c", "b"]), ("mm", ["b", "c", "a"]),
      ("n", ["a", "b", "c"]), ("nn", ["c", "b", "a"]), ("nI", ["c", "b", "a"]), ("mn", ["a", "b", "c"]),
      ("t", ["a", "b", "c"]), ("tt", ["a", "b", "c"]),
    ])
  func order(keys: String, order: [String]) {
    var state = Self.state(Self.three)
    for key in keys.unicodeScalars { #expect(state.handle(.character(key)) == nil) }
    #expect(names(state) == order)
  }

  @Test("the filter takes effect while it is typed, Enter keeps it, Escape brings the former one back")
  func filter() {
    var state = Self.state([("web.service", 1, 1), ("worker.service", 2, 1), ("WEB-2.service", 3, 1)])
    for key in "/we".unicodeScalars { _ = state.handle(.character(key)) }
    #expect(state.shown.map(\.name) == ["WEB-2.service", "web.service"])
    #expect(state.prompt == .filter(before: ""))
    _ = state.handle(.character("q"))
    #expect(state.shown.isEmpty && state.filter == "weq")
    _ = state.handle(.backspace)
    _ = state.handle(.enter)
    #expect(state.prompt == nil && state.shown.count == 2)
    for key in "/x".unicodeScalars { _ = state.handle(.character(key)) }
    _ = state.handle(.escape)
    #expect(state.filter == "we" && state.shown.count == 2)
    _ = state.handle(.escape)
    #expect(state.filter.isEmpty && state.shown.count == 3)
  }

  @Test("a filter of any length is kept short")
  func longFilter() {
    var state = Self.state(Self.three)
    _ = state.handle(.character("/"))
    for _ in 0..<10_000 { _ = state.handle(.character("日")) }
    #expect(state.filter.utf8.count < 300)
  }

  @Test("the selection stays at the top until a unit is chosen, then with the unit, also when it is gone")
  func selection() {
    var state = Self.state(Self.three)
    #expect(state.selected?.name == "b.service")
    _ = state.handle(.character("m"))
    #expect(state.selected?.name == "a.service")
    _ = state.handle(.down)
    #expect(state.selected?.name == "c.service" && state.cursor == 1)
    _ = state.handle(.character("c"))
    #expect(state.selected?.name == "c.service" && state.cursor == 2)
    state.take(Self.samples([("a.service", 1, 1), ("b.service", 1, 1)]), at: .seconds(12), clock: "")
    #expect(state.cursor == 1 && state.selected != nil)
    state.take([], at: .seconds(13), clock: "")
    #expect(state.selected == nil && state.cursor == 0)
    #expect(state.handle(.enter) == nil && state.handle(.character("s")) == nil && state.view == .table)
    _ = state.handle(.character("R"))
    #expect(state.prompt == nil)
  }

  @Test("the table scrolls with the selection, and stays full when the terminal grows")
  func scrolling() {
    let units = (10..<60).map { ("u\($0)", UInt64?(0), UInt64?(1)) }
    var state = Self.state(height: 13, units)
    #expect(state.tableHeight == 10 && state.first == 0)
    for _ in 0..<10 { _ = state.handle(.down) }
    #expect(state.cursor == 10 && state.first == 1)
    _ = state.handle(.pageDown)
    #expect(state.cursor == 20 && state.first == 11)
    _ = state.handle(.end)
    #expect(state.cursor == 49 && state.first == 40)
    _ = state.handle(.up)
    #expect(state.cursor == 48 && state.first == 40)
    state.resize(width: 80, height: 33)
    #expect(state.first == 20 && state.cursor == 48)
    state.resize(width: 80, height: 5)
    #expect(state.first == 47)
    _ = state.handle(.home)
    #expect(state.cursor == 0 && state.first == 0)
    state.resize(width: 0, height: 0)
    #expect(state.tableHeight == 1)
  }

  @Test("keys open pages and ask for what is to be done")
  func actions() {
    var state = Self.state(Self.three)
    #expect(state.handle(.enter) == .openLog("b.service") && state.view == .log("b.service"))
    #expect(state.handle(.character("s")) == .openStatus("b.service"))
    #expect(state.handle(.character("l")) == .openLog("b.service"))
    #expect(state.handle(.character("q")) == .close && state.view == .table)
    #expect(state.handle(.character("?")) == nil && state.view == .help)
    #expect(state.handle(.character("q")) == nil && state.view == .table)
    #expect(state.handle(.character(" ")) == .sample && state.handle(.control("l")) == .redraw)
    #expect(state.handle(.character("q")) == .quit)
  }

  @Test("a restart is made after a yes and after nothing else", arguments: ["y", "Y", "n", "q", "\u{20}"])
  func restart(answer: Unicode.Scalar) {
    var state = Self.state(Self.three)
    #expect(state.handle(.character("R")) == nil && state.prompt == .restart("b.service"))
    let isYes = answer == "y" || answer == "Y"
    #expect(state.handle(.character(answer)) == (isYes ? .restart("b.service") : nil))
    #expect(state.prompt == nil && state.message != nil)
    _ = state.handle(.down)
    #expect(state.message == nil)
  }

  @Test("a log follows its end, and stays where one reads while lines come")
  func log() {
    var state = Self.state(height: 7, Self.three)
    _ = state.handle(.enter)
    func line(_ number: Int) -> LogLine {
      LogLine(time: "t", sender: "s", message: Array("line \(number)".utf8))
    }
    state.add((0..<20).map(line))
    #expect(TopScreen(state).lines[1...5].map { String($0.suffix(2)) } == ["15", "16", "17", "18", "19"])
    _ = state.handle(.up)
    state.add([line(20)])
    #expect(TopScreen(state).lines[1...5].map { String($0.suffix(2)) } == ["14", "15", "16", "17", "18"])
    _ = state.handle(.home)
    #expect(TopScreen(state).lines[1].hasSuffix(" 0"))
    _ = state.handle(.end)
    #expect(TopScreen(state).lines[5].hasSuffix("20"))
    state.add((0..<3000).map(line))
    #expect(state.log.count == TopState.logLimit)
  }

  @Test("a page is scrolled no further than its end")
  func page() {
    var state = Self.state(height: 7, Self.three)
    _ = state.handle(.character("s"))
    state.show(page: (0..<8).map { "row \($0)" })
    _ = state.handle(.pageDown)
    #expect(TopScreen(state).lines[1...5] == ["row 3", "row 4", "row 5", "row 6", "row 7"])
    state.show(page: ["short"])
    #expect(TopScreen(state).lines[1] == "short")
  }
}
