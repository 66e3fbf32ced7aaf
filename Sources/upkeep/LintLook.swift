import Inspection
import Systemd
import UnitDesign
import UnitFiles

/// How `upkeep lint` looks at units: for which systemd, by which rules, and what it knows of the machine.
struct LintLook: Sendable {
  /// A unit that was looked at.
  struct Seen: Sendable {
    /// Its name and the paths of its files: an alias leads to the same unit again.
    var identity: [String]
    var results: [LintSession.Result]
  }

  private let scope: ProcessUnit.Scope
  private let root: String?
  private let version: Int
  private let ignored: Set<String>
  private let only: Set<String>
  /// The units whose files are named: for each other they are there.
  private let named: Set<String>

  /// What the options ask for.
  init(_ command: LintCommand) throws(ExitError) {
    scope = command.options.scope
    root = command.options.root
    if command.systemd == "auto" {
      version = command.options.surroundings.systemdVersion ?? Catalogue.newestVersion
    } else if let number = Int(command.systemd), (183...9999).contains(number) {
      version = number
    } else {
      throw ExitError(
        "--systemd takes 'auto' or a version such as 252, not '\(command.systemd)'", code: ExitError.unusable)
    }
    ignored = try Self.rules(command.ignore)
    only = try Self.rules(command.only)
    named = Set(command.units.filter { $0.contains("/") }.map(UnitArguments.lastPart))
  }

  /// The machine's facts, each asked once by whoever keeps this; not for two threads at once.
  var surroundings: CachedSurroundings {
    CachedSurroundings(ComingUnits(machine: MachineSurroundings(scope, root: root), units: named))
  }

  /// The findings of a share of all units.
  func findings(_ arguments: ArraySlice<String>) -> [Result<Seen, UnitLoader.Failure>] {
    let surroundings = surroundings
    let loader = UnitLoader(scope, root: root)
    let index = loader.index
    return arguments.map { argument in
      Result { () throws(UnitLoader.Failure) in
        findings(in: try loader.load(argument, in: index), surroundings)
      }
    }
  }

  /// The findings of one unit.
  func findings(in unit: Unit, _ surroundings: any Surroundings) -> Seen {
    let unit = Self.named(unit)
    let findings = Lint.findings(in: unit, context: context(for: unit, surroundings))
    return Seen(
      identity: Self.identity(of: unit),
      results: findings.map { finding in
        LintSession.Result(
          finding: finding, unit: unit.name, file: unit.files.first { $0.path == finding.position.path })
      })
  }

  /// What is the same of two names for one unit.
  static func identity(of unit: Unit) -> [String] { [unit.name] + unit.files.map(\.path) }

  /// What a unit is for: a file in a folder of users' units is theirs.
  func context(for unit: Unit, _ surroundings: any Surroundings) -> LintContext {
    let isUser = unit.files.first.map { $0.path.holds("/systemd/user/") } ?? false
    return LintContext(
      surroundings: surroundings, version: version, isUser: isUser || scope == .user, ignored: ignored,
      only: only)
  }

  /// Standard input has no name that says its type; its sections do.
  static func named(_ unit: Unit) -> Unit {
    guard unit.name == "stdin.service" else { return unit }
    let type = UnitName.suffixes.first { suffix in
      Catalogue.section(ofType: suffix).map { unit.sectionNames(withPrefix: "").contains($0) } ?? false
    }
    return type.map { Unit(name: "stdin.\($0)", files: unit.files) } ?? unit
  }

  private static func rules(_ texts: [String]) throws(ExitError) -> Set<String> {
    var ids: Set<String> = []
    for text in texts.flatMap({ $0.split(separator: ",").map(String.init) }) {
      guard let rule = LintRule.named(text) else {
        throw ExitError("there is no rule '\(text)'; --list-rules shows them", code: ExitError.unusable)
      }
      ids.insert(rule.id)
    }
    return ids
  }
}
