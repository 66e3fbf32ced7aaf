/// Finds the lines that two texts share, by the greedy search of Myers' "An O(ND) Difference Algorithm".
enum LineMatch {
  /// The most lines that may differ before the search gives up: its memory grows with the square.
  static let largestDistance = 1000

  /// The way from the old lines to the new ones: what is removed, added, and the same.
  static func steps(_ old: [ArraySlice<UInt8>], _ new: [ArraySlice<UInt8>]) -> [UnifiedDiff.Line.Kind] {
    var head = 0
    while head < old.count, head < new.count, old[head] == new[head] { head += 1 }
    var tail = 0
    while tail < old.count - head, tail < new.count - head,
      old[old.count - 1 - tail] == new[new.count - 1 - tail]
    {
      tail += 1
    }
    let middle = search(old[head..<old.count - tail], new[head..<new.count - tail])
    return Array(repeating: .same, count: head) + middle + Array(repeating: .same, count: tail)
  }

  // MARK: Steps

  private typealias Lines = ArraySlice<ArraySlice<UInt8>>

  private static func search(_ old: Lines, _ new: Lines) -> [UnifiedDiff.Line.Kind] {
    // For each distance: how far into the old lines each diagonal gets.
    var reached: [[Int]] = []
    for distance in 0...min(old.count + new.count, largestDistance) {
      var row = [Int](repeating: 0, count: 2 * distance + 1)
      for index in stride(from: 0, through: 2 * distance, by: 2) {
        let diagonal = index - distance
        var x = distance == 0 ? 0 : start(reached[distance - 1], diagonal, distance)
        while x < old.count, x - diagonal < new.count, x >= diagonal,
          old[old.startIndex + x] == new[new.startIndex + x - diagonal]
        {
          x += 1
        }
        row[index] = x
        if x >= old.count, x - diagonal >= new.count {
          return path(reached + [row], diagonal)
        }
      }
      reached.append(row)
    }
    return Array(repeating: .removed, count: old.count) + Array(repeating: .added, count: new.count)
  }

  /// Where a diagonal begins: one line added from the diagonal above, or one removed from the one below.
  private static func start(_ last: [Int], _ diagonal: Int, _ distance: Int) -> Int {
    isAddition(last, diagonal, distance)
      ? last[diagonal + distance] : last[diagonal + distance - 2] + 1
  }

  private static func isAddition(_ last: [Int], _ diagonal: Int, _ distance: Int) -> Bool {
    if diagonal == -distance { return true }
    if diagonal == distance { return false }
    return last[diagonal + distance - 2] < last[diagonal + distance]
  }

  private static func path(_ reached: [[Int]], _ last: Int) -> [UnifiedDiff.Line.Kind] {
    var steps: [UnifiedDiff.Line.Kind] = []
    var diagonal = last
    for distance in reached.indices.reversed() {
      let end = reached[distance][diagonal + distance]
      guard distance > 0 else {
        steps += Array(repeating: .same, count: end)
        break
      }
      let row = reached[distance - 1]
      steps += Array(repeating: .same, count: end - start(row, diagonal, distance))
      let isAddition = isAddition(row, diagonal, distance)
      steps.append(isAddition ? .added : .removed)
      diagonal += isAddition ? 1 : -1
    }
    return steps.reversed()
  }
}
