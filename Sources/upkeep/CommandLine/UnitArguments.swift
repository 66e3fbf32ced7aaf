import Inspection
import Presentation
import Systemd
import SystemdManager
import UnitFiles

/// What a person writes for units: names, also without `.service`, paths of devices and mount points, and patterns.
enum UnitArguments {
  /// The unit's name that is meant: `nginx` is `nginx.service`, `/dev/sda` is `dev-sda.device`, `/srv` is `srv.mount`.
  ///
  /// - Parameters:
  ///   - argument: what was written; no pattern.
  ///   - suffix: the kind of unit where none is said.
  /// - Returns: the name.
  /// - Throws: what is wrong with it, status 2.
  static func name(_ argument: String, suffix: String = "service") throws(ExitError) -> String {
    do {
      if let name = try? UnitName(argument) { return name.text }
      if argument.hasPrefix("/") {
        let isDevice = argument.hasPrefix("/dev/") || argument.hasPrefix("/sys/")
        return try UnitName("\(UnitName.escapePath(argument)).\(isDevice ? "device" : "mount")").text
      }
      return try UnitName("\(argument).\(suffix)").text
    } catch {
      throw ExitError(DisplayText.escaped("\(error)"), code: ExitError.unusable)
    }
  }

  /// The units that are meant, each once, in the order of the arguments; a pattern gives the loaded units that match,
  /// sorted.
  ///
  /// - Parameters:
  ///   - arguments: names and patterns.
  ///   - suffix: the kind of unit where a name says none.
  ///   - client: whom to ask for patterns.
  ///   - options: explain failures.
  ///   - missing: the status for a pattern that no loaded unit matches; ``ExitError/notInstalled`` where something is
  ///     to be done with it.
  /// - Returns: the units' names.
  /// - Throws: what is wrong with a name, such as that of a template; a pattern that no loaded unit matches.
  @LoopActor
  static func resolve(
    _ arguments: [String], suffix: String = "service", _ client: ManagerClient, _ options: ManagerOptions,
    missing: Int32 = ManagerFailure.noSuchUnit
  ) async throws(ExitError) -> [String] {
    var names: [String] = []
    var seen: Set<String> = []
    for argument in arguments {
      guard Glob.isPattern(argument) else {
        let name = try name(argument, suffix: suffix)
        try refuseTemplate(name)
        if seen.insert(name).inserted { names.append(name) }
        continue
      }
      let units = try await options.asking("look for units") { () async throws(BusError) in
        try await client.listUnits(states: [], patterns: [argument])
      }
      guard !units.isEmpty else {
        throw ExitError(
          "\(DisplayText.escaped(argument)): no loaded unit matches", code: missing)
      }
      for name in units.map(\.name).sorted() where seen.insert(name).inserted { names.append(name) }
    }
    return names
  }

  /// Those of some names under which there is no unit, neither in memory nor on the disk.
  ///
  /// - Parameters:
  ///   - names: full names of units.
  ///   - client: whom to ask.
  /// - Returns: the names in their order.
  /// - Throws: why the manager did not answer.
  @LoopActor
  static func missing(_ names: [String], _ client: ManagerClient) async throws(BusError) -> [String] {
    guard !names.isEmpty else { return [] }
    let asked = ["LoadState", "ActiveState"].map { UnitProperty("Unit", $0) }
    let units = try await client.properties({ _ in asked }, of: names.map(UnitSummary.path))
    return zip(names, units).filter { $1.loadState == "not-found" && $1.activeState == .inactive }.map(\.0)
  }
}
