import Foundation
import Supervision
import Testing

@Suite("Small decisions about repairs")
struct RepairDecisionTests {
  @Test("all but the newest files are deleted, as far as they are old enough")
  func clean() {
    let ages = [5, 1, 9, 3, 7]
    func chosen(_ request: CleanRequest) -> [Int] {
      request.chosen(from: ages, now: 100) { 100 - $0 }
    }
    #expect(chosen(CleanRequest(pattern: "/a/b")) == [1, 3, 5, 7, 9])
    #expect(chosen(CleanRequest(pattern: "/a/b", keep: 2)) == [5, 7, 9])
    #expect(chosen(CleanRequest(pattern: "/a/b", olderThan: .seconds(5), keep: 1)) == [7, 9])
    #expect(chosen(CleanRequest(pattern: "/a/b", keep: 9)) == [])
  }

  @Test("a reading is above a mark of a part of its limit, or of a number")
  func readings() {
    #expect(ResourceMark.reading(90, of: 100, above: .part(0.9)).map { $0 == (false, "90%") } == true)
    #expect(ResourceMark.reading(91, of: 100, above: .part(0.9)).map { $0 == (true, "91%") } == true)
    #expect(ResourceMark.reading(91, of: nil, above: .part(0.9)) == nil)
    #expect(ResourceMark.reading(7, of: nil, above: .number(6)).map { $0 == (true, "7") } == true)
    #expect(ResourceMark.reading(1.5, above: 1.49) == (true, "150%"))
  }

  @Test(
    "a mark sets its rule off when it was passed without a break for long enough, and as long as it lasts")
  func duration() {
    let mark = ResourceMark.disk(path: "/var", 0.9)
    var rule = RepairRule(name: "disk")
    rule.marks = [mark]
    rule.markDuration = .seconds(10)
    var track = MarkTrack()
    let begin = ContinuousClock.now
    func look(_ seconds: Int, _ isPassed: Bool) -> [String] {
      track.take(isPassed ? [mark: "95%"] : [:], [rule], at: begin + .seconds(seconds)).map(\.cause)
    }
    #expect(look(0, true) == [] && look(9, true) == [])
    #expect(look(10, true) == ["disk of /var above 90%: 95%"] && look(15, true).count == 1)
    #expect(look(20, false) == [] && look(25, true) == [] && look(34, true) == [])
    #expect(look(35, true).count == 1)
  }

  @Test("the manual describes every key with its sentence and its default")
  func manual() throws {
    let page = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent().appending(path: "packaging/man/upkeep.repair.5")
    let text = String(decoding: try Data(contentsOf: page), as: UTF8.self).replacing("\\-", with: "-")
    for key in RepairKey.all {
      let head = "\\fB\(key.name)=\\fI\(key.placeholder)\\fR\(key.isList ? " (list)" : "")\n\(key.summary)\n"
      #expect(text.contains(head), "\(head)")
      let entry = text.split(separator: "\\fB\(key.name)=").last?.split(separator: "\n.TP").first ?? ""
      #expect(entry.contains("Default: ") == !key.defaultText.isEmpty, "\(key.name)")
      if !key.defaultText.isEmpty { #expect(entry.contains("Default: \(key.defaultText).")) }
    }
  }
}
