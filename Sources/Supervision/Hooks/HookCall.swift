import UnitFiles

/// The commands of a moment, to be run now, and what they are told.
public struct HookCall: Sendable, Hashable {
  /// The moment.
  public let moment: HookMoment
  /// The commands, in order.
  public let commands: [HookCommand]
  /// How long each may take.
  public let timeout: Duration
  /// Why the moment has come; empty if there is nothing to say.
  public let reason: String
  /// How often the service was restarted.
  public let restarts: Int
  /// The service's main process; nil if there is none.
  public let pid: Int32?

  /// What the commands find in their environment, by name.
  ///
  /// - Parameter unit: the unit's name; nil outside systemd.
  /// - Returns: the variables, whose values have no NUL byte.
  public func variables(unit: String?) -> [String: String] {
    var variables = [
      "UPKEEP_EVENT": moment.rawValue, "UPKEEP_REASON": reason, "UPKEEP_RESTARTS": "\(restarts)",
    ]
    variables["UPKEEP_UNIT"] = unit
    variables["MAINPID"] = pid.map { "\($0)" }
    // The kernel takes no NUL in a variable; a reason is foreign text.
    return variables.mapValues { value in value.filter { $0 != "\0" } }
  }

  /// What a command's end means.
  ///
  /// - Parameters:
  ///   - command: the command.
  ///   - problem: what went wrong, such as `exit 3`; nil if it exited with 0.
  ///   - took: how long it ran.
  ///   - output: what it wrote, line by line; only kept of one that failed.
  /// - Returns: the event to record.
  public func event(
    _ command: HookCommand, problem: String?, took: Duration, output: [String] = []
  ) -> ServiceEvent {
    var fields: [EventField: String] = [
      .hook: moment.key, .command: command.program, .runTime: "\(took.wholeMicroseconds)",
    ]
    let time = TimeSpan.format(took.rounded)
    guard let problem else {
      return ServiceEvent(
        .hookRan, "\(moment.key)= \(command.program) ran, in \(time)", fields: fields)
    }
    fields[.reason] = problem
    if !output.isEmpty { fields[.output] = Crash.Evidence(output: output).output.joined(separator: "\n") }
    let ignored = command.ignoresFailure ? ", ignoring" : ""
    return ServiceEvent(
      .hookFailed, "\(moment.key)= \(command.program) failed: \(problem), after \(time)\(ignored)",
      priority: command.ignoresFailure ? 6 : nil, fields: fields)
  }
}
