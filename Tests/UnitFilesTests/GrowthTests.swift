import Glibc
import Testing

@testable import UnitFiles

/// Four times the input may cost about four times the work, not sixteen times.
@Suite("Growth", .serialized)
struct GrowthTests {
  static let attempts = 3

  /// The work of this thread for inputs of two sizes, as a ratio; the smallest of several, as others share the caches.
  static func growth(
    of pattern: String, from size: Int = 4_000, _ work: ([UInt8]) -> Void
  ) -> Double {
    var smallest = Double.infinity
    for _ in 0..<attempts where smallest > 8 {
      let costs = [size, 4 * size].map { size in
        let input = Array(String(repeating: pattern, count: size / pattern.utf8.count).utf8)
        let before = threadTime()
        work(input)
        return threadTime() - before
      }
      smallest = min(smallest, costs[1] / max(costs[0], 1e-6))
    }
    return smallest
  }

  /// Seconds of processor time that this thread has had: waiting does not count.
  static func threadTime() -> Double {
    var time = timespec()
    unsafe clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
    return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
  }

  @Test(
    "a unit file is read in linear time",
    arguments: [
      "\\\n", "a\\\n", "[a]\n", "\n", "\0", "#\\\n", "a=\\\n", "[a]\na=b\n", "a\n", "é", "[a]\né=\\é\\\né\n",
    ])
  func unitFile(pattern: String) {
    let growth = Self.growth(of: pattern) { input in
      let file = UnitFile(parsing: input, path: "t")
      let unit = Unit(name: "t.service", files: [file])
      _ = unit.values("a", in: "a")
    }
    #expect(growth < 8)
  }

  @Test(
    "a command line is read and filled in in linear time",
    arguments: [
      "a ", "\\x41", "\"a\" ", "$A ", "${A} ", "${", "$$", "${A:", "; /a ", "%%", "é ", "'", "\\; ",
    ])
  func commandLine(pattern: String) {
    let growth = Self.growth(of: pattern) { input in
      for command in (try? ExecCommand.parse("/a " + String(decoding: input, as: UTF8.self))) ?? [] {
        _ = try? command.expanded(specifiers: Specifiers(), environment: [.init(name: "A", value: "x y")])
      }
    }
    #expect(growth < 8)
  }

  @Test(
    "values and environment files are read in linear time",
    arguments: ["A=1 ", "1 ", "1", "A=\\\n", "A='", "#", "1G ", "1s", "A=é\n", "1."])
  func values(pattern: String) {
    let growth = Self.growth(of: pattern) { input in
      let text = String(decoding: input, as: UTF8.self)
      _ = try? EnvironmentAssignment.parse(text, specifiers: Specifiers())
      _ = EnvironmentFile.parse(input)
      _ = try? WordList.parse(text)
      _ = try? TimeSpan.parse(text)
      _ = try? ByteSize.parse(text)
      _ = try? ExitStatusSet.parse(text)
      _ = try? ResourceLimit.parse(text)
      _ = try? SignalName.number(of: text)
      _ = try? UnitName(text)
      _ = try? UnitName.escapePath(text)
      _ = Suggestion.nearest(to: text, among: [text])
      _ = try? UnitName(mangling: text)
      _ = try? Percentage.parseUnbounded(text)
      _ = try? WholeNumber.parse(text)
      _ = try? FileMode.parse(text)
      _ = Specifiers.occurrences(in: text)
    }
    #expect(growth < 8)
  }

  @Test(
    "an edit costs linear time",
    arguments: [
      "\\\n", "a\\\n", "[a]\n", "\n", "#\\\n", "a=\\\n", "a=1\n", "[a]\na=b\n", "a=\\\n#c\n", "\0", "[b",
    ])
  func edits(pattern: String) {
    let growth = Self.growth(of: pattern, from: 64_000) { input in
      let file = UnitFile(parsing: Array("[a]\n".utf8) + input, path: "t")
      _ = file.statements
      var editor = UnitFileEditor(file)
      try? editor.set("a", to: "new", in: "a")
      try? editor.add("b", "new", in: "c")
      editor.remove("a", in: "a")
      editor.removeSection("a")
      _ = editor.edited
    }
    #expect(growth < 8)
  }

  @Test("removing many lines of one key costs linear time", arguments: ["a=1\n", "[a]\na=b\n"])
  func removals(pattern: String) {
    let work = { (change: (inout UnitFileEditor) -> Void) in
      Self.growth(of: pattern, from: 64_000) { input in
        var editor = UnitFileEditor(UnitFile(parsing: Array("[a]\n".utf8) + input, path: "t"))
        change(&editor)
      }
    }
    #expect(work { $0.remove("a", in: "a") } < 8)
    #expect(work { $0.removeSection("a") } < 8)
  }

  @Test(
    "values are written in linear time",
    arguments: ["a", "%", "$", "\"", "\\", "é", "\u{202e}", "\u{1}", " ", ":", "/"])
  func writers(pattern: String) {
    let growth = Self.growth(of: pattern) { input in
      let text = String(decoding: input, as: UTF8.self)
      _ = try? UnitValue.commandLine([Array("/a".utf8), input] + input.map { [$0] })
      _ = try? UnitValue.environment(name: "A", value: text)
      _ = try? UnitValue.line(text)
      _ = try? UnitValue.words([text] + text.unicodeScalars.map { String($0) })
      _ = try? UnitValue.directories(text.unicodeScalars.map { "a\($0)" })
      var builder = UnitFileBuilder()
      builder.comment(text)
      try? builder.section("S")
      for _ in input.prefix(1000) { try? builder.assign("K", "v") }
    }
    #expect(growth < 8)
  }
}
