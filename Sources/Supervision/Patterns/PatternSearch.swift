/// Walks through a text with all places of a pattern that are possible at once, so that no text and no pattern makes it
/// go back.
struct PatternSearch {
  private let pattern: TextPattern
  // The places that are possible before the present character, each once, and whether a place is among them.
  private var places: [Int] = []
  private var isPlace: [Bool]
  private var pending: [Int] = []

  init(_ pattern: TextPattern) {
    self.pattern = pattern
    isPlace = Array(repeating: false, count: pattern.steps.count)
  }

  mutating func isFound(in text: String.UnicodeScalarView) -> Bool {
    var before: Unicode.Scalar?
    var index = text.startIndex
    var next: [Int] = [0]
    while true {
      let scalar = index < text.endIndex ? text[index] : nil
      // A match may begin at every character.
      if follow(next, before, scalar) { return true }
      guard let scalar else { return false }
      next = [0]
      for place in places {
        guard case .character(let set) = pattern.steps[place],
          set.contains(scalar, ignoringCase: pattern.ignoresCase)
        else { continue }
        next.append(place + 1)
      }
      before = scalar
      index = text.index(after: index)
    }
  }

  // MARK: Steps

  /// Sets the places to those that can be reached without a character. Returns whether the end is among them.
  private mutating func follow(_ starts: [Int], _ before: Unicode.Scalar?, _ after: Unicode.Scalar?) -> Bool {
    for place in places { isPlace[place] = false }
    places.removeAll(keepingCapacity: true)
    pending = starts
    while let place = pending.popLast() {
      guard !isPlace[place] else { continue }
      isPlace[place] = true
      places.append(place)
      switch pattern.steps[place] {
      case .match: return true
      case .character: break
      case .jump(let target): pending.append(target)
      case .split(let first, let second):
        pending.append(first)
        pending.append(second)
      case .lineBegin: if before == nil || before == "\n" { pending.append(place + 1) }
      case .lineEnd: if after == nil || after == "\n" { pending.append(place + 1) }
      case .wordBorder: if Self.isWord(before) != Self.isWord(after) { pending.append(place + 1) }
      case .noWordBorder: if Self.isWord(before) == Self.isWord(after) { pending.append(place + 1) }
      }
    }
    return false
  }

  private static func isWord(_ scalar: Unicode.Scalar?) -> Bool {
    guard let scalar else { return false }
    return CharacterSet.word.contains { $0.contains(scalar.value) }
  }
}
