import Glibc
import Systemd
import TestSupport
import Testing

@Suite("Notifications between processes", .onLoop)
struct NotifyListenerTests {
  struct Arrived: Sendable {
    let notification: Notification
    let sender: SenderCredentials
    var descriptors: [Int32] = []
  }

  @LoopActor static func listener(
    taking: Bool = false
  ) throws -> (NotifyListener, Inbox<Arrived>, Inbox<NotifyDrop>) {
    let arrived = Inbox<Arrived>()
    let dropped = Inbox<NotifyDrop>()
    let listener = try NotifyListener(onDrop: { reason, _ in dropped.put(reason) }) { message in
      let descriptors = taking ? message.takeDescriptors() : []
      arrived.put(
        Arrived(notification: message.notification, sender: message.sender, descriptors: descriptors))
    }
    return (listener, arrived, dropped)
  }

  @Test("a datagram arrives with its sender's credentials, in order")
  @LoopActor func arrives() async throws {
    let (listener, arrived, _) = try Self.listener()
    #expect(Notification([.ready, .status("up")]).send(to: listener.address) == .sent)
    #expect(Notification([.stopping]).send(to: listener.address) == .sent)
    let first = try await arrived.next()
    #expect(first.notification == [.ready, .status("up")])
    #expect(first.sender == SenderCredentials(process: getpid(), user: getuid(), group: getgid()))
    #expect(try await arrived.next().notification == [.stopping])
  }

  @Test("a child's message names the child", .enabled(if: unsafe access("/bin/systemd-notify", X_OK) == 0))
  @LoopActor func fromChild() async throws {
    let (listener, arrived, _) = try Self.listener()
    let child = try Child(
      ["/bin/systemd-notify", "--ready", "--status=hello"], ["NOTIFY_SOCKET=\(listener.address)"])
    let message = try await arrived.next()
    #expect(message.notification == [.ready, .status("hello")])
    #expect(await child.watch.ended() == .exited(0))
    // systemd-notify sends in its parent's name where it may, and that is this process.
    #expect([child.watch.pid, getpid()].contains(message.sender.process))
  }

  @Test("descriptors come along and are close-on-exec")
  @LoopActor func descriptors() async throws {
    let (listener, arrived, _) = try Self.listener(taking: true)
    let pipe = try Pipe()
    let outcome = Notification([.storeDescriptors, .descriptorName("p")])
      .send(to: listener.address, descriptors: [pipe.writeEnd])
    #expect(outcome == .sent)
    let message = try await arrived.next()
    #expect(message.notification.descriptorName == "p")
    let received = try #require(message.descriptors.first)
    defer { close(received) }
    #expect(fcntl(received, F_GETFD) & FD_CLOEXEC != 0)
    #expect(unsafe write(received, "x", 1) == 1)
    var byte: UInt8 = 0
    #expect(unsafe read(pipe.readEnd, &byte, 1) == 1 && byte == UInt8(ascii: "x"))
  }

  @Test("descriptors that nobody takes are closed", arguments: [1, 100])
  @LoopActor func untaken(count: Int) async throws {
    let (listener, arrived, _) = try Self.listener()
    let pipe = try Pipe()
    let descriptors = [Int32](repeating: pipe.writeEnd, count: count)
    #expect(Notification([.storeDescriptors]).send(to: listener.address, descriptors: descriptors) == .sent)
    pipe.closeWriteEnd()
    _ = try await arrived.next()
    #expect(pipe.isHungUp)
  }

  @Test("a barrier ends once the listener has seen everything before it")
  @LoopActor func barrier() async throws {
    let (listener, arrived, _) = try Self.listener()
    #expect(Notification([.ready]).send(to: listener.address) == .sent)
    #expect(await Notification.barrier(timeout: .seconds(10), to: listener.address) == .sent)
    #expect(try await arrived.next().notification == [.ready])
    #expect(try await arrived.next().notification == [.barrier])
  }

  @Test("a barrier that nobody answers times out, waiting or suspended")
  @LoopActor func barrierTimeout() async throws {
    // Nobody reads while this function blocks the loop's thread.
    let (listener, _, _) = try Self.listener(taking: true)
    let late = NotifyOutcome.failed(SystemError(errno: ETIMEDOUT, operation: "sd_notify_barrier"))
    #expect(Notification.waitForBarrier(timeout: .milliseconds(5), to: listener.address) == late)
    #expect(await Notification.barrier(timeout: .milliseconds(5), to: listener.address) == late)
  }

  @Test("datagrams that are too long or malformed are dropped with a report, their descriptors closed")
  @LoopActor func dropped() async throws {
    let (listener, arrived, dropped) = try Self.listener()
    let pipe = try Pipe()
    try sendRaw([UInt8](repeating: 65, count: 5000), to: listener.address, [pipe.writeEnd])
    try sendRaw([65, 0, 66], to: listener.address, [pipe.writeEnd])
    pipe.closeWriteEnd()
    #expect(try await dropped.next() == .tooLong)
    #expect(try await dropped.next() == .malformed(.embeddedZero))
    #expect(pipe.isHungUp)
    #expect(Notification([.ready]).send(to: listener.address) == .sent)
    #expect(try await arrived.next().notification == [.ready])
  }

  @Test("one turn takes a bounded number of messages")
  @LoopActor func bounded() async throws {
    let counter = Counter()
    let listener = try NotifyListener { _ in counter.count += 1 }
    var sent = 0
    // The kernel's own queue is shorter than a turn on most machines, so fill it between two turns.
    while sent < NotifyListener.messagesPerTurn + 5 {
      let before = counter.count
      while sent - counter.count < 8 && sent < NotifyListener.messagesPerTurn + 5 {
        try #require(Notification([.watchdog]).send(to: listener.address) == .sent)
        sent += 1
      }
      listener.receive()
      #expect(counter.count - before <= NotifyListener.messagesPerTurn)
    }
    listener.receive()
    #expect(counter.count == sent)
  }

  @Test("two listeners have different addresses and a closed one refuses")
  @LoopActor func addresses() throws {
    var listener: NotifyListener? = try NotifyListener { _ in }
    let other = try NotifyListener { _ in }
    let address = try #require(listener?.address)
    #expect(address != other.address && address.utf8.count == 33)
    listener = nil
    #expect(
      Notification([.ready]).send(to: address)
        == .failed(
          SystemError(errno: ECONNREFUSED, operation: "send notification to", subject: address)))
  }

  @Test("nobody to notify is told apart from a failure")
  func outcomes() {
    #expect(Notification([.ready]).send(to: nil) == .notUnderSystemd)
    #expect(Notification([.ready]).send(to: "") == .notUnderSystemd)
    #expect(Notification.waitForBarrier(timeout: .zero, to: nil) == .notUnderSystemd)
    for (address, number) in [
      ("relative", EAFNOSUPPORT), ("@", EAFNOSUPPORT), ("vsock:2:1", EAFNOSUPPORT),
      ("/nonexistent/socket", ENOENT),
      ("/" + String(repeating: "x", count: 107), ENAMETOOLONG),
    ] {
      guard case .failed(let error) = Notification([.ready]).send(to: address) else {
        Issue.record("\(address) was not refused")
        continue
      }
      #expect(error.errno == number && error.subject == address)
    }
    guard case .failed(let error) = Notification([]).send(to: "@x") else {
      Issue.record("an empty notification was not refused")
      return
    }
    #expect(error.errno == EINVAL)
  }
}

@LoopActor
private final class Counter {
  var count = 0
}
