/// Work that is cut short when its time is over.
public enum TimeLimit {
  /// Runs `body`, whose task is cancelled when the time is over or the caller's task is cancelled.
  ///
  /// - Parameters:
  ///   - limit: the time; nil for no limit.
  ///   - name: the task's name.
  ///   - body: the work; it returns soon once its task is cancelled.
  /// - Returns: what `body` returned, and whether the time was over before.
  @LoopActor
  public static func run<Value: Sendable>(
    within limit: Duration?, name: String, _ body: @escaping @LoopActor @Sendable () async -> Value
  ) async -> (value: Value, isOver: Bool) {
    let task = EventLoop.main.spawn(name: name) { await body() }
    let state = State()
    let timer = TimerSource {
      state.isOver = true
      task.cancel()
    }
    if let limit { timer.arm(after: limit) }
    let value = await withTaskCancellationHandler {
      await task.value
    } onCancel: {
      task.cancel()
    }
    timer.disarm()
    return (value, state.isOver)
  }

  @LoopActor
  private final class State {
    var isOver = false
  }
}
