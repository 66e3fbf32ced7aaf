import Supervision
import Systemd

extension ServiceRunner {
  /// Who reports crashes; nil where there is no journal to report them in.
  static func crashReporter(
    _ setup: RunnerSetup, record: @escaping @LoopActor (ServiceEvent) -> Void
  ) -> CrashReporter? {
    guard setup.isUnit, Journal.isAvailable,
      let invocation = ProcessEnvironment.value("INVOCATION_ID").flatMap({ MessageID($0) })
    else { return nil }
    return CrashReporter(invocation: invocation, record: record)
  }

  /// Leaves the program, once what is still being found out about a crash is recorded.
  func finish(_ code: Int32) {
    guard let crashes, crashes.isBusy else { return leave(code) }
    isFinishing = true
    EventLoop.main.spawn(name: "last crash report") { [self] in
      await crashes.settle()
      leave(code)
    }
  }

  /// Writes a crash's report; the last word of the program's life stays the last.
  func recordCrash(_ event: ServiceEvent) {
    guard isFinishing else { return record(event) }
    records.insert(event, at: max(records.count - 1, 0))
  }

  private func leave(_ code: Int32) {
    report(isLast: true)
    onFinish(code)
  }
}
