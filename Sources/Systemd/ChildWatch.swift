import CSystemd
import Glibc

/// How a child process ended.
public enum ChildExit: Sendable, Hashable {
  /// It called `exit` with this code, 0 to 255.
  case exited(Int32)
  /// A signal killed it.
  case signaled(Int32, coreDumped: Bool)
}

/// A watch on one child through its pidfd, which never names another process by mistake.
///
/// It reaps the child when it ends and calls back once. SIGCHLD is not touched. See `pidfd_open(2)`.
@LoopActor @safe
public final class ChildWatch {
  /// The child's PID; it stays this child's own until the watch has called back.
  public let pid: Int32
  /// The child's end, once it is known.
  public private(set) var exit: ChildExit?

  private let pidfd: Int32
  private var source: DescriptorSource?
  private let handler: @LoopActor (ChildExit) -> Void
  private var waiters: [CheckedContinuation<Void, Never>] = []

  /// Watches the child `pid`.
  ///
  /// - Parameters:
  ///   - pid: a child of this process that has not been waited for.
  ///   - pidfd: its descriptor, which the watch takes over and closes; opened here if nil.
  ///   - loop: the loop that calls back.
  ///   - priority: which of several ready sources goes first; lower is sooner.
  ///   - handler: called on the loop once, after the child has been reaped.
  /// - Throws: the reason why the child cannot be watched: it is gone (`ESRCH`), or no descriptor is left.
  public init(
    pid: Int32, pidfd: Int32? = nil, on loop: EventLoop = .main, priority: Int64 = 0,
    _ handler: @escaping @LoopActor (ChildExit) -> Void = { _ in }
  ) throws(SystemError) {
    self.pid = pid
    self.handler = handler
    if let pidfd {
      self.pidfd = pidfd
    } else {
      self.pidfd = try check(csystemd_pidfd_open(pid), "pidfd_open", "PID \(pid)")
    }
    source = try DescriptorSource(self.pidfd, for: .readable, on: loop, priority: priority) {
      [unowned self] _ in collect()
    }
  }

  isolated deinit {
    source?.cancel()
    close(pidfd)
  }

  /// Reaps the child if it has ended and calls back; returns whether it has ended. For a caller that learnt
  /// of the end by SIGCHLD and does not want to wait for the loop's next turn.
  @discardableResult
  public func collect() -> Bool {
    guard exit == nil else { return true }
    var code: Int32 = 0
    var status: Int32 = 0
    let result = unsafe csystemd_wait_pidfd(pidfd, &code, &status)
    if result == 0 { return false }
    // Somebody else reaped it (ECHILD): it is gone all the same, only the reason is lost.
    let ended: ChildExit =
      if result < 0 {
        .exited(255)
      } else if code == Int32(CLD_EXITED) {
        .exited(status)
      } else {
        .signaled(status, coreDumped: code == Int32(CLD_DUMPED))
      }
    exit = ended
    source?.cancel()
    source = nil
    handler(ended)
    for waiter in waiters { waiter.resume() }
    waiters = []
    return true
  }

  /// Sends `signal` to this very child; nothing happens if it has ended.
  public func send(_ signal: Int32) throws(SystemError) {
    guard exit == nil else { return }
    let result = csystemd_pidfd_send_signal(pidfd, signal)
    guard result < 0, result != -ESRCH else { return }
    throw SystemError(errno: -result, operation: "pidfd_send_signal", subject: "PID \(pid)")
  }

  /// Suspends until the child has ended.
  public func ended() async -> ChildExit {
    if exit == nil {
      await withCheckedContinuation { waiters.append($0) }
    }
    return exit ?? .exited(255)
  }
}
