import Hardening
import Presentation
import UnitDesign

/// The result of a hardening for people.
enum HardenText {
  /// The text, with a newline at its end.
  static func text(_ report: HardenReport, isDryRun: Bool) -> String {
    guard !report.lines.isEmpty else {
      return report.isMinimal
        ? "\(report.unit): it is as strict as it can be; nothing else of what was tried is borne.\n"
        : "\(report.unit): nothing was found in \(report.trials) trials; --trials allows more of them.\n"
    }
    let figures = "\(figure(report.exposureBefore)) -> \(figure(report.exposureAfter))"
    var parts: [String] = []
    if isDryRun {
      parts.append("\(report.unit) would be tried with this first, exposure \(figures):")
    } else {
      parts.append(
        "\(report.unit): exposure \(figures), after \(report.trials) \(report.trials == 1 ? "trial" : "trials")."
      )
    }
    if !report.concessions.isEmpty {
      parts.append("What gave way:")
      for concession in report.concessions {
        let instead = concession.instead.filter { !$0.hasPrefix("SystemCallErrorNumber") }
        let now = instead.isEmpty ? "left out" : "now \(instead.joined(separator: ", "))"
        parts.append("  \(concession.strict): \(now)")
        parts.append("    \(DisplayText.escaped(concession.why))")
        for line in concession.said.prefix(2) { parts.append("    \(DisplayText.escaped(line))") }
      }
    }
    if !report.isMinimal {
      let left =
        report.undecided.isEmpty ? "" : " Left out untried: \(report.undecided.joined(separator: ", "))."
      parts.append("The trials were used up, so more may be possible; --trials allows more of them.\(left)")
    }
    parts.append("")
    parts.append("# \(report.path)")
    parts.append(report.dropIn)
    if report.isApplied {
      parts.append(
        "It is in place. To undo it: rm \(report.path) && systemctl daemon-reload && systemctl restart \(report.unit)"
      )
    } else if !isDryRun {
      parts.append("Nothing was changed. To put it in place: \(report.command) --apply")
    }
    return parts.joined(separator: "\n") + (isDryRun ? "" : "\n")
  }

  private static func figure(_ tenths: Int) -> String { "\(tenths / 10).\(tenths % 10)" }
}

/// The result of a hardening for programs.
struct HardenJSON: Encodable {
  /// A setting that gave way.
  struct Concession: Encodable {
    let setting: String
    let strict: String
    let instead: [String]
    let why: String
    let said: [String]
  }

  /// A setting that was not tried.
  struct Omission: Encodable {
    let setting: String
    let reason: String
  }

  let unit: String
  let systemd: Int
  let exposureBefore: Double
  let exposureAfter: Double
  let settings: [String]
  let concessions: [Concession]
  let omissions: [Omission]
  let undecided: [String]
  let trials: Int
  let isMinimal: Bool
  let isApplied: Bool
  let path: String
  let dropIn: String

  init(_ report: HardenReport) {
    unit = report.unit
    systemd = report.version
    exposureBefore = Double(report.exposureBefore) / 10
    exposureAfter = Double(report.exposureAfter) / 10
    settings = report.lines
    concessions = report.concessions.map {
      Concession(setting: $0.name, strict: $0.strict, instead: $0.instead, why: $0.why, said: $0.said)
    }
    omissions = report.omissions.map { Omission(setting: $0.name, reason: $0.reason) }
    undecided = report.undecided
    trials = report.trials
    isMinimal = report.isMinimal
    isApplied = report.isApplied
    path = report.path
    dropIn = report.dropIn
  }
}
