import CSystemd
import Glibc

/// A method call on its way: libsystemd's slot, the task that waits and, at the end, the reply.
@LoopActor @safe
final class PendingCall {
  static let cancelled = BusError(SystemError(errno: ECANCELED, operation: "call"))

  private var slot: OpaquePointer?
  private var reply: OpaquePointer?
  private var error: BusError?
  private var waiter: CheckedContinuation<Void, Never>?
  /// Called once at the end, whatever it is, before libsystemd goes on to the next message.
  var onEnd: (@LoopActor (PendingCall) -> Void)?

  isolated deinit {
    unsafe sd_bus_slot_unref(slot)
    unsafe sd_bus_message_unref(reply)
  }

  /// Hands the message to libsystemd. The slot borrows this object, which ends the slot before it goes.
  @unsafe func send(_ message: OpaquePointer, over bus: OpaquePointer) throws(SystemError) {
    let userdata = unsafe Unmanaged.passUnretained(self).toOpaque()
    // No timeout of libsystemd's: that would begin only when the connection stands.
    let result = unsafe sd_bus_call_async(
      bus, &slot, message,
      { reply, userdata, _ in
        guard let userdata = unsafe userdata, let reply = unsafe reply else { return 0 }
        let call = unsafe Unmanaged<PendingCall>.fromOpaque(userdata).takeUnretainedValue()
        nonisolated(unsafe) let borrowed = unsafe reply
        LoopActor.assumeIsolated { unsafe call.receive(borrowed) }
        return 1
      }, userdata, UInt64.max)
    try check(result, "sd_bus_call_async")
  }

  /// Suspends until the reply, the timeout or the task's cancellation.
  func finish(within timeout: Duration, on loop: EventLoop) async {
    let timer = TimerSource(on: loop) { [unowned self] in
      fail(BusError(SystemError(errno: ETIMEDOUT, operation: "call")))
    }
    timer.arm(after: timeout)
    await withTaskCancellationHandler {
      await withCheckedContinuation { continuation in
        if unsafe slot == nil { continuation.resume() } else { waiter = continuation }
      }
    } onCancel: {
      EventLoop.main.spawn(name: "cancel bus call") { self.fail(Self.cancelled) }
    }
    timer.disarm()
  }

  /// The reply, once; throws what the call ended with.
  func takeReply() throws(BusError) -> BusMessage {
    if let error { throw error }
    guard let reply = unsafe reply else { throw Self.cancelled }
    unsafe self.reply = nil
    return unsafe BusMessage(owning: reply)
  }

  /// Ends the call with `error`; a reply that still comes is dropped.
  func fail(_ error: BusError) {
    guard unsafe slot != nil else { return }
    self.error = error
    complete()
  }

  @unsafe private func receive(_ message: OpaquePointer) {
    if let failure = unsafe sd_bus_message_get_error(message) {
      error = unsafe BusError(copying: failure)
    } else {
      unsafe reply = unsafe sd_bus_message_ref(message)
    }
    complete()
  }

  private func complete() {
    unsafe slot = unsafe sd_bus_slot_unref(slot)
    waiter?.resume()
    waiter = nil
    let end = onEnd
    onEnd = nil
    end?(self)
  }
}
