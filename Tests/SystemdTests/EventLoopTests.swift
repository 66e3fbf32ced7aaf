import Glibc
import Systemd
import TestSupport
import Testing

@Suite("The event loop", .onLoop)
struct EventLoopTests {
  @Test("sleep returns after its duration, on the loop", arguments: [0, 1, 20])
  @LoopActor func sleep(milliseconds: Int) async throws {
    let start = ContinuousClock.now
    try await EventLoop.main.sleep(for: .milliseconds(milliseconds))
    #expect(ContinuousClock.now - start >= .milliseconds(milliseconds))
    EventLoop.main.checkIsolated()
  }

  @Test("a negative sleep returns at once")
  @LoopActor func negativeSleep() async throws {
    try await EventLoop.main.sleep(for: .seconds(-5))
  }

  @Test("a cancelled sleep throws, cancelled before or during", arguments: [false, true])
  @LoopActor func cancelledSleep(during: Bool) async throws {
    let started = Inbox<Bool>()
    let task = EventLoop.main.spawn { () -> Bool in
      started.put(true)
      do throws(CancellationError) {
        try await EventLoop.main.sleep(for: .seconds(600))
        return false
      } catch {
        return true
      }
    }
    if during { _ = try await started.next() }
    task.cancel()
    #expect(await task.value)
  }

  // Timers that are due in the same turn have no order, so a loaded machine must not decide this test.
  @Test("no timer fires before its deadline or twice, a disarmed one never")
  @LoopActor func deadlines() async throws {
    let start = ContinuousClock.now
    let fired = Inbox<Firing>()
    let late = TimerSource { fired.put(Firing(name: "late", after: .now - start)) }
    let early = TimerSource { fired.put(Firing(name: "early", after: .now - start)) }
    let never = TimerSource { fired.put(Firing(name: "never", after: .now - start)) }
    let moved = TimerSource { fired.put(Firing(name: "moved", after: .now - start)) }
    let wanted: [String: Duration] = [
      "late": .milliseconds(30), "early": .milliseconds(10), "moved": .milliseconds(20),
    ]
    late.arm(after: .milliseconds(30))
    early.arm(after: .milliseconds(10))
    never.arm(after: .milliseconds(5))
    moved.arm(after: .milliseconds(1))
    moved.arm(after: .milliseconds(20))
    never.disarm()
    #expect(early.isArmed && !never.isArmed)
    var names: Set<String> = []
    for _ in wanted {
      let firing = try await fired.next()
      names.insert(firing.name)
      #expect(firing.after >= wanted[firing.name] ?? .zero)
    }
    #expect(names == Set(wanted.keys))
    #expect(!early.isArmed && !late.isArmed && !moved.isArmed && fired.isEmpty)
  }

