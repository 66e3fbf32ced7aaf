import Glibc
import Testing

@testable import UnitFiles

/// Four times the input may cost about four times the work, not sixteen times.
@Suite("Growth", .serialized)
struct GrowthTests {
  static let attempts = 3

  /// The work of this thread for inputs of two sizes, as a ratio; the smallest of several, as others share the caches.
  static func growth(of pattern: String, _ work: ([UInt8]) -> Void) -> Double {
    var smallest = Double.infinity
    for _ in 0..<attempts where smallest > 8 {
      let costs = [4_000, 16_000].map { size in
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
    }
    #expect(growth < 8)
  }
}
