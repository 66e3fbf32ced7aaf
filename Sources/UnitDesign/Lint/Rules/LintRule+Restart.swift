import UnitFiles

/// What happens when the service ends.
extension LintRule {
  static let restart: [LintRule] = [
    LintRule(
      "L37", .warning, "The restarts are over within two seconds",
      why: """
        RestartSec= is 100 ms unless it is set, and five starts in ten seconds are the limit. A service that fails at \
        once is given up after less than two seconds and stays down, also when the cause passes.
        """,
      bad: "[Service]\nExecStart=/usr/bin/server\nRestart=always\n",
      good: "[Service]\nExecStart=/usr/bin/server\nRestart=always\nRestartSec=5s\n",
      ignore: "When it shall stay down after five quick failures.", isAdvice: true
    ) { unit, report in
      let restarts = ["always", "on-failure", "on-abnormal", "on-abort", "on-watchdog"]
      guard unit.isService, let restart = unit.value("Restart"), restarts.contains(restart.value),
        !unit.hasOwnStartLimit,
        // It restarts the program itself, with waits; systemd restarts only it.
        unit.main.map(isWrapped) != true
      else { return }
      var isShort = true
      if let delay = unit.value("RestartSec") {
        do throws(ValueError) {
          isShort = try TimeSpan.parse(delay.value).map { $0 < .seconds(1) } ?? false
        } catch {
          return
        }
      }
      guard isShort else { return }
      report.value(
        restart, "five failures use the start limit up in less than two seconds; then the service stays down",
        fix: "set RestartSec=5s, or StartLimitIntervalSec= in [Unit]")
    },
    LintRule(
      "L38", .error, "The growing delay lacks its other half",
      why: "RestartSteps= and RestartMaxDelaySec= work together only: systemd ignores one without the other.",
      bad: "[Service]\nExecStart=/usr/bin/server\nRestart=always\nRestartSec=1s\nRestartSteps=5\n",
      good:
        "[Service]\nExecStart=/usr/bin/server\nRestart=always\nRestartSec=1s\nRestartSteps=5\nRestartMaxDelaySec=30s\n",
      ignore: "Never: the line has no effect."
    ) { unit, report in
      guard unit.isService else { return }
      let steps = unit.value("RestartSteps")
      let most = unit.value("RestartMaxDelaySec")
      if let steps, most == nil, steps.value != "0" {
        report.key(
          steps, "systemd ignores RestartSteps= without RestartMaxDelaySec=",
          fix: "set RestartMaxDelaySec= too")
      }
      if let most, steps == nil, most.value != "infinity" {
        report.key(
          most, "systemd ignores RestartMaxDelaySec= without RestartSteps=", fix: "set RestartSteps= too")
      }
      do throws(ValueError) {
        if let most, let delay = unit.value("RestartSec"), let longest = try TimeSpan.parse(most.value),
          let first = try TimeSpan.parse(delay.value), longest < first
        {
          report.value(
            most, "the longest delay is shorter than RestartSec=\(delay.value)", fix: "write a longer one",
            severity: .warning)
        }
      } catch {
        // A wrong time span is the business of another rule.
        return
      }
    },
    LintRule(
      "L39", .warning, "Processes survive the stop of the service",
      why: """
        With KillMode=none systemd kills nothing, with process only the main process. What is left keeps the port, \
        the files and the memory while the next instance starts.
        """,
      bad: "[Service]\nExecStart=/usr/bin/server\nKillMode=none\n",
      good: "[Service]\nExecStart=/usr/bin/server\nKillMode=mixed\n",
      ignore: "For a service whose children have to outlive it, such as sshd with its sessions.",
      isAdvice: true
    ) { unit, report in
      guard let mode = unit.value("KillMode"), mode.value == "none" || mode.value == "process" else { return }
      report.value(
        mode,
        mode.value == "none"
          ? "systemd kills no process of the service when it stops"
          : "systemd kills only the main process; its children survive the stop",
        fix: "write 'mixed', or remove the line", severity: mode.value == "none" ? .error : nil)
    },
  ]
}

extension LintSubject {
  /// Whether the unit says itself how many starts are too many.
  var hasOwnStartLimit: Bool {
    let keys = ["StartLimitIntervalSec", "StartLimitInterval", "StartLimitBurst"]
    return ["Unit", "Service"].contains { section in
      keys.contains { unit.value($0, in: section) != nil }
    }
  }
}
