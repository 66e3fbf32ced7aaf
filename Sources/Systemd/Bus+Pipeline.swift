import Glibc

extension Bus {
  /// How many calls of a pipeline are on their way at once unless told; far below ``callLimit``, so that others find
  /// room beside it.
  public nonisolated static let pipelineWidth = 512

  /// Makes many calls, many of them on their way at once, and hands over each reply as it comes.
  ///
  /// A reply is handed over in the connection's own order: what a signal told before it came before, what a signal
  /// tells after it comes after. A reply awaited by ``call(_:timeout:)`` may be seen a moment later than that.
  ///
  /// - Parameters:
  ///   - count: how many calls.
  ///   - width: how many of them are on their way at once.
  ///   - timeout: for how long there may be no reply at all.
  ///   - make: writes the call with this number, counted from zero.
  ///   - receive: takes the reply to it, or the other side's error.
  /// - Throws: what `make` throws; `ETIMEDOUT`, `ECANCELED` and `ECONNRESET` for what ends all of them. Replies that
  ///   are still on their way then are not handed over.
  public func pipeline(
    count: Int, width: Int = pipelineWidth, timeout: Duration = defaultTimeout,
    _ make: @escaping @LoopActor (Int) throws(BusError) -> BusMessage,
    _ receive: @escaping @LoopActor (Int, consuming Result<BusMessage, BusError>) -> Void
  ) async throws(BusError) {
    try checkOpen()
    guard !Task.isCancelled else { throw PendingCall.cancelled }
    let width = min(max(width, 1), Self.callLimit)
    let pipeline = CallPipeline(self, count: count, width: width, make, receive)
    try await pipeline.run(timeout: timeout)
  }
}

/// Calls of which a bounded number is on the way.
@LoopActor
private final class CallPipeline {
  private let bus: Bus
  private let count: Int
  private let width: Int
  private let make: @LoopActor (Int) throws(BusError) -> BusMessage
  private let receive: @LoopActor (Int, consuming Result<BusMessage, BusError>) -> Void
  private var next = 0
  private var received = 0
  private var seen = 0
  private var timeout = Bus.defaultTimeout
  private var timer: TimerSource?
  private var calls: [Int: PendingCall] = [:]
  private var failure: BusError?
  private var waiter: CheckedContinuation<Void, Never>?

  init(
    _ bus: Bus, count: Int, width: Int,
    _ make: @escaping @LoopActor (Int) throws(BusError) -> BusMessage,
    _ receive: @escaping @LoopActor (Int, consuming Result<BusMessage, BusError>) -> Void
  ) {
    self.bus = bus
    self.count = count
    self.width = width
    self.make = make
    self.receive = receive
  }

  func run(timeout: Duration) async throws(BusError) {
    let timer = TimerSource(on: bus.loop) { [unowned self] in checkProgress() }
    self.timer = timer
    self.timeout = timeout
    timer.arm(after: timeout)
    fill()
    await withTaskCancellationHandler {
      await withCheckedContinuation { continuation in
        if calls.isEmpty { continuation.resume() } else { waiter = continuation }
      }
    } onCancel: {
      EventLoop.main.spawn(name: "cancel bus calls") { self.stop(PendingCall.cancelled) }
    }
    timer.disarm()
    if let failure { throw failure }
  }

  // MARK: Steps

  private func checkProgress() {
    if received == seen { return stop(BusError(SystemError(errno: ETIMEDOUT, operation: "call"))) }
    seen = received
    timer?.arm(after: timeout)
  }

  private func fill() {
    while failure == nil, next < count, calls.count < width {
      let index = next
      next += 1
      do throws(BusError) {
        let message = try make(index)
        let call = PendingCall()
        call.onEnd = { [unowned self] in end(of: $0, index) }
        try bus.add(call)
        calls[index] = call
        let (raw, request) = unsafe (bus.raw, message.raw)
        do throws(SystemError) {
          unsafe try call.send(request, over: raw)
        } catch {
          calls[index] = nil
          bus.remove(call)
          throw BusError(error)
        }
      } catch {
        stop(error)
      }
    }
  }

  private func end(of call: PendingCall, _ index: Int) {
    calls[index] = nil
    bus.remove(call)
    received += 1
    // The connection's end is one error for all, not one for each.
    if failure == nil, !bus.isOpen {
      stop(BusError(SystemError(errno: ECONNRESET, operation: "call over a closed bus")))
    }
    if failure == nil {
      do throws(BusError) {
        receive(index, .success(try call.takeReply()))
      } catch {
        receive(index, .failure(error))
      }
      fill()
    }
    if calls.isEmpty {
      waiter?.resume()
      waiter = nil
    }
  }

  private func stop(_ error: BusError) {
    failure = failure ?? error
    for call in calls.values { call.fail(error) }
  }
}
