/// Counts what the probes of a service find, and puts it into words for the status line now and then.
///
/// The line is for people, and each change of it is told to everybody who watches the unit. So the words stay for a
/// minute, unless a verdict flips; the first come when there is something to tell. What an instance answers before it
/// was ready says nothing about its health, and is not counted.
public struct ProbeFigures: Sendable {
  /// How long after the first attempt that counts the first words come.
  public static let firstWords = Duration.seconds(10)
  /// How long words stay.
  public static let refreshInterval = Duration.seconds(60)

  private var statistics: [ProbeStatistics]
  private var begin: Duration?
  private var written: Duration?
  /// The present words; empty if there are none yet.
  public private(set) var text = ""

  /// Figures of so many probes.
  public init(count: Int) { statistics = Array(repeating: ProbeStatistics(), count: count) }

  /// Counts an attempt.
  ///
  /// - Parameters:
  ///   - index: whose it was.
  ///   - outcome: what it found.
  ///   - took: how long it took.
  ///   - now: when it ended, on a clock that only goes forward.
  ///   - probes: all probes, as they are after it.
  ///   - isNews: whether a verdict has flipped.
  public mutating func take(
    _ index: Int, _ outcome: ProbeOutcome, took: Duration, at now: Duration, in probes: ProbeSet,
    isNews: Bool
  ) {
    guard probes.wasReady else { return }
    statistics[index].take(outcome, took: took, at: now)
    let begin = begin ?? now
    self.begin = begin
    guard now - begin >= Self.firstWords else { return }
    guard isNews || written.map({ now - $0 >= Self.refreshInterval }) ?? true else { return }
    written = now
    text = report(at: now, probes.tracks).text
  }

  /// What all probes have found together.
  func report(at now: Duration, _ tracks: [ProbeTrack]) -> ProbeReport {
    var all = ProbeStatistics.windows.map { ProbeStatistics.Summary(window: $0) }
    for statistics in statistics {
      for (index, summary) in statistics.summaries(at: now).enumerated() { all[index].add(summary) }
    }
    return ProbeReport(all, paces: tracks.filter(\.settings.isAdaptive).map(\.pace))
  }
}
