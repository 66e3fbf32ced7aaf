import Supervision
import Testing

/// A file and two clocks, told in seconds.
private struct Seen {
  var at: Double
  /// The wall clock; nil where it goes along.
  var wall: Double?
  var modified: Double?
  var inode: UInt64 = 1

  var look: FileHeartbeat.Look {
    FileHeartbeat.Look(
      stamp: modified.map { FileHeartbeat.Stamp(inode: inode, modified: .seconds($0)) },
      wall: .seconds(wall ?? at + 1000), monotonic: .seconds(at))
  }
}

extension HeartbeatSighting {
  fileprivate var words: String {
    switch self {
    case .heard(let ago): "heard \(ago / .milliseconds(1)) ms ago"
    case .silent(let time): "silent for \(time / .milliseconds(1)) ms"
    case .unknown(let reason): "unknown: \(reason)"
    }
  }
}

@Suite("Heartbeats of a file")
struct FileHeartbeatTests {
  fileprivate struct Row: Sendable, CustomTestStringConvertible {
    let testDescription: String
    let looks: [Seen]
    /// What all looks but the first have found.
    let found: [String]

    init(_ name: String, _ looks: [Seen], _ found: [String]) {
      testDescription = name
      self.looks = looks
      self.found = found
    }
  }

  fileprivate static let rows: [Row] = [
    Row(
      "a change counts from its own time",
      [Seen(at: 0, modified: 900), Seen(at: 10, modified: 1004), Seen(at: 14, modified: 1004)],
      ["heard 6000.0 ms ago", "heard 10000.0 ms ago"]),
    Row(
      "an old file is no heartbeat of this instance",
      [Seen(at: 0, modified: 999), Seen(at: 10, modified: 999)], ["silent for 10000.0 ms"]),
    Row(
      "a file that appears is one", [Seen(at: 0), Seen(at: 3), Seen(at: 10, modified: 1009)],
      ["silent for 3000.0 ms", "heard 1000.0 ms ago"]),
    Row(
      "a file that is gone is none, and none when it is back unchanged",
      [Seen(at: 0, modified: 900), Seen(at: 3), Seen(at: 10, modified: 900)],
      ["silent for 3000.0 ms", "silent for 10000.0 ms"]),
    Row(
      "another file in its place is one, though it is as old",
      [Seen(at: 0, modified: 900), Seen(at: 10, modified: 900, inode: 2)], ["heard 0.0 ms ago"]),
    Row(
      "the stamp of a tick before the look is that of the look",
      [Seen(at: 0, modified: 900), Seen(at: 10, modified: 999.99)], ["heard 10000.0 ms ago"]),
    Row(
      "a clock set forward is not believed, and the file is not older for it",
      [
        Seen(at: 0, modified: 900), Seen(at: 10, modified: 1004),
        Seen(at: 20, wall: 4620, modified: 1015), Seen(at: 24, wall: 4624, modified: 1015),
        Seen(at: 30, wall: 4630, modified: 4629),
      ], ["heard 6000.0 ms ago", "heard 0.0 ms ago", "heard 4000.0 ms ago", "heard 1000.0 ms ago"]),
    Row(
      "a clock set forward is no heartbeat",
      [Seen(at: 0, modified: 900), Seen(at: 10, modified: 1004), Seen(at: 20, wall: 4620, modified: 1004)],
      ["heard 6000.0 ms ago", "heard 16000.0 ms ago"]),
    Row(
      "a clock set back hides no heartbeat, and makes none",
      [
        Seen(at: 0, modified: 900), Seen(at: 10, modified: 1004), Seen(at: 20, wall: 520, modified: 515),
        Seen(at: 25, wall: 525, modified: 515), Seen(at: 30, wall: 530, modified: 529),
      ], ["heard 6000.0 ms ago", "heard 0.0 ms ago", "heard 5000.0 ms ago", "heard 1000.0 ms ago"]),
    Row(
      "a stamp from the future counts from the look",
      [Seen(at: 0, modified: 900), Seen(at: 10, modified: 5000), Seen(at: 12, modified: 5000)],
      ["heard 0.0 ms ago", "heard 2000.0 ms ago"]),
    Row(
      "a stamp from before the look that did not see it counts from the look",
      [Seen(at: 0, modified: 900), Seen(at: 10, modified: 950)], ["heard 0.0 ms ago"]),
    Row(
      "a machine that slept is no clock to go by",
      [Seen(at: 0, modified: 900), Seen(at: 10, modified: 1004), Seen(at: 12, wall: 9012, modified: 1011)],
      ["heard 6000.0 ms ago", "heard 0.0 ms ago"]),
    Row(
      "a clock that is being slewed is believed",
      [Seen(at: 0, modified: 900), Seen(at: 100, wall: 1100.05, modified: 1099.05)], ["heard 1000.0 ms ago"]),
  ]

  @Test("are told by changes between looks", arguments: rows)
  fileprivate func looks(row: Row) throws {
    var heartbeat = FileHeartbeat(try #require(row.looks.first).look)
    #expect(row.looks.dropFirst().map { heartbeat.look($0.look).words } == row.found)
  }
}
