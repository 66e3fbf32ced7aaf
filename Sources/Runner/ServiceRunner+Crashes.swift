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

  /// Leaves the program, once what is still being found out about a crash is recorded and the last commands of the
  /// policy are through.
  func finish(_ code: Int32) {
    guard crashes?.isBusy == true || hooks.isBusy else { return leave(code) }
    isFinishing = true
    link.flush(status: lifecycle.statusText(own: ownStatus, clock: WallClock.text))
    EventLoop.main.spawn(name: "last words") { [self] in
      await crashes?.settle()
      await hooks.settle()
      leave(code)
    }
  }

  /// Writes what was found out, or came of a command, since; the last move of the service's life stays behind it, and
  /// what follows from that move behind both.
  func recordLate(_ event: ServiceEvent) {
    guard isFinishing, event.fields[.hook] != HookMoment.failed.key,
      let last = records.lastIndex(where: { $0.kind == .stopped || $0.kind == .limitReached })
    else { return record(event) }
    records.insert(event, at: last)
  }

  private func leave(_ code: Int32) {
    report(isLast: true)
    onFinish(code)
  }
}
