import ArgumentParser
import Systemd

/// How entries are written.
enum LogFormat: String, ExpressibleByArgument, CaseIterable {
  /// A line an entry, with marks.
  case short
  /// An object on one line an entry, as `journalctl -o json` writes it.
  case json
  /// The same with a line a field.
  case jsonPretty = "json-pretty"
  /// The message alone.
  case cat
  /// The journal's own format for other machines.
  case export

  init?(argument: String) { self.init(rawValue: argument == "text" ? "short" : argument) }
}

/// How many of the last entries.
struct LogCount: ExpressibleByArgument, Equatable {
  /// nil for all.
  let number: Int?

  init?(argument: String) {
    let number = Int(argument)
    guard argument == "all" || number ?? -1 >= 0 else { return nil }
    self.number = number
  }
}

/// A range of priorities, by names or numbers; one alone means itself and what matters more.
struct LogPriority: ExpressibleByArgument, Equatable {
  let range: ClosedRange<JournalPriority>

  init?(argument: String) {
    guard let dots = argument.firstRange(of: "..") else {
      guard let priority = Self.priority(argument[...]) else { return nil }
      range = .emergency...priority
      return
    }
    guard let one = Self.priority(argument[..<dots.lowerBound]),
      let other = Self.priority(argument[dots.upperBound...])
    else { return nil }
    range = min(one, other)...max(one, other)
  }

  private static func priority(_ word: Substring) -> JournalPriority? {
    if let number = Int32(word) { return JournalPriority(rawValue: number) }
    return switch word.lowercased() {
    case "emerg", "emergency", "panic": .emergency
    case "alert": .alert
    case "crit", "critical": .critical
    case "err", "error": .error
    case "warning", "warn": .warning
    case "notice": .notice
    case "info": .info
    case "debug": .debug
    default: nil
    }
  }
}

/// Which of this machine's journals are meant.
struct LogNamespace: ExpressibleByArgument, Equatable {
  /// As it was written.
  let text: String
  /// What it means.
  let namespace: JournalReader.Namespace

  init?(argument: String) {
    let name = argument.hasPrefix("+") ? String(argument.dropFirst()) : argument
    guard !name.isEmpty, name.utf8.count < 256, !name.contains("/"), !name.hasPrefix(".") else { return nil }
    text = argument
    namespace = argument == "*" ? .all : argument.hasPrefix("+") ? .with(name) : .only(name)
  }
}

/// Which boot is meant.
enum LogBoot: ExpressibleByArgument, Equatable {
  /// By its ID.
  case id(MessageID)
  /// So many boots after the present one: 0 for it, -1 for the one before.
  case relative(Int)
  /// So many boots after the oldest one in the journal, which is 1.
  case absolute(Int)

  init?(argument: String) {
    if let id = MessageID(argument) {
      self = .id(id)
    } else if let number = Int(argument), number > -100_000, number < 100_000 {
      self = number > 0 ? .absolute(number) : .relative(number)
    } else {
      return nil
    }
  }
}
