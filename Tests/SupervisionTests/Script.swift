import Supervision
import UnitFiles

/// A service's life under a fake clock: events go in, what has to be done comes out as short words.
struct Script {
  var life: Lifecycle
  var now: ContinuousClock.Instant
  let begin: ContinuousClock.Instant
  /// The number that a jitter is made from.
  var random = 0.5

  init(_ policy: Policy = Policy()) {
    life = Lifecycle(policy)
    begin = ContinuousClock.now
    now = begin
  }

  /// Lets an event happen after a time, and tells the actions as ``LifecycleAction/words``.
  @discardableResult
  mutating func take(_ event: LifecycleEvent, after time: Duration = .zero) -> [String] {
    now += time
    return life.handle(event, at: now, random: random).map(\.words)
  }

  /// Starts the first instance and makes it ready if wanted.
  mutating func start(pid: Int32 = 100, ready: Bool = false) {
    take(.start)
    take(.spawned(pid: pid))
    if ready { take(.becameReady) }
  }

  /// Lets the main process end and nothing be left of it; what follows then is told.
  @discardableResult
  mutating func crash(after time: Duration = .zero, _ cause: ExitCause = .exited(1)) -> [String] {
    take(.exited(cause), after: time)
    return take(.treeEmptied)
  }

  /// The status line; instants are told as the time since the script's begin.
  func status(missing: String = "", own: String = "") -> String {
    var life = life
    life.missing = missing
    return life.statusText(own: own) { [begin] in "T+" + TimeSpan.format($0 - begin) }
  }
}

extension LifecycleAction {
  /// The action in two or three words: `spawn`, `arm stop 1min 30s`, `record ready`.
  var words: String {
    switch self {
    case .spawn: "spawn"
    case .startProbes: "startProbes"
    case .stopProbes: "stopProbes"
    case .runCommand(let words, _): "run \(String(decoding: words.first ?? [], as: UTF8.self))"
    case .examine(let pid): "examine \(pid)"
    case .signalMain(let signal): "signalMain \(signal)"
    case .signalTree(let signal): "signalTree \(signal)"
    case .killTree: "killTree"
    case .arm(let timer, let time): "arm \(timer) \(TimeSpan.format(time))"
    case .disarm(let timer): "disarm \(timer)"
    case .notifyReady: "notifyReady"
    case .notifyStopping: "notifyStopping"
    case .extendTimeout(let time): "extend \(TimeSpan.format(time))"
    case .suspendWatchdog(let time): "suspend \(TimeSpan.format(time))"
    case .resumeWatchdog: "resume"
    case .repairLimit: "repairLimit"
    case .record(let event): "record \(event.kind.name)"
    case .reportCrash: "reportCrash"
    case .runHooks(let call):
      "\(call.moment.key) \(call.commands.map(\.program).joined(separator: " "))"
        + (call.reason.isEmpty ? "" : ": \(call.reason)")
    case .endHooks: "endHooks"
    case .finish(let code): "finish \(code)"
    }
  }
}

extension ExitCause {
  static let killed = ExitCause.signaled(number: 9, name: "SIGKILL", coreDumped: false)
  static let terminated = ExitCause.signaled(number: 15, name: "SIGTERM", coreDumped: false)
  static let crashed = ExitCause.signaled(number: 11, name: "SIGSEGV", coreDumped: true)
}

extension Policy {
  /// The defaults with changes.
  static func with(_ change: (inout Policy) -> Void) -> Policy {
    var policy = Policy()
    change(&policy)
    return policy
  }
}
