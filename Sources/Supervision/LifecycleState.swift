/// Where a service stands in its life.
public enum LifecycleState: String, Sendable, Hashable, CaseIterable {
  /// Nothing was started yet.
  case created
  /// An instance runs and is not ready yet.
  case starting
  /// The service does its work.
  case ready
  /// The service runs, was ready and no longer is; it may recover.
  case unhealthy
  /// An instance is over or beyond hope, and what is left of it is being ended.
  case ending
  /// No instance runs; the next one starts after a wait.
  case backingOff = "backing-off"
  /// Somebody asked the service to stop; what is left of it is being ended.
  case stopping
  /// The service is over as it should be.
  case terminated
  /// The service is over as it should not be.
  case failed

  /// Whether nothing can happen to the service any more.
  public var isFinal: Bool { self == .terminated || self == .failed }
}

/// How urgently somebody wants the service to stop.
public enum StopUrgency: Int, Sendable, Hashable, Comparable {
  /// Ask, and wait as long as the policy allows.
  case smooth
  /// Ask, and wait for a moment only.
  case immediate
  /// Kill.
  case kill

  /// Whether the left one is less urgent.
  public static func < (left: Self, right: Self) -> Bool { left.rawValue < right.rawValue }
}

/// Something that happens to a service.
public enum LifecycleEvent: Sendable, Hashable {
  /// The program was told to begin.
  case start
  /// The commands of the policy that the next step waits for are through.
  case prepared
  /// The instance that was asked for runs.
  case spawned(pid: Int32)
  /// The instance that was asked for could not be started.
  case spawnFailed(exitCode: Int32, reason: String, isTransient: Bool)
  /// The probes, the service itself or its mere start say that it is ready.
  case becameReady
  /// The service was ready and no longer is.
  case lostReadiness(String)
  /// The instance is beyond hope.
  case judged(Judgement)
  /// The main process ended.
  case exited(ExitCause)
  /// What can be found out about this main process, which is without heartbeat, was found out.
  case examined(pid: Int32)
  /// Nothing is left of the instance.
  case treeEmptied
  /// A timer fired.
  case timerFired(LifecycleTimer)
  /// Somebody asked the service to stop.
  case stop(StopUrgency)
  /// Somebody wants the wait before the next attempt to end.
  case kick
  /// The repair that the next attempt waited for is over.
  case released
  /// A repair rule gives the service up, for this reason.
  case giveUp(String)
  /// The service itself asks for this much time from now on (`EXTEND_TIMEOUT_USEC=`).
  case wantsTime(Duration)
}

/// The timers of a service's life.
public enum LifecycleTimer: Sendable, Hashable, CaseIterable {
  /// The wait before the next instance.
  case backOff
  /// How long an instance may take to become ready.
  case start
  /// How long what is left of an instance may take to end.
  case stop
}

/// Something that has to be done for a service.
public enum LifecycleAction: Sendable, Hashable {
  /// Start an instance, and answer with `spawned` or `spawnFailed` at once.
  case spawn
  /// Begin with the probes of the new instance.
  case startProbes
  /// Ask nothing any more.
  case stopProbes
  /// Run this command of the policy's because the service is no longer ready; nothing waits for it.
  case runCommand([[UInt8]], reason: String)
  /// Find out about this main process what can be found, write it into the journal, and answer with `examined`.
  case examine(pid: Int32)
  /// Send this signal to the main process.
  case signalMain(Int32)
  /// Send this signal to all that is left of the instance, and answer with `treeEmptied` when nothing is.
  case signalTree(Int32)
  /// Kill all that is left of the instance, and answer with `treeEmptied` when nothing is.
  case killTree
  /// Let this timer fire once after this time, replacing an earlier deadline.
  case arm(LifecycleTimer, Duration)
  /// Stop this timer.
  case disarm(LifecycleTimer)
  /// Tell systemd that the service is ready.
  case notifyReady
  /// Tell systemd that the service is stopping.
  case notifyStopping
  /// Tell systemd that the next step may take this long.
  case extendTimeout(Duration)
  /// No instance can be vouched for during this planned time: systemd's watchdog has to wait as long.
  case suspendWatchdog(Duration)
  /// An instance can be vouched for again.
  case resumeWatchdog
  /// The restart limit is reached after this, and a repair may help before the service is given up.
  case repairLimit(EndReason)
  /// Write this event into the journal.
  case record(ServiceEvent)
  /// Find out about this end what can be found, and write it into the journal; nothing waits for it.
  case reportCrash(Crash)
  /// Run commands of the policy; answer with `prepared`, or `spawnFailed`, when those that are waited for are through.
  case runHooks(HookCall)
  /// End the commands that run, and answer nothing.
  case endHooks
  /// Leave the program with this exit code.
  case finish(Int32)
}
