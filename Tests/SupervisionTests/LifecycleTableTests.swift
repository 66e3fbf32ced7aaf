import Supervision
import Testing

@Suite("Table of a service's life")
struct LifecycleTableTests {
  typealias Cell = (to: LifecycleState, actions: [String])
  typealias Cells = [Stimulus: Cell]

  struct Row: Sendable, CustomTestStringConvertible {
    let from: Situation
    let moves: Cells
    let ignored: Set<Stimulus>
    let refused: Set<Stimulus>
    var testDescription: String { from.rawValue }
  }

  static let launched: Cell = (.starting, ["disarm backOff", "spawn"])
  static let over: Cell = (
    .terminated, ["notifyStopping", "disarm stop", "disarm backOff", "record stopped", "finish 0"]
  )
  static let cleanedUp: Cell = (
    .ending,
    [
      "stopProbes", "disarm start", "record ended", "reportCrash", "arm stop 1min 30s", "suspend 1min 40s",
      "signalTree 15",
    ]
  )
  static let replaced: Cell = (
    .ending,
    ["stopProbes", "disarm start", "record judged", "signalMain 15", "arm stop 10s", "suspend 20s"]
  )
  static let noted = ["record ended", "signalTree 15"]
  static let killed = ["record killed", "arm stop 5s", "killTree"]

  /// The moves by which a stop begins, `ask` being how the service is asked.
  static func stops(_ ask: String) -> Cells {
    let begin = ["notifyStopping", "stopProbes", "disarm start", "disarm backOff", "record stopping"]
    return [
      .smooth: (.stopping, begin + ["arm stop 1min 30s", "extend 1min 40s", ask]),
      .immediate: (.stopping, begin + ["arm stop 2s", "extend 12s", ask]),
      .kill: (.stopping, begin + killed),
    ]
  }

  static func joined(_ moves: Cells, _ more: Cells) -> Cells { moves.merging(more) { one, _ in one } }

  /// What an instance that never was ready does besides: systemd still waits for its READY=1.
  static func extended(_ cell: Cell, by time: String) -> Cell {
    var actions = cell.actions
    actions.insert("extend \(time)", at: (actions.firstIndex { $0.hasPrefix("suspend") } ?? 0) + 1)
    return (cell.to, actions)
  }

