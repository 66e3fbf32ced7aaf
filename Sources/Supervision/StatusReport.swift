/// What the status line of `upkeep-run` says, taken apart: the counterpart of ``Lifecycle/statusText(own:clock:)``.
///
/// The line comes from a service and may be any text; what does not read as one of ours is nil.
public struct StatusReport: Sendable, Hashable {
  /// Where the service stands.
  public enum State: String, Sendable, Hashable, CaseIterable {
    /// It runs and is not ready yet.
    case starting
    /// It is ready.
    case ready
    /// It was ready and is not now.
    case notReady = "not ready"
    /// Its present instance is being replaced.
    case restarting
    /// Its present instance ended, and what is left is cleaned up.
    case ending
    /// The next attempt is waited for.
    case backingOff = "backing off"
    /// It is being stopped.
    case stopping
    /// It is stopped.
    case stopped
    /// It failed for good.
    case failed
  }

  /// Where the service stands.
  public let state: State
  /// Why it is not ready, is restarted, waits or failed; nil where there is no reason.
  public private(set) var reason: String?
  /// What it waits for until it is ready, such as `readiness probe http://127.0.0.1:8080/health`.
  public private(set) var waitingFor: String?
  /// How often it was restarted since its `upkeep-run` began; 0 if the line does not say.
  public private(set) var restarts = 0
  /// Why it was restarted the last time.
  public private(set) var lastCause: String?
  /// When that was, as a local time of day, with the date if it was another day.
  public private(set) var lastTime: String?
  /// How long it waits before the next attempt, such as `8s`.
  public private(set) var delay: String?
  /// The count of attempts, such as `attempt 4 of 5` or `limit of 5 reached`.
  public private(set) var attempt: String?
  /// When the next attempt is made, as a local time of day.
  public private(set) var nextAttempt: String?
  /// What its probes have found lately; nil if the line does not say.
  public private(set) var probes: ProbeReport?
  /// What the service itself said with `STATUS=`.
  public private(set) var own: String?

  /// Takes a status line apart; nil if it is none of `upkeep-run`.
  public init?(_ text: String) {
    if let rest = Self.rest(text, after: "backing off ") {
      state = .backingOff
      readBackOff(rest)
      return
    }
    guard let (state, head) = Self.state(text) else { return nil }
    self.state = state
    switch state {
    case .starting, .ready, .notReady, .restarting, .ending: readRunning(head)
    case .stopping, .stopped, .failed: readEnd(head)
    case .backingOff: return nil
    }
  }

  // MARK: Parts

  /// The state that the line begins with, and what follows.
  private static func state(_ text: String) -> (State, Substring)? {
    let words: [(String, State)] = [
      ("not ready: ", .notReady), ("restarting after ", .restarting), ("ended: ", .ending),
      ("failed: ", .failed),
    ]
    for (word, state) in words {
      if let rest = rest(text, after: word) { return (state, rest) }
    }
    let bare: [(String, State)] = [
      ("starting", .starting), ("ready", .ready), ("ending", .ending), ("stopping", .stopping),
      ("stopped", .stopped), ("failed", .failed),
    ]
    for (word, state) in bare {
      guard let rest = rest(text, after: word) else { continue }
      // "readying" is somebody else's word.
      if rest.isEmpty || rest.hasPrefix(",") || rest.hasPrefix(";") || rest.hasPrefix(" ") {
        return (state, rest)
      }
    }
    return nil
  }

  private static func rest(_ text: some StringProtocol, after prefix: String) -> Substring? {
    text.hasPrefix(prefix) ? Substring(text).dropFirst(prefix.count) : nil
  }

  private mutating func readRunning(_ text: Substring) {
    var head = text
    if let found = Self.restarts(in: text) {
      head = found.head
      restarts = found.count
      readLast(found.tail)
    } else if let (before, after) = Self.cut(text, at: "; ") {
      head = before
      own = String(after)
    }
    if let waiting = Self.rest(head, after: ", waiting for ") {
      waitingFor = String(waiting)
    } else if !head.isEmpty {
      reason = String(head)
    }
    takeProbes()
  }

