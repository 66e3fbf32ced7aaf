/// What a service's life does with an event: the cells of the table.
enum LifecycleMove: Sendable, Hashable {
  /// Start an instance.
  case launch
  /// The instance that was asked for runs.
  case enterStarting
  /// The instance that was asked for could not be started.
  case handleSpawnFailure
  /// The service does its work.
  case enterReady
  /// The service no longer does its work, and may recover.
  case enterUnhealthy
  /// End an instance that is beyond hope.
  case replace
  /// Look after what a main process left behind when it ended by itself.
  case cleanUp
  /// Note that the main process that was asked to end has ended.
  case noteExit
  /// End an instance that was examined.
  case takeExamination
  /// Nothing is left of the instance: decide what comes next.
  case settle
  /// The commands that a start or a stop waited for are through.
  case goOn
  /// Kill what did not end in time.
  case kill
  /// Ask what runs to stop, for good.
  case beginStop
  /// Stop more urgently.
  case hurryStop
  /// Give an instance that starts or ends the time that it asks for.
  case grantTime
  /// The repair is over: start the instance that waited for it.
  case resume
  /// No instance follows the one that is being ended.
  case endForGood
  /// No instance runs, and none follows.
  case fail
  /// The service is over.
  case finish
  /// The event comes too late, or says what is known.
  case ignore
  /// The event cannot happen in this state.
  case refuse
}

