import CSystemd
import Glibc

/// Which signals are wanted; nil matches all.
public struct BusMatch: Sendable, Hashable {
  /// The sender's name. On a connection without a bus in between messages have no sender: use nil there.
  public var sender: String?
  /// The object.
  public var path: ObjectPath?
  /// The interface.
  public var interface: String?
  /// The signal's name.
  public var member: String?

  /// Describes signals.
  public init(
    sender: String? = nil, path: ObjectPath? = nil, interface: String? = nil, member: String? = nil
  ) {
    self.sender = sender
    self.path = path
    self.interface = interface
    self.member = member
  }

  /// The signal `member` of an object's interface.
  public init(_ object: BusObject, _ member: String) {
    self.init(
      sender: object.destination, path: object.path, interface: object.interface, member: member)
  }
}

/// Signals that arrive as callbacks, for as long as this object lives.
@LoopActor @safe
public final class BusSubscription {
  /// Why the bus refused the subscription, if it did.
  public private(set) var failure: BusError?

  private var slot: OpaquePointer?
  private weak var bus: Bus?
  private let handler: @LoopActor (inout BusMessage) -> Void
  private let onEnd: @LoopActor (BusError?) -> Void

  fileprivate init(
    _ bus: Bus, onEnd: @escaping @LoopActor (BusError?) -> Void,
    _ handler: @escaping @LoopActor (inout BusMessage) -> Void
  ) {
    self.bus = bus
    self.onEnd = onEnd
    self.handler = handler
  }

  isolated deinit {
    unsafe sd_bus_slot_unref(slot)
    bus?.remove(ObjectIdentifier(self))
  }

  /// Ends the subscription; nothing is called any more.
  public func cancel() {
    unsafe slot = unsafe sd_bus_slot_unref(slot)
    bus?.remove(ObjectIdentifier(self))
    bus = nil
  }

  /// Ends it because the connection or the subscription failed.
  func end() {
    guard unsafe slot != nil else { return }
    cancel()
    onEnd(failure)
  }

  fileprivate func install(_ match: BusMatch, on raw: OpaquePointer) throws(SystemError) {
    let userdata = unsafe Unmanaged.passUnretained(self).toOpaque()
    let result = unsafe sd_bus_match_signal_async(
      raw, &slot, match.sender, match.path?.value, match.interface, match.member,
      { message, userdata, _ in
        guard let userdata = unsafe userdata, let message = unsafe message else { return 0 }
        let subscription = unsafe Unmanaged<BusSubscription>.fromOpaque(userdata).takeUnretainedValue()
        nonisolated(unsafe) let borrowed = unsafe message
        LoopActor.assumeIsolated {
          var message = unsafe BusMessage(retaining: borrowed)
          subscription.handler(&message)
        }
        return 0
      },
      // Without this callback libsystemd would close the connection when the bus refuses.
      { message, userdata, _ in
        guard let userdata = unsafe userdata, let message = unsafe message,
          let failure = unsafe sd_bus_message_get_error(message)
        else { return 0 }
        let subscription = unsafe Unmanaged<BusSubscription>.fromOpaque(userdata).takeUnretainedValue()
        let error = unsafe BusError(copying: failure)
        LoopActor.assumeIsolated {
          subscription.failure = error
          subscription.end()
        }
        return 0
      }, userdata)
    try check(result, "sd_bus_match_signal_async")
  }
}

extension Bus {
  /// How many signals a stream keeps for a slow reader unless told.
  public nonisolated static let signalBuffer = 256

  /// Calls `handler` for each matching signal, as long as the returned object lives.
  ///
  /// The bus is asked before this returns and handles messages in order: what a later call causes cannot be
  /// missed.
  ///
  /// - Parameters:
  ///   - match: which signals.
  ///   - onEnd: called once if the connection ends (nil) or the bus refuses (its error).
  ///   - handler: reads the signal's values.
  /// - Returns: the subscription, to be kept.
  /// - Throws: `ENOTCONN` if the connection is closed, `EINVAL` for an impossible match.
  public func subscribe(
    to match: BusMatch, onEnd: @escaping @LoopActor (BusError?) -> Void = { _ in },
    _ handler: @escaping @LoopActor (inout BusMessage) -> Void
  ) throws(BusError) -> BusSubscription {
    try checkOpen()
    let subscription = BusSubscription(self, onEnd: onEnd, handler)
    try asBusError { () throws(SystemError) in unsafe try subscription.install(match, on: raw) }
    add(subscription)
    return subscription
  }

  /// The values of matching signals as they arrive, until the reader stops, its task is cancelled or the
  /// connection ends.
  ///
  /// A reader that falls behind by more than `buffer` signals loses the oldest ones, never the newest: a
  /// state that is told twice is right in the end. Who must see every signal uses ``subscribe(to:onEnd:_:)``.
  /// A signal whose values are of other types is left out.
  ///
  /// - Parameters:
  ///   - match: which signals.
  ///   - type: the signal's values; several are ``BusArguments``.
  ///   - buffer: how many are kept.
  /// - Returns: the stream, for one reader.
  /// - Throws: `ENOTCONN` if the connection is closed, `EINVAL` for an impossible match.
  public func signals<Value: BusValue & Sendable>(
    _ match: BusMatch, as type: Value.Type = Value.self, buffer: Int = signalBuffer
  ) throws(BusError) -> AsyncStream<Value> {
    let (stream, continuation) = AsyncStream.makeStream(
      of: Value.self, bufferingPolicy: .bufferingNewest(buffer))
    let subscription = try subscribe(to: match, onEnd: { _ in continuation.finish() }) { message in
      do throws(SystemError) {
        continuation.yield(try message.read(Value.self))
      } catch {
        // Somebody else's signal of the same name; the next one may fit.
      }
    }
    continuation.onTermination = { _ in
      EventLoop.main.spawn(name: "end signals") { subscription.cancel() }
    }
    return stream
  }
}