  /// The figures of probes stand somewhere before what the service said.
  private mutating func takeProbes() {
    var before = ""
    var rest = own.map { Substring($0) }
    while let text = rest {
      let cut = Self.cut(text, at: "; ")
      rest = cut?.1
      guard let report = ProbeReport(cut?.0 ?? text) else {
        before += (cut?.0 ?? text) + (rest == nil ? "" : "; ")
        continue
      }
      probes = report
      let others = rest.map { before + $0 } ?? String(before.dropLast(2))
      own = others.isEmpty ? nil : others
      return
    }
  }

  /// `CAUSE at TIME`, and the service's own words behind it. A cause may hold any text, so the time is what decides.
  private mutating func readLast(_ text: Substring) {
    var from = text.startIndex
    while let (before, after) = Self.cut(text[from...], at: " at ") {
      let time = Self.cut(after, at: "; ").map(\.0) ?? after
      if Self.isTime(time) {
        lastCause = String(text[..<before.endIndex])
        lastTime = String(time)
        let rest = after.dropFirst(time.count)
        if rest.hasPrefix("; ") { own = String(rest.dropFirst(2)) }
        return
      }
      from = after.startIndex
    }
    lastCause = String(text)
  }

  private mutating func readEnd(_ text: Substring) {
    var head = text
    if let (before, after) = Self.cut(head, at: " before it was ready") {
      head = before
      if let waiting = Self.rest(after, after: ", waiting for ") { waitingFor = String(waiting) }
      reason = "it was not ready yet"
      return
    }
    if let (before, count) = Self.attempt(at: head) {
      head = before
      attempt = count
    }
    if let detail = Self.rest(head, after: ", ") { head = detail }
    if !head.isEmpty { reason = String(head) }
  }

  /// `8s after CAUSE, attempt 4 of 5, next at TIME`.
  private mutating func readBackOff(_ text: Substring) {
    var head = text
    if let (before, after) = Self.cutLast(head, at: ", next at ") {
      head = before
      nextAttempt = String(after)
    }
    if let (before, count) = Self.attempt(at: head) {
      head = before
      attempt = count
    }
    if let (before, after) = Self.cut(head, at: " after ") {
      head = before
      reason = String(after)
    }
    delay = String(head)
  }

  // MARK: Text

  private static func restarts(
    in text: Substring
  ) -> (head: Substring, count: Int, tail: Substring)? {
    var from = text.startIndex
    while let (before, after) = cut(text[from...], at: ", restarted ") {
      let words = after.split(separator: " ", maxSplits: 3, omittingEmptySubsequences: false)
      if words.count == 4, let count = Int(words[0]), words[1] == "time," || words[1] == "times,",
        words[2] == "last:"
      {
        return (text[..<before.endIndex], count, words[3])
      }
      from = after.startIndex
    }
    return nil
  }

  /// The count of attempts at the end of a text, and what stands before it.
  private static func attempt(at text: Substring) -> (Substring, String)? {
    guard let (before, after) = cutLast(text, at: ", ") else { return nil }
    let words = after.split(separator: " ")
    let isCount = words.count == 4 && words[0] == "attempt" && words[2] == "of"
    let isLimit = words.count == 4 && words[0] == "limit" && words[3] == "reached"
    return isCount || isLimit ? (before, String(after)) : nil
  }

  /// `14:03:22`, or the same with a date before it.
  private static func isTime(_ text: Substring) -> Bool {
    let parts = text.split(separator: " ", omittingEmptySubsequences: false)
    guard let time = parts.last, parts.count <= 2 else { return false }
    let isTime = time.count == 8 && time.split(separator: ":").allSatisfy { $0.count == 2 && Int($0) != nil }
    return isTime && (parts.count == 1 || parts[0].split(separator: "-").allSatisfy { Int($0) != nil })
  }

  private static func cut(_ text: Substring, at mark: String) -> (Substring, Substring)? {
    var start = text.startIndex
    while start < text.endIndex {
      if text[start...].hasPrefix(mark) {
        return (text[..<start], text[start...].dropFirst(mark.count))
      }
      start = text.index(after: start)
    }
    return nil
  }

  private static func cutLast(_ text: Substring, at mark: String) -> (Substring, Substring)? {
    var start = text.endIndex
    while start > text.startIndex {
      start = text.index(before: start)
      if text[start...].hasPrefix(mark) {
        return (text[..<start], text[start...].dropFirst(mark.count))
      }
    }
    return nil
  }
}
