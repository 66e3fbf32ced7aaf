import Glibc
import Processes
import Supervision
import Systemd
import Testing

@testable import Probes

/// Commands are collected by the one reaper of a process, so each test runs in a process of its own.
@Suite
struct ExecProbeTests {
  @Test("a command is judged by its exit, with its first line as the reason")
  func ends() async {
    let result = await #expect(processExitsWith: .success, observing: [\.standardOutputContent]) {
      await onFreshLoop {
        let commands = try BoundedCommands(reaper: ChildReaper())
        for (script, expected) in Commands.endings {
          let probe = ExecProbe(Commands.shell(script), template: Commands.template, commands: commands)
          let outcome = await probe.attempt(timeout: .seconds(30))
          if outcome != expected { throw Unexpected(description: "\(script): \(outcome)") }
        }
      }
    }
    expectFine(result)
  }

  @Test("exit 0 is healthy, whatever was written")
  func healthy() async {
    let result = await #expect(processExitsWith: .success, observing: [\.standardOutputContent]) {
      await onFreshLoop {
        let commands = try BoundedCommands(reaper: ChildReaper())
        let probe = ExecProbe(
          Commands.shell("echo error >&2"), template: Commands.template, commands: commands)
        let outcome = await probe.attempt(timeout: .seconds(30))
        guard outcome.kind == "healthy", outcome.text.hasPrefix("exit 0 in ") else {
          throw Unexpected(description: "\(outcome)")
        }
      }
    }
    expectFine(result)
  }

  @Test("a command that does not end in time is unhealthy, and a flood of output has a bounded reason")
  func bounds() async {
    let result = await #expect(processExitsWith: .success, observing: [\.standardOutputContent]) {
      await onFreshLoop {
        let commands = try BoundedCommands(reaper: ChildReaper())
        let endless = ExecProbe(
          Commands.shell("echo waiting; sleep 1000"), template: Commands.template, commands: commands)
        let late = await endless.attempt(timeout: .milliseconds(500))
        guard late == .unhealthy("not finished within 500ms: waiting") else {
          throw Unexpected(description: "\(late)")
        }
        let flood = ExecProbe(
          Commands.shell("head -c 300000 /dev/zero | tr '\\0' x; exit 1"), template: Commands.template,
          commands: commands)
        let long = await flood.attempt(timeout: .seconds(30))
        guard long.kind == "unhealthy", long.text.unicodeScalars.count == 200 else {
          throw Unexpected(description: "\(long)")
        }
      }
    }
    expectFine(result)
  }

  @Test("a command that cannot be started is unknown and named")
  func missing() async {
    let result = await #expect(processExitsWith: .success, observing: [\.standardOutputContent]) {
      await onFreshLoop {
        let commands = try BoundedCommands(reaper: ChildReaper())
        for program in ["/nowhere/command", "/etc/passwd", "relative"] {
          let probe = ExecProbe([Array(program.utf8)], template: Commands.template, commands: commands)
          let outcome = await probe.attempt(timeout: .seconds(30))
          guard outcome.kind == "unknown", outcome.text.contains(program) else {
            throw Unexpected(description: "\(outcome)")
          }
        }
      }
    }
    expectFine(result)
  }

  @Test("one command more than allowed is unknown, and a cancelled one makes room")
  func tooMany() async {
    let result = await #expect(processExitsWith: .success, observing: [\.standardOutputContent]) {
      await onFreshLoop {
        let commands = try BoundedCommands(reaper: ChildReaper(), limit: 1)
        let slow = ExecProbe(Commands.shell("sleep 1000"), template: Commands.template, commands: commands)
        let quick = ExecProbe(Commands.shell("exit 0"), template: Commands.template, commands: commands)
        let task = EventLoop.main.spawn { await slow.attempt(timeout: .seconds(60)) }
        await Task.yield()
        let refused = await quick.attempt(timeout: .seconds(60))
        task.cancel()
        let cancelled = await task.value
        let after = await quick.attempt(timeout: .seconds(60))
        guard refused == .unknown("as many commands as allowed (1) are running already"),
          cancelled == .unknown("the probe was cancelled"), after.kind == "healthy"
        else { throw Unexpected(description: "\(refused), \(cancelled), \(after)") }
      }
    }
    expectFine(result)
  }

  @Test("every target but notify has its probe")
  func factory() async {
    let result = await #expect(processExitsWith: .success, observing: [\.standardOutputContent]) {
      await onFreshLoop {
        let context = ProbeContext(
          userAgent: "upkeep/test", command: Commands.template,
          commands: BoundedCommands(reaper: try ChildReaper()))
        @LoopActor func make(_ target: ProbeTarget) -> (any Probe)? {
          ProbeFactory.make(target, context: context)
        }
        guard make(.http(url: "http://127.0.0.1/")) is HTTPProbe,
          make(.httpSocket(path: "/run/x", location: "/")) is HTTPProbe,
          make(.grpc(GRPCEndpoint(host: "h", port: 1))) is GRPCProbe,
          make(.dbus(name: "a.b")) is DBusProbe,
          make(.tcp(host: "127.0.0.1", port: 1)) is TCPProbe,
          make(.unix(path: "/run/x")) is UnixProbe,
          make(.exec(Commands.shell("exit 0"))) is ExecProbe,
          make(.notify) == nil
        else { throw Unexpected(description: "a target has the wrong probe") }
      }
    }
    expectFine(result)
  }
}

private enum Commands {
  static let endings: [(script: String, outcome: ProbeOutcome)] = [
    ("exit 1", .unhealthy("exit 1")),
    ("exit 255", .unhealthy("exit 255")),
    ("echo 'disk full'; echo more; exit 3", .unhealthy("exit 3: disk full")),
    ("echo; echo '  ' ; echo ' late' >&2; exit 4", .unhealthy("exit 4: late")),
    (#"printf '\033[2Jgone\007\n'; exit 5"#, .unhealthy("exit 5: ?[2Jgone?")),
    (#"printf '\377\376'; exit 6"#, .unhealthy("exit 6: \u{FFFD}\u{FFFD}")),
    ("kill -SEGV $$", .unhealthy("killed by SIGSEGV")),
    ("kill -USR1 $$", .unhealthy("killed by signal \(SIGUSR1)")),
  ]

  static var template: SpawnRequest {
    SpawnRequest(program: "", arguments: [], environment: [Array("PATH=/usr/bin:/bin".utf8)])
  }

  /// A command line for the shell.
  static func shell(_ script: String) -> [[UInt8]] { ["/bin/sh", "-c", script].map { Array($0.utf8) } }
}
