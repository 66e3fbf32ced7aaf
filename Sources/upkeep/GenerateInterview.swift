import Glibc
import Inspection
import Presentation
import UnitDesign

/// `upkeep generate` on a terminal with nothing said: asks, and shows the unit as it grows.
///
/// Nothing is written before the last question; Ctrl-C and Ctrl-D leave nothing.
struct GenerateInterview {
  let designer: GenerateDesigner
  private let palette: Palette

  init(designer: GenerateDesigner) {
    self.designer = designer
    let terminal = Terminal()
    palette = Palette(hasColour: terminal.hasColour, hasUnicode: terminal.hasUnicode)
  }

  /// A question: what it asks, and the option that the answer becomes.
  private struct Question: Sendable {
    let text: String
    let standard: @Sendable (UnitPlan?) -> String
    let pairs: @Sendable (String) -> [RequestArguments.Pair]
  }

  private static let questions: [Question] = [
    Question(
      text: "Command, as you would type it, with the program's whole path", standard: { _ in "" },
      pairs: { [.init(name: "exec", value: $0)] }),
    Question(
      text: "Name of the service", standard: { plan in plan.map { $0.serviceName } ?? "" },
      pairs: { [.init(name: "name", value: $0)] }),
    Question(
      text: "User it runs as (empty: systemd makes one up while it runs)", standard: { _ in "" },
      pairs: { [.init(name: "user", value: $0)] }),
    Question(
      text: "Folder below /var/lib that it may write (empty: none)", standard: { _ in "" },
      pairs: { [.init(name: "state-directory", value: $0)] }),
    Question(
      text: "Port, http://, unix:/ or exec:/ that answers when it is ready, or notify (empty: none)",
      standard: { _ in "" }, pairs: { Self.probe($0) }),
    Question(
      text: "Restart it: always, on-failure or no", standard: { _ in "on-failure" },
      pairs: { $0 == "on-failure" ? [] : [.init(name: "restart", value: $0)] }),
    Question(
      text: "Needs beyond the sandbox, such as low-ports,netlink (empty: none; ? lists all)",
      standard: { _ in "" }, pairs: { [.init(name: "allow", value: $0)] }),
  ]

  /// Asks all questions, then what is to become of the files.
  func run() throws {
    say("Empty answers take what stands in brackets. Nothing is written before the last question.")
    var arguments = RequestArguments()
    var plan: UnitPlan?
    for question in Self.questions {
      (arguments, plan) = try ask(question, arguments, plan)
    }
    guard let plan else { return }
    say("\nThe same without questions:\nupkeep generate \(arguments.shellText)\n")
    try finish(plan)
  }

  // MARK: Steps

  private func ask(
    _ question: Question, _ arguments: RequestArguments, _ plan: UnitPlan?
  ) throws(ExitError) -> (RequestArguments, UnitPlan?) {
    while true {
      let standard = question.standard(plan)
      let answer = try read("\(question.text)\(standard.isEmpty ? "" : " [\(standard)]"): ")
      if answer == "?" {
        for kind in NeedKind.allCases { say("  \(kind.rawValue): \(kind.summary)") }
        continue
      }
      let value = answer.isEmpty ? standard : answer
      guard !value.isEmpty || plan != nil else {
        say(palette.styled("A command is needed.", .bad))
        continue
      }
      guard !value.isEmpty else { return (arguments, plan) }
      var next = arguments
      next.pairs += question.pairs(value)
      do throws(ExitError) {
        let new = try designer.plan(next).plan
        showGrowth(plan, new)
        for remark in new.remarks where plan?.remarks.contains(remark) != true {
          say(palette.styled("  Note: \(DisplayText.escaped(remark))", .warning))
        }
        return (next, new)
      } catch {
        say(palette.styled(DisplayText.escaped(error.message), .bad))
      }
    }
  }

  private static func probe(_ answer: String) -> [RequestArguments.Pair] {
    let isPort = answer.utf8.allSatisfy { (0x30...0x39).contains($0) }
    let target = isPort ? "tcp://127.0.0.1:\(answer)" : answer
    return [.init(name: "ready", value: target)]
      + (target.hasPrefix("http") ? [.init(name: "watchdog", value: "30s")] : [])
  }

  /// The lines that are new and those that went, without the header that repeats the answers.
  private func showGrowth(_ old: UnitPlan?, _ new: UnitPlan) {
    let difference = UnifiedDiff(
      from: old.map { GenerateOutput.text([$0]) } ?? [], to: GenerateOutput.text([new]), context: 0)
    let header = ["# upkeep generate ", "# Made by this command"]
    for line in difference.hunks.flatMap(\.lines) where !header.contains(where: line.text.hasPrefix) {
      let text = "  \(line.kind.rawValue) \(DisplayText.escaped(line.text))"
      say(palette.styled(text, line.kind == .removed ? .bad : .good))
    }
  }

  private func finish(_ plan: UnitPlan) throws {
    while true {
      let answer = try read("Print, write to a folder, install, install and start, or quit? [p/w/i/s/Q]: ")
      switch answer.lowercased() {
      case "p":
        StandardOutput.write(GenerateOutput.text([plan]))
        return
      case "w":
        let folder = try read("Folder [.]: ")
        let items = plan.items(below: folder.isEmpty ? "." : folder)
        for line in try GenerateInstall.write(items, force: false) { say(line) }
        return
      case "i", "s":
        try GenerateInstall(force: false, starts: answer.lowercased() == "s").run([.init(plan: plan)])
        return
      case "q", "": return
      default: continue
      }
    }
  }

  private func read(_ prompt: String) throws(ExitError) -> String {
    StandardOutput.write(Array(palette.styled(prompt, .strong).utf8))
    guard let line = readLine(strippingNewline: true) else {
      say("")
      throw ExitError("no answer: nothing was written")
    }
    return line.trimmed
  }

  private func say(_ text: String) { StandardOutput.write(Array("\(text)\n".utf8)) }
}

extension String {
  /// The text without blanks at either end.
  fileprivate var trimmed: String {
    var text = self[...]
    while text.first?.isWhitespace == true { text.removeFirst() }
    while text.last?.isWhitespace == true { text.removeLast() }
    return String(text)
  }
}

extension UnitPlan {
  /// The service's name without its type.
  fileprivate var serviceName: String {
    String(files.first?.name.dropLast(".service".utf8.count) ?? "")
  }
}
