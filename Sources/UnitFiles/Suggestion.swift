/// Finds the word that a misspelt one was meant to be.
public enum Suggestion {
  /// The longest word that is looked at, in bytes: the cost grows with its square.
  public static let maximumLength = 128

  /// The candidate with the smallest edit distance, or nil when none is near: at most a third of the letters, and at
  /// least one, may be wrong.
  ///
  /// Inserted, missing, wrong and swapped letters count one each; the case of letters counts nothing. Of equally
  /// near candidates the first one is given.
  public static func nearest(to word: String, among candidates: [String]) -> String? {
    let word = Array(word.lowercased().utf8)
    guard !word.isEmpty, word.count <= maximumLength else { return nil }
    var limit = max(1, word.count / 3)
    var nearest: String?
    for candidate in candidates where candidate.utf8.count <= maximumLength {
      let other = Array(candidate.lowercased().utf8)
      guard abs(other.count - word.count) <= limit else { continue }
      let distance = distance(word, other)
      if distance <= limit, nearest == nil || distance < limit {
        nearest = candidate
        limit = distance
      }
    }
    return nearest
  }

  /// The optimal string alignment distance.
  static func distance(_ left: [UInt8], _ right: [UInt8]) -> Int {
    var beforeLast: [Int] = []
    var last = Array(0...right.count)
    for row in left.indices {
      var current = [row + 1]
      for column in right.indices {
        let cost = left[row] == right[column] ? 0 : 1
        var best = min(last[column + 1] + 1, current[column] + 1, last[column] + cost)
        if row > 0, column > 0, left[row] == right[column - 1], left[row - 1] == right[column] {
          best = min(best, beforeLast[column - 1] + 1)
        }
        current.append(best)
      }
      beforeLast = last
      last = current
    }
    return last[right.count]
  }
}
