/// How a ``BoundedCommands/run(_:timeout:)`` ended.
package enum CommandResult: Sendable, Hashable {
  /// It ended by itself with this exit code, 0 to 255.
  case exited(Int32, CommandOutput)
  /// A signal that was not ours killed it.
  case signaled(Int32, CommandOutput)
  /// It took too long and was killed with everything below it.
  case timedOut(CommandOutput)
  /// The task that waited for it was cancelled, so it was killed in the same way.
  case cancelled
  /// It never ran.
  case couldNotStart(SpawnError)
  /// It was not started, because as many as this are running already.
  case tooMany(Int)
}
