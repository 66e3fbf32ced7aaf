import CSystemd
import Glibc

/// What became of a notification.
public enum NotifyOutcome: Sendable, Hashable {
  /// The manager has it in its queue.
  case sent
  /// Nobody asked to be notified: `NOTIFY_SOCKET` is not set.
  case notUnderSystemd
  /// It could not be sent, for this reason.
  case failed(SystemError)
}

extension Notification {
  /// How long ``send(to:descriptors:patience:)`` waits for room in a busy manager's queue.
  public static let sendTimeout = Duration.seconds(5)

  /// The address of the service manager, nil if there is none to notify.
  public static var managerAddress: String? { ProcessEnvironment.value("NOTIFY_SOCKET") }

  /// Sends the fields in one datagram; waits only if the manager's queue is full.
  ///
  /// - Parameters:
  ///   - address: `/path` or `@abstract`; nil or empty means nobody wants to know.
  ///   - descriptors: sent along, for ``NotificationField/storeDescriptors``; they stay open here. At most
  ///     253.
  ///   - patience: how long to wait for room in the queue; with zero a full queue is answered with `EAGAIN`.
  /// - Returns: whether it was sent, was not wanted, or why it failed.
  @discardableResult
  public func send(
    to address: String? = managerAddress, descriptors: [Int32] = [], patience: Duration = sendTimeout
  ) -> NotifyOutcome {
    guard let address, !address.isEmpty else { return .notUnderSystemd }
    do throws(NotificationError) {
      let bytes = try encoded()
      do throws(SystemError) {
        try Datagram.send(
          bytes, to: address, descriptors: descriptors, patience: patience, operation: "send notification to")
        return .sent
      } catch {
        return .failed(error)
      }
    } catch {
      let number = if case .tooLong = error { EMSGSIZE } else { EINVAL }
      return .failed(SystemError(errno: number, operation: "sd_notify", subject: error.description))
    }
  }

  /// Waits until the manager has dealt with everything that this process sent before; blocks the thread.
  ///
  /// A program that exits right after its last message needs this, or the manager cannot tell which unit the
  /// sender belonged to. The corresponding C function is `sd_notify_barrier(3)`.
  ///
  /// - Parameters:
  ///   - timeout: how long to wait; the outcome is then `ETIMEDOUT`.
  ///   - address: as in ``send(to:descriptors:patience:)``.
  /// - Returns: ``NotifyOutcome/sent`` once the manager has caught up.
  public static func waitForBarrier(
    timeout: Duration, to address: String? = managerAddress
  ) -> NotifyOutcome {
    let (outcome, readEnd) = sendBarrier(to: address, patience: timeout)
    guard readEnd >= 0 else { return outcome }
    defer { close(readEnd) }
    var poll = pollfd(fd: readEnd, events: 0, revents: 0)
    let deadline = ContinuousClock.now + timeout
    while true {
      let left = max(.zero, deadline - .now).microseconds
      let result = unsafe Glibc.poll(&poll, 1, Int32(clamping: (left + 999) / 1000))
      if result > 0 { return outcome }
      if result < 0, errno == EINTR { continue }
      let number = result == 0 ? ETIMEDOUT : errno
      return .failed(SystemError(errno: number, operation: "sd_notify_barrier"))
    }
  }

  /// Suspends until the manager has dealt with everything that this process sent before.
  ///
  /// - Parameters:
  ///   - timeout: how long to wait; the outcome is then `ETIMEDOUT`.
  ///   - address: as in ``send(to:descriptors:patience:)``.
  ///   - loop: the loop to wait on.
  /// - Returns: ``NotifyOutcome/sent`` once the manager has caught up.
  @LoopActor
  public static func barrier(
    timeout: Duration, to address: String? = managerAddress, on loop: EventLoop = .main
  ) async -> NotifyOutcome {
    let (outcome, readEnd) = sendBarrier(to: address, patience: .zero)
    guard readEnd >= 0 else { return outcome }
    defer { close(readEnd) }
    let wait = LoopWait()
    do throws(SystemError) {
      let source = try DescriptorSource(readEnd, for: [], on: loop) { _ in wait.finish(outcome) }
      let timer = TimerSource(on: loop) {
        wait.finish(.failed(SystemError(errno: ETIMEDOUT, operation: "sd_notify_barrier")))
      }
      timer.arm(after: timeout)
      let result = await wait.value()
      timer.disarm()
      source.cancel()
      return result
    } catch {
      return .failed(error)
    }
  }

  // MARK: Steps

  /// Sends the pipe's write end away, so that its read end hangs up when the manager closes it.
  private static func sendBarrier(
    to address: String?, patience: Duration
  ) -> (outcome: NotifyOutcome, readEnd: Int32) {
    var pipe: [Int32] = [-1, -1]
    let made = unsafe csystemd_pipe(&pipe)
    guard made == 0 else { return (.failed(SystemError(errno: -made, operation: "pipe2")), -1) }
    let outcome = Notification([.barrier]).send(to: address, descriptors: [pipe[1]], patience: patience)
    close(pipe[1])
    guard outcome == .sent else {
      close(pipe[0])
      return (outcome, -1)
    }
    return (outcome, pipe[0])
  }
}

/// A task that waits on the loop for whichever of several events comes first.
@LoopActor
private final class LoopWait {
  private var outcome: NotifyOutcome?
  private var waiter: CheckedContinuation<NotifyOutcome, Never>?

  func finish(_ outcome: NotifyOutcome) {
    guard self.outcome == nil else { return }
    self.outcome = outcome
    waiter?.resume(returning: outcome)
    waiter = nil
  }

  func value() async -> NotifyOutcome {
    await withCheckedContinuation { continuation in
      if let outcome { continuation.resume(returning: outcome) } else { waiter = continuation }
    }
  }
}
