import Glibc
import LogMatching
import Processes
import Supervision
import Systemd

// Repairs: what sets them off, and what they do to the service.
extension ServiceRunner {
  /// Puts the repair rules of a policy in force. What was tried before by rules of the same names counts on.
  ///
  /// - Parameters:
  ///   - policy: the policy, whose patterns were checked before.
  ///   - template: what commands are started like.
  func replaceRepairs(_ policy: Policy, template: SpawnRequest) {
    let rules = policy.repairs
    let earlier = repairs
    earlier?.end()
    do throws(PatternFailure) {
      logs = try LogWatch(
        rules.enumerated().filter { $0.element.log.readsOutput }.map { ($0.offset, $0.element) })
    } catch {
      record(ServiceEvent(.unexpected, "Log patterns are not looked for: \(error.description)"))
    }
    crashes?.lastLines = { [unowned self] in logs?.lastLines(Crash.Evidence.mostLines) ?? [] }
    let repairs = RepairRunner(
      policy, commands: commands, template: template, scope: unit?.scope ?? .system, earlier: earlier
    ) { [unowned self] wish in fulfil(wish) }
    if let unit { repairs.facts["UPKEEP_UNIT"] = unit.name }
    repairs.hindrance = { [unowned self] in maintenance.current()?.hindrance }
    self.repairs = repairs
    resources = ResourceWatch(
      rules, mainProcess: { [unowned self] in child?.pid },
      onReading: { [unowned self] passed, triggers in
        self.repairs?.update(passedMarks: passed)
        guard lifecycle.deservesWatchdogPing else { return }
        for trigger in triggers { self.repairs?.handle(.triggered(trigger)) }
      },
      onTrouble: { [unowned self] reason in record(ServiceEvent(.unexpected, reason)) })
    sources?.end()
    sources = LogSources(
      rules, scope: unit?.scope ?? .system,
      onHit: { [unowned self] rule, lines in self.repairs?.count(rule, lines) },
      onMiss: { [unowned self] rule in self.repairs?.miss(rule) },
      onTrouble: { [unowned self] reason in record(ServiceEvent(.unexpected, reason)) })
    // An instance that waited for a repair of the old rules waits for nothing now.
    if lifecycle.hold != nil { fulfil(.release) }
  }

  // MARK: Triggers

  /// What the main process's end by itself means for repairs, asked before the service's life knows of it: the next
  /// instance may have to wait.
  func repairEvent(after cause: ExitCause) -> RepairEvent? {
    guard let repairs, lifecycle.deservesWatchdogPing else { return nil }
    repairs.lookForHindrance()
    let rules = repairs.machine.rules
    let outOfMemory = resources?.sawOutOfMemory() ?? false
    guard var trigger = RepairTrigger.end(cause, outOfMemory: outOfMemory, in: rules) else {
      return .unwell(cause.description)
    }
    trigger.holdsInstance = repairs.machine.takes(trigger, at: .now)
    if trigger.holdsInstance { lifecycle.hold = rules[trigger.rule].longestTime }
    return .triggered(trigger)
  }

  /// Begins the repair after an end that the service's life knows of now.
  func beginRepair(_ event: RepairEvent) {
    repairs?.handle(event)
    if lifecycle.hold != nil, repairs?.machine.isHolding != true { fulfil(.release) }
  }

  /// The restart limit is reached, and the service waits for what comes of a repair.
  func repairLimit(after reason: EndReason) {
    guard let repairs, let trigger = RepairTrigger.restartLimit(after: reason, in: repairs.machine.rules)
    else {
      return fulfil(.release)
    }
    lifecycle.hold = repairs.machine.rules[trigger.rule].longestTime
    beginRepair(.triggered(trigger))
  }