  static let rows: [Row] = [
    Row(
      from: .created,
      moves: [.start: launched, .smooth: over, .immediate: over, .kill: over],
      ignored: [.kick],
      refused: [
        .wantsTime, .prepared, .released, .giveUp,
        .spawned, .spawnFailed, .becameReady, .lostReadiness, .judged, .exited, .examined, .treeEmptied,
        .backOffTimer,
        .startTimer, .stopTimer,
      ]),
    Row(
      from: .spawning,
      moves: joined(
        [
          .wantsTime: (.starting, ["extend 1min"]), .prepared: (.starting, ["spawn"]),
          .giveUp: (.failed, ["disarm backOff", "record stopped", "finish 1"]),
          .spawned: (.starting, ["record started", "resume", "startProbes"]),
          .spawnFailed: (
            .backingOff,
            ["record startFailed", "record backingOff", "arm backOff 4s", "suspend 9s", "extend 9s"]
          ),
        ], stops("signalTree 15")),
      ignored: [.lostReadiness, .examined, .kick, .released, .judged],
      refused: [
        .start, .becameReady, .exited, .treeEmptied, .backOffTimer, .startTimer, .stopTimer,
      ]),
    Row(
      from: .starting,
      moves: joined(
        [
          .wantsTime: (.starting, ["extend 1min"]),
          .becameReady: (.ready, ["disarm start", "notifyReady", "record ready"]),
          .judged: extended(replaced, by: "20s"), .startTimer: extended(replaced, by: "20s"),
          .giveUp: extended(replaced, by: "20s"),
          .exited: extended(cleanedUp, by: "1min 40s"),
        ], stops("signalMain 15")),
      ignored: [.lostReadiness, .examined, .kick, .released],
      refused: [.start, .prepared, .spawned, .spawnFailed, .treeEmptied, .backOffTimer, .stopTimer]),
    Row(
      from: .ready,
      moves: joined(
        [
          .lostReadiness: (.unhealthy, ["record unready"]), .judged: replaced, .giveUp: replaced,
          .exited: cleanedUp,
        ],
        stops("signalMain 15")),
      ignored: [.wantsTime, .becameReady, .examined, .kick, .startTimer, .released],
      refused: [.start, .prepared, .spawned, .spawnFailed, .treeEmptied, .backOffTimer, .stopTimer]),
    Row(
      from: .unhealthy,
      moves: joined(
        [
          .becameReady: (.ready, ["record ready"]), .judged: replaced, .giveUp: replaced, .exited: cleanedUp,
        ],
        stops("signalMain 15")),
      ignored: [.wantsTime, .lostReadiness, .examined, .kick, .startTimer, .released],
      refused: [.start, .prepared, .spawned, .spawnFailed, .treeEmptied, .backOffTimer, .stopTimer]),
    Row(
      from: .endingWithMain,
      moves: joined(
        [
          .wantsTime: (.ending, ["arm stop 1min", "suspend 1min 10s"]),
          .exited: (.ending, noted), .stopTimer: (.ending, killed), .giveUp: (.ending, []),
        ], stops("signalMain 15")),
      ignored: [
        .released, .becameReady, .lostReadiness, .judged, .examined, .kick, .startTimer, .treeEmptied,
      ],
      refused: [.start, .prepared, .spawned, .spawnFailed, .backOffTimer]),
    Row(
      from: .endingLeftovers,
      moves: joined(
        [
          .wantsTime: (.ending, ["suspend 1min 10s"]),
          .treeEmptied: (
            .backingOff, ["disarm stop", "record backingOff", "arm backOff 4s", "suspend 9s"]
          ),
          .stopTimer: (.ending, killed), .giveUp: (.ending, []),
        ], stops("signalTree 15")),
      ignored: [.released, .becameReady, .lostReadiness, .judged, .examined, .kick, .startTimer],
      refused: [.start, .prepared, .spawned, .spawnFailed, .exited, .backOffTimer]),
    Row(
      from: .backingOff,
      moves: [
        .backOffTimer: launched, .kick: launched, .smooth: over, .immediate: over, .kill: over,
        .giveUp: (.failed, ["disarm backOff", "record stopped", "finish 1"]),
      ],
      ignored: [
        .released, .wantsTime, .becameReady, .lostReadiness, .judged, .examined, .treeEmptied, .startTimer,
        .stopTimer,
      ],
      refused: [.start, .prepared, .spawned, .spawnFailed, .exited]),
    Row(
      from: .stoppingWithMain,
      moves: [
        .wantsTime: (.stopping, ["extend 1min 10s"]),
        .exited: (.stopping, noted), .stopTimer: (.stopping, killed), .kill: (.stopping, killed),
        .immediate: (.stopping, ["arm stop 2s", "extend 12s"]),
      ],
      ignored: [
        .prepared, .released, .giveUp, .becameReady, .lostReadiness, .judged, .examined, .treeEmptied, .kick,
        .backOffTimer,
        .startTimer, .smooth,
      ],
      refused: [.start, .spawned, .spawnFailed]),
    Row(
      from: .stoppingLeftovers,
      moves: [
        .wantsTime: (.stopping, ["extend 1min 10s"]),
        .treeEmptied: (.terminated, ["disarm stop", "disarm backOff", "record stopped", "finish 0"]),
        .stopTimer: (.stopping, killed), .kill: (.stopping, killed),
        .immediate: (.stopping, ["arm stop 2s", "extend 12s"]),
      ],
      ignored: [
        .prepared, .released, .giveUp, .becameReady, .lostReadiness, .judged, .examined, .kick, .backOffTimer,
        .startTimer, .smooth,
      ],
      refused: [.start, .spawned, .spawnFailed, .exited]),
    Row(
      from: .terminated, moves: [:], ignored: Set(Stimulus.allCases).subtracting([.start]),
      refused: [.start]),
    Row(
      from: .failed, moves: [:], ignored: Set(Stimulus.allCases).subtracting([.start]), refused: [.start]),
  ]

  @Test("the table has a row for every place and a cell for every event")
  func isWhole() {
    #expect(Self.rows.map(\.from) == Situation.allCases)
    #expect(Set(Situation.allCases.map(\.script.life.state)) == Set(LifecycleState.allCases))
    for row in Self.rows {
      let cells = Array(row.moves.keys) + Array(row.ignored) + Array(row.refused)
      #expect(cells.count == Stimulus.allCases.count, "\(row.from)")
      #expect(Set(cells) == Set(Stimulus.allCases), "\(row.from)")
    }
  }

  @Test("an event moves the service as the table says", arguments: rows)
  func moves(row: Row) {
    for (stimulus, cell) in row.moves {
      var script = row.from.script
      let actions = script.take(stimulus.event)
      #expect(actions == cell.actions, "\(row.from) x \(stimulus)")
      #expect(script.life.state == cell.to, "\(row.from) x \(stimulus)")
    }
  }

  @Test("an event that comes too late or says what is known changes nothing", arguments: rows)
  func ignores(row: Row) {
    for stimulus in row.ignored {
      var script = row.from.script
      let before = "\(script.life)"
      #expect(script.take(stimulus.event) == [], "\(row.from) x \(stimulus)")
      #expect("\(script.life)" == before, "\(row.from) x \(stimulus)")
    }
  }

  @Test("an event that cannot happen changes nothing and is recorded", arguments: rows)
  func refuses(row: Row) {
    for stimulus in row.refused {
      var script = row.from.script
      let before = "\(script.life)"
      #expect(script.take(stimulus.event) == ["record unexpected"], "\(row.from) x \(stimulus)")
      #expect("\(script.life)" == before, "\(row.from) x \(stimulus)")
    }
  }
}
