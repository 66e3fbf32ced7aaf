import Glibc
package import Processes
package import Supervision
import Systemd

/// Runs a command without a shell; exit status 0 is healthy.
///
/// It runs in a session of its own. Its time, its output and the number of such commands are bounded by
/// ``BoundedCommands``, which ends everything below it when it is over.
package struct ExecProbe: Probe {
  private let request: SpawnRequest
  private let commands: BoundedCommands

  /// Makes a probe of a command.
  ///
  /// - Parameters:
  ///   - arguments: the command; the first word is an absolute path and becomes `argv[0]` too.
  ///   - template: the environment, identity, directory and limits to run it with; what it runs is replaced.
  ///   - commands: who runs it, and how many at once.
  package init(_ arguments: [[UInt8]], template: SpawnRequest, commands: BoundedCommands) {
    var request = template
    request.program = String(decoding: arguments.first ?? [], as: UTF8.self)
    request.arguments = arguments
    self.request = request
    self.commands = commands
  }

  /// Asks once.
  package func attempt(timeout: Duration) async -> ProbeOutcome {
    let start = ContinuousClock.now
    let result = await commands.run(request, timeout: timeout)
    return Self.outcome(of: result, timeout: timeout, elapsed: start.duration(to: .now))
  }

  /// What the end of the command says about the service.
  static func outcome(of result: CommandResult, timeout: Duration, elapsed: Duration) -> ProbeOutcome {
    switch result {
    case .exited(0, _): return .healthy("exit 0 in \(ProbeText.elapsed(elapsed))")
    case .exited(let code, let output): return .unhealthy(reason("exit \(code)", output))
    case .signaled(let signal, let output): return .unhealthy(reason("killed by \(name(of: signal))", output))
    case .timedOut(let output):
      return .unhealthy(reason("not finished within \(ProbeText.limit(timeout))", output))
    case .cancelled: return .unknown("the probe was cancelled")
    case .couldNotStart(let error): return .unknown(ProbeText.printable("\(error)"))
    case .tooMany(let limit): return .unknown("as many commands as allowed (\(limit)) are running already")
    }
  }

  private static func reason(_ end: String, _ output: CommandOutput) -> String {
    let line = ProbeText.firstLine(of: output.bytes)
    return line.isEmpty ? end : ProbeText.printable("\(end): \(line)")
  }

  private static func name(of signal: Int32) -> String {
    switch signal {
    case SIGABRT: "SIGABRT"
    case SIGBUS: "SIGBUS"
    case SIGFPE: "SIGFPE"
    case SIGILL: "SIGILL"
    case SIGKILL: "SIGKILL"
    case SIGPIPE: "SIGPIPE"
    case SIGSEGV: "SIGSEGV"
    case SIGSYS: "SIGSYS"
    case SIGTERM: "SIGTERM"
    default: "signal \(signal)"
    }
  }
}
