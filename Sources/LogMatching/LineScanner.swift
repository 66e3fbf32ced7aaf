/// Looks for a ``PatternSet`` in lines, many lines at a time.
package struct LineScanner {
  /// A line in which something was found.
  package struct Hit: Sendable, Hashable {
    /// Where the line stands in the text, without its newline.
    package var line: Range<Int>
    /// The patterns that were found, by index.
    package var patterns: [Int]
    /// Whether there were other lines since the hit before, or since the text's begin.
    package var isBehindOthers: Bool
  }

  private let patterns: PatternSet

  /// Looks for these patterns.
  package init(_ patterns: PatternSet) { self.patterns = patterns }

  /// Finds the lines that have a pattern in them.
  ///
  /// The text is gone through in one pass up to the next find. What was found is looked for again in its line alone,
  /// because a pattern may reach over a newline.
  ///
  /// - Parameters:
  ///   - text: whole lines; the last one may lack its newline.
  ///   - body: called for each such line, in order.
  /// - Returns: whether the last line is one without a find.
  @discardableResult
  package func scan(_ text: UnsafeRawBufferPointer, _ body: (Hit) -> Void) -> Bool {
    var start = 0
    var isBehindOthers = false
    while start < text.count {
      let rest = unsafe UnsafeRawBufferPointer(rebasing: text[start...])
      guard let end = unsafe patterns.firstEnd(in: rest) else { return true }
      let line = unsafe Self.line(around: start + max(end - 1, 0), in: text, from: start)
      let found = unsafe patterns.patterns(in: UnsafeRawBufferPointer(rebasing: text[line]))
      if line.lowerBound > start { isBehindOthers = true }
      if found.isEmpty {
        isBehindOthers = true
      } else {
        body(Hit(line: line, patterns: found, isBehindOthers: isBehindOthers))
        isBehindOthers = false
      }
      start = line.upperBound + 1
    }
    return isBehindOthers
  }

  private static func line(around index: Int, in text: UnsafeRawBufferPointer, from start: Int) -> Range<Int>
  {
    // A find that ends with a newline belongs to the line before it.
    let newline = UInt8(ascii: "\n")
    let begin = unsafe text[start..<index].lastIndex(of: newline).map { $0 + 1 } ?? start
    let end = unsafe text[index...].firstIndex(of: newline) ?? text.count
    return begin..<end
  }
}
