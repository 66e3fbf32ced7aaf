package import Supervision

/// Looks for the patterns of repair rules in lines of one source.
@safe
package final class LogWatch {
  /// A line that counts for a rule, with the rule's index and the lines up to it.
  package typealias HitHandler = (_ rule: Int, _ lines: () -> [String]) -> Void
  /// Other lines came between, which ends a row of those that count for this rule.
  package typealias MissHandler = (_ rule: Int) -> Void

  /// How much of what was seen is remembered, in bytes, for the lines before a find.
  static let memory = 8 << 10

  private struct Meaning {
    var rule: Int
    var isExclusion: Bool
  }

  private let scanner: LineScanner
  private let meanings: [Meaning]
  // The rules for which other lines matter.
  private let rows: [Int]
  private var tail: [UInt8] = []

  /// Compiles the patterns of some rules; nil if they have none.
  ///
  /// - Parameter rules: the rules that look at this source, each with its index.
  /// - Throws: the first pattern that cannot be looked for, with its place.
  package init?(_ rules: [(index: Int, rule: RepairRule)]) throws(PatternFailure) {
    var patterns: [LogPattern] = []
    var meanings: [Meaning] = []
    for (index, rule) in rules {
      for pattern in rule.log.matches {
        patterns.append(pattern)
        meanings.append(Meaning(rule: index, isExclusion: false))
      }
      for pattern in rule.log.excludes {
        patterns.append(pattern)
        meanings.append(Meaning(rule: index, isExclusion: true))
      }
    }
    guard !patterns.isEmpty else { return nil }
    do throws(PatternFailure) {
      scanner = LineScanner(try PatternSet(patterns.map(\.text)))
    } catch {
      let place = error.index.flatMap { patterns[$0].position }.map { "\($0): " } ?? ""
      throw PatternFailure(index: error.index, reason: place + error.reason)
    }
    self.meanings = meanings
    rows = rules.filter { $0.rule.log.consecutive != nil }.map(\.index)
  }

  /// Whether all patterns of these rules can be looked for.
  ///
  /// - Throws: the first that cannot, with its place.
  package static func check(_ rules: [RepairRule]) throws(PatternFailure) {
    _ = try LogWatch(rules.enumerated().map { ($0.offset, $0.element) })
  }

  /// Takes in whole lines.
  package func take(_ text: UnsafeRawBufferPointer, onHit: HitHandler, onMiss: MissHandler) {
    let endsWithOthers = unsafe scanner.scan(text) { hit in
      if hit.isBehindOthers { for rule in rows { onMiss(rule) } }
      let counting = rules(counting: hit.patterns)
      for rule in rows where !counting.contains(rule) { onMiss(rule) }
      for rule in counting { onHit(rule) { unsafe lines(upTo: hit.line.upperBound, of: text) } }
    }
    if endsWithOthers { for rule in rows { onMiss(rule) } }
    unsafe remember(text)
  }

  /// Forgets the lines that were seen: what comes now is another instance's.
  package func forget() { tail = [] }

  /// The last lines that were seen.
  package func lastLines(_ count: Int) -> [String] { EvidenceLines.last(count, of: tail) }

  // MARK: Steps

  private func rules(counting patterns: [Int]) -> [Int] {
    let excluded = Set(patterns.filter { meanings[$0].isExclusion }.map { meanings[$0].rule })
    let matched = Set(patterns.filter { !meanings[$0].isExclusion }.map { meanings[$0].rule })
    return matched.subtracting(excluded).sorted()
  }

  private func remember(_ text: UnsafeRawBufferPointer) {
    unsafe tail.append(contentsOf: text.suffix(Self.memory))
    if tail.count > Self.memory { tail.removeFirst(tail.count - Self.memory) }
  }

  /// The last lines that end here, the last of them whole.
  private func lines(upTo end: Int, of text: UnsafeRawBufferPointer) -> [String] {
    let seen = unsafe tail + Array(text[..<end].suffix(Self.memory))
    return EvidenceLines.last(RepairTrigger.mostEvidence, of: seen)
  }
}
