import Supervision
import Systemd

/// What a unit's policy will do, for `upkeep-run --explain`.
enum PolicyText {
  /// The longest line, in characters, but for a single word.
  private static let width = 100

  /// Prints it, or what is wrong with the policy. Returns the program's exit code.
  @LoopActor
  static func print(_ reader: SetupReader) async -> Int32 {
    do throws(SetupError) {
      let policy = try await reader.policy()
      for (index, section) in PolicyExplanation.sections(of: policy).enumerated() {
        Swift.print((index > 0 ? "\n" : "") + section.heading)
        for sentence in section.sentences { Swift.print(folded(sentence)) }
      }
      return 0
    } catch {
      EventRecorder.line(
        error.description.split(separator: "\n").map { "upkeep-run: \($0)" }.joined(separator: "\n"))
      return error.exitCode
    }
  }

  /// A sentence in lines with an indentation, without anything that could steer a terminal.
  private static func folded(_ sentence: String) -> String {
    var lines: [String] = []
    var line = "  -"
    for word in sentence.split(separator: " ") {
      let safe = String(
        String.UnicodeScalarView(word.unicodeScalars.filter { $0.value >= 0x20 && $0.value != 0x7f }))
      if line.count + safe.count + 1 > width {
        lines.append(line)
        line = "   "
      }
      line += " " + safe
    }
    return (lines + [line]).joined(separator: "\n")
  }
}
