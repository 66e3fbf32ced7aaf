import Testing

@testable import Presentation

@Suite("upkeep top's screen")
struct TopScreenTests {
  private static let hostile = "evil\u{1b}[2J\u{202e}.service"

  /// Units of all sorts after two looks, a second apart.
  private static func state(_ width: Int, _ height: Int = 12, _ palette: Palette = .plain) -> TopState {
    var state = TopState(width: width, height: height, palette: palette)
    state.take(units(0), at: .seconds(1), clock: "12:00:00")
    state.take(units(1), at: .seconds(2), clock: "12:00:01")
    return state
  }

  private static func units(_ number: UInt64) -> [UnitSample] {
    func unit(
      _ name: String, _ active: String, _ sub: String, cpu: UInt64, memory: UInt64, restarts: UInt64?,
      health: String? = nil
    ) -> UnitSample {
      var sample = UnitSample(name: name, active: active, sub: sub)
      sample.summary = "About \(name)"
      (sample.processorTime, sample.memory, sample.tasks) = (cpu * number, memory, 7)
      (sample.bytesRead, sample.bytesWritten) = (number * 2048, number * 1_048_576)
      (sample.restarts, sample.health) = (restarts, health)
      return sample
    }
    let long = String(repeating: "long", count: 40) + ".service"
    return [
      unit(
        "web.service", "active", "running", cpu: 125_000, memory: 35_000_000, restarts: 2, health: "ready"),
      unit("init.scope", "active", "running", cpu: 1000, memory: 1024, restarts: nil),
      unit(hostile, "activating", "auto-restart", cpu: 0, memory: 0, restarts: 41, health: "backing off"),
      unit(long, "failed", "failed", cpu: 990_000, memory: 1 << 40, restarts: 0, health: "failed"),
    ]
  }

  @Test("at 80 columns it shows this")
  func narrow() {
    #expect(
      TopScreen(Self.state(80)).lines
        == [
          "upkeep top 12:00:01  4 units, 1 failed  CPU 111.6%  memory 1.0T  tasks 28",
          "   UNIT                 STATE         CPU%v  MEMORY  TASKS  READ/s  WRITE/s  RST",
          ">* longlonglonglongl... failed         99.0    1.0T      7    2.0K     1.0M    0",
          " * web.service          ready          12.5   33.3M      7    2.0K     1.0M    2",
          " * init.scope           running         0.1    1.0K      7    2.0K     1.0M    -",
          " * evil\\x1b[2J\\u{202... backing off       0       0      7    2.0K     1.0M   41",
          "", "", "", "", "",
          "q quit  / filter  c m t i r n sort  Enter log  s status  R restart  ? help",
        ])
  }

  @Test("at 200 columns it shows this")
  func wide() {
    let lines = TopScreen(Self.state(200, 8, Palette(hasColour: false, hasUnicode: true))).lines
    #expect(lines[1].contains("STATE        HEALTH       CPU%▼   CPU TIME  MEMORY  TASKS  READ/s  WRITE/s"))
    #expect(lines[1].hasSuffix("RESTARTS DESCRIPTION"))
    #expect(lines[3].hasPrefix(" ● web.service "))
    #expect(lines[3].contains("running      ready         12.5      125ms   33.3M      7    2.0K     1.0M"))
    #expect(lines[3].hasSuffix(" 2 About web.service"))
  }

  @Test(
    "no line is wider than the terminal, there are as many as it has, and nothing steers it",
    arguments: [14, 20, 40, 60, 79, 80, 100, 119, 120, 160, 200, 400], [1, 2, 3, 5, 24])
  func fits(width: Int, height: Int) {
    var state = Self.state(width, height, Palette(hasColour: false, hasUnicode: true))
    for keys: [Key] in [
      [], [.character("/"), .character("e")], [.enter], [.character("R")], [.character("n")],
      [.character("?")], [.escape], [.character("/"), .character("z"), .character("z"), .enter], [.escape],
      [.down, .down, .enter], [.escape], [.character("s")],
    ] {
      for key in keys { _ = state.handle(key) }
      if case .log = state.view {
        state.add([LogLine(time: "t", sender: "s\u{1b}c", message: Array("x\u{9b}2J \(Self.hostile)".utf8))])
      }
      let lines = TopScreen(state).lines
      #expect(lines.count == height)
      for line in lines {
        #expect(DisplayText.width(line) <= width, "\(line)")
        #expect(!line.unicodeScalars.contains(where: DisplayText.isHostile), "\(line)")
      }
    }
  }

  @Test("colours are pairs of sequences, and the selected row is inverse as a whole")
  func colours() {
    let lines = TopScreen(Self.state(80, 12, Palette(hasColour: true, hasUnicode: true))).lines
    #expect(lines[2].hasPrefix("\u{1b}[7m>● long") && lines[2].hasSuffix("\u{1b}[0m"))
    #expect(lines[2].split(separator: "\u{1b}").count == 2)
    #expect(lines[3].hasPrefix(" \u{1b}[32m●\u{1b}[0m web.service"))
  }

  @Test("columns of which nothing is known are left out")
  func unknown() {
    var state = TopState(width: 80, height: 8, palette: .plain)
    state.take([UnitSample(name: "a.service", active: "active", sub: "running")], at: .seconds(1), clock: "")
    let heading = TopScreen(state).lines[1]
    #expect(!heading.contains("MEMORY") && !heading.contains("TASKS") && !heading.contains("READ/s"))
    #expect(TopScreen(state).lines[2].hasSuffix(" -    -") || TopScreen(state).lines[2].contains(" -    - "))
  }

  @Test("only lines that differ are written")
  func updates() {
    var update = ScreenUpdate()
    #expect(update.text(for: ["a", "", "c"]) == "\u{1b}[H\u{1b}[2J\u{1b}[1;1Ha\u{1b}[3;1Hc")
    #expect(update.text(for: ["a", "", "c"]).isEmpty)
    #expect(update.text(for: ["a", "b", "c"]) == "\u{1b}[2;1H\u{1b}[2Kb")
    #expect(update.text(for: ["a"]) == "\u{1b}[2;1H\u{1b}[2K\u{1b}[3;1H\u{1b}[2K")
    update.forget()
    #expect(update.text(for: ["a"]) == "\u{1b}[H\u{1b}[2J\u{1b}[1;1Ha")
  }

  @Test(
    "a text comes in pieces of a width", arguments: [("", 3, [""]), ("abcdefg", 3, ["abc", "def", "g"])])
  func pieces(text: String, width: Int, pieces: [String]) {
    #expect(DisplayText.pieces(text, of: width) == pieces)
    #expect(DisplayText.pieces("日本語", of: 3) == ["日", "本", "語"])
    #expect(DisplayText.pieces("日本", of: 1) == ["日", "本"])
  }
}
