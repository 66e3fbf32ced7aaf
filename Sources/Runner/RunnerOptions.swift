import Supervision
import UnitFiles

/// The command line of `upkeep-run`, read but not yet acted on.
struct RunnerOptions: Sendable {
  /// What the program was asked to do.
  enum Mode: Sendable, Hashable {
    /// Keep a command up.
    case run
    /// Print the help.
    case help
    /// Print what was built.
    case version
    /// Print what the policy will do.
    case explain
  }

  /// A command line that cannot be understood, in one sentence.
  struct UsageError: Error, Sendable, Hashable, CustomStringConvertible {
    /// What is wrong, and how it would be right.
    let description: String
    /// What the program exits with: 64, or systemd's own code for what the flag asks.
    var exitCode = SetupError.usage
  }

  /// What the program was asked to do.
  private(set) var mode = Mode.run
  /// Whether answers are JSON (`-o json`).
  private(set) var wantsJSON = false
  /// Whether events are only written to the journal, not to standard error too.
  private(set) var isQuiet = false
  /// The unit file to take the command and the policy from; nil for the unit that the program runs in.
  private(set) var unitFile: String?
  /// The command and its arguments, byte for byte; empty if none was given.
  private(set) var command: [[UInt8]] = []
  /// Policy keys given as flags, in the order given.
  private(set) var flags: [(key: PolicyKey, value: String)] = []

  /// Reads the arguments behind the program's name. The first one that is no option begins the command.
  ///
  /// - Throws: the first argument that cannot be understood.
  init(parsing arguments: [[UInt8]]) throws(UsageError) {
    var rest = arguments[...]
    while let bytes = rest.first {
      let argument = String(decoding: bytes, as: UTF8.self)
      guard bytes.first == UInt8(ascii: "-"), bytes.count > 1 else { break }
      rest.removeFirst()
      if argument == "--" { break }
      try read(option: argument, &rest)
    }
    command = Array(rest)
  }

  /// `policy` with the flags applied; a flag replaces what the unit's files say.
  ///
  /// - Throws: the first value that is wrong.
  func applied(to policy: Policy) throws(UsageError) -> Policy {
    var policy = policy
    for key in Set(flags.map(\.key.name)) { PolicyKey.named(key)?.clear(in: &policy) }
    for (key, value) in flags {
      do throws(ValueError) {
        try key.set(value, in: &policy)
      } catch {
        // A limit that makes no sense is told like one that cannot be set.
        throw UsageError(
          description: "--\(key.flag): \(error.message)",
          exitCode: key.name == "Limit" ? SetupError.limits : SetupError.usage)
      }
    }
    return policy
  }

  // MARK: Private steps

  private mutating func read(option argument: String, _ rest: inout ArraySlice<[UInt8]>) throws(UsageError) {
    let parts = argument.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
    let name = String(parts[0])
    let attached = parts.count > 1 ? String(parts[1]) : nil
    switch name {
    case "-h", "--help": mode = .help
    case "--version": mode = .version
    case "--explain":
      unitFile = try value(of: name, attached, &rest)
      mode = .explain
    case "-q", "--quiet": isQuiet = true
    case "-o", "--output": try read(output: value(of: name, attached, &rest))
    case "--unit-file": unitFile = try value(of: name, attached, &rest)
    default: try read(flag: name, attached, &rest)
    }
    if attached != nil, ["-h", "--help", "--version", "-q", "--quiet"].contains(name) {
      throw UsageError(description: "\(name) takes no value")
    }
  }

  private mutating func read(output format: String) throws(UsageError) {
    guard format == "json" || format == "text" else {
      throw UsageError(description: "-o \(format): write -o json or -o text")
    }
    wantsJSON = format == "json"
  }

  private mutating func read(
    flag name: String, _ attached: String?, _ rest: inout ArraySlice<[UInt8]>
  ) throws(UsageError) {
    guard name.hasPrefix("--"), let key = PolicyKey.flagged(String(name.dropFirst(2))) else {
      let known =
        PolicyKey.all.map { "--\($0.flag)" } + ["--help", "--version", "--quiet", "--unit-file", "--explain"]
      let hint = Suggestion.nearest(to: name, among: known).map { ", did you mean \($0)?" } ?? ""
      throw UsageError(description: "unknown option \(name)\(hint)")
    }
    // A switch needs no value: --no-new-privileges says yes.
    let value =
      key.placeholder == "BOOLEAN" ? attached ?? "yes" : try self.value(of: name, attached, &rest)
    flags.append((key, value))
  }

  private func value(
    of name: String, _ attached: String?, _ rest: inout ArraySlice<[UInt8]>
  ) throws(UsageError) -> String {
    if let attached { return attached }
    guard let next = rest.popFirst() else { throw UsageError(description: "\(name) needs a value") }
    return String(decoding: next, as: UTF8.self)
  }
}
