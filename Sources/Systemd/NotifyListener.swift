import CSystemd
import Glibc

/// Who sent a datagram, as the kernel says.
public struct SenderCredentials: Sendable, Hashable {
  /// The sender's process.
  public let process: Int32
  /// Its user.
  public let user: UInt32
  /// Its group.
  public let group: UInt32

  /// Names a sender.
  public init(process: Int32, user: UInt32, group: UInt32) {
    self.process = process
    self.user = user
    self.group = group
  }
}

/// A notification that arrived, and the descriptors that came with it.
///
/// Descriptors that nobody takes are closed at the end of its life, which also answers a barrier.
public struct NotifyMessage: ~Copyable {
  /// The fields.
  public let notification: Notification
  /// Who sent it.
  public let sender: SenderCredentials
  private var descriptors: [Int32]

  init(_ notification: Notification, from sender: SenderCredentials, descriptors: [Int32]) {
    self.notification = notification
    self.sender = sender
    self.descriptors = descriptors
  }

  deinit { for descriptor in descriptors { close(descriptor) } }

  /// How many descriptors are left to take.
  public var descriptorCount: Int { descriptors.count }

  /// Hands the descriptors over; the caller closes them. They are close-on-exec.
  public mutating func takeDescriptors() -> [Int32] {
    defer { descriptors = [] }
    return descriptors
  }
}

/// Why a datagram was dropped.
public enum NotifyDrop: Sendable, Hashable {
  /// It is longer than ``Notification/sizeLimit``.
  case tooLong
  /// The kernel gave no sender.
  case noCredentials
  /// Descriptors got lost on the way, because this process may not open any more.
  case lostDescriptors
  /// It cannot be read.
  case malformed(NotificationError)
}

/// A private socket for the notifications of child processes, which get ``address`` as their `NOTIFY_SOCKET`.
///
/// The address is abstract, because a sandboxed service may have no writable folder, and random. Any process
/// in the same network namespace may still send to it: believe only the senders that you know.
@LoopActor
public final class NotifyListener {
  /// How many datagrams one turn of the loop takes, so that a flood does not keep others waiting.
  public static let messagesPerTurn = 32

  /// The textual form of the address, `@` and 32 hexadecimal digits.
  public nonisolated let address: String

  private let socket: Int32
  private var source: DescriptorSource?
  private let handler: @LoopActor (inout NotifyMessage) -> Void
  private let onDrop: @LoopActor (NotifyDrop, SenderCredentials?) -> Void
  private var buffer = [UInt8](repeating: 0, count: Notification.sizeLimit)
  private var descriptors = [Int32](repeating: -1, count: Int(CSYSTEMD_DESCRIPTORS_MAX))

  /// Opens the socket and starts to listen.
  ///
  /// - Parameters:
  ///   - loop: the loop that calls back.
  ///   - priority: which of several ready sources goes first; lower is sooner.
  ///   - onDrop: called for each datagram that was dropped, with its sender if known.
  ///   - handler: called for each notification in the order of arrival.
  /// - Throws: the reason why no socket could be made, such as `EMFILE`.
  public init(
    on loop: EventLoop = .main, priority: Int64 = 0,
    onDrop: @escaping @LoopActor (NotifyDrop, SenderCredentials?) -> Void = { _, _ in },
    _ handler: @escaping @LoopActor (inout NotifyMessage) -> Void
  ) throws(SystemError) {
    self.handler = handler
    self.onDrop = onDrop
    address = try Self.randomAddress()
    let kind = SOCK_DGRAM.rawValue | SOCK_CLOEXEC.rawValue | SOCK_NONBLOCK.rawValue
    socket = try checkErrno(Glibc.socket(AF_UNIX, Int32(kind), 0), "socket", address)
    do throws(SystemError) {
      // Before bind, so that no datagram can arrive without credentials.
      var on: Int32 = 1
      let size = socklen_t(MemoryLayout<Int32>.size)
      try checkErrno(
        unsafe setsockopt(socket, SOL_SOCKET, SO_PASSCRED, &on, size), "setsockopt SO_PASSCRED", address)
      let name = try UnixAddress(address)
      let fd = socket
      let bound = unsafe name.withPointer { pointer, size in
        unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { unsafe bind(fd, $0, size) }
      }
      try checkErrno(bound, "bind", address)
      source = try DescriptorSource(socket, for: .readable, on: loop, priority: priority) {
        [unowned self] _ in receive()
      }
    } catch {
      Glibc.close(socket)
      throw error
    }
  }

  isolated deinit {
    source?.cancel()
    Glibc.close(socket)
  }

  /// Takes what has arrived, at most ``messagesPerTurn``. The loop calls it; a caller that learnt of a
  /// child's end does so first, to hear the child's last words before acting on its death.
  public func receive() {
    for _ in 0..<Self.messagesPerTurn {
      guard receiveOne() else { return }
    }
  }

  // MARK: Steps

  private static func randomAddress() throws(SystemError) -> String {
    var id = sd_id128_t()
    try check(unsafe sd_id128_randomize(&id), "sd_id128_randomize")
    let bits = unsafe withUnsafeBytes(of: id) { unsafe $0.loadUnaligned(as: UInt128.self) }
    return "@\(MessageID(bits))"
  }

  /// Returns false once the queue is empty.
  private func receiveOne() -> Bool {
    var datagram = csystemd_datagram()
    let size = unsafe csystemd_receive_datagram(socket, &buffer, buffer.count, &descriptors, &datagram)
    // An empty queue; any other failure is reported by the kernel once and the next turn tries again.
    guard size >= 0 else { return false }
    let received = Array(descriptors.prefix(Int(datagram.count)))
    let sender =
      datagram.sender.pid > 0
      ? SenderCredentials(
        process: datagram.sender.pid, user: datagram.sender.uid, group: datagram.sender.gid) : nil
    do throws(NotifyDropped) {
      if datagram.is_cut != 0 { throw NotifyDropped(.tooLong) }
      if datagram.is_control_cut != 0 { throw NotifyDropped(.lostDescriptors) }
      guard let sender else { throw NotifyDropped(.noCredentials) }
      var message = NotifyMessage(
        try Self.parse(Array(buffer.prefix(Int(size)))), from: sender, descriptors: received)
      handler(&message)
    } catch {
      for descriptor in received { close(descriptor) }
      onDrop(error.reason, sender)
    }
    return true
  }

  private static func parse(_ bytes: [UInt8]) throws(NotifyDropped) -> Notification {
    do throws(NotificationError) {
      return try Notification(parsing: bytes)
    } catch {
      throw NotifyDropped(.malformed(error))
    }
  }
}

private struct NotifyDropped: Error {
  let reason: NotifyDrop
  init(_ reason: NotifyDrop) { self.reason = reason }
}
