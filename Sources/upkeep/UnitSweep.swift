import Dispatch
import Glibc
import Synchronization

/// Work on many units with all processors, with the answers in the order of the units.
enum UnitSweep {
  /// Fewer units than this are not worth a thread of their own.
  private static let leastShare = 32
  /// More threads than this are never started.
  private static let mostThreads = 32

  /// Gives each thread a row of neighbours to work on, and puts the answers one behind the other.
  ///
  /// - Parameters:
  ///   - items: what is to be worked on, for example the arguments of a command.
  ///   - work: takes a share of the items and gives its answers; called on several threads at the same time, so what
  ///     it needs for itself, such as a cache, it makes at its beginning. Called once, here, where there is little.
  /// - Returns: the answers of all shares.
  static func map<Item: Sendable, Answer: Sendable>(
    _ items: [Item], _ work: @Sendable (ArraySlice<Item>) -> [Answer]
  ) -> [Answer] {
    let processors = max(1, sysconf(Int32(_SC_NPROCESSORS_ONLN)))
    let count = min(processors, mostThreads, items.count / leastShare)
    guard count > 1 else { return work(items[...]) }
    let answers = Mutex([[Answer]](repeating: [], count: count))
    DispatchQueue.concurrentPerform(iterations: count) { number in
      let share = items[(items.count * number / count)..<(items.count * (number + 1) / count)]
      let answer = work(share)
      answers.withLock { $0[number] = answer }
    }
    return answers.withLock { Array($0.joined()) }
  }
}
