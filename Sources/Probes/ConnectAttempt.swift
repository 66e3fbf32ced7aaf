import Glibc
import HTTP
import Supervision
import Systemd

/// One attempt to connect a stream socket, which is closed again whatever comes of it.
@LoopActor
final class ConnectAttempt {
  /// How an attempt ended.
  enum Result: Sendable, Hashable {
    /// The other side's kernel accepted the connection.
    case connected
    /// It failed with this errno.
    case failed(Int32)
    /// No answer came in time.
    case timedOut
    /// The waiting task was cancelled.
    case cancelled
  }

  private let address: SocketAddress
  private var descriptor: Int32 = -1
  private var source: DescriptorSource?
  private var timer: TimerSource?
  private var result: Result?
  private var waiter: CheckedContinuation<Void, Never>?

  private init(to address: SocketAddress) { self.address = address }

  /// Connects to `address` and hangs up.
  static func run(to address: SocketAddress, timeout: Duration) async -> Result {
    let attempt = ConnectAttempt(to: address)
    attempt.begin(timeout: timeout)
    await withTaskCancellationHandler {
      await withCheckedContinuation { attempt.wait($0) }
    } onCancel: {
      EventLoop.main.spawn(name: "cancel connection") { attempt.end(.cancelled) }
    }
    return attempt.result ?? .cancelled
  }

  private func wait(_ continuation: CheckedContinuation<Void, Never>) {
    if result == nil { waiter = continuation } else { continuation.resume() }
  }

  private func begin(timeout: Duration) {
    let made = address.makeSocket()
    guard made >= 0 else { return end(.failed(-made)) }
    descriptor = made
    let code = address.connect(descriptor)
    if code == 0 { return connected() }
    guard code == EINPROGRESS || code == EINTR else { return end(.failed(code)) }
    do throws(SystemError) {
      source = try DescriptorSource(descriptor, for: .writable) { [unowned self] _ in decide() }
    } catch {
      return end(.failed(error.errno))
    }
    let timer = TimerSource { [unowned self] in end(.timedOut) }
    timer.arm(after: timeout)
    self.timer = timer
  }

  private func decide() {
    let code = SocketAddress.pendingError(of: descriptor)
    if code == 0 { connected() } else { end(.failed(code)) }
  }

  private func connected() {
    end(address.isConnectedToItself(descriptor) ? .failed(ECONNREFUSED) : .connected)
  }

  /// Ends the attempt; only the first end counts.
  private func end(_ result: Result) {
    guard self.result == nil else { return }
    self.result = result
    timer?.disarm()
    source?.cancel()
    if descriptor >= 0 { close(descriptor) }
    waiter?.resume()
    waiter = nil
  }
}

extension ConnectAttempt.Result {
  /// What the attempt says about the service behind `address`.
  func outcome(at address: SocketAddress, timeout: Duration, elapsed: Duration) -> ProbeOutcome {
    switch self {
    case .connected: return .healthy("connected in \(ProbeText.elapsed(elapsed))")
    case .timedOut: return .unhealthy("no answer within \(ProbeText.limit(timeout))")
    case .cancelled: return .unknown("the probe was cancelled")
    case .failed(let code):
      let reason = ProbeText.reason(errno: code)
      switch code {
      // Nothing left to ask with, or this side's own rights, firewall or sandbox forbid it.
      case EMFILE, ENFILE, ENOBUFS, ENOMEM, ENOSPC, EACCES, EPERM, EAFNOSUPPORT: return .unknown(reason)
      case EAGAIN where address.family == .unix: return .unhealthy("its queue of connections is full")
      // No local port or address to ask from.
      case EAGAIN, EADDRNOTAVAIL: return .unknown(reason)
      default: return .unhealthy(reason)
      }
    }
  }
}
