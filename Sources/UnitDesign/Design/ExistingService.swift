public import UnitFiles

/// What a unit that stands already says about its service, for a drop-in.
public enum ExistingService {
  /// The words of its command, the program first; empty when it has none that can be read.
  ///
  /// Of an `upkeep-run` it is the command behind it.
  public static func command(of unit: Unit) -> [String] {
    guard let line = unit.values("ExecStart", in: "Service").last,
      let command = (try? ExecCommand.parse(line.value))?.first
    else { return [] }
    let words = command.words.map { String(decoding: $0.bytes, as: UTF8.self) }
    guard let program = words.first, ProgramFacts.lastPart(of: program) == "upkeep-run",
      let mark = words.firstIndex(of: "--"), mark + 1 < words.count
    else { return words }
    return Array(words[(mark + 1)...])
  }
}
