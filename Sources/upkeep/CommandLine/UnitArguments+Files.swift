import Inspection
import Presentation
import Systemd
import SystemdManager
import UnitFiles

extension UnitArguments {
  /// What stands behind the last slash: the unit's name in the path of its file.
  static func lastPart(_ path: String) -> String { path.split(separator: "/").last.map(String.init) ?? path }

  /// Throws for a template, which is no unit that could be started.
  static func refuseTemplate(_ name: String) throws(ExitError) {
    guard let unit = try? UnitName(name), unit.isTemplate else { return }
    let shown = DisplayText.escaped(name)
    throw ExitError(
      "\(shown) is a template; name an instance of it, such as \(unit.prefix)@x.\(unit.suffix)",
      code: ExitError.unusable)
  }

  /// The unit files that are meant, each once, in the order of the arguments; a pattern gives those on the disk that
  /// match, sorted, and a path stays as it is.
  ///
  /// - Parameters:
  ///   - arguments: names, patterns and absolute paths.
  ///   - client: whom to ask for patterns.
  ///   - options: explain failures.
  /// - Returns: the names and paths.
  /// - Throws: what is wrong with a name; a pattern that no unit file matches, status 5.
  @LoopActor
  static func resolveFiles(
    _ arguments: [String], _ client: ManagerClient, _ options: ManagerOptions
  ) async throws(ExitError) -> [String] {
    var names: [String] = []
    var seen: Set<String> = []
    for argument in arguments {
      var found = [argument]
      if Glob.isPattern(argument) {
        let files = try await options.asking("look for unit files") { () async throws(BusError) in
          try await client.listUnitFiles(patterns: [argument])
        }
        guard !files.isEmpty else {
          throw ExitError(
            "\(DisplayText.escaped(argument)): no unit file matches", code: ExitError.notInstalled)
        }
        found = files.map(\.name).sorted()
      } else if !argument.hasPrefix("/") {
        found = [try name(argument)]
      }
      for name in found where seen.insert(name).inserted { names.append(name) }
    }
    return names
  }
}
