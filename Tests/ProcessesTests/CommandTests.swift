import Glibc
import Systemd
import TestSupport
import Testing

@testable import Processes

@Suite("A bounded command")
struct CommandTests {
  @Test("gives its exit code and output, and reads nothing")
  func exit() async {
    await #expect(processExitsWith: .success) {
      try await LoopThread.run {
        let commands = BoundedCommands(reaper: try ChildReaper())
        let result = await commands.run(shell("cat; echo out; echo err >&2; exit 7"), timeout: .seconds(60))
        #expect(result == .exited(7, CommandOutput(bytes: bytes("out\nerr\n"), wasTruncated: false)))
        #expect(
          await commands.run(shell("kill -USR1 $$"), timeout: .seconds(60))
            == .signaled(SIGUSR1, CommandOutput(bytes: [], wasTruncated: false)))
      }
    }
  }

  @Test("keeps the first bytes of a flood and is not held up by it")
  func flood() async {
    await #expect(processExitsWith: .success) {
      try await LoopThread.run {
        let commands = BoundedCommands(reaper: try ChildReaper())
        let request = shell("printf begin; head -c 3000000 /dev/zero; exit 0")
        guard case .exited(0, let output) = await commands.run(request, timeout: .seconds(60)) else {
          Issue.record("it did not end by itself")
          return
        }
        #expect(output.wasTruncated && output.bytes.count == BoundedOutput.standardLimit)
        #expect(output.bytes.starts(with: bytes("begin\0")))
      }
    }
  }

  @Test("that takes too long is killed with everything below it")
  func timeout() async {
    await #expect(processExitsWith: .success) {
      try await LoopThread.run {
        let reaper = try ChildReaper()
        let commands = BoundedCommands(reaper: reaper)
        let lines = try Pipe()
        var request = shell(
          "sh -c 'sleep 1000 & echo $! >&3'; setsid sleep 1000 & echo $! >&3; echo said; wait")
        request.descriptors = [(lines.writing, 3)]
        let result = await commands.run(request, timeout: .milliseconds(300))
        #expect(result == .timedOut(CommandOutput(bytes: bytes("said\n"), wasTruncated: false)))
        for _ in 0..<2 { #expect(isGone(try lines.readPID())) }
        #expect(!reaper.hasChildren)
      }
    }
  }

  @Test("whose task is cancelled is killed with everything below it")
  func cancellation() async {
    await #expect(processExitsWith: .success) {
      try await LoopThread.run {
        let reaper = try ChildReaper()
        let commands = BoundedCommands(reaper: reaper)
        let lines = try Pipe()
        var request = shell("sleep 1000 & echo $! >&3; wait")
        request.descriptors = [(lines.writing, 3)]
        let prepared = request
        let task = EventLoop.main.spawn(name: "command") {
          await commands.run(prepared, timeout: .seconds(60))
        }
        // Reading blocks the loop, so the command has to run first.
        while !reaper.hasChildren { await Task.yield() }
        let sleeper = try lines.readPID()
        task.cancel()
        #expect(await task.value == .cancelled)
        #expect(isGone(sleeper) && !reaper.hasChildren)
        let late = EventLoop.main.spawn(name: "late") {
          await commands.run(prepared, timeout: .seconds(60))
        }
        // It has not begun: this test is on the same loop.
        late.cancel()
        #expect(await late.value == .cancelled)
      }
    }
  }

  @Test("that leaves something in the background does not leave it for long")
  func background() async {
    await #expect(processExitsWith: .success) {
      try await LoopThread.run {
        let reaper = try ChildReaper()
        let commands = BoundedCommands(reaper: reaper)
        let result = await commands.run(shell("sleep 1000 & echo $!"), timeout: .seconds(60))
        guard case .exited(0, let output) = result else {
          Issue.record("\(result)")
          return
        }
        let line = String(decoding: output.bytes.dropLast(), as: UTF8.self)
        #expect(isGone(try #require(Int32(line))))
        #expect(!reaper.hasChildren)
      }
    }
  }

  @Test("is refused when too many run already, and its place is free again afterwards")
  func tooMany() async {
    await #expect(processExitsWith: .success) {
      try await LoopThread.run {
        let reaper = try ChildReaper()
        let commands = BoundedCommands(reaper: reaper, limit: 1)
        let first = EventLoop.main.spawn(name: "first") {
          await commands.run(command("/bin/sleep", "1000"), timeout: .seconds(60))
        }
        while !reaper.hasChildren { await Task.yield() }
        #expect(await commands.run(command("/bin/true"), timeout: .seconds(60)) == .tooMany(1))
        first.cancel()
        _ = await first.value
        let nothing = CommandOutput(bytes: [], wasTruncated: false)
        #expect(await commands.run(command("/bin/true"), timeout: .seconds(60)) == .exited(0, nothing))
      }
    }
  }

  @Test("that cannot be started says why and leaves no descriptor")
  func couldNotStart() async {
    await #expect(processExitsWith: .success) {
      try await LoopThread.run {
        let commands = BoundedCommands(reaper: try ChildReaper(), limit: 1)
        let before = descriptors(of: getpid())
        for _ in 0..<40 {
          let result = await commands.run(command("/nonexistent"), timeout: .seconds(60))
          guard case .couldNotStart(let error) = result else {
            Issue.record("\(result)")
            return
          }
          #expect(error.step == .program && error.errno == ENOENT)
          #expect(
            await commands.run(command("/bin/false"), timeout: .seconds(60))
              == .exited(1, CommandOutput(bytes: [], wasTruncated: false)))
        }
        #expect(await gainedDescriptors(since: before) < runtimeDescriptors)
      }
    }
  }
}
