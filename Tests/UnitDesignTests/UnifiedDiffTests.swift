import TestSupport
import Testing
import UnitDesign

@Suite("The unified difference")
struct UnifiedDiffTests {
  @Test("of equal texts is empty", arguments: ["", "a\n", "a\nb", "\n\n"])
  func equal(_ text: String) {
    let diff = UnifiedDiff(from: Array(text.utf8), to: Array(text.utf8))
    #expect(diff.isEmpty)
    #expect(diff.text("a", "b").isEmpty)
  }

  @Test("shows a changed line with three lines around it")
  func change() {
    let old = (1...9).map { "\($0)\n" }.joined()
    let diff = UnifiedDiff(from: Array(old.utf8), to: Array(old.replacing("5", with: "five").utf8))
    #expect(
      diff.text("/etc/a", "/etc/b") == """
        --- /etc/a
        +++ /etc/b
        @@ -2,7 +2,7 @@
         2
         3
         4
        -5
        +five
         6
         7
         8

        """)
  }

  @Test("splits what lies far apart into hunks, and joins what lies near")
  func hunks() {
    let lines = (1...30).map { "\($0)\n" }
    let change = { (indices: [Int]) in
      let new = lines.enumerated().map { indices.contains($0.offset) ? "x\n" : $0.element }.joined()
      return UnifiedDiff(from: Array(lines.joined().utf8), to: Array(new.utf8)).hunks.map(\.header)
    }
    #expect(change([4, 20]) == ["@@ -2,7 +2,7 @@", "@@ -18,7 +18,7 @@"])
    #expect(change([4, 11]) == ["@@ -2,14 +2,14 @@"])
    #expect(change([4, 12]) == ["@@ -2,7 +2,7 @@", "@@ -10,7 +10,7 @@"])
    #expect(change([0, 29]) == ["@@ -1,4 +1,4 @@", "@@ -27,4 +27,4 @@"])
  }

  @Test("of a new file begins before its first line, and says where the last newline is missing")
  func new() {
    let diff = UnifiedDiff(from: [], to: Array("a\nb".utf8))
    #expect(
      diff.text("/dev/null", "b")
        == "--- /dev/null\n+++ b\n@@ -0,0 +1,2 @@\n+a\n+b\n\\ No newline at end of file\n")
    #expect(
      UnifiedDiff(from: Array("a".utf8), to: Array("a\n".utf8)).text("x", "y")
        == "--- x\n+++ y\n@@ -1 +1 @@\n-a\n\\ No newline at end of file\n+a\n")
  }

  @Test("holds both texts: its lines put together again give the old and the new one")
  func roundTrip() {
    var random = SeededGenerator(seed: 7)
    for _ in 0..<500 {
      let text = { (random: inout SeededGenerator) in
        (0..<Int.random(in: 0...12, using: &random)).map { _ in
          "\(["a", "b", "c", "d"][Int.random(in: 0...3, using: &random)])\n"
        }
      }
      let old = text(&random)
      let new = text(&random)
      let diff = UnifiedDiff(from: Array(old.joined().utf8), to: Array(new.joined().utf8), context: 99)
      let lines = diff.hunks.flatMap(\.lines)
      guard old != new else {
        #expect(lines.isEmpty)
        continue
      }
      #expect(lines.filter { $0.kind != .added }.map { $0.text + "\n" } == old)
      #expect(lines.filter { $0.kind != .removed }.map { $0.text + "\n" } == new)
    }
  }

  @Test("of texts without a common line ends in bounded time")
  func large() {
    let old = (0..<20000).map { "old \($0)\n" }.joined()
    let new = (0..<20000).map { "new \($0)\n" }.joined()
    let diff = UnifiedDiff(from: Array(old.utf8), to: Array(new.utf8))
    #expect(diff.hunks.first?.lines.count == 40000)
  }
}
