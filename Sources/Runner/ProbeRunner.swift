import Probes
import Supervision
import Systemd

/// Carries out the steps of a ``ProbeSet``: attempts are tasks of the loop, waits are its timers, and heartbeats are
/// heard by listeners.
@LoopActor
final class ProbeRunner {
  /// What the probes say together, on its way to the service's life.
  typealias Handler = @LoopActor (ProbeSet.Step) -> Void

  private var probeSet: ProbeSet
  private var figures: ProbeFigures
  private let probes: [(any Probe)?]
  private let listeners: [(any HeartbeatListener)?]
  private let onVerdict: Handler
  private let epoch = SuspendingClock.now
  private var timers: [TimerSource] = []
  private var deadlines: [SuspendingClock.Instant]
  private var attempts: [Task<Void, Never>?]
  // An attempt that was dropped may still answer; its number tells it from the present one.
  private var numbers: [Int]

  /// Probes with these settings.
  ///
  /// - Parameters:
  ///   - settings: the policy's probes.
  ///   - context: what probes and listeners need to know.
  ///   - onVerdict: called with `record`, `started`, `ready`, `unready` and `judged`, in order, and with `wait` when an
  ///     attempt has told something without a verdict.
  init(_ settings: [ProbeSettings], context: ProbeContext, onVerdict: @escaping Handler) {
    probeSet = ProbeSet(settings)
    figures = ProbeFigures(count: probeSet.tracks.count)
    probes = probeSet.tracks.map {
      ProbeFactory.make($0.settings.target, check: $0.settings.http, context: context)
    }
    listeners = probeSet.tracks.map { ProbeFactory.makeListener($0.settings.target, context: context) }
    deadlines = Array(repeating: .now, count: probes.count)
    attempts = Array(repeating: nil, count: probes.count)
    numbers = Array(repeating: 0, count: probes.count)
    self.onVerdict = onVerdict
    timers = probes.indices.map { index in
      TimerSource { [unowned self] in fire(index) }
    }
    for (index, listener) in listeners.enumerated() {
      listener?.onBeat = { [unowned self] in look(index) }
    }
  }

  /// Called before a look at a source of heartbeats: what waits to be heard may be taken in now.
  var beforeLook: @LoopActor () -> Void = {}

  /// Whether the service itself said `READY=1`.
  var childIsReady: Bool { probeSet.childIsReady }

  /// What is missing before the service is ready, in words; empty if nothing is.
  var missing: String { probeSet.missing }

  /// What the probes have found lately, in words; empty if there is nothing to tell yet.
  var figuresText: String { figures.text }

  /// A new instance is about to be started.
  func prepare() { for listener in listeners { listener?.prepare() } }

  /// A new instance runs.
  func instanceStarted() { carryOut(probeSet.instanceStarted()) }

  /// These probes take over an instance that runs already, after a reload.
  func adoptInstance(isReady: Bool) {
    prepare()
    carryOut(probeSet.adoptInstance(isReady: isReady))
  }

  /// The instance is over or about to be ended.
  func instanceEnded() { carryOut(probeSet.instanceEnded()) }

  /// The service itself said `READY=1`.
  func childBecameReady() { carryOut(probeSet.childBecameReady()) }

  /// The service itself said `WATCHDOG=1`.
  func childBeat() { for listener in listeners { (listener as? NotificationListener)?.beat() } }

  // MARK: Private steps

  private func carryOut(_ steps: [ProbeSet.Step]) {
    for step in steps {
      switch step {
      case .attempt(let index, let timeout):
        if listeners[index] == nil { attempt(index, timeout) } else { look(index) }
      case .listen(let index): listeners[index]?.listen()
      case .wait(let index, let delay):
        deadlines[index] = .now + delay
        timers[index].arm(after: delay)
      case .cancel(let index): cancel(index)
      case .record, .started, .ready, .unready, .judged: onVerdict(step)
      }
    }
  }

  private func fire(_ index: Int) {
    // A heartbeat may have come, and wait behind this timer; then the timer is armed anew.
    if listeners[index] != nil { beforeLook() }
    guard !timers[index].isArmed else { return }
    carryOut(probeSet.due(index, late: SuspendingClock.now - deadlines[index]))
  }

  private func look(_ index: Int) {
    guard let listener = listeners[index] else { return }
    tell(probeSet.looked(index, listener.look()))
  }

  /// Carries out what follows from an outcome, and tells of one that has no further consequence.
  private func tell(_ steps: [ProbeSet.Step]) {
    carryOut(steps)
    if let last = steps.last, case .wait = last { onVerdict(last) }
  }

  private func attempt(_ index: Int, _ timeout: Duration) {
    guard let probe = probes[index] else { return }
    numbers[index] += 1
    let number = numbers[index]
    let begin = ContinuousClock.now
    attempts[index] = EventLoop.main.spawn(name: "probe \(index)") { [weak self] in
      let outcome = await probe.attempt(timeout: timeout)
      guard let self, numbers[index] == number, !Task.isCancelled else { return }
      attempts[index] = nil
      let took = ContinuousClock.now - begin
      let steps = probeSet.finished(index, outcome, took: took)
      let isNews = steps.contains { if case .record = $0 { true } else { false } }
      figures.take(
        index, outcome, took: took, at: SuspendingClock.now - epoch, in: probeSet, isNews: isNews)
      tell(steps)
    }
  }

  private func cancel(_ index: Int) {
    timers[index].disarm()
    numbers[index] += 1
    attempts[index]?.cancel()
    attempts[index] = nil
  }
}