  @Test("a timer may arm itself again while it fires")
  @LoopActor func rearm() async throws {
    let fired = Inbox<Int>()
    let clock = Repeater(fired)
    clock.timer.arm(after: .zero)
    for turn in 1...3 { #expect(try await fired.next() == turn) }
  }

  @Test("what is not on the loop's thread is found out")
  func offLoop() async {
    await #expect(processExitsWith: .signal(SIGILL)) { EventLoop.main.checkIsolated() }
    await #expect(processExitsWith: .signal(SIGILL)) { LoopActor.assumeIsolated {} }
  }

  @Test("jobs from other threads all run, each once")
  @LoopActor func enqueue() async {
    let total = Total()
    await withTaskGroup { group in
      for number in 1...500 {
        group.addTask { @concurrent in await total.add(number) }
      }
    }
    #expect(total.value == 125_250)
  }

  @Test(
    "a child's end is told as it was",
    arguments: [
      ("exit 7", .exited(7)), ("exit 0", .exited(0)), ("kill -9 $$", .signaled(9, coreDumped: false)),
    ]
      as [(String, ChildExit)])
  @LoopActor func childExit(script: String, end: ChildExit) async throws {
    let ends = Inbox<ChildExit>()
    let child = try Child(["/bin/sh", "-c", script]) { ends.put($0) }
    #expect(try await ends.next() == end)
    #expect(child.watch.exit == end)
    #expect(await child.watch.ended() == end)
    #expect(child.watch.collect())
    try child.watch.send(SIGKILL)
    #expect(kill(child.watch.pid, 0) == -1 && errno == ESRCH)
  }

  @Test("the core flag is told where the kernel writes one")
  @LoopActor func core() async throws {
    let child = try Child(["/bin/sh", "-c", "ulimit -c 0; kill -6 $$"])
    #expect(await child.watch.ended() == .signaled(SIGABRT, coreDumped: false))
  }

  @Test("a child can be signalled and waited for by several tasks")
  @LoopActor func signalled() async throws {
    let child = try Child(["/bin/sleep", "600"])
    let watch = child.watch
    let waits = (0..<3).map { _ in EventLoop.main.spawn { await watch.ended() } }
    #expect(!watch.collect())
    try watch.send(SIGTERM)
    for wait in waits { #expect(await wait.value == .signaled(SIGTERM, coreDumped: false)) }
  }

  @Test("a process that is no child or not there cannot be watched")
  @LoopActor func noChild() {
    let error = #expect(throws: SystemError.self) { try ChildWatch(pid: 1 << 22) }
    #expect(error?.errno == ESRCH || error?.errno == EINVAL)
  }

  @Test("a descriptor tells readable, writable and hang-up, and nothing after its end")
  @LoopActor func descriptor() async throws {
    let pipe = try Pipe()
    let events = Inbox<DescriptorEvents>()
    let readEnd = pipe.readEnd
    let source = try DescriptorSource(readEnd, for: .readable) { what in
      var byte: UInt8 = 0
      if what.contains(.readable) { _ = unsafe read(readEnd, &byte, 1) }
      events.put(what)
    }
    let writable = Inbox<DescriptorEvents>()
    let room = try DescriptorSource(pipe.writeEnd, for: .writable) { writable.put($0) }
    #expect(try await writable.next() == .writable)
    try room.watch(for: [])
    _ = unsafe write(pipe.writeEnd, "x", 1)
    #expect(try await events.next() == .readable)
    room.cancel()
    pipe.closeWriteEnd()
    #expect(try await events.next().contains(.hangUp))
    source.cancel()
    source.cancel()
  }

  @Test("a descriptor that epoll cannot watch is an error, and so is a second watch")
  @LoopActor func unwatchable() throws {
    let file = unsafe open("/etc/passwd", O_RDONLY | O_CLOEXEC)
    defer { close(file) }
    let regular = #expect(throws: SystemError.self) { try DescriptorSource(file, for: .readable) { _ in } }
    #expect(regular?.errno == EPERM)
    let pipe = try Pipe()
    let first = try DescriptorSource(pipe.readEnd, for: .readable) { _ in }
    let second = #expect(throws: SystemError.self) {
      try DescriptorSource(pipe.readEnd, for: .readable) { _ in }
    }
    #expect(second?.errno == EEXIST)
    first.cancel()
  }

  @Test("a signal arrives with its sender")
  @LoopActor func signal() async throws {
    let arrived = Inbox<SignalInfo>()
    let source = try SignalSource(SIGUSR2) { arrived.put($0) }
    // To the loop's own thread: the test runner's threads do not block the signal.
    pthread_kill(pthread_self(), SIGUSR2)
    #expect(try await arrived.next() == SignalInfo(signal: SIGUSR2, sender: getpid()))
    withExtendedLifetime(source) {}
  }

  @Test("an error reads as operation, value and reason")
  func errors() {
    #expect(
      "\(SystemError(errno: ENOENT, operation: "open", subject: "/x"))"
        == "open /x: No such file or directory")
    #expect("\(SystemError(errno: EPERM, operation: "bind"))" == "bind: Operation not permitted")
  }
}

private struct Firing: Sendable {
  let name: String
  let after: Duration
}

@LoopActor
private final class Total {
  private(set) var value = 0
  func add(_ number: Int) { value += number }
}

@LoopActor
private final class Repeater {
  private(set) var timer: TimerSource
  private var turn = 0

  init(_ fired: Inbox<Int>) {
    timer = TimerSource {}
    timer = TimerSource { [unowned self] in
      turn += 1
      fired.put(turn)
      if turn < 3 { timer.arm(after: .zero) }
    }
  }
}
