import CSystemd
import Glibc

/// What came with a signal.
public struct SignalInfo: Sendable, Hashable {
  /// The signal's number.
  public let signal: Int32
  /// The sender's PID; 0 if the kernel sent it.
  public let sender: Int32
  /// What the sender gave along by `sigqueue(3)`; nil for an ordinary signal.
  public let value: Int32?

  /// Describes an arrival.
  public init(signal: Int32, sender: Int32, value: Int32? = nil) {
    self.signal = signal
    self.sender = sender
    self.value = value
  }
}

/// `SI_QUEUE`: the signal was sent by `sigqueue(3)`.
private let queued: Int32 = -1

/// A signal that arrives as an event of the loop, for as long as this object lives.
///
/// The signal is blocked for the calling thread from then on, so a program makes its sources before it starts
/// threads. The corresponding C function is `sd_event_add_signal(3)`.
@LoopActor @safe
public final class SignalSource {
  private var source: OpaquePointer?
  private let handler: @LoopActor (SignalInfo) -> Void

  /// Blocks `signal` and calls `handler` on the loop each time it arrives.
  public init(
    _ signal: Int32, on loop: EventLoop = .main, priority: Int64 = 0,
    _ handler: @escaping @LoopActor (SignalInfo) -> Void
  ) throws(SystemError) {
    self.handler = handler
    var set = sigset_t()
    unsafe sigemptyset(&set)
    unsafe sigaddset(&set, signal)
    let blocked = unsafe pthread_sigmask(SIG_BLOCK, &set, nil)
    guard blocked == 0 else {
      throw SystemError(errno: blocked, operation: "pthread_sigmask", subject: "signal \(signal)")
    }
    let userdata = unsafe Unmanaged.passUnretained(self).toOpaque()
    let result = unsafe sd_event_add_signal(
      loop.raw, &source, signal,
      { _, info, userdata in
        guard let userdata = unsafe userdata, let info = unsafe info else { return 0 }
        let source = unsafe Unmanaged<SignalSource>.fromOpaque(userdata).takeUnretainedValue()
        let what = unsafe SignalInfo(
          signal: Int32(info.pointee.ssi_signo), sender: Int32(bitPattern: info.pointee.ssi_pid),
          value: info.pointee.ssi_code == queued ? info.pointee.ssi_int : nil)
        LoopActor.assumeIsolated { source.handler(what) }
        return 0
      }, userdata)
    try check(result, "sd_event_add_signal", "signal \(signal)")
    unsafe sd_event_source_set_priority(source, priority)
  }

  isolated deinit { unsafe sd_event_source_disable_unref(source) }
}
