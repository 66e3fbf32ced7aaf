import Glibc
import Supervision
import Systemd

/// Finds out about crashes what can be found, and records it. Nobody waits for it but the end of the program.
@LoopActor
final class CrashReporter {
  /// How many reports are in the making at once; beyond it a report has what is known at once, and that alone.
  static let mostAtOnce = 4
  /// How long systemd-coredump may take to write down what it kept.
  static let coreDumpPatience: Duration = .seconds(10)
  /// How long the program's end may wait for the reports.
  static let lastPatience: Duration = .seconds(1)
  /// How long after the start of the next instance a line may still be one of the crashed instance's: journald is not
  /// faster.
  static let lineDelay: Duration = .milliseconds(10)

  /// The service's last lines, for programs that read its output themselves; empty otherwise.
  var lastLines: @LoopActor () -> [String] = { [] }

  /// A report in the making.
  private final class Report {
    let crash: Crash
    /// When the instance began and ended, since 1970.
    let began: Duration
    let ended: Duration
    /// When the next instance was started.
    var nextStart: Duration?

    init(_ crash: Crash, ended: Duration) {
      self.crash = crash
      self.ended = ended
      began = ended - crash.ran
    }
  }

  private let invocation: MessageID
  private let record: @LoopActor (ServiceEvent) -> Void
  private var reports: [Int: (report: Report, task: Task<Void, Never>)] = [:]
  private var number = 0

  /// Reports crashes in one run of a unit.
  ///
  /// - Parameters:
  ///   - invocation: the run, from systemd.
  ///   - record: takes the reports.
  init(invocation: MessageID, record: @escaping @LoopActor (ServiceEvent) -> Void) {
    self.invocation = invocation
    self.record = record
  }

  /// Whether there are reports in the making.
  var isBusy: Bool { !reports.isEmpty }

  /// Begins to look for what there is about a crash.
  func report(_ crash: Crash) {
    let lines = lastLines()
    guard reports.count < Self.mostAtOnce else {
      return record(.crashed(crash, Crash.Evidence(output: lines)))
    }
    let report = Report(crash, ended: Self.now)
    number += 1
    let own = number
    let task = EventLoop.main.spawn(name: "crash report") { [self] in
      let evidence = await evidence(report, lines)
      reports[own] = nil
      record(.crashed(crash, evidence))
    }
    reports[own] = (report, task)
  }

  /// Another instance runs, whose lines belong to no report so far.
  func instanceStarted() {
    guard isBusy else { return }
    for (report, _) in reports.values where report.nextStart == nil { report.nextStart = Self.now }
  }

  /// Waits until all reports are recorded; after ``lastPatience`` each has what was found by then.
  func settle() async {
    let tasks = reports.values.map(\.task)
    let timer = TimerSource { for task in tasks { task.cancel() } }
    timer.arm(after: Self.lastPatience)
    for task in tasks { await task.value }
    timer.disarm()
  }

  // MARK: Private steps

  private func evidence(_ report: Report, _ lines: [String]) async -> Crash.Evidence {
    var output = lines
    if output.isEmpty {
      // What journald has in its queue comes first; only root is told when that is done.
      _ = await Journal.synchronize()
      let end = report.nextStart.map { $0 + Self.lineDelay }
      output = CrashJournal.lines(
        of: invocation, from: report.began, until: end, most: Crash.Evidence.mostLines)
    }
    let dump = await CrashJournal.coreDump(
      of: report.crash, since: report.ended, within: Self.coreDumpPatience)
    return Crash.Evidence(output: output, coreDumpFile: dump?.file, coreDumpEntry: dump?.cursor)
  }

  private static var now: Duration {
    var time = timespec()
    unsafe clock_gettime(CLOCK_REALTIME, &time)
    return .seconds(time.tv_sec) + .nanoseconds(time.tv_nsec)
  }
}
