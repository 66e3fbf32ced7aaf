import Glibc
import Systemd
import TestSupport
import Testing

/// A message bus of the test's own.
@LoopActor
final class PrivateBus {
  nonisolated static let isAvailable = unsafe access("/usr/bin/dbus-daemon", X_OK) == 0

  let daemon: Child
  let address: String

  init() async throws {
    let pipe = try Pipe()
    // Not close-on-exec: the daemon writes its address there.
    let output = dup(pipe.writeEnd)
    defer { close(output) }
    daemon = try Child([
      "/usr/bin/dbus-daemon", "--session", "--nofork", "--nopidfile", "--print-address=\(output)",
    ])
    let lines = Inbox<String>()
    let readEnd = pipe.readEnd
    let source = try DescriptorSource(readEnd, for: .readable) { _ in
      var bytes = [UInt8](repeating: 0, count: 1024)
      let count = unsafe read(readEnd, &bytes, bytes.count)
      lines.put(
        String(decoding: bytes.prefix(max(count, 0)).prefix { $0 != UInt8(ascii: "\n") }, as: UTF8.self))
    }
    address = try await lines.next()
    source.cancel()
  }

  func connect() throws(BusError) -> Bus { try Bus.connect(to: address) }

  func end() async {
    try? daemon.watch.send(SIGKILL)
    _ = await daemon.watch.ended()
  }
}

@Suite(
  "The bus", .onLoop,
  .enabled(if: PrivateBus.isAvailable, "dbus-daemon is not installed (package dbus)"))
struct BusTests {
  static let driver = BusObject(
    "org.freedesktop.DBus", "/org/freedesktop/DBus", "org.freedesktop.DBus")

  /// Runs `body` on a bus that ends with it.
  @LoopActor static func withBus(
    _ body: @LoopActor (PrivateBus) async throws -> Void
  ) async throws {
    let bus = try await PrivateBus()
    do {
      try await body(bus)
    } catch {
      await bus.end()
      throw error
    }
    await bus.end()
  }

  @Test("calls, replies and properties are typed")
  @LoopActor func calls() async throws {
    try await Self.withBus { daemon in
      let bus = try daemon.connect()
      let names: [String] = try await bus.call(Self.driver, "ListNames")
      #expect(names.contains("org.freedesktop.DBus"))
      let owner: String = try await bus.call(Self.driver, "GetNameOwner", "org.freedesktop.DBus")
      #expect(owner == "org.freedesktop.DBus")
      let reply: UInt32 = try await bus.call(Self.driver, "RequestName", "org.example.A", UInt32(0))
      #expect(reply == 1)
      let hasOwner: Bool = try await bus.call(Self.driver, "NameHasOwner", "org.example.A")
      #expect(hasOwner)
      try await bus.perform(Self.driver, "ReleaseName", "org.example.A")

      let features: [String] = try await bus.property("Features", of: Self.driver)
      let all = try await bus.properties(of: Self.driver)
      #expect(all["Features"]?.elements?.compactMap(\.text) == features)
      let credentials: [String: BusVariant] = try await bus.call(
        Self.driver, "GetConnectionCredentials", "org.freedesktop.DBus")
      #expect(credentials["ProcessID"]?.unsigned == UInt64(daemon.daemon.watch.pid))
    }
  }