  /// Lets the repairs hear what the service's life records, whoever brought it about.
  func hear(_ event: ServiceEvent) {
    guard let repairs else { return }
    // A repair's own judgement is no news to it.
    if event.kind == .judged { repairs.handle(.unwell(event.fields[.reason] ?? event.message)) }
    // No repair may keep the service from what follows, but somebody may be called.
    guard event.kind == .limitReached, !lifecycle.mayRepairLimit, let reason = lifecycle.lastEnd?.reason,
      var trigger = RepairTrigger.restartLimit(after: reason, in: repairs.machine.rules)
    else { return }
    trigger.holdsInstance = false
    repairs.handle(.triggered(trigger))
  }

  /// Readiness was lost.
  func repair(unready reason: String) {
    guard let repairs else { return }
    let trigger = RepairTrigger.probe(.readiness, reason: reason, in: repairs.machine.rules)
    repairs.handle(trigger.map { .triggered($0) } ?? .unwell("no longer ready: \(reason)"))
  }

  /// Whether a repair takes the place of what would follow from a judgement.
  func repairTakes(_ judgement: Judgement) -> Bool {
    guard let repairs else { return false }
    repairs.lookForHindrance()
    guard let trigger = trigger(of: judgement) else { return false }
    let takes = repairs.machine.takes(trigger, at: .now)
    repairs.handle(.triggered(trigger))
    return takes
  }

  /// Whether a repair would take the place of what would follow from a judgement now.
  func repairWouldTake(_ judgement: Judgement) -> Bool {
    repairs?.machine.takes(trigger(of: judgement), at: .now) ?? false
  }

  private func trigger(of judgement: Judgement) -> RepairTrigger? {
    guard let repairs else { return nil }
    return switch judgement {
    case .startupFailed(let reason): .probe(.startup, reason: reason, in: repairs.machine.rules)
    case .livenessFailed(let reason): .probe(.liveness, reason: reason, in: repairs.machine.rules)
    case .heartbeatLost: .probe(.liveness, reason: judgement.description, in: repairs.machine.rules)
    case .readinessLost, .watchdogTriggered, .startTimedOut, .repair, .givenUp: nil
    }
  }

  /// Tells the service's life what repairs there are, before it decides.
  func updateLifecycle() {
    guard let repairs else { return }
    repairs.lookForHindrance()
    lifecycle.repair = repairs.machine.activity ?? ""
    let limit = RepairTrigger.restartLimit(after: .ended(.exited(1)), in: repairs.machine.rules)
    lifecycle.mayRepairLimit = repairs.machine.takes(limit, at: .now)
  }

  /// Tells the repairs what has become of the service's life.
  func updateRepairs() {
    guard let repairs else { return }
    repairs.update(isReady: lifecycle.state == .ready)
    if lifecycle.state == .stopping || lifecycle.state.isFinal { repairs.handle(.stop) }
  }

  /// Nobody works on the service any more: what is still broken may be repaired.
  func repairAfterMaintenance() {
    if lifecycle.state == .unhealthy { repair(unready: lifecycle.unreadyReason) }
  }

  // MARK: What repairs do

  private func fulfil(_ wish: RepairRunner.Wish) {
    switch wish {
    case .restart(let reason):
      switch lifecycle.state {
      case .starting, .ready, .unhealthy: post(.judged(.repair(reason)))
      case .backingOff: post(.kick)
      case .created, .ending, .stopping, .terminated, .failed: break
      }
    case .release:
      lifecycle.hold = nil
      post(.released)
    case .resumeProbes: resumeProbes()
    case .judge(.liveness, let reason): post(.judged(.livenessFailed(reason)))
    case .judge(.startup, let reason): post(.judged(.startupFailed(reason)))
    case .judge(.readiness, _): break
    case .fail(let reason):
      lifecycle.hold = nil
      post(.giveUp(reason))
    case .signal(let signal): send(signal)
    case .record(let event): record(event)
    }
  }

  private func resumeProbes() {
    switch lifecycle.state {
    case .starting:
      let isReady = probes?.childIsReady == true
      probes?.instanceStarted()
      if isReady { probes?.childBecameReady() }
    case .ready, .unhealthy: probes?.adoptInstance(isReady: lifecycle.state == .ready)
    case .created, .ending, .backingOff, .stopping, .terminated, .failed: break
    }
  }
}
