import UnitFiles

/// What the probes of a service have found lately, as it stands in its status line.
public struct ProbeReport: Sendable, Hashable {
  /// What was found within one window.
  public struct Window: Sendable, Hashable {
    /// Its length, such as `10min`.
    public let length: String
    /// The part of the attempts that found the service healthy, such as `99.8%`, cut off behind the point; `100%`
    /// means all of them.
    public let successRate: String
    /// How many attempts told something.
    public let attempts: Int
    /// What half, 95 % and 99 % of the healthy answers did not exceed; empty if there were none.
    public let latencies: [Duration]

    /// A window of what the probes have counted.
    init(_ summary: ProbeStatistics.Summary) {
      length = TimeSpan.format(summary.window)
      attempts = summary.attempts
      let permille = summary.attempts == 0 ? 0 : summary.successes * 1000 / summary.attempts
      successRate = permille % 10 == 0 ? "\(permille / 10)%" : "\(permille / 10).\(permille % 10)%"
      latencies = [0.5, 0.95, 0.99].compactMap { summary.latencies.quantile($0) }
    }
  }

  /// What the line begins with.
  static let mark = "probes: "

  /// The windows in which something was found, the shortest first; a longer one is left out if it has no more.
  public let windows: [Window]
  /// How often adaptive probes are made at present, such as `2.5s` or `2.5s to 20s`; nil if there are none.
  public let interval: String?
  /// How long they may take at present; nil if there are none.
  public let timeout: String?

  /// Puts a report together.
  ///
  /// - Parameters:
  ///   - summaries: what all probes together have found, one for each window, the shortest first.
  ///   - paces: the present paces of the adaptive probes.
  init(_ summaries: [ProbeStatistics.Summary], paces: [ProbePace]) {
    var windows: [Window] = []
    for summary in summaries where summary.attempts > windows.last?.attempts ?? 0 {
      windows.append(Window(summary))
    }
    self.windows = windows
    interval = Self.range(paces.map(\.interval))
    timeout = Self.range(paces.map(\.timeout))
  }

  private static func range(_ times: [Duration]) -> String? {
    guard let least = times.min(), let most = times.max() else { return nil }
    let words = [least, most].map { TimeSpan.format($0.rounded) }
    return words[0] == words[1] ? words[0] : "\(words[0]) to \(words[1])"
  }

  // MARK: Text

  /// The report in a line: `probes: 99.8% of 60 in 10min (2/4.1/9ms), every 20s within 100ms`.
  public var text: String {
    var parts = windows.map { window in
      let latencies = window.latencies.map(Self.milliseconds).joined(separator: "/")
      return "\(window.successRate) of \(window.attempts) in \(window.length)"
        + (latencies.isEmpty ? "" : " (\(latencies)ms)")
    }
    if let interval, let timeout { parts.append("every \(interval) within \(timeout)") }
    return Self.mark + parts.joined(separator: ", ")
  }

  private static func milliseconds(_ time: Duration) -> String {
    let tenths = (time.wholeMicroseconds + 50) / 100
    return tenths >= 100 || tenths % 10 == 0 ? "\(tenths / 10)" : "\(tenths / 10).\(tenths % 10)"
  }

  /// Reads a report back; nil if this is none.
  init?(_ text: Substring) {
    guard text.hasPrefix(Self.mark) else { return nil }
    var windows: [Window] = []
    var pace: (String, String)?
    for part in Self.parts(text.dropFirst(Self.mark.count)) {
      if part.hasPrefix("every ") {
        let words = part.dropFirst("every ".count).split(separator: " ", omittingEmptySubsequences: false)
        guard let place = words.firstIndex(of: "within"), pace == nil else { return nil }
        pace = (words[..<place].joined(separator: " "), words[(place + 1)...].joined(separator: " "))
      } else {
        guard pace == nil, let window = Window(part) else { return nil }
        windows.append(window)
      }
    }
    guard !windows.isEmpty || pace != nil else { return nil }
    self.windows = windows
    (interval, timeout) = (pace?.0, pace?.1)
  }

  private static func parts(_ text: Substring) -> [Substring] {
    var parts: [Substring] = []
    var rest = text
    while let end = rest.firstRange(of: ", ") {
      parts.append(rest[..<end.lowerBound])
      rest = rest[end.upperBound...]
    }
    return parts + [rest]
  }
}

extension ProbeReport.Window {
  /// Reads `99.8% of 60 in 10min (2/4.1/9ms)`; nil if this is none.
  fileprivate init?(_ text: Substring) {
    let words = text.split(separator: " ", omittingEmptySubsequences: false)
    guard words.count == 5 || words.count == 6, words[1] == "of", words[3] == "in", words[0].hasSuffix("%"),
      Double(words[0].dropLast()).map({ (0...100).contains($0) }) == true,
      let attempts = Int(words[2]), attempts > 0
    else { return nil }
    let latencies = words.count == 6 ? Self.latencies(words[5]) : []
    guard let latencies else { return nil }
    (successRate, length) = (String(words[0]), String(words[4]))
    self.attempts = attempts
    self.latencies = latencies
  }

  private static func latencies(_ word: Substring) -> [Duration]? {
    guard word.hasPrefix("("), word.hasSuffix("ms)") else { return nil }
    let numbers = word.dropFirst().dropLast(3).split(separator: "/").map { Double($0) }
    guard numbers.count == 3, numbers.allSatisfy({ $0.map { $0 >= 0 && $0 < 1_000_000_000 } ?? false }) else {
      return nil
    }
    return numbers.map { .microseconds((($0 ?? 0) * 1000).rounded()) }
  }
}
