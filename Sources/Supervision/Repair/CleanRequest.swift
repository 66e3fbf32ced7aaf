import UnitFiles

/// Which files of the unit's own folders may be deleted.
public struct CleanRequest: Sendable, Hashable {
  /// An absolute path whose components may hold `*` and `?`; `**` is not known.
  public var pattern: String
  /// Only files last changed longer ago than this; nil for any age.
  public var olderThan: Duration?
  /// How many of the newest files stay.
  public var keep: Int

  /// Makes a request.
  public init(pattern: String, olderThan: Duration? = nil, keep: Int = 0) {
    self.pattern = pattern
    self.olderThan = olderThan
    self.keep = keep
  }

  /// Reads `PATTERN [older-than TIME] [keep COUNT]`.
  static func parse(_ text: String) throws(ValueError) -> CleanRequest {
    var words: [String] = []
    for word in try WordList.parse(text) { words.append(String(decoding: word, as: UTF8.self)) }
    guard let pattern = words.first, pattern.hasPrefix("/"), words.count % 2 == 1 else { throw form(text) }
    let components = pattern.split(separator: "/")
    guard components.count >= 2, !components.contains(".."), !components.contains("."),
      !components.contains(where: { $0.contains("**") })
    else {
      throw ValueError(
        message:
          "\"\(pattern)\" cannot be cleaned: name files below a folder of the unit, without . .. and **")
    }
    var request = CleanRequest(pattern: pattern)
    for index in stride(from: 1, to: words.count, by: 2) {
      switch words[index] {
      case "older-than": request.olderThan = try PolicyValue.time(words[index + 1])
      case "keep": request.keep = try PolicyValue.count(words[index + 1], from: 0)
      default: throw form(text)
      }
    }
    return request
  }

  /// Which of the files that the pattern has found are to be deleted.
  ///
  /// - Parameters:
  ///   - found: the files, in any order.
  ///   - now: the present, in the clock of `changed`.
  ///   - changed: when a file was last changed, in seconds.
  /// - Returns: all but the newest ``keep``, as far as they are old enough; the newest first.
  public func chosen<File>(from found: [File], now: Int, changed: (File) -> Int) -> [File] {
    found.sorted { changed($0) > changed($1) }.dropFirst(keep).filter { file in
      olderThan.map { .seconds(now - changed(file)) > $0 } ?? true
    }
  }

  private static func form(_ text: String) -> ValueError {
    ValueError(
      message: "\"\(text)\" does not say what to clean: write /PATH/PATTERN [older-than TIME] [keep COUNT]")
  }
}
