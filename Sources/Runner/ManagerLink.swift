import Glibc
import Supervision
import Systemd

/// What systemd is told: one datagram a turn, and none that says nothing new.
///
/// What is not sent yet is kept as a state, not as a queue: the newest status, the longest time asked for. So it is
/// bounded, and nothing gets lost while systemd is busy. Outside systemd nobody is told and nothing is sent.
@LoopActor
final class ManagerLink {
  /// How long the last words of this program may take to arrive.
  static let lastWordsTimeout: Duration = .seconds(1)
  /// How long a full queue of systemd's is left alone.
  static let busyInterval: Duration = .milliseconds(100)
  /// How long any other failure is left alone.
  static let retryInterval: Duration = .seconds(1)
  /// How many of the service's own facts (ERRNO= and the like) wait; beyond it the oldest is given up.
  static let mostFacts = 8
  /// How much of a fact's text is passed on.
  static let longestFact = 128

  /// Called once with the reason when systemd cannot be told; it goes on trying.
  var onTrouble: @LoopActor (String) -> Void = { _ in }

  private let address: String?
  private let watchdog: Duration?
  private let mayPing: @LoopActor () -> Bool

  // What systemd does not know yet.
  private var isReady = false
  private var isReloading = false
  private var isStopping = false
  private var extensionTime: Duration?
  private var facts: [NotificationField] = []
  private var status = ""
  private var suspension: Duration?
  // What it was told last.
  private var sentStatus = ""
  private var sentSuspension: Duration?

  private var hadTrouble = false
  private var pinger: TimerSource?
  private var retry: TimerSource?

  /// A link to the manager at `address`.
  ///
  /// - Parameters:
  ///   - address: `NOTIFY_SOCKET`; nil outside systemd.
  ///   - watchdog: `WATCHDOG_USEC`; nil if systemd expects no pings.
  ///   - mayPing: asked before every ping whether the service can be vouched for.
  init(address: String?, watchdog: Duration?, mayPing: @escaping @LoopActor () -> Bool) {
    self.address = address
    self.watchdog = watchdog
    self.mayPing = mayPing
    guard address != nil else { return }
    retry = TimerSource { [unowned self] in send(patience: .zero) }
    guard let watchdog else { return }
    // Before anything that a service or a stranger can keep busy.
    pinger = TimerSource(priority: -20) { [unowned self] in ping(every: watchdog / 2) }
    pinger?.arm(after: watchdog / 2)
  }

  /// Adds to what this turn's datagram says.
  func tell(_ field: NotificationField) {
    guard address != nil else { return }
    switch field {
    case .ready:
      isReady = true
      isReloading = false
    case .reloading: isReloading = true
    case .stopping: isStopping = true
    case .extendTimeout(let time): extensionTime = max(time, extensionTime ?? time)
    case .busError(let name): add(.busError(String(name.prefix(Self.longestFact))))
    default: add(field)
    }
  }

  /// No instance can be vouched for during this planned time, so the watchdog has to wait as long.
  func suspendWatchdog(for duration: Duration) { suspension = duration }

  /// An instance can be vouched for again.
  func resumeWatchdog() { suspension = nil }

  /// Sends what this turn has to say.
  func flush(status: String) {
    self.status = status
    send(patience: .zero)
  }

  /// Passes on a notification of the service with its descriptors.
  func pass(_ notification: Notification, descriptors: [Int32] = []) {
    guard address != nil else { return }
    if case .failed(let error) = notification.send(to: address, descriptors: descriptors, patience: .zero) {
      trouble(error)
    }
  }

  /// Waits until systemd has dealt with the last words, which it could not place once this process is gone.
  func sayLastWords(status: String) {
    guard address != nil else { return }
    self.status = status
    send(patience: Self.lastWordsTimeout)
    _ = Notification.waitForBarrier(timeout: Self.lastWordsTimeout, to: address)
  }

  // MARK: Private steps

  private func add(_ fact: NotificationField) {
    facts.append(fact)
    facts = facts.suffix(Self.mostFacts)
  }

  // Does not wait: a systemd that is busy or frozen must not keep the service from being looked after.
  private func send(patience: Duration) {
    guard address != nil else { return }
    var notification = Notification([])
    // A reload that began and ended while systemd was busy is still told as one.
    if isReloading { notification = Notification.reloading() }
    if isReady { notification.fields.append(.ready) }
    if isStopping { notification.fields.append(.stopping) }
    if let extensionTime { notification.fields.append(.extendTimeout(extensionTime)) }
    if let watchdog, suspension != sentSuspension {
      // A wait is honest towards systemd too: it is told how long, instead of being soothed by pings.
      notification.fields.append(.watchdogTimeout(suspension.map { $0 + watchdog } ?? watchdog))
    }
    if status != sentStatus { notification.fields.append(.status(status)) }
    notification.fields += facts
    guard !notification.fields.isEmpty else { return }
    if case .failed(let error) = notification.send(to: address, patience: patience) {
      trouble(error)
      retry?.arm(after: error.errno == EAGAIN ? Self.busyInterval : Self.retryInterval)
      return
    }
    (isReady, isReloading, isStopping, extensionTime, facts) = (false, false, false, nil, [])
    sentStatus = status
    sentSuspension = suspension
  }

  private func trouble(_ error: SystemError) {
    guard !hadTrouble, error.errno != EAGAIN else { return }
    hadTrouble = true
    onTrouble("Cannot notify systemd: \(error), trying again")
  }

  private func ping(every interval: Duration) {
    if suspension == nil, mayPing() { pass([.watchdog]) }
    pinger?.arm(after: interval)
  }
}
