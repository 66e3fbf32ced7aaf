import ArgumentParser

/// The exposure that no unit may be above, in tenths; written as systemd prints exposures, such as `1.1`.
struct ExposureThreshold: ExpressibleByArgument {
  let tenths: Int

  init?(argument: String) {
    let parts = argument.split(separator: ".", maxSplits: 1, omittingEmptySubsequences: false)
    let isNumber = parts.allSatisfy { !$0.isEmpty && $0.utf8.allSatisfy { (0x30...0x39).contains($0) } }
    guard isNumber, let whole = Int(parts[0]), whole <= 10 else { return nil }
    guard parts.count == 1 || parts[1].utf8.count == 1 else { return nil }
    let tenth = parts.count == 1 ? 0 : Int(parts[1]) ?? 0
    guard whole * 10 + tenth <= 100 else { return nil }
    tenths = whole * 10 + tenth
  }
}

/// A version of systemd, or the machine's.
enum ScoreVersion: ExpressibleByArgument {
  case machine
  case fixed(Int)

  /// Where there is no systemd to ask.
  static let usual = 252

  init?(argument: String) {
    if argument == "auto" {
      self = .machine
    } else if let number = Int(argument), (200...999).contains(number) {
      self = .fixed(number)
    } else {
      return nil
    }
  }

  var defaultValueDescription: String { number.map(String.init) ?? "auto" }

  /// The version that was given; nil leaves it to the machine.
  var number: Int? {
    switch self {
    case .machine: nil
    case .fixed(let number): number
    }
  }
}
