import UnitFiles

extension CommandResult {
  /// What it has written; nil if it never ran or nobody wanted to know any more.
  package var output: CommandOutput? {
    switch self {
    case .exited(_, let output), .signaled(_, let output), .timedOut(let output): output
    case .cancelled, .couldNotStart, .tooMany: nil
    }
  }

  /// The code it ended with by itself; nil if it did not.
  package var exitCode: Int32? { if case .exited(let code, _) = self { code } else { nil } }

  /// What went wrong, in words such as `exit 3`; nil for exit code 0.
  ///
  /// - Parameters:
  ///   - limit: the time that it had.
  ///   - cancellation: why whoever waited for it has given up.
  /// - Returns: the words.
  package func failure(within limit: Duration, cancellation: String = "cancelled") -> String? {
    switch self {
    case .exited(0, _): nil
    case .exited(let code, _): "exit \(code)"
    case .signaled(let signal, _): "killed by \(SignalName.name(of: signal))"
    case .timedOut: "not finished within \(TimeSpan.format(limit))"
    case .cancelled: cancellation
    case .couldNotStart(let error): "\(error)"
    case .tooMany(let limit): "as many commands as allowed (\(limit)) are running already"
    }
  }
}
