import ArgumentParser
import Inspection
import Systemd
import SystemdManager
import UnitFiles

/// Options of the commands that read units from disk.
struct UnitOptions: ParsableArguments {
  @Flag(help: "Look units up where the user's manager does.")
  var user = false

  @Flag(help: "Look units up where the system's manager does (the default).")
  var system = false

  @Option(help: ArgumentHelp("Look units, users and programs up in the tree at DIR.", valueName: "DIR"))
  var root: String?

  /// Whose units.
  var scope: ProcessUnit.Scope { user && !system ? .user : .system }
  /// What reads them.
  var loader: UnitLoader { UnitLoader(scope, root: root) }
  /// What is known of the machine they are for.
  var surroundings: MachineSurroundings { MachineSurroundings(scope, root: root) }

  /// What the arguments name, in their order: paths as they are, names, and for a pattern those that match.
  ///
  /// A pattern that nothing matches stays as it is, and cannot be loaded.
  func arguments(_ arguments: [String], in index: UnitIndex? = nil) throws(ExitError) -> [String] {
    guard !(user && system) else {
      throw ExitError("--user and --system cannot be combined; write one of them", code: ExitError.unusable)
    }
    let loader = loader
    let index = index ?? loader.index
    var found: [String] = []
    for argument in arguments {
      guard UnitLoader.isPattern(argument) else {
        found.append(argument)
        continue
      }
      let names: [String]
      do {
        names = try loader.names(matching: [argument], in: index)
      } catch {
        throw ExitError(error.description, code: ExitError.unusable)
      }
      // A masked unit has nothing to look into, and nobody asked for it by name.
      let unmasked = names.filter { !index.isMasked($0) }
      found += names.isEmpty ? [argument] : unmasked
    }
    return found
  }

  /// The units that the arguments name, in their order.
  ///
  /// A unit that cannot be read is an error in the list, so that the others are still looked at.
  func units(
    _ arguments: [String], in index: UnitIndex? = nil
  ) throws(ExitError) -> [Result<Unit, UnitLoader.Failure>] {
    let loader = loader
    let index = index ?? loader.index
    return try self.arguments(arguments, in: index).map { argument in
      Result { () throws(UnitLoader.Failure) in try loader.load(argument, in: index) }
    }
  }
}
