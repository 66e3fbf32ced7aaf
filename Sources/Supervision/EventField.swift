/// A fact about an event, as a field of its entry in the journal; the raw value is the field's name, which never
/// changes.
public enum EventField: String, Sendable, Hashable, CaseIterable {
  case childPID = "CHILD_PID"
  case restarts = "RESTARTS"
  case startTime = "START_USEC"
  case runTime = "RUN_TIME_USEC"
  case delay = "DELAY_USEC"
  case exitCode = "EXIT_CODE"
  case exitStatus = "EXIT_STATUS"
  case exitSignal = "EXIT_SIGNAL"
  case exitSignalName = "EXIT_SIGNAL_NAME"
  case coreDumped = "CORE_DUMPED"
  case reason = "REASON"
  case probe = "PROBE"
  case probeKind = "PROBE_KIND"
  case verdict = "VERDICT"
  case hook = "HOOK"
  case unit = "OBJECT_SYSTEMD_UNIT"
  case until = "UNTIL_USEC"
  case author = "AUTHOR"
  case output = "OUTPUT"
  case coreDumpFile = "CORE_DUMP_FILE"
  case coreDumpEntry = "CORE_DUMP_ENTRY"
  case processStatus = "PROCESS_STATUS"
  case threads = "THREADS"
  case stacks = "STACKS"
  case openFiles = "OPEN_FILES"
  case command = "COMMAND"
  case repairRule = "REPAIR_RULE"
  case repairTrigger = "REPAIR_TRIGGER"
  case repairCause = "REPAIR_CAUSE"
  case repairEvidence = "REPAIR_EVIDENCE"
  case repairAttempt = "REPAIR_ATTEMPT"
  case repairTime = "REPAIR_USEC"
  case repairHistory = "REPAIR_HISTORY"
  case repairAction = "REPAIR_ACTION"
  case repairVerdict = "REPAIR_VERDICT"
  case cleanedFiles = "CLEANED_FILES"
  case cleanedBytes = "CLEANED_BYTES"

  /// What the field says, in one sentence; the manual has the same words.
  public var summary: String {
    switch self {
    case .childPID: "The process ID of the service's main process."
    case .restarts: "How often the service was restarted since upkeep-run itself was started."
    case .startTime: "The time from the start of the main process to its readiness, in microseconds."
    case .runTime: "How long the main process, or the command of a hook, ran, in microseconds."
    case .delay: "How long the next attempt is waited for, in microseconds."
    case .exitCode: "The code that upkeep-run would end with for this."
    case .exitStatus: "The code that the main process ended with."
    case .exitSignal: "The number of the signal that ended the main process."
    case .exitSignalName: "The name of that signal."
    case .coreDumped: "Whether the kernel wrote a core dump: yes or no."
    case .reason: "Why, in words."
    case .probe: "What the probe asks."
    case .probeKind: "What the probe decides: startup, readiness or liveness."
    case .verdict: "What is known of the service now: healthy or unhealthy."
    case .hook: "The key of the policy that the command is from, such as OnReady."
    case .unit: "The unit that is worked on; OBJECT_SYSTEMD_USER_UNIT for one of a user's manager."
    case .until: "When the maintenance ends, in microseconds since 1970."
    case .author: "Who asked for the maintenance."
    case .output: "The last lines that the service, or the command of a hook, wrote, 20 at most."
    case .coreDumpFile: "The file in which systemd-coredump keeps the core dump."
    case .coreDumpEntry: "The cursor of systemd-coredump's entry in the journal."
    case .processStatus: "What the kernel says of the main process in /proc/PID/status."
    case .threads:
      "For each thread, 64 at most, its number, its name, its state and where in the kernel it waits."
    case .stacks: "The stacks of all threads, from eu-stack or gdb, 48 KiB at most."
    case .openFiles: "How many descriptors the main process has open."
    case .command: "The program that was run."
    case .repairRule: "The name of the repair rule."
    case .repairTrigger:
      "What set it off: log, startup, readiness, liveness, exit, out-of-memory, resource or restart-limit."
    case .repairCause: "What happened, in words."
    case .repairEvidence: "The last lines of the log, the one that counted last; 10 at most."
    case .repairAttempt: "Which attempt this is in AttemptsIntervalSec=."
    case .repairTime: "The time since the repair began, in microseconds."
    case .repairHistory: "The actions that did not help, each with the reason on a line."
    case .repairAction: "The action that helped."
    case .repairVerdict: "What came of it: repaired, unverified, not-repaired or interrupted."
    case .cleanedFiles: "How many files were deleted."
    case .cleanedBytes: "How many bytes that freed."
    }
  }
}

extension ServiceEvent.Kind {
  /// The fields that an event of this kind may have, besides those of every event.
  public var fields: [EventField] {
    switch self {
    case .started: [.childPID, .restarts]
    case .startFailed: [.exitCode, .reason]
    case .ready: [.startTime]
    case .unready: [.reason]
    case .ended: [.childPID, .runTime] + Self.cause
    case .crashed: [.childPID, .runTime, .restarts] + Self.cause + [.output, .coreDumpFile, .coreDumpEntry]
    case .judged: [.childPID, .reason]
    case .probeFlipped: [.probeKind, .probe, .verdict, .reason]
    case .examined: [.childPID, .processStatus, .threads, .stacks, .openFiles, .reason]
    case .commandRun: [.command, .exitStatus, .reason]
    case .backingOff: [.delay, .restarts]
    case .limitReached: [.restarts]
    case .repairing, .repairHeldBack, .repairExhausted, .alert: Self.repair
    case .repaired: Self.repair + Self.course + [.repairAction]
    case .notRepaired: Self.repair + Self.course
    case .cleaned: [.cleanedFiles, .cleanedBytes]
    case .hookRan: [.hook, .command, .runTime]
    case .hookFailed: [.hook, .command, .runTime, .reason, .output]
    case .maintenanceBegan, .maintenanceEnded: [.unit, .until, .reason, .author]
    case .stopping, .killed, .stopped, .reloaded, .reloadRefused, .unexpected: []
    }
  }

  private static let repair: [EventField] = [.repairRule, .repairTrigger, .repairCause, .repairEvidence]
  private static let course: [EventField] = [.repairAttempt, .repairTime, .repairHistory, .repairVerdict]
  private static let cause: [EventField] = [.exitStatus, .exitSignal, .exitSignalName, .coreDumped]
}
