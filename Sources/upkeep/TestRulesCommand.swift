import ArgumentParser
import Glibc
import Inspection
import LogMatching
import Presentation
import Supervision
import Systemd
import UnitFiles

/// `upkeep test-rules`: what repair rules would make of a log.
struct TestRulesCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "test-rules",
    abstract: "Show what the repair rules of a unit would make of a log.",
    discussion: """
      UNIT is a path (with a slash in it) or a unit's name. The log is read from standard input: text, or what \
      'journalctl -o json' prints. All rules with LogMatch= look at it, whatever their LogFile= or LogUnit= say. \
      Times are those of the journal or at the begin of a line (2026-11-24T14:03:22Z); without them all lines come at \
      once. Every action is taken to succeed. Exit status: 0 if a rule was set off, 1 if none was, 4 no such unit, 2 unusable input.

      Examples:
        upkeep test-rules ./web.service </var/log/web.log
        journalctl -u web -o json | upkeep test-rules web
      """)

  @Argument(help: "A file or a unit.")
  var unit: String

  @OptionGroup var options: UnitOptions

  @Option(name: .shortAndLong, help: "text, json or json-pretty.")
  var output = OutputFormat.text

  /// The longest line; of a longer one the rest is the next.
  private static let longestLine = 48 << 10

  private struct Line: Encodable {
    var line: Int
    var time: String?
    var text: String
  }

  func run() throws {
    let rules = try rules()
    var rehearsal = RuleRehearsal(rules)
    let watch = try Self.watch(rules, unit)
    var shown: [Line] = []
    var hasBegun = false
    var number = 0
    var time = Duration.zero
    var isTimed = false
    func show(_ acts: [RuleRehearsal.Act]) {
      for act in acts {
        if act.isBeginning { hasBegun = true }
        let stamp = Timestamp(microseconds: UInt64(clamping: act.time.microseconds))?.rfc3339
        shown.append(Line(line: number, time: isTimed ? stamp : nil, text: act.text))
      }
    }
    while let line = Self.nextLine() {
      number += 1
      let entry = LogEntry(line)
      if let stamp = entry.time {
        isTimed = true
        time = max(time, stamp)
      }
      let text = entry.message + [UInt8(ascii: "\n")]
      unsafe text.withUnsafeBytes { bytes in
        unsafe watch.take(
          bytes, onHit: { rule, lines in show(rehearsal.count(rule, lines: lines, at: time)) },
          onMiss: { rule in rehearsal.miss(rule) })
      }
    }
    show(rehearsal.end())
    try print(shown)
    if !hasBegun { throw ExitError("", code: ExitError.failure) }
  }
}

extension TestRulesCommand {
  private static func watch(_ rules: [RepairRule], _ unit: String) throws(ExitError) -> LogWatch {
    let watch: LogWatch?
    do throws(PatternFailure) {
      watch = try LogWatch(rules.enumerated().map { ($0.offset, $0.element) })
    } catch {
      throw ExitError(error.description, code: ExitError.unusable)
    }
    guard let watch else {
      throw ExitError("\(unit) has no repair rule with LogMatch=", code: ExitError.unusable)
    }
    return watch
  }

  private func rules() throws(ExitError) -> [RepairRule] {
    let result = try options.units([unit]).first
    switch result {
    case .success(let unit):
      do throws(PolicyReader.Failure) {
        return try PolicyReader.policy(of: unit).repairs
      } catch {
        throw ExitError(error.description, code: ExitError.unusable)
      }
    case .failure(let failure):
      let code = ExitError.status(ofFailures: [failure.isAbsent]) ?? ExitError.unusable
      throw ExitError("\(failure)", code: code)
    case nil: throw ExitError("no unit matches '\(unit)'", code: ManagerFailure.noSuchUnit)
    }
  }

  private func print(_ lines: [Line]) throws {
    guard output == .text else {
      return Swift.print(try JSONOutput.text(lines, output))
    }
    for line in lines {
      let place = "line \(line.line)" + (line.time.map { " (\($0))" } ?? "")
      Swift.print("\(place): \(DisplayText.escaped(line.text))")
    }
    if lines.isEmpty { StandardError.line("upkeep: no rule was set off") }
  }

  /// The next line of standard input without its newline; nil at the end.
  private static func nextLine() -> [UInt8]? {
    var line: [UInt8] = []
    while line.count < longestLine {
      let byte = getchar_unlocked()
      guard byte != EOF else { return line.isEmpty ? nil : line }
      if byte == 0x0a { return line }
      line.append(UInt8(truncatingIfNeeded: byte))
    }
    return line
  }
}
