import Glibc
import Supervision
import Systemd

/// Where the signals of `upkeep-run` go: into the service's life, to a reload, or on to the service.
@LoopActor
final class SignalRoutes {
  /// Signals that the service gets as they are: the user's, the window's, and all real-time ones.
  static let forwarded: [Int32] = [SIGUSR1, SIGUSR2, SIGWINCH, SIGQUIT] + Array(firstRealTime...lastRealTime)
  // SIGRTMIN and SIGRTMAX are calls in C, because the C library keeps the first two of the kernel's 32 to 64.
  private static let firstRealTime: Int32 = 34
  private static let lastRealTime: Int32 = 64

  /// Signals by which systemd asks this unit to stop, whatever they mean otherwise; from its KillSignal= and
  /// RestartKillSignal=.
  var stopSignals: Set<Int32> = []
  /// Whether systemd sends those to every process of the unit (KillMode=control-group).
  var stopsWholeGroup = false

  private var sources: [SignalSource] = []
  private let runner: @LoopActor () -> ServiceRunner?
  private let stopEarly: @LoopActor () -> Void
  private let reload: @LoopActor () -> Void

  /// Blocks the signals and watches for them.
  ///
  /// - Parameters:
  ///   - runner: the service; nil while its unit is still being read.
  ///   - stopEarly: called for a stop that comes before there is a service.
  ///   - reload: called for SIGHUP.
  /// - Throws: a signal that cannot be watched.
  init(
    runner: @escaping @LoopActor () -> ServiceRunner?, stopEarly: @escaping @LoopActor () -> Void,
    reload: @escaping @LoopActor () -> Void
  ) throws(SystemError) {
    self.runner = runner
    self.stopEarly = stopEarly
    self.reload = reload
    // A reader of our output that went away is no reason to end.
    signal(SIGPIPE, SIG_IGN)
    // Ignored by the parent, it would make the kernel throw away how children end.
    signal(SIGCHLD, SIG_DFL)
    // A request to stop goes before the news of a child's end: with KillMode=control-group systemd signals both,
    // and an end that was asked for is no crash.
    for number in [SIGTERM, SIGINT, SIGHUP, SIGCONT] + Self.forwarded {
      sources.append(try SignalSource(number, priority: -10) { [unowned self] info in take(info) })
      // A signal that our parent ignored never arrives, although it is blocked. For the two that a shell ignores for
      // its background jobs that is meant.
      if number != SIGINT, number != SIGQUIT { signal(number, SIG_DFL) }
    }
  }

  private func take(_ info: SignalInfo) {
    // The service manager is PID 1 or, for a user's units, our parent.
    let isFromManager = info.sender == 1 || info.sender == getppid()
    if isFromManager, stopSignals.contains(info.signal) {
      runner()?.systemdSignalled = stopsWholeGroup ? info.signal : nil
      return stop(.smooth)
    }
    switch info.signal {
    case SIGTERM: stop(.smooth)
    case SIGINT: stop(.immediate)
    case SIGHUP: reload()
    case SIGCONT where info.value == Maintenance.signalValue: runner()?.maintenance.look()
    case SIGCONT: runner()?.post(.kick)
    default: runner()?.send(info.signal)
    }
  }

  private func stop(_ urgency: StopUrgency) {
    if let runner = runner() { runner.post(.stop(urgency)) } else { stopEarly() }
  }
}
