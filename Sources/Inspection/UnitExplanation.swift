import Systemd
public import SystemdManager
import UnitFiles

/// Why a unit is in the state that it is in, out of its properties: sentences without a full stop, the one that matters
/// most first.
///
/// Values of units are foreign text: escape the sentences before they are shown.
public struct UnitExplanation: Sendable, Hashable {
  /// The sentences; empty for a unit of whose state there is nothing to explain.
  public private(set) var sentences: [String] = []
  // The sentence that a look into the log may prove wrong.
  private var doubtful: String?
  // What stands before a unit's name in a command that is recommended.
  private let options: String

  /// Explains a unit's state.
  ///
  /// - Parameters:
  ///   - unit: all of its properties.
  ///   - requirements: units that it requires and that are not up, with their states; only a unit that is not up itself
  ///     has any.
  ///   - options: those of its manager, for commands that are recommended; see ``ManagerAddress/options``.
  public init(of unit: UnitProperties, requirements: [UnitSummary] = [], options: String = "") {
    self.options = options
    explainLoad(unit)
    guard unit.loadState == "loaded" || unit.activeState != .inactive else { return }
    switch unit.activeState {
    case .failed: explainFailure(unit)
    case .activating: explainStart(unit)
    case .inactive: explainRest(unit)
    default: break
    }
    for other in requirements where !unit.activeState.isUp {
      sentences.append("it requires \(other.name), which is \(other.activeState)")
    }
    if unit["FreezerState"]?.text == "frozen" {
      sentences.append("its processes are frozen; 'upkeep resume \(options)\(unit.name)' lets them go on")
    }
    if unit.needsDaemonReload {
      sentences.append(
        "its files have changed since systemd read them; 'upkeep daemon-reload\(options.isEmpty ? "" : " \(options.dropLast())")' reads them again"
      )
    }
  }

  /// Takes from the log that its processes wrote something since the boot: systemd forgets a unit that ended well and
  /// that nobody needs, and reads it anew with the next question about it.
  mutating func hasWritten() {
    guard let doubtful, let place = sentences.firstIndex(of: doubtful) else { return }
    sentences[place] = "it ran since the boot, and systemd has forgotten how that ended; its log tells"
    self.doubtful = nil
  }

  // MARK: Loading

  private mutating func explainLoad(_ unit: UnitProperties) {
    switch unit.loadState {
    case "not-found": sentences.append("there is no unit file of this name")
    case "masked":
      let path = unit.fragmentPath.map { " at \($0)" } ?? ""
      sentences.append(
        "it is masked\(path) and cannot be started; 'upkeep unmask \(options)\(unit.name)' undoes it")
    case "bad-setting", "error":
      let reason = unit["LoadError"]?.elements?.compactMap(\.text).last ?? ""
      sentences.append(
        "systemd could not use its file\(reason.isEmpty ? "" : " (\(reason))"); see 'upkeep lint \(options)\(unit.name)'"
      )
    default: break
    }
  }

  // MARK: States

  private mutating func explainFailure(_ unit: UnitProperties) {
    let main = unit.mainEnd
    let command = Self.failedCommand(of: unit)
    switch unit.result {
    case "exit-code", "signal", "core-dump":
      sentences.append(command ?? main.map { "its main process \($0)" } ?? "a process of it failed")
    case "timeout": sentences.append(Self.timeout(unit))
    case "watchdog":
      sentences.append(
        "it sent no WATCHDOG=1 within WatchdogSec=\(Self.span(unit["WatchdogUSec"]?.unsigned)) and was ended")
    case "start-limit-hit":
      let burst = unit["StartLimitBurst"]?.unsigned ?? 0
      let interval = Self.span(unit["StartLimitIntervalUSec"]?.unsigned)
      sentences.append(
        "it was started more than \(burst) times in \(interval) and systemd gave up (StartLimitBurst=);"
          + " 'upkeep reset-failed \(options)\(unit.name)' allows another start")
      if let main, unit.mainStatus != 0 { sentences.append("its main process \(main)") }
    case "oom-kill":
      sentences.append("the kernel killed a process of it for want of memory; see MemoryMax= and its use")
    case "protocol":
      sentences.append(
        "it did not do what Type=\(unit.serviceType) demands"
          + (unit.serviceType == "notify" ? ": it ended before it sent READY=1" : "")
          + (main.map { "; its main process \($0)" } ?? ""))
    case "resources":
      sentences.append("systemd could not get what it needed to start it; the log has the reason")
    case "exec-condition": sentences.append("its ExecCondition= failed")
    case "unit-condition-failed", "trigger-limit-hit", "mount-start-limit-hit":
      sentences.append("it was triggered too often or too early (\(unit.result))")
    case "service-start-limit-hit": sentences.append("the service that it activates was started too often")
    case "service-failed-permanent": sentences.append("the service that it activates failed for good")
    case "", "success": break
    default: sentences.append("its result is \(unit.result)")
    }
    if unit["AssertResult"]?.truth == false { explainChecks(unit, "Asserts", "assertion") }
    explainLimit(unit)
  }

