import UnitFiles

/// A command line of `upkeep generate`, or a line of `--from`, taken apart: options with their values, and a command.
public struct RequestArguments: Sendable, Hashable {
  /// An option with its value.
  public struct Pair: Sendable, Hashable {
    /// The option without its dashes.
    public var name: String
    /// The value.
    public var value: String

    /// Makes a pair.
    public init(name: String, value: String) {
      self.name = name
      self.value = value
    }
  }

  /// The options in their order.
  public var pairs: [Pair] = []
  /// What stands behind `--`, byte by byte; nil when there is none.
  public var command: [[UInt8]]?

  /// Makes an empty one.
  public init() {}

  /// Takes words apart: `--name VALUE`, `--name=VALUE`, and the command behind `--`.
  ///
  /// - Parameters:
  ///   - words: the words.
  ///   - extra: options that are not of the request, and whether each takes a value.
  ///   - takeExtra: is called with each of those and its value.
  /// - Throws: an option that does not exist, with the nearest one; a value that is missing; a word that is none.
  public init(
    _ words: [[UInt8]], extra: [String: Bool] = [:],
    takeExtra: (String, String?) throws(RequestError) -> Void = { (_, _) throws(RequestError) in }
  ) throws(RequestError) {
    var index = 0
    while index < words.count {
      let bytes = words[index]
      index += 1
      if bytes == Array("--".utf8) {
        command = Array(words[index...])
        return
      }
      guard let word = String(validating: bytes, as: UTF8.self) else {
        throw RequestError(
          "", "\(ShellWords.text(bytes)) is not UTF-8; only arguments behind -- may be any bytes")
      }
      guard word.hasPrefix("-"), word.utf8.count > 1 else {
        throw RequestError("", "'\(word)' belongs to no option; write the command behind -- or with --exec")
      }
      let parts = word.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
      let name = word.hasPrefix("--") ? String(parts[0].dropFirst(2)) : parts[0]
      let takesValue = extra[name]
      guard takesValue != nil || RequestOption.named(name) != nil else { throw Self.unknown(parts[0], extra) }
      var value = parts.count > 1 ? parts[1] : nil
      if takesValue == false {
        guard value == nil else { throw RequestError(parts[0], "takes no value") }
        try takeExtra(name, nil)
        continue
      }
      if value == nil, index < words.count {
        guard let next = String(validating: words[index], as: UTF8.self) else {
          throw RequestError(parts[0], "the value \(ShellWords.text(words[index])) is not UTF-8")
        }
        value = next
        index += 1
      }
      guard let value else {
        let placeholder = RequestOption.named(name)?.placeholder ?? "VALUE"
        throw RequestError(parts[0], "its value is missing; write \(parts[0]) \(placeholder)")
      }
      if takesValue == true {
        try takeExtra(name, value)
      } else {
        pairs.append(Pair(name: name, value: value))
      }
    }
  }

  /// The request that they make.
  ///
  /// - Parameter base: what holds where nothing is said, such as the version of systemd.
  /// - Returns: the request, its options checked one by one.
  /// - Throws: the first value that is wrong, with its option.
  public func request(_ base: ServiceRequest) throws(RequestError) -> ServiceRequest {
    var request = base
    for pair in pairs {
      guard let option = RequestOption.named(pair.name) else { throw Self.unknown("--\(pair.name)", [:]) }
      try option.set(pair.value, in: &request)
    }
    if let command {
      guard request.command == nil else {
        throw RequestError("--", "there is a command behind -- and one in --exec; write it once")
      }
      guard !command.isEmpty else { throw RequestError("--", "no command follows") }
      request.command = .arguments(command)
    }
    request.given = words
    return request
  }

  /// The arguments in one form, for the header: `--name VALUE`, and the command behind `--`.
  public var words: [[UInt8]] {
    let options = pairs.flatMap { [Array("--\($0.name)".utf8), Array($0.value.utf8)] }
    return options + (command.map { [Array("--".utf8)] + $0 } ?? [])
  }

  /// The arguments as they can be pasted into a shell.
  public var shellText: String { ShellWords.text(words) }

  private static func unknown(_ option: String, _ extra: [String: Bool]) -> RequestError {
    let all =
      RequestOption.all.map { "--\($0.name)" } + extra.keys.filter { $0.count > 2 }.sorted().map { "--\($0)" }
    let hint = Suggestion.nearest(to: option, among: all).map { "; did you mean '\($0)'?" }
    return RequestError("", "there is no option '\(option)'\(hint ?? "; see upkeep generate --help")")
  }
}
