import UnitFiles

/// What a policy will do, in sentences for people.
public enum PolicyExplanation {
  /// The sentences, grouped under headings.
  public static func sections(of policy: Policy) -> [(heading: String, sentences: [String])] {
    var sections: [(String, [String])] = [
      ("Start", start(policy)), ("Health", health(policy)), ("Restarts", restarts(policy)),
      ("Stop", stop(policy)), ("Hooks", hooks(policy)),
    ]
    for rule in policy.repairs { sections.append(("Repair \(rule.name)", rule.sentences)) }
    return sections.filter { !$0.1.isEmpty }
  }

  // MARK: Sections

  private static func start(_ policy: Policy) -> [String] {
    var sentences: [String] = []
    let startup = policy.probes.filter { $0.kind == .startup }
    for probe in startup {
      sentences.append(
        "Nothing else is asked until \(probe.target) has succeeded once; it is asked every "
          + "\(time(probe.interval)), and an instance that fails \(times(probe.failureThreshold)) in a row is replaced."
      )
    }
    let readiness = policy.probes.filter { $0.kind == .readiness }.map { words($0.target) }
    switch readiness.count {
    case 0: sentences.append("The service is ready as soon as it runs.")
    case 1: sentences.append("The service is ready when there is \(readiness[0]).")
    default:
      sentences.append("The service is ready when there are all of \(readiness.joined(separator: ", ")).")
    }
    if let limit = policy.startAllowance(isFirst: true) {
      sentences.append("An instance that is not ready within \(time(limit)) is replaced.")
    }
    return sentences
  }

  private static func health(_ policy: Policy) -> [String] {
    var sentences: [String] = []
    for probe in policy.probes where probe.kind != .startup && probe.target != .notify {
      let what = probe.kind == .readiness ? "the service counts as not ready" : "the instance is replaced"
      sentences.append("\(look(probe)) \(what).")
    }
    if policy.probes.contains(where: \.isAdaptive) {
      sentences.append("Probes are made more often after a doubt, and less often after long health.")
    }
    if policy.softWatchdog {
      sentences.append(
        "A service without heartbeat is examined before it is ended, and what is seen is written down.")
    }
    switch policy.onUnready {
    case .none: break
    case .restart: sentences.append("A service that is no longer ready is replaced.")
    case .command(let words):
      sentences.append("When the service is no longer ready, \(text(words)) is run.")
    }
    return sentences
  }

  /// How a probe looks at the service, up to what follows from it.
  private static func look(_ probe: ProbeSettings) -> String {
    if probe.target.isHeartbeat {
      return "A heartbeat is expected from \(probe.target) every \(time(probe.interval)); without one"
    }
    return
      "\(probe.target) is asked every \(time(probe.interval)), each time for \(time(probe.timeout)) at most; after "
      + failures(probe.failureThreshold)
  }

  private static func restarts(_ policy: Policy) -> [String] {
    let what =
      switch policy.restart {
      case .no: "The service is never started again."
      case .onSuccess: "The service is started again after a clean end."
      case .onFailure:
        "The service is started again after an end that is not clean, and when it was found unhealthy."
      case .onAbnormal:
        "The service is started again after a signal that is not clean, and when it was found unhealthy."
      case .onWatchdog: "The service is started again when it was found unhealthy."
      case .onAbort: "The service is started again after a signal that is not clean."
      case .always: "The service is started again after every end."
      }
    guard policy.restart != .no else { return [what] }
    var sentences = [what, waits(policy.backOff)]
    if policy.backOff.limit > 0 {
      let window = policy.backOff.limitInterval.map { " within \(time($0))" } ?? ""
      let end =
        switch policy.onRestartLimit {
        case .fail: "upkeep-run ends with a failure"
        case .retrySlowly: "it goes on every \(time(policy.restartSlow))"
        }
      sentences.append("After \(policy.backOff.limit) restarts\(window) \(end).")
    }
    return sentences
  }

  private static func waits(_ settings: BackOff.Settings) -> String {
    let backOff = BackOff(settings)
    var waits: [String] = []
    for position in 0..<6 {
      let wait = time(backOff.wait(at: position))
      if waits.last == wait { break }
      waits.append(wait == "0" ? "at once" : wait)
    }
    return "It waits \(waits.joined(separator: ", ")) and so on, \(time(settings.maximum)) at most; after "
      + "\(time(settings.healthyReset)) of health earlier restarts are forgotten."
  }

  private static func stop(_ policy: Policy) -> [String] {
    let signal = SignalName.name(of: policy.killSignal)
    let limit = policy.stopTimeout.map { "what is left after \(time($0)) is killed" } ?? "nothing is killed"
    return ["To stop it gets \(signal); \(limit)."]
  }