  /// A unit that systemd gave up restarting keeps the result of its last run.
  private mutating func explainLimit(_ unit: UnitProperties) {
    let (burst, interval) = (unit["StartLimitBurst"]?.unsigned ?? 0, unit["StartLimitIntervalUSec"]?.unsigned)
    guard unit.result != "start-limit-hit", burst > 0, interval ?? 0 > 0, unit.restarts >= burst,
      unit["Restart"]?.text != "no"
    else { return }
    sentences.append(
      "systemd gave up after \(unit.restarts) restarts: no more than \(burst) starts in"
        + " \(Self.span(interval)) are allowed (StartLimitBurst=); 'upkeep reset-failed \(options)\(unit.name)' allows more"
    )
  }

  private mutating func explainStart(_ unit: UnitProperties) {
    switch unit.subState {
    case "auto-restart", "auto-restart-queued":
      let cause =
        Self.failedCommand(of: unit)
        ?? unit.mainEnd.map { "its main process \($0)" }
      sentences.append(
        "it waits RestartSec=\(Self.span(unit["RestartUSec"]?.unsigned)) for its next restart"
          + (cause.map { "; \($0)" } ?? ""))
    case "start" where unit.serviceType.hasPrefix("notify"):
      sentences.append("it runs and has not said READY=1 yet")
    case "start" where unit.serviceType == "forking":
      sentences.append("its first process has not ended yet, as Type=forking demands")
    case "start" where unit.serviceType == "oneshot": sentences.append("its command has not ended yet")
    case "start-pre", "condition": sentences.append("a command that comes before its main process still runs")
    case "start-post": sentences.append("a command of ExecStartPost= still runs")
    default: break
    }
  }

  private mutating func explainRest(_ unit: UnitProperties) {
    let wasChecked = (unit["ConditionTimestamp"]?.unsigned ?? 0) > 0
    if wasChecked, unit["ConditionResult"]?.truth == false {
      explainChecks(unit, "Conditions", "condition")
    } else if (unit["AssertTimestamp"]?.unsigned ?? 0) > 0, unit["AssertResult"]?.truth == false {
      explainChecks(unit, "Asserts", "assertion")
    } else if unit.result == "exec-condition" {
      sentences.append("its ExecCondition= said that it is not to be started")
    } else if (unit["InactiveExitTimestamp"]?.unsigned ?? 0) == 0, unit.loadState == "loaded" {
      let sentence = "systemd remembers no start of it since the boot" + hint(unit)
      doubtful = sentence
      sentences.append(sentence)
    } else if let end = unit.mainEnd,
      unit.mainStatus != 0
    {
      sentences.append("its main process \(end), which counts as success")
    }
  }

  /// The checks of a kind that did not hold.
  private mutating func explainChecks(_ unit: UnitProperties, _ property: String, _ word: String) {
    let before = sentences.count
    for check in unit[property]?.elements ?? [] {
      guard let fields = check.elements, fields.count == 5, (fields[4].signed ?? 0) < 0 else { continue }
      let sign = (fields[1].truth == true ? "|" : "") + (fields[2].truth == true ? "!" : "")
      sentences.append(
        "the \(word) \(fields[0].text ?? "")=\(sign)\(fields[3].text ?? "") did not hold, so it was not started"
      )
    }
    if sentences.count == before { sentences.append("a \(word) of it did not hold, so it was not started") }
  }

  // MARK: Words

  private func hint(_ unit: UnitProperties) -> String {
    switch unit.unitFileState {
    case "disabled": "; it is not enabled, and 'upkeep enable \(options)\(unit.name)' lets it start at boot"
    case "static": "; other units start it when they need it"
    default: ""
    }
  }

  private static func timeout(_ unit: UnitProperties) -> String {
    // Which of the two was over is told by whether it ever became active in this run.
    let entered = unit["ActiveEnterTimestamp"]?.unsigned ?? 0
    let began = unit["InactiveExitTimestamp"]?.unsigned ?? 0
    return entered < began
      ? "it did not start within TimeoutStartSec=\(span(unit["TimeoutStartUSec"]?.unsigned))"
      : "it did not stop or reload within TimeoutStopSec=\(span(unit["TimeoutStopUSec"]?.unsigned)) and was killed"
  }

  /// A command beside the main one that failed, such as one of `ExecStartPre=`.
  private static func failedCommand(of unit: UnitProperties) -> String? {
    for property in [
      "ExecCondition", "ExecStartPre", "ExecStartPost", "ExecReload", "ExecStop", "ExecStopPost",
    ] {
      for command in unit[property]?.elements ?? [] {
        guard let fields = command.elements, fields.count == 10, fields[2].truth != true,
          let code = fields[8].signed, let status = fields[9].signed, code > 1 || (code == 1 && status != 0),
          let text = ExitStatusText.text(code: Int32(clamping: code), status: Int32(clamping: status))
        else { continue }
        return "\(fields[0].text ?? "") of \(property)= \(text)"
      }
    }
    return nil
  }

  private static func span(_ microseconds: UInt64?) -> String {
    guard let microseconds, microseconds != .max else { return "infinity" }
    return TimeSpan.format(.microseconds(Int64(clamping: microseconds)))
  }
}
