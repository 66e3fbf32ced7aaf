import Glibc
import Hardening
import Presentation
import Systemd
import UnitDesign

/// The progress of a hardening on standard error: a line for each trial, of which a terminal shows the beginning first.
@LoopActor
final class HardenProgress {
  private let terminal: Terminal
  private var pending: String?

  nonisolated init() { terminal = Terminal(2) }

  /// Shows a step.
  func tell(_ step: HardenStep) {
    switch step {
    case .leftover: line("An earlier run was killed; what it had left was taken back.")
    case .warning(let text): line("\(terminal.styled("Warning:", .warning)) \(DisplayText.escaped(text))")
    case .baseline: begin("as it is")
    case .attempt(let number, _, let what): begin("trial \(number): \(what)")
    case .applying(let path): begin("with \(path)")
    case .observing(let time): line("Watching the service for \(Self.text(time)) ...")
    case .restoring: line("Putting the service back as it was.")
    case .verdict(let outcome, let time): verdict(outcome, time)
    }
  }

  /// Ends a line that was begun.
  func end() {
    if pending != nil, terminal.isInteractive { StandardError.line("") }
    pending = nil
  }

  // MARK: Steps

  private func begin(_ what: String) {
    end()
    pending = what
    // Without a newline, so that the verdict follows on the same line.
    if terminal.isInteractive { raw("\(what) ... ") }
  }

  private func verdict(_ outcome: TrialSearch.Outcome, _ time: Duration) {
    let (word, detail): (String, String) =
      switch outcome {
      case .works: (terminal.styled("works", .good), "")
      case .fails(let evidence):
        (
          terminal.styled("fails", .bad),
          ": "
            + DisplayText.escaped(
              evidence.denials.first.map { "\(evidence.summary): \($0)" } ?? evidence.summary)
        )
      }
    let text = "\(word)\(detail) (\(Self.text(time)))"
    StandardError.line(terminal.isInteractive ? text : "\(pending ?? ""): \(text)")
    pending = nil
  }

  private func line(_ text: String) {
    end()
    StandardError.line(text)
  }

  private func raw(_ text: String) {
    let bytes = Array(text.utf8)
    _ = unsafe bytes.withUnsafeBytes { unsafe write(2, $0.baseAddress, $0.count) }
  }

  /// `1.4 s`.
  private static func text(_ time: Duration) -> String {
    let tenths = (time.components.seconds * 10) + time.components.attoseconds / 100_000_000_000_000_000
    return time >= .seconds(60) ? "\(tenths / 10) s" : "\(tenths / 10).\(tenths % 10) s"
  }
}
