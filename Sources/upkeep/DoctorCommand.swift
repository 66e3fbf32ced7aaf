import ArgumentParser
import BuildInfo
import Glibc
import HTTP
import Inspection
import Presentation
import Processes
import Systemd
import SystemdManager

/// `upkeep doctor`: is everything in place.
struct DoctorCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "doctor",
    abstract: "Look whether everything is in place, and say how to mend what is not.",
    discussion: """
      It looks at systemd, the bus, the journal, control groups, libraries, upkeep-run, the message catalog, the clock, \
      disks, core dumps and limits, and at units that have failed, loop, are missing, or are wrong below /etc. It \
      changes nothing, needs no rights and works without systemd too. Exits with 0 without a problem, with 1 if there \
      is one.

      Examples:
        upkeep doctor
        upkeep doctor --quiet
        upkeep doctor -o json
        upkeep doctor --user
      """)

  @Flag(help: "Look at your own manager and its units.")
  var user = false

  @Flag(help: "Look at the system's manager and its units (the default).")
  var system = false

  @Option(name: .joined("o"), help: "text, json or json-pretty.")
  var output = OutputFormat.text

  @Flag(name: .shortAndLong, help: "Show problems only.")
  var quiet = false

  @Flag(name: .customLong("no-pager"), help: "Do not page.")
  var noPager = false

  @Flag(help: "Neither colours nor signs before the lines.")
  var plain = false

  func validate() throws {
    if user, system { throw ValidationError("--user and --system exclude each other.") }
  }

  func run() throws { try LoopProgram.run { try await look() } }

  // MARK: Steps

  private var scope: ProcessUnit.Scope { user ? .user : .system }

  @LoopActor
  private func look() async throws {
    var facts = MachineFacts.read(scope)
    facts.journalHint =
      LogRights.hint.map { _ in "sudo usermod -aG systemd-journal \(Self.userName)" }
    facts.ownVersion = BuildInfo.current.facts
    facts.runner = await Self.runner()
    do throws(HTTPError) { _ = try CurlLibrary() } catch { facts.curlFailure = error.description }
    var troubles = UnitTroubles()
    troubles.isUser = user
    if facts.isBooted { await ask(&facts, &troubles) }
    troubles.inspect(scope)
    let findings = facts.findings + troubles.findings
    show(findings)
    if findings.contains(where: { $0.severity == .problem }) { throw ExitError("") }
  }

  /// A manager that does not answer is a finding too.
  @LoopActor
  private func ask(_ facts: inout MachineFacts, _ troubles: inout UnitTroubles) async {
    do throws(BusError) {
      let client = try ManagerClient.connect(at: user ? .user : .system)
      facts.managerVersion = try await client.version()
      var clock = timespec()
      unsafe clock_gettime(CLOCK_MONOTONIC, &clock)
      let now = UInt64(clock.tv_sec) * 1_000_000 + UInt64(clock.tv_nsec) / 1000
      try await troubles.ask(client, scope, now: now)
    } catch {
      facts.busFailure =
        (user ? ManagerFailure.withoutSession(error) : nil)
        ?? (error.message.isEmpty ? error.name : error.message)
    }
  }

  /// What `upkeep-run` says of itself.
  @LoopActor
  private static func runner() async -> MachineFacts.Runner {
    let path = RunCommand.sibling
    guard unsafe access(path, F_OK) == 0 else { return .missing(path: path) }
    let request = SpawnRequest(
      program: path, arguments: [Array("upkeep-run".utf8), Array("--version".utf8)], environment: [])
    let result: CommandResult
    do throws(SystemError) {
      result = await BoundedCommands(reaper: try ChildReaper()).run(request, timeout: .seconds(10))
    } catch {
      return .broken(path: path, reason: error.description)
    }
    switch result {
    case .exited(0, let output):
      let line = String(decoding: output.bytes.prefix { $0 != UInt8(ascii: "\n") }, as: UTF8.self)
      return .found(path: path, version: line.split(separator: " ").dropFirst().joined(separator: " "))
    case .exited(let status, _): return .broken(path: path, reason: "exit status \(status)")
    case .signaled(let signal, _): return .broken(path: path, reason: "signal \(signal)")
    case .timedOut: return .broken(path: path, reason: "no end within 10s")
    case .cancelled: return .broken(path: path, reason: "interrupted")
    case .couldNotStart(let error): return .broken(path: path, reason: error.description)
    case .tooMany: return .broken(path: path, reason: "too many commands")
    }
  }

  private static var userName: String {
    guard let entry = unsafe getpwuid(geteuid()), let name = unsafe entry.pointee.pw_name else {
      return "USER"
    }
    return unsafe String(cString: name)
  }
}
