import Supervision
import UnitFiles

/// Units that are run by upkeep-run.
extension LintRule {
  static let upkeep: [LintRule] = [
    LintRule(
      "L63", .error, "[X-Upkeep] cannot be read",
      why:
        "upkeep-run does not start a service whose [X-Upkeep] it does not understand: to go on would drop the policy in silence.",
      bad:
        "[Service]\nType=notify\nExecStart=/usr/bin/upkeep-run -- /usr/bin/server\n[X-Upkeep]\nLivenesProbe=tcp://127.0.0.1:8080\n",
      good:
        "[Service]\nType=notify\nExecStart=/usr/bin/upkeep-run -- /usr/bin/server\n[X-Upkeep]\nLivenessProbe=tcp://127.0.0.1:8080\n",
      ignore: "Never."
    ) { unit, report in
      // Where all sections are systemd's own, none was meant for Upkeep.
      guard unit.isService, !unit.unit.sectionNames(withPrefix: "").allSatisfy(Catalogue.sections.contains)
      else {
        return
      }
      var specifiers = unit.name.map { Specifiers(unit: $0) } ?? Specifiers()
      for letter in "abBCdEgGhHlLmMoqsStTuUvVwWyYAD" where specifiers[letter] == nil {
        specifiers[letter] = "0"
      }
      do throws(PolicyReader.Failure) {
        _ = try PolicyReader.policy(of: unit.unit, specifiers: specifiers)
      } catch {
        for diagnostic in error.diagnostics where !unit.unit.problems.contains(diagnostic) {
          report.place(diagnostic.position, diagnostic.message)
        }
      }
    },
    LintRule(
      "L64", .error, "[X-Upkeep] without upkeep-run",
      why:
        "Only upkeep-run reads the section. When ExecStart= starts the program itself, nobody probes or restarts it.",
      bad: "[Service]\nExecStart=/usr/bin/server\n[X-Upkeep]\nLivenessProbe=tcp://127.0.0.1:8080\n",
      good:
        "[Service]\nType=notify\nExecStart=/usr/bin/upkeep-run -- /usr/bin/server\n[X-Upkeep]\nLivenessProbe=tcp://127.0.0.1:8080\n",
      ignore: "When a program of another name becomes upkeep-run."
    ) { unit, report in
      guard unit.isService, let main = unit.main, !isWrapped(main),
        let first = unit.unit.assignments(in: PolicyReader.section).first
      else { return }
      report.value(
        main.assignment,
        "nobody reads [X-Upkeep] (line \(first.position.line)): the program is started without upkeep-run",
        fix: "write 'ExecStart=/usr/bin/upkeep-run -- \(main.assignment.value)'")
    },
    LintRule(
      "L65", .error, "upkeep-run with another type than notify",
      why: """
        upkeep-run tells systemd when the service is ready, when it reloads and that it lives. With Type=simple or \
        exec systemd does not wait for it, with forking it waits in vain.
        """,
      bad: "[Service]\nType=forking\nExecStart=/usr/bin/upkeep-run -- /usr/bin/server\n",
      good: "[Service]\nType=notify\nExecStart=/usr/bin/upkeep-run -- /usr/bin/server\n",
      ignore: "When nothing waits for the service to be ready."
    ) { unit, report in
      guard unit.isService, let main = unit.main, isWrapped(main) else { return }
      if !unit.isNotify {
        let message = "systemd does not hear from upkeep-run when the service is ready"
        if let type = unit.value("Type") {
          report.value(
            type,
            unit.serviceType == "forking"
              ? "upkeep-run does not fork, so the start ends at the time-out" : message,
            fix: "write 'notify'", severity: unit.serviceType == "forking" ? nil : .warning)
        } else {
          report.value(main.assignment, message, fix: "set Type=notify", severity: .warning)
        }
      } else if let access = unit.value("NotifyAccess"), access.value == "all" || access.value == "exec" {
        report.value(
          access, "processes of the service may then speak to systemd past upkeep-run",
          fix: "write 'main', or remove the line",
          severity: .note)
      }
      if !unit.isNotify, let families = unit.shutsOffUnixSockets {
        report.value(families, "without AF_UNIX upkeep-run can tell systemd nothing", fix: "add AF_UNIX")
      }
    },
  ]

  /// Whether upkeep-run starts the program.
  static func isWrapped(_ command: LintCommand) -> Bool {
    if command.name == "upkeep-run" { return true }
    return command.name == "upkeep" && command.arguments.first?.text == "run"
  }
}
