import LogMatching
import TestSupport
import Testing

@Suite("Patterns in lines")
struct LineScannerTests {
  private static func scanner(_ patterns: String...) throws(PatternFailure) -> LineScanner {
    LineScanner(try PatternSet(patterns))
  }

  /// The lines that were found with their patterns, as `line:0,2`, with `+` before those behind others.
  private static func found(_ scanner: LineScanner, _ text: String) -> [String] {
    found(scanner, Array(text.utf8))
  }

  private static func found(_ scanner: LineScanner, _ text: [UInt8]) -> [String] {
    var found: [String] = []
    _ = unsafe text.withUnsafeBytes { bytes in
      unsafe scanner.scan(bytes) { hit in
        let ids = hit.patterns.sorted().map(String.init).joined(separator: ",")
        found.append(
          "\(hit.isBehindOthers ? "+" : "")\(String(decoding: text[hit.line], as: UTF8.self)):\(ids)")
      }
    }
    return found
  }

  static let cases: [(patterns: [String], text: String, found: [String])] = [
    (["refused"], "one\nConnection refused\nthree\n", ["+Connection refused:0"]),
    (["refused"], "refused", ["refused:0"]),
    (["^a", "b$"], "ab\nba\nxb\nax\n", ["ab:0,1", "+xb:1", "ax:0"]),
    (["a.*c"], "a\nbc\nabc\n", ["+abc:0"]),
    (["a\\s+b"], "a\nb\na b\n", ["+a b:0"]),
    (["[^x]y"], "\ny\nay\n", ["+ay:0"]),
    (["(?i)error", "fatal|panic"], "ERROR: panic\nok\nFatal\n", ["ERROR: panic:0,1"]),
    (["x{3}"], "xx\nxxx\n", ["+xxx:0"]),
    (["\\bdead lock\\b"], "dead locks\na dead lock\n", ["+a dead lock:0"]),
    (["é"], "caf\u{e9}\n", ["caf\u{e9}:0"]),
    (["a"], "", []),
    (["a"], "\n\n\n", []),
  ]

  @Test("are found in the line they stand in, and in no two lines together", arguments: cases)
  func finds(patterns: [String], text: String, found: [String]) throws {
    #expect(Self.found(LineScanner(try PatternSet(patterns)), text) == found)
  }

  @Test("any bytes may stand in a line")
  func bytes() throws {
    let scanner = try Self.scanner("end")
    let line: [UInt8] = [0, 0xff, 0xfe, 0x80] + Array("end".utf8)
    #expect(Self.found(scanner, line + [0x0a] + line).count == 2)
  }

  @Test("whether the last line is one without a find is told")
  func last() throws {
    let scanner = try Self.scanner("x")
    func isOther(_ text: String) -> Bool {
      unsafe Array(text.utf8).withUnsafeBytes { unsafe scanner.scan($0) { _ in } }
    }
    #expect(!isOther("a\nx\n") && isOther("x\na\n") && isOther("a\n") && !isOther(""))
  }

  @Test("what cannot be looked for in linear time is refused with the reason")
  func refused() {
    let wrong: [(String, String)] = [
      ("(a)\\1", "Back-references"), ("(?<=a)b", "not supported"), ("a(", "close parenthesis"),
      (".*", "it is found in every line"), ("a\0b", "NUL"),
    ]
    for (pattern, reason) in wrong {
      do throws(PatternFailure) {
        _ = try PatternSet(["fine", pattern])
        Issue.record("\(pattern) was taken")
      } catch {
        #expect(error.index == 1 && error.reason.contains(reason), "\(error)")
      }
    }
  }

  @Test(
    "a line is found however the text around it is, as a plain search finds it",
    arguments: 0..<200 as Range<UInt64>)
  func random(seed: UInt64) throws {
    var generator = SeededGenerator(seed: seed)
    let text = (0..<Int.random(in: 0...300, using: &generator)).map { _ in
      Array("ab\nc ".utf8).randomElement(using: &generator) ?? 0
    }
    let words = ["ab", "ca", "b c", "aa"]
    let scanner = LineScanner(try PatternSet(words))
    let lines = String(decoding: text, as: UTF8.self).split(separator: "\n", omittingEmptySubsequences: false)
    let expected = lines.compactMap { line -> String? in
      let ids = words.indices.filter { line.contains(words[$0]) }
      return ids.isEmpty ? nil : "\(line):" + ids.map(String.init).joined(separator: ",")
    }
    #expect(Self.found(scanner, text).map { $0.hasPrefix("+") ? String($0.dropFirst()) : $0 } == expected)
  }
}
