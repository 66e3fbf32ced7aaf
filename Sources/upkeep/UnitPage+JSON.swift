import Inspection
import Presentation
import Supervision
import Systemd
import SystemdManager
import UnitDesign

extension UnitReport {
  /// The report for programs: the fields of upkeep-status(1).
  func json(maintenance: Maintenance?) -> JSONValue {
    func time(_ name: String) -> JSONValue { .time(Timestamp(microseconds: unit[name]?.unsigned ?? 0)) }
    return .object(
      [
        .init("unit", .string(unit.name)), .init("description", .string(unit.unitDescription)),
        .init("load", .string(unit.loadState)), .init("active", .string(unit.activeState.rawValue)),
        .init("sub", .string(unit.subState)), .init("result", .string(unit.result)),
        .init("active_enter", time("ActiveEnterTimestamp")),
        .init("active_exit", time("ActiveExitTimestamp")),
        .init("inactive_enter", time("InactiveEnterTimestamp")),
        .init("inactive_exit", time("InactiveExitTimestamp")),
        .init("why", .list(explanation.sentences.map { .string($0) })),
        .init("maintenance", maintenance?.json ?? .null),
        .init("health", health.map(Self.json) ?? .null), .init("status_text", .string(unit.statusText)),
        .init("restarts", .number(unit.restarts + UInt64(health?.restarts ?? 0))),
        .init("file", .text(unit.fragmentPath)), .init("file_state", .string(unit.unitFileState)),
        .init("drop_ins", .list(unit.dropInPaths.map { .string($0) })),
        .init("main_pid", unit.mainPID > 0 ? .number(UInt64(unit.mainPID)) : .null),
        .init("main_program", .text(mainProgram)), .init("control_group", .string(unit.controlGroup)),
        .init("tasks", Self.json(threads)), .init("memory_bytes", Self.json(memory)),
        .init("memory_peak_bytes", .count(memoryPeak)), .init("cpu_usec", .count(processorTime)),
        .init("open_files", Self.json(openFiles)),
        .init("exposure", exposure.map { .decimal(Double($0.tenths) / 10) } ?? .null),
        .init("timers", .list(tasks.map(Self.json))), .init("log", .list(log.map(Self.json))),
      ])
  }

  private static func json(_ health: StatusReport) -> JSONValue {
    .object([
      .init("state", .string(health.state.rawValue)), .init("reason", .text(health.reason)),
      .init("waiting_for", .text(health.waitingFor)), .init("restarts", .number(UInt64(health.restarts))),
      .init("last_cause", .text(health.lastCause)), .init("last_time", .text(health.lastTime)),
      .init("delay", .text(health.delay)), .init("attempt", .text(health.attempt)),
      .init("next_attempt", .text(health.nextAttempt)), .init("own", .text(health.own)),
      .init("probes", health.probes.map(Self.json) ?? .null),
    ])
  }

  private static func json(_ report: ProbeReport) -> JSONValue {
    func usec(_ time: Duration) -> JSONValue { .number(UInt64(max(time / .microseconds(1), 0).rounded())) }
    let windows = report.windows.map { window in
      JSONValue.object([
        .init("window", .string(window.length)), .init("success_rate", .string(window.successRate)),
        .init("attempts", .number(UInt64(window.attempts))),
        .init("p50_usec", window.latencies.first.map(usec) ?? .null),
        .init("p95_usec", window.latencies.dropFirst().first.map(usec) ?? .null),
        .init("p99_usec", window.latencies.dropFirst(2).first.map(usec) ?? .null),
      ])
    }
    return .object([
      .init("windows", .list(windows)), .init("interval", .text(report.interval)),
      .init("timeout", .text(report.timeout)),
    ])
  }

  private static func json(_ use: Use?) -> JSONValue {
    guard let use else { return .null }
    return .object([.init("current", .number(use.current)), .init("limit", .count(use.limit))])
  }

  private static func json(_ task: ScheduledTask) -> JSONValue {
    let timer = task.timer
    let next = timer.next(monotonicStart: Terminal.monotonicStart)
    return .object([
      .init("timer", .string(timer.name)), .init("activates", .string(timer.activates)),
      .init("next", .time(Timestamp(microseconds: next ?? 0))),
      .init("last", .time(Timestamp(microseconds: task.lastRun ?? 0))),
      .init("outcome", .string(task.outcome.rawValue)),
    ])
  }

  private static func json(_ record: JournalRecord) -> JSONValue {
    let parts = record.realtime.components
    let microseconds =
      UInt64(max(parts.seconds, 0)) * 1_000_000 + UInt64(parts.attoseconds) / 1_000_000_000_000
    return .object([
      .init("time", .time(Timestamp(microseconds: microseconds))),
      .init("priority", record.priority.map { .number(UInt64(max($0.rawValue, 0))) } ?? .null),
      .init("identifier", .text(record["SYSLOG_IDENTIFIER"])), .init("pid", .text(record["_PID"])),
      .init("message", .string(record.message)),
    ])
  }
}
