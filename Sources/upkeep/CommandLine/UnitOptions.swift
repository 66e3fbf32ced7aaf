import ArgumentParser
import Inspection
import Systemd
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
  var surroundings: MachineSurroundings { MachineSurroundings(root: root) }

  /// The units that the arguments name, in their order; a pattern gives all units with a file that match.
  ///
  /// A unit that cannot be read is an error in the list, so that the others are still looked at.
  func units(_ arguments: [String]) throws(ExitError) -> [Result<Unit, UnitLoader.Failure>] {
    guard !(user && system) else {
      throw ExitError("--user and --system cannot be combined; write one of them", code: ExitError.unusable)
    }
    let loader = loader
    var results: [Result<Unit, UnitLoader.Failure>] = []
    for argument in arguments {
      guard Glob.isPattern(argument), !argument.contains("/") else {
        results.append(Result { () throws(UnitLoader.Failure) in try loader.load(argument) })
        continue
      }
      let names: [String]
      do {
        names = try loader.names(matching: [argument])
      } catch {
        results.append(.failure(UnitLoader.Failure(argument: argument, reason: error.description)))
        continue
      }
      if names.isEmpty {
        results.append(.failure(UnitLoader.Failure(argument: argument, reason: "no unit matches")))
      }
      for name in names {
        let result = Result { () throws(UnitLoader.Failure) in try loader.load(name) }
        // A masked unit has nothing to look into, and nobody asked for it by name.
        if case .failure(let failure) = result, failure.isMasked { continue }
        results.append(result)
      }
    }
    return results
  }
}
