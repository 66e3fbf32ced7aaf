import Glibc
import Supervision
import Systemd

/// What systemd is told: one datagram a turn, and none that says nothing new.
///
/// Outside systemd nobody is told and nothing is sent.
@LoopActor
final class ManagerLink {
  /// How long the last words of this program may take to arrive.
  static let lastWordsTimeout: Duration = .seconds(1)
  /// How long a full queue of systemd's is left alone.
  static let retryInterval: Duration = .milliseconds(100)
  /// How much may wait for room in that queue; beyond it the oldest is given up.
  static let mostFields = 64

  private let address: String?
  private let watchdog: Duration?
  private let mayPing: @LoopActor () -> Bool
  private var fields: [NotificationField] = []
  private var sentStatus = ""
  private var suspension: Duration?
  private var sentSuspension: Duration?
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
    retry = TimerSource { [unowned self] in sendFields() }
    guard address != nil, let watchdog else { return }
    pinger = TimerSource { [unowned self] in ping(every: watchdog / 2) }
    pinger?.arm(after: watchdog / 2)
  }

  /// Adds to what this turn's datagram says.
  func tell(_ field: NotificationField) { fields.append(field) }

  /// No instance can be vouched for during this planned time, so the watchdog has to wait as long.
  func suspendWatchdog(for duration: Duration) { suspension = duration }

  /// An instance can be vouched for again.
  func resumeWatchdog() { suspension = nil }

  /// Sends what this turn has to say.
  func flush(status: String) {
    guard address != nil else { return }
    if let watchdog, suspension != sentSuspension {
      // A wait is honest towards systemd too: it is told how long, instead of being soothed by pings.
      fields.append(.watchdogTimeout(max(suspension.map { $0 + watchdog } ?? watchdog, watchdog)))
      sentSuspension = suspension
    }
    if status != sentStatus {
      fields.append(.status(status))
      sentStatus = status
    }
    sendFields()
  }

  // Never waits: a systemd that is busy or frozen must not keep the service from being looked after.
  private func sendFields() {
    guard !fields.isEmpty else { return }
    guard case .failed(let error) = Notification(fields).send(to: address, patience: .zero),
      error.errno == EAGAIN
    else {
      fields = []
      return
    }
    fields = Array(fields.suffix(Self.mostFields))
    retry?.arm(after: Self.retryInterval)
  }

  /// Passes on a notification of the service with its descriptors.
  func pass(_ notification: Notification, descriptors: [Int32] = []) {
    guard address != nil else { return }
    notification.send(to: address, descriptors: descriptors, patience: .zero)
  }

  /// Waits until systemd has dealt with the last words, which it could not place once this process is gone.
  func sayLastWords(status: String) {
    flush(status: status)
    guard let address else { return }
    _ = Notification.waitForBarrier(timeout: Self.lastWordsTimeout, to: address)
  }

  private func ping(every interval: Duration) {
    if suspension == nil, mayPing() { Notification([.watchdog]).send(to: address, patience: .zero) }
    pinger?.arm(after: interval)
  }
}
