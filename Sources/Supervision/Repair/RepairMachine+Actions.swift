import UnitFiles

// From what sets a repair off to what is done about it.
extension RepairMachine {
  func hasAttempts(_ rule: Int, at now: ContinuousClock.Instant) -> Bool {
    ledgers[rule].attempts(of: rules[rule], at: now) < rules[rule].attempts
  }

  mutating func triggered(_ trigger: RepairTrigger, at now: ContinuousClock.Instant) -> [RepairStep] {
    if var repair {
      guard repair.trigger.rule == trigger.rule else {
        // What was seen before a new instance belongs to the old one.
        if !trigger.holdsInstance { waiting[trigger.rule] = trigger }
        return []
      }
      guard phase != .acting, !repair.awaitsInstance else { return [] }
      repair.isHolding = trigger.holdsInstance
      self.repair = repair
      return notHelped(trigger.cause, at: now)
    }
    if let hindrance {
      guard toldHindrance != hindrance else { return [] }
      toldHindrance = hindrance
      return [
        .record(
          event(
            .repairHeldBack, "No repair \(rules[trigger.rule].name) (\(trigger.cause)): \(hindrance)", trigger
          ))
      ]
    }
    toldHindrance = nil
    if let end = ledgers[trigger.rule].restsUntil, now < end { return persist(trigger, until: end - now) }
    guard hasAttempts(trigger.rule, at: now) else { return exhausted(trigger) }
    ledgers[trigger.rule].begin(rules[trigger.rule], at: now)
    let attempt = ledgers[trigger.rule].attempts(of: rules[trigger.rule], at: now)
    var repair = Repair(trigger: trigger, began: now, attempt: attempt)
    repair.isHolding = trigger.holdsInstance
    self.repair = repair
    let rule = rules[trigger.rule]
    let message = "Repair \(rule.name) begins, attempt \(attempt) of \(rule.attempts): \(trigger.cause)"
    return [.disarm(.retry), .record(event(.repairing, message, trigger))] + act(at: now)
  }

  /// A cause that is a state will still be there later; one that was a moment will come again.
  mutating func persist(_ trigger: RepairTrigger, until wait: Duration) -> [RepairStep] {
    guard trigger.kind == .readiness else { return [] }
    persisting = trigger
    return [.arm(.retry, wait)]
  }

  mutating func exhausted(_ trigger: RepairTrigger) -> [RepairStep] {
    let rule = rules[trigger.rule]
    guard !ledgers[trigger.rule].exhaustionIsTold else { return [] }
    ledgers[trigger.rule].exhaustionIsTold = true
    let count = "\(rule.attempts) \(rule.attempts == 1 ? "repair" : "repairs")"
    let message =
      "\(count) of rule \(rule.name) within \(TimeSpan.format(rule.attemptsInterval)), no more: \(trigger.cause)"
    let record = RepairStep.record(event(.repairExhausted, message, trigger))
    switch rule.onExhausted {
    case .alert: return [record]
    case .fail: return [record] + giveUp(message)
    }
  }

  // MARK: Actions

  mutating func act(at now: ContinuousClock.Instant) -> [RepairStep] {
    guard var repair else { return [] }
    let rule = rules[repair.trigger.rule]
    guard repair.step < rule.actions.count else { return finish(at: now) }
    phase = .acting
    let action = rule.actions[repair.step]
    switch action {
    case .restart:
      if repair.isHolding { return verify(at: now) }
      repair.awaitsInstance = true
      self.repair = repair
      phase = .settling
      return [.restart("repair \(rule.name): \(repair.trigger.cause)")]
    case .alert:
      let record = RepairStep.record(event(.alert, "\(rule.name): \(repair.trigger.cause)", repair.trigger))
      repair.step += 1
      self.repair = repair
      return [record] + act(at: now)
    case .fail:
      let reason = "repair \(rule.name): \(repair.trigger.cause)"
      // Nothing is started any more.
      repair.isHolding = false
      self.repair = repair
      return finish(at: now) + giveUp(reason)
    case .reload, .signal, .command, .clean, .unit:
      return [.perform(action, timeout: rule.actionTimeout, facts: facts(repair))]
    }
  }

  mutating func acted(_ failure: String?, at now: ContinuousClock.Instant) -> [RepairStep] {
    if let failure { return notHelped(failure, at: now) }
    guard let repair, rules[repair.trigger.rule].verifyTime > .zero else { return succeed(at: now) }
    return verify(at: now)
  }

  mutating func giveUp(_ reason: String) -> [RepairStep] {
    isOver = true
    return [.disarm(.retry), .fail(reason)]
  }
}
