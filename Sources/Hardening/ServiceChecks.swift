import Glibc
import Presentation
import Probes
import Processes
import Supervision
import Systemd
import UnitFiles

/// What tells whether a service works beside systemd's own view of it: the unit's probes and a person's commands.
@LoopActor
final class ServiceChecks {
  /// How long one attempt may take until it is known how long it takes.
  private static let firstTimeout = Duration.seconds(10)
  /// The least that an attempt is given.
  private static let leastTimeout = Duration.seconds(2)
  /// How long to wait after an attempt that failed.
  private static let pause = Duration.milliseconds(200)

  private let probes: [(name: String, probe: any Probe)]
  /// How long the slowest success took.
  private var slowest: Duration?
  // Commands are children of this process, and nobody else here has any.
  private let reaper: ChildReaper

  /// Reads the unit's `[X-Upkeep]` and looks the commands up.
  init(_ unit: Unit, commands: [[[UInt8]]]) throws(HardenError) {
    do throws(SystemError) { reaper = try ChildReaper() } catch { throw HardenError(error) }
    let policy: Policy
    do {
      let specifiers = (try? UnitName(unit.name)).map { Specifiers(unit: $0) } ?? Specifiers()
      policy = try PolicyReader.policy(of: unit, specifiers: specifiers)
    } catch {
      throw HardenError(.unusable, "the unit's [\(PolicyReader.section)] cannot be used:\n\(error)")
    }
    var targets = policy.probes.map { ($0.target.description, $0.target, $0.http) }
    for words in commands {
      guard let name = words.first else { throw HardenError(.unusable, "the command of a check is empty") }
      do throws(SpawnError) {
        let program = try ProgramSearch.resolve(name, path: ProcessEnvironment.value("PATH"))
        targets.append(
          (
            String(decoding: name, as: UTF8.self), .exec([Array(program.utf8)] + words.dropFirst()),
            HTTPCheck()
          ))
      } catch {
        throw HardenError(.unusable, "the check cannot be run: \(error)")
      }
    }
    var environment: [[UInt8]] = []
    for name in ["PATH", "HOME", "LANG", "LC_ALL", "USER", "LOGNAME", "TERM"] {
      if let value = ProcessEnvironment.value(name) { environment.append(Array("\(name)=\(value)".utf8)) }
    }
    let context = ProbeContext(
      userAgent: "upkeep", command: SpawnRequest(program: "", arguments: [], environment: environment),
      commands: BoundedCommands(reaper: reaper), credentials: "/run/credentials/\(unit.name)")
    probes = targets.compactMap { name, target, check in
      ProbeFactory.make(target, check: check, context: context).map { (name, $0) }
    }
  }

  /// Makes all attempts, again and again for a while where one fails.
  ///
  /// - Parameter patience: how long a failure may turn into a success.
  /// - Returns: the first failure that stayed, printable; nil if all is well.
  func failure(patience: Duration) async -> String? {
    let deadline = ContinuousClock.now + patience
    for (name, probe) in probes {
      let begin = ContinuousClock.now
      while case .some(let reason) = Self.failure(await probe.attempt(timeout: timeout)) {
        guard ContinuousClock.now < deadline else { return DisplayText.escaped("\(name): \(reason)") }
        do { try await EventLoop.main.sleep(for: Self.pause) } catch { return "interrupted" }
      }
      slowest = max(slowest ?? .zero, ContinuousClock.now - begin)
    }
    return nil
  }

  /// One that hangs is not to cost much more than one that answers.
  private var timeout: Duration {
    slowest.map { min(max($0 * 5, Self.leastTimeout), Self.firstTimeout) } ?? Self.firstTimeout
  }

  private static func failure(_ outcome: ProbeOutcome) -> String? {
    switch outcome {
    case .healthy: nil
    case .unhealthy(let reason), .unknown(let reason): reason
    }
  }
}