extension LifecycleMove {
  /// The table of a service's life: state x event, for the events that what is known of a main process allows.
  static func of(_ state: LifecycleState, _ event: LifecycleEvent, hasMain: Bool) -> LifecycleMove {
    if let move = contradiction(state, event, hasMain: hasMain) { return move }
    return switch (state, event) {
    // Before the first instance.
    case (.created, .start): .launch
    case (.created, .stop): .finish
    case (.created, .kick): .ignore
    case (.created, .wantsTime): .refuse
    case (.created, .prepared), (.created, .spawned), (.created, .spawnFailed), (.created, .becameReady),
      (.created, .lostReadiness),
      (.created, .judged), (.created, .exited), (.created, .examined), (.created, .treeEmptied),
      (.created, .timerFired),
      (.created, .released), (.created, .giveUp):
      .refuse

    // An instance runs.
    case (.starting, .prepared): .goOn
    case (.starting, .spawned): .enterStarting
    case (.starting, .spawnFailed): .handleSpawnFailure
    case (.starting, .becameReady): .enterReady
    case (.starting, .timerFired(.start)): .replace
    case (.ready, .lostReadiness): .enterUnhealthy
    case (.unhealthy, .becameReady): .enterReady
    case (.starting, .judged), (.ready, .judged), (.unhealthy, .judged): .replace
    case (.starting, .giveUp), (.ready, .giveUp), (.unhealthy, .giveUp): .replace
    case (.starting, .released), (.ready, .released), (.unhealthy, .released): .ignore
    case (.starting, .exited), (.ready, .exited), (.unhealthy, .exited): .cleanUp
    case (.starting, .stop), (.ready, .stop), (.unhealthy, .stop): .beginStop
    case (.starting, .lostReadiness), (.ready, .becameReady), (.unhealthy, .lostReadiness): .ignore
    case (.starting, .kick), (.ready, .kick), (.unhealthy, .kick): .ignore
    case (.starting, .wantsTime): .grantTime
    case (.ready, .wantsTime), (.unhealthy, .wantsTime): .ignore
    case (.ready, .timerFired(.start)), (.unhealthy, .timerFired(.start)): .ignore
    case (.starting, .timerFired), (.ready, .timerFired), (.unhealthy, .timerFired): .refuse
    // An orphan of the instance can be the last one left for a moment only while its main process lives.
    case (.starting, .treeEmptied), (.ready, .treeEmptied), (.unhealthy, .treeEmptied): .refuse
    case (.ready, .spawned), (.ready, .spawnFailed), (.unhealthy, .spawned), (.unhealthy, .spawnFailed),
      (.ready, .prepared), (.unhealthy, .prepared):
      .refuse

    // An instance is on its way out, another will follow.
    case (.ending, .exited): .noteExit
    case (.ending, .examined): .takeExamination
    case (.ending, .treeEmptied): .settle
    case (.ending, .timerFired(.stop)): .kill
    case (.ending, .stop): .beginStop
    case (.ending, .giveUp): .endForGood
    case (.ending, .released): .ignore
    case (.ending, .becameReady), (.ending, .lostReadiness), (.ending, .judged), (.ending, .kick): .ignore
    case (.ending, .wantsTime): .grantTime
    case (.ending, .timerFired(.start)): .ignore
    case (.ending, .prepared), (.ending, .spawned), (.ending, .spawnFailed), (.ending, .timerFired(.backOff)):
      .refuse

    // Between two instances.
    case (.backingOff, .timerFired(.backOff)), (.backingOff, .kick): .launch
    case (.backingOff, .released): .resume
    case (.backingOff, .giveUp): .fail
    case (.backingOff, .stop): .finish
    case (.backingOff, .becameReady), (.backingOff, .lostReadiness), (.backingOff, .judged): .ignore
    case (.backingOff, .treeEmptied), (.backingOff, .timerFired), (.backingOff, .wantsTime): .ignore
    case (.backingOff, .prepared), (.backingOff, .spawned), (.backingOff, .spawnFailed),
      (.backingOff, .exited):
      .refuse

    // The service is on its way out.
    case (.stopping, .prepared): .goOn
    case (.stopping, .exited): .noteExit
    case (.stopping, .treeEmptied): .finish
    case (.stopping, .timerFired(.stop)): .kill
    case (.stopping, .stop): .hurryStop
    case (.stopping, .becameReady), (.stopping, .lostReadiness), (.stopping, .judged), (.stopping, .kick),
      (.stopping, .released), (.stopping, .giveUp):
      .ignore
    case (.stopping, .wantsTime): .grantTime
    case (.stopping, .timerFired): .ignore
    case (.stopping, .spawned), (.stopping, .spawnFailed): .refuse

    // The service is over; what still arrives comes too late.
    case (.terminated, _), (.failed, _): event == .start ? .refuse : .ignore

    // It ended or was stopped before its examination was over.
    case (.starting, .examined), (.ready, .examined), (.unhealthy, .examined), (.backingOff, .examined),
      (.stopping, .examined):
      .ignore

    // What must not happen at all.
    case (.starting, .start), (.ready, .start), (.unhealthy, .start), (.ending, .start),
      (.backingOff, .start),
      (.stopping, .start):
      .refuse
    }
  }

  /// What to do with an event that contradicts what is known of a main process; nil if it does not.
  private static func contradiction(
    _ state: LifecycleState, _ event: LifecycleEvent, hasMain: Bool
  ) -> LifecycleMove? {
    guard !state.isFinal else { return nil }
    return switch event {
    case .spawned, .spawnFailed: hasMain ? .refuse : nil
    case .prepared: state == .starting && hasMain ? .refuse : nil
    case .exited: hasMain ? nil : .refuse
    case .becameReady, .timerFired(.start): state == .starting && !hasMain ? .refuse : nil
    // While commands run that the instance waits for, a repair may have something to say.
    case .judged: state == .starting && !hasMain ? .ignore : nil
    case .giveUp: state == .starting && !hasMain ? .fail : nil
    // A cgroup counts no zombies, so it may be empty before its main process was reaped. The exit follows, and
    // then the tree is asked again: going on before that would take the exit for one of the next instance.
    case .treeEmptied: hasMain && (state == .ending || state == .stopping) ? .ignore : nil
    case .start, .lostReadiness, .examined, .timerFired(.backOff), .timerFired(.stop), .stop, .kick,
      .wantsTime,
      .released:
      nil
    }
  }
}
