/// Some of the system calls of a table, by their places in it.
struct SystemCallSet: Sendable, Hashable {
  private var words: [UInt64]

  /// An empty set for a table of so many system calls.
  init(capacity: Int) {
    words = Array(repeating: 0, count: (capacity + 63) / 64)
  }

  func contains(_ place: Int) -> Bool { words[place / 64] & bit(place) != 0 }

  mutating func insert(_ place: Int) { words[place / 64] |= bit(place) }

  mutating func remove(_ place: Int) { words[place / 64] &= ~bit(place) }

  mutating func formUnion(_ other: Self) {
    for index in words.indices { words[index] |= other.words[index] }
  }

  mutating func subtract(_ other: Self) {
    for index in words.indices { words[index] &= ~other.words[index] }
  }

  func intersects(_ other: Self) -> Bool {
    words.indices.contains { words[$0] & other.words[$0] != 0 }
  }

  func isSubset(of other: Self) -> Bool {
    words.indices.allSatisfy { words[$0] & ~other.words[$0] == 0 }
  }

  private func bit(_ place: Int) -> UInt64 { 1 << UInt64(place % 64) }
}
