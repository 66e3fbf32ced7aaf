import UnitFiles

// From what was done to what is known of it.
extension RepairMachine {
  mutating func verify(at now: ContinuousClock.Instant) -> [RepairStep] {
    guard var repair else { return [] }
    let rule = rules[repair.trigger.rule]
    var steps: [RepairStep] = []
    if repair.isHolding {
      repair.isHolding = false
      repair.awaitsInstance = true
      steps.append(.release)
    }
    self.repair = repair
    phase = .settling
    if rule.verifyTime == .zero { return steps + succeed(at: now) }
    if repair.awaitsInstance { return steps }
    if [.startup, .liveness].contains(repair.trigger.kind) { steps.append(.resumeProbes) }
    guard isReady else { return steps + [.arm(.verify, rule.verifyTime)] }
    phase = .verifying
    return steps + [.arm(.verify, rule.verifyTime)]
  }

  mutating func instanceStarted() -> [RepairStep] {
    isReady = false
    for index in counters.indices { counters[index].clear() }
    waiting = [:]
    guard var current = repair, phase != .acting else { return [] }
    current.awaitsInstance = false
    repair = current
    phase = .settling
    return [.arm(.verify, startTime)]
  }

  mutating func becameReady() -> [RepairStep] {
    isReady = true
    persisting = nil
    guard let repair, phase == .settling, !repair.awaitsInstance else { return [] }
    phase = .verifying
    return [.arm(.verify, rules[repair.trigger.rule].verifyTime)]
  }

  mutating func verifyTimeIsOver(at now: ContinuousClock.Instant) -> [RepairStep] {
    guard let repair, phase != .acting, !repair.awaitsInstance else { return [] }
    if phase == .settling { return notHelped("the service is not ready", at: now) }
    let passed = rules[repair.trigger.rule].marks.first { passedMarks.contains($0) }
    if let passed { return notHelped(passed.description, at: now) }
    return succeed(at: now)
  }

  mutating func notHelped(_ reason: String, at now: ContinuousClock.Instant) -> [RepairStep] {
    guard var current = repair else { return [] }
    let rule = rules[current.trigger.rule]
    if current.step < rule.actions.count {
      current.history.append("\(rule.actions[current.step]): \(reason)")
    }
    current.step += 1
    repair = current
    return [.disarm(.verify)] + act(at: now)
  }

  // MARK: The end

  mutating func succeed(at now: ContinuousClock.Instant) -> [RepairStep] {
    guard let repair else { return [] }
    let rule = rules[repair.trigger.rule]
    let action = rule.actions[repair.step]
    var fields = fields(repair, at: now)
    fields[.repairAction] = action.description
    fields[.repairVerdict] = rule.verifyTime > .zero ? "repaired" : "unverified"
    let took = TimeSpan.format((now - repair.began).rounded)
    let message = "Repaired by \(action) in \(took): \(rule.name), \(repair.trigger.cause)"
    return [.record(ServiceEvent(.repaired, message, fields: fields))] + end(repair, at: now)
  }

  /// No action is left.
  mutating func finish(at now: ContinuousClock.Instant) -> [RepairStep] {
    guard let repair else { return [] }
    let rule = rules[repair.trigger.rule]
    // A rule that does nothing but to call somebody has nothing to be judged by.
    guard !repair.history.isEmpty else { return end(repair, at: now, persisting: true) }
    var fields = fields(repair, at: now)
    fields[.repairVerdict] = "not-repaired"
    let message =
      "Not repaired: \(rule.name), \(repair.trigger.cause) (\(repair.history.joined(separator: "; ")))"
    return [.record(ServiceEvent(.notRepaired, message, fields: fields))]
      + end(repair, at: now, persisting: true)
  }

  mutating func end(
    _ repair: Repair, at now: ContinuousClock.Instant, persisting: Bool = false
  ) -> [RepairStep] {
    self.repair = nil
    phase = .acting
    let rule = rules[repair.trigger.rule]
    ledgers[repair.trigger.rule].rest(rule, at: now)
    var steps: [RepairStep] = [.disarm(.verify)]
    if repair.isHolding { steps.append(.release) }
    if persisting {
      switch repair.trigger.kind {
      case .startup: steps.append(.judge(.startup, repair.trigger.detail))
      case .liveness: steps.append(.judge(.liveness, repair.trigger.detail))
      case .readiness where !isReady: steps += persist(repair.trigger, until: max(rule.cooldown, .seconds(1)))
      case .readiness, .log, .exit, .outOfMemory, .resource, .restartLimit: break
      }
    }
    guard let next = waiting.keys.min(), let trigger = waiting.removeValue(forKey: next) else { return steps }
    return steps + triggered(trigger, at: now)
  }

  mutating func stop(at now: ContinuousClock.Instant) -> [RepairStep] {
    isOver = true
    guard let repair else { return [.disarm(.retry)] }
    var fields = fields(repair, at: now)
    fields[.repairVerdict] = "interrupted"
    let name = rules[repair.trigger.rule].name
    let record = ServiceEvent(
      .notRepaired, "Repair \(name) was ended by the stop of the service", priority: 6, fields: fields)
    let cancel: [RepairStep] = phase == .acting ? [.cancel] : []
    self.repair = nil
    waiting = [:]
    return cancel + [.disarm(.verify), .disarm(.retry), .record(record)]
  }
}
