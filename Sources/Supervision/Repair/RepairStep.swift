/// Something that happens while a service may be repaired.
public enum RepairEvent: Sendable, Hashable {
  /// A rule was set off.
  case triggered(RepairTrigger)
  /// The action that was asked for is over; with the reason if it failed.
  case acted(failure: String?)
  /// A new instance runs.
  case instanceStarted
  /// The service became ready.
  case ready
  /// The service lost its readiness, was judged or ended by itself; with the reason.
  case unwell(String)
  /// A timer fired.
  case timerFired(RepairTimer)
  /// The service is being stopped.
  case stop
}

/// The timers of repairs.
public enum RepairTimer: Sendable, Hashable, CaseIterable {
  /// How long the service has to be well, or may take until it is.
  case verify
  /// When to look again at a cause that persists.
  case retry
}

/// Something that has to be done for a repair.
public enum RepairStep: Sendable, Hashable {
  /// Carry this action out within this time, and report by `acted`; the facts are environment variables.
  case perform(RepairAction, timeout: Duration, facts: [String: String])
  /// Drop the action that is being carried out.
  case cancel
  /// Replace the instance by a new one, for this reason.
  case restart(String)
  /// Let the next instance start, which waited for the repair.
  case release
  /// Ask the probes again, which an unhealthy verdict has ended.
  case resumeProbes
  /// The probe's verdict counts after all.
  case judge(ProbeKind, String)
  /// End the service with a failure, for this reason.
  case fail(String)
  /// Let this timer fire once after this time.
  case arm(RepairTimer, Duration)
  /// Stop this timer.
  case disarm(RepairTimer)
  /// Write this event into the journal.
  case record(ServiceEvent)
}