  @Test("the other side's error comes with its name, a reply of another type is an error")
  @LoopActor func errors() async throws {
    try await Self.withBus { daemon in
      let bus = try daemon.connect()
      let unknown = await #expect(throws: BusError.self) { try await bus.perform(Self.driver, "Nonsense") }
      #expect(unknown?.name == "org.freedesktop.DBus.Error.UnknownMethod")
      let noName = await #expect(throws: BusError.self) {
        let _: String = try await bus.call(Self.driver, "GetNameOwner", "org.example.Nobody")
      }
      #expect(noName?.name == "org.freedesktop.DBus.Error.NameHasNoOwner")
      let other = await #expect(throws: BusError.self) {
        let _: UInt32 = try await bus.call(Self.driver, "ListNames")
      }
      #expect(other?.errno == ENXIO)
      let zero = await #expect(throws: BusError.self) {
        try await bus.perform(Self.driver, "NameHasOwner", "org.\u{0}x")
      }
      #expect(zero?.errno == EINVAL)
      let path = await #expect(throws: BusError.self) {
        try await bus.perform(Self.driver.at("no path", "org.example"), "Ping")
      }
      #expect(path?.errno == EINVAL)
    }
  }

  @Test("a bus that accepts but never answers ends in a timeout")
  @LoopActor func silent() async throws {
    let silent = try SilentSocket()
    let bus = try Bus.connect(to: silent.address)
    let start = ContinuousClock.now
    let error = await #expect(throws: BusError.self) {
      try await bus.perform(Self.driver, "ListNames", timeout: .milliseconds(20))
    }
    #expect(error?.isTimeout == true)
    #expect(ContinuousClock.now - start < .seconds(10))
  }

  @Test("a cancelled call returns at once, before or after it was sent", arguments: [false, true])
  @LoopActor func cancelled(before: Bool) async throws {
    let silent = try SilentSocket()
    let bus = try Bus.connect(to: silent.address)
    let started = Inbox<Bool>()
    let task = EventLoop.main.spawn { () -> BusError? in
      started.put(true)
      do throws(BusError) {
        try await bus.perform(Self.driver, "ListNames")
        return nil
      } catch {
        return error
      }
    }
    if !before { _ = try await started.next() }
    task.cancel()
    #expect(await task.value?.isCancelled == true)
  }

  @Test("a bus that is not there is an error at once")
  @LoopActor func absent() {
    let error = #expect(throws: BusError.self) { try Bus.connect(to: "unix:path=/nonexistent/bus") }
    #expect(error?.errno == ENOENT)
    #expect(throws: BusError.self) { try Bus.connect(to: "nonsense") }
  }

  @Test("signals arrive typed and in order")
  @LoopActor func signals() async throws {
    try await Self.withBus { daemon in
      let bus = try daemon.connect()
      let other = try daemon.connect()
      let changes = try bus.signals(
        BusMatch(Self.driver, "NameOwnerChanged"), as: BusArguments<String, String, String>.self)
      // A reply means that the bus has handled the subscription, which came before.
      let _: [String] = try await bus.call(Self.driver, "ListNames")
      for name in ["org.example.A", "org.example.B"] {
        let _: UInt32 = try await other.call(Self.driver, "RequestName", name, UInt32(0))
      }
      var names: [String] = []
      for await change in changes where change.values.0.hasPrefix("org.example.") {
        names.append(change.values.0)
        if names.count == 2 { break }
      }
      #expect(names == ["org.example.A", "org.example.B"])
    }
  }

  @Test("a slow reader keeps the newest signals")
  @LoopActor func slowReader() async throws {
    try await Self.withBus { daemon in
      let bus = try daemon.connect()
      let stream = try bus.signals(BusMatch(Self.driver, "NameAcquired"), as: String.self, buffer: 2)
      let names = ["org.example.A", "org.example.B", "org.example.C"]
      for name in names { let _: UInt32 = try await bus.call(Self.driver, "RequestName", name, UInt32(0)) }
      let _: [String] = try await bus.call(Self.driver, "ListNames")
      var kept: [String] = []
      for await name in stream {
        kept.append(name)
        if kept.count == 2 { break }
      }
      #expect(kept == ["org.example.B", "org.example.C"])
    }
  }

  @Test("a subscription is called until it is cancelled")
  @LoopActor func subscription() async throws {
    try await Self.withBus { daemon in
      let bus = try daemon.connect()
      let seen = Inbox<String>()
      let subscription = try bus.subscribe(to: BusMatch(Self.driver, "NameAcquired")) { message in
        #expect(message.member == "NameAcquired" && message.path == "/org/freedesktop/DBus")
        seen.put((try? message.read(String.self)) ?? "")
      }
      let _: UInt32 = try await bus.call(Self.driver, "RequestName", "org.example.A", UInt32(0))
      while try await seen.next() != "org.example.A" {}
      subscription.cancel()
      let _: UInt32 = try await bus.call(Self.driver, "RequestName", "org.example.B", UInt32(0))
      let _: [String] = try await bus.call(Self.driver, "ListNames")
      #expect(seen.isEmpty)
    }
  }

  @Test("an impossible match is refused and leaves the connection alone")
  @LoopActor func impossibleMatch() async throws {
    try await Self.withBus { daemon in
      let bus = try daemon.connect()
      let error = #expect(throws: BusError.self) {
        try bus.subscribe(to: BusMatch(member: "no member")) { _ in }
      }
      #expect(error?.errno == EINVAL)
      let _: [String] = try await bus.call(Self.driver, "ListNames")
      #expect(bus.isOpen)
    }
  }

  @Test("when the bus goes, calls fail, streams end and the owner is told")
  @LoopActor func disconnect() async throws {
    let daemon = try await PrivateBus()
    let bus = try daemon.connect()
    let closed = Inbox<Bool>()
    bus.onClose = { closed.put(true) }
    let stream = try bus.signals(BusMatch(Self.driver, "NameLost"), as: String.self)
    let _: [String] = try await bus.call(Self.driver, "ListNames")
    // A stopped bus takes the call but cannot answer it; then it dies.
    try daemon.daemon.watch.send(SIGSTOP)
    let call = EventLoop.main.spawn { () -> BusError? in
      do throws(BusError) {
        try await bus.perform(Self.driver, "ListNames")
        return nil
      } catch {
        return error
      }
    }
    await daemon.end()
    #expect(try await closed.next())
    #expect(await call.value != nil)
    for await _ in stream { Issue.record("a signal from a dead bus") }
    #expect(!bus.isOpen)
    let error = await #expect(throws: BusError.self) { try await bus.perform(Self.driver, "ListNames") }
    #expect(error?.errno == ENOTCONN)
  }

  @Test("closing fails what waits and may be repeated")
  @LoopActor func close() async throws {
    let silent = try SilentSocket()
    let bus = try Bus.connect(to: silent.address)
    let stream = try bus.signals(BusMatch(member: "X"), as: String.self)
    let started = Inbox<Bool>()
    let call = EventLoop.main.spawn { () -> BusError? in
      started.put(true)
      do throws(BusError) {
        try await bus.perform(Self.driver, "ListNames")
        return nil
      } catch {
        return error
      }
    }
    _ = try await started.next()
    bus.close()
    bus.close()
    #expect(await call.value?.errno == ECONNRESET)
    for await _ in stream { Issue.record("a signal from a closed bus") }
  }
}

/// A socket that takes connections into its queue and never answers: dbus.socket while dbus-daemon is not up.
final class SilentSocket {
  let address: String
  private let fd: Int32

  init() throws(SystemError) {
    let name = "upkeep-silent-\(UInt64.random(in: 0...UInt64.max))"
    address = "unix:abstract=\(name)"
    fd = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
    try bindAbstract(fd, name)
    try checkErrno(listen(fd, 8), "listen")
  }

  deinit { close(fd) }
}
