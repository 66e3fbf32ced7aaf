// What a repair tells: as fields of the journal, and as environment variables of a command.
extension RepairMachine {
  func event(_ kind: ServiceEvent.Kind, _ message: String, _ trigger: RepairTrigger) -> ServiceEvent {
    ServiceEvent(kind, message, fields: fields(trigger))
  }

  func fields(_ repair: Repair, at now: ContinuousClock.Instant) -> [EventField: String] {
    var fields = fields(repair.trigger)
    fields[.repairAttempt] = "\(repair.attempt)"
    fields[.repairTime] = "\((now - repair.began).wholeMicroseconds)"
    if !repair.history.isEmpty { fields[.repairHistory] = repair.history.joined(separator: "\n") }
    return fields
  }

  private func fields(_ trigger: RepairTrigger) -> [EventField: String] {
    var fields: [EventField: String] = [
      .repairRule: rules[trigger.rule].name, .repairTrigger: trigger.kind.rawValue,
      .repairCause: trigger.cause,
    ]
    if !trigger.evidence.isEmpty { fields[.repairEvidence] = trigger.evidence.joined(separator: "\n") }
    return fields
  }

  /// What a command is told.
  func facts(_ repair: Repair) -> [String: String] {
    let rule = rules[repair.trigger.rule]
    var facts = [
      "UPKEEP_RULE": rule.name, "UPKEEP_TRIGGER": repair.trigger.kind.rawValue,
      "UPKEEP_CAUSE": repair.trigger.cause, "UPKEEP_ATTEMPT": "\(repair.attempt)",
    ]
    if let line = repair.trigger.evidence.last { facts["UPKEEP_LINE"] = line }
    return facts
  }
}