  private static func hooks(_ policy: Policy) -> [String] {
    HookMoment.allCases.flatMap { moment in
      policy.hooks[moment].map { command in
        let words = command.arguments.map { String(decoding: $0, as: UTF8.self) }.joined(separator: " ")
        let failure =
          command.ignoresFailure
          ? "; its failure changes nothing"
          : moment == .start ? "; if it fails, the instance is not started and the next attempt waits" : ""
        return "\(when(moment)) it runs \(words), for \(time(policy.hooks.timeout)) at most\(failure)."
      }
    }
  }

  private static func when(_ moment: HookMoment) -> String {
    switch moment {
    case .start: "Before each instance"
    case .ready: "When an instance has become ready"
    case .stop: "Before the service is asked to stop"
    case .unhealthy: "When the service was found unhealthy"
    case .recovered: "When the service is ready again after that"
    case .failed: "When the service is given up"
    }
  }

  // MARK: Words

  /// What a readiness probe waits for.
  private static func words(_ target: ProbeTarget) -> String {
    target == .notify ? "the service's own READY=1" : "an answer of \(target)"
  }

  /// A command as it is written, but for quotes.
  static func text(_ words: [[UInt8]]) -> String {
    words.map { String(decoding: $0, as: UTF8.self) }.joined(separator: " ")
  }

  static func time(_ span: Duration) -> String { TimeSpan.format(span) }

  private static func times(_ count: Int) -> String { count == 1 ? "once" : "\(count) times" }

  private static func failures(_ count: Int) -> String {
    count == 1 ? "one failure" : "\(count) failures in a row"
  }
}

extension RepairRule {
  /// What the rule does, in sentences for people.
  var sentences: [String] {
    var sentences = ["It is set off by \(triggers.joined(separator: ", or by "))."]
    for (index, action) in actions.enumerated() {
      let after = index == 0 ? "Then" : "If that fails or does not help,"
      sentences.append("\(after) it \(action.sentence(limit: actionTimeout)).")
    }
    if actions.contains(where: { $0 != .alert && $0 != .fail }) {
      sentences.append(
        verifyTime > .zero
          ? "That has helped if the service is well for \(PolicyExplanation.time(verifyTime)) afterwards."
          : "An action that succeeds is believed.")
    }
    let rest = cooldown > .zero ? ", \(PolicyExplanation.time(cooldown)) apart at least" : ""
    let end =
      switch onExhausted {
      case .alert: "an alert is written"
      case .fail: "the service is ended with a failure"
      }
    sentences.append(
      "There are \(attempts) repairs in \(PolicyExplanation.time(attemptsInterval)) at most\(rest); when they are used "
        + "up, \(end).")
    return sentences
  }

  private var triggers: [String] {
    var triggers: [String] = []
    if !log.matches.isEmpty { triggers.append(log.sentence) }
    for kind in ProbeKind.allCases where probesFailed.contains(kind) {
      triggers.append("the failure of a \(kind.rawValue) probe")
    }
    if exitStatuses != ExitStatusSet() {
      let codes = exitStatuses.codes.sorted().map { "exit \($0)" }
      let signals = exitStatuses.signals.sorted().map { SignalName.name(of: $0) }
      triggers.append(
        "an end by " + (codes + signals).joined(separator: " or ") + ", before the next instance")
    }
    if onOutOfMemory { triggers.append("a kill for want of memory") }
    if onRestartLimit { triggers.append("the restart limit") }
    let time = markDuration > .zero ? " for \(PolicyExplanation.time(markDuration))" : ""
    for mark in marks { triggers.append("\(mark)\(time)") }
    return triggers
  }
}

extension LogCondition {
  fileprivate var sentence: String {
    let patterns = matches.map { "\"\($0.text)\"" }.joined(separator: " or ")
    let but =
      excludes.isEmpty ? "" : " without " + excludes.map { "\"\($0.text)\"" }.joined(separator: " or ")
    let place =
      readsOutput
      ? "of its output" : "of " + (files + units.map { "the journal of \($0)" }).joined(separator: " and ")
    if let consecutive { return "\(consecutive) lines \(place) in a row with \(patterns)\(but)" }
    return count == 1
      ? "a line \(place) with \(patterns)\(but)"
      : "\(count) lines \(place) within \(PolicyExplanation.time(interval)) with \(patterns)\(but)"
  }
}

extension RepairAction {
  fileprivate func sentence(limit: Duration) -> String {
    switch self {
    case .restart: "replaces the instance by a new one"
    case .reload: "sends the signal to reload"
    case .signal(let number): "sends \(SignalName.name(of: number))"
    case .command(let words):
      "runs " + PolicyExplanation.text(words)
        + " for \(PolicyExplanation.time(limit)) at most"
    case .clean(let request):
      "deletes \(request.pattern)"
        + (request.olderThan.map { " older than \(PolicyExplanation.time($0))" } ?? "")
        + (request.keep > 0 ? " but the newest \(request.keep)" : "")
    case .unit(let verb, let unit): "has systemd \(verb.rawValue) \(unit)"
    case .alert: "writes an alert"
    case .fail: "ends the service with a failure"
    }
  }
}
