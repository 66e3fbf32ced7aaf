import CSystemd

/// What a descriptor is watched for, and what happened to it.
public struct DescriptorEvents: OptionSet, Sendable {
  /// The `EPOLL...` bits.
  public let rawValue: UInt32

  /// Wraps `EPOLL...` bits.
  public init(rawValue: UInt32) { self.rawValue = rawValue }

  /// There is something to read (`EPOLLIN`).
  public static let readable = DescriptorEvents(rawValue: 0x001)
  /// There is room to write (`EPOLLOUT`).
  public static let writable = DescriptorEvents(rawValue: 0x004)
  /// An error is pending (`EPOLLERR`); always reported.
  public static let error = DescriptorEvents(rawValue: 0x008)
  /// The other end is gone (`EPOLLHUP`); always reported.
  public static let hangUp = DescriptorEvents(rawValue: 0x010)
}

/// A watch on a descriptor of the event loop, for as long as this object lives. It does not own the
/// descriptor.
///
/// The corresponding C function is `sd_event_add_io(3)`.
@LoopActor @safe
public final class DescriptorSource {
  private var source: OpaquePointer?
  private let handler: @LoopActor (DescriptorEvents) -> Void

  /// Watches `descriptor`, which must stay open until ``cancel()`` or the end of this object.
  ///
  /// - Parameters:
  ///   - descriptor: an open descriptor that epoll can watch (no regular file).
  ///   - events: what to watch for; level-triggered.
  ///   - loop: the loop that calls back.
  ///   - priority: which of several ready sources goes first; lower is sooner.
  ///   - handler: called on the loop with what happened.
  /// - Throws: `EPERM` for a descriptor that epoll cannot watch, `EEXIST` for one that is watched already.
  public init(
    _ descriptor: Int32, for events: DescriptorEvents, on loop: EventLoop = .main, priority: Int64 = 0,
    _ handler: @escaping @LoopActor (DescriptorEvents) -> Void
  ) throws(SystemError) {
    self.handler = handler
    let userdata = unsafe Unmanaged.passUnretained(self).toOpaque()
    let result = unsafe sd_event_add_io(
      loop.raw, &source, descriptor, events.rawValue,
      { _, _, revents, userdata in
        guard let userdata = unsafe userdata else { return 0 }
        let source = unsafe Unmanaged<DescriptorSource>.fromOpaque(userdata).takeUnretainedValue()
        LoopActor.assumeIsolated { source.handler(DescriptorEvents(rawValue: revents)) }
        return 0
      }, userdata)
    try check(result, "sd_event_add_io", "descriptor \(descriptor)")
    unsafe sd_event_source_set_priority(source, priority)
  }

  isolated deinit { unsafe sd_event_source_disable_unref(source) }

  /// Watches for other events from now on.
  public func watch(for events: DescriptorEvents) throws(SystemError) {
    guard let source = unsafe source else { return }
    try check(unsafe sd_event_source_set_io_events(source, events.rawValue), "sd_event_source_set_io_events")
  }

  /// Ends the watch; the descriptor may be closed afterwards.
  public func cancel() {
    unsafe source = unsafe sd_event_source_disable_unref(source)
  }
}
