import Glibc
import Inspection
import Presentation
import Systemd
import SystemdManager
import UnitFiles

/// The service to be hardened, as it is before anything is touched.
struct HardenTarget: Sendable {
  /// The unit's primary name.
  let name: String
  /// systemd's version.
  let version: Int
  /// The unit's files, without what an earlier trial has left.
  let unit: Unit
  /// Its properties.
  let properties: UnitProperties

  /// Whether it is up.
  var isUp: Bool { properties.activeState.isUp }
  /// Whether it has failed, which systemd forgets with its next start.
  var hasFailed: Bool { properties.activeState == .failed }

  /// Looks a unit up and refuses one that cannot be tried.
  ///
  /// - Parameters:
  ///   - argument: its name, where `.service` may be left out, or an alias.
  ///   - isTried: whether it will be restarted.
  ///   - client: the manager.
  /// - Throws: why it cannot be tried.
  @LoopActor
  init(_ argument: String, isTried: Bool, with client: ManagerClient) async throws(HardenError) {
    let given: String
    do {
      given = try UnitLoader.unitName(argument).text
    } catch {
      throw HardenError(.unusable, "\(DisplayText.escaped(argument)): \(error.message)")
    }
    do throws(BusError) {
      version = Int(try await client.version().prefix { $0.isASCII && $0.isNumber }) ?? 0
      properties = try await client.properties(of: given)
    } catch {
      throw HardenError(error, "look at \(given)")
    }
    name = properties.name
    try Self.check(properties, given, isTried: isTried)
    unit = try Self.read(properties)
  }

  // MARK: Steps

  private static func check(
    _ properties: UnitProperties, _ given: String, isTried: Bool
  ) throws(HardenError) {
    switch properties.loadState {
    case "loaded": break
    case "not-found": throw HardenError(.noSuchUnit, "there is no unit \(given)")
    case "masked":
      throw HardenError(.unusable, "\(given) is masked; 'systemctl unmask \(given)' undoes it")
    case let state:
      throw HardenError(.unusable, "systemd cannot load \(given) (\(state)): see 'systemctl status \(given)'")
    }
    guard properties.name.hasSuffix(".service") else {
      throw HardenError(.unusable, "\(given) is no service; only services have a sandbox")
    }
    guard properties.fragmentPath != nil, properties["Transient"]?.truth != true else {
      throw HardenError(.unusable, "\(given) has no unit file, so it would not come back from a restart")
    }
    guard isTried else { return }
    for refusal in ["RefuseManualStart", "RefuseManualStop"] where properties[refusal]?.truth == true {
      throw HardenError(
        .unusable,
        "\(given) says \(refusal)=yes, so it cannot be restarted; --dry-run shows what would be tried")
    }
    guard !isVital(properties.name) else {
      throw HardenError(
        .unusable,
        "\(given) carries the machine, so it is not restarted to try things; --dry-run shows what would be tried"
      )
    }
    guard !isOwn(properties.controlGroup) else {
      throw HardenError(.unusable, "this program runs inside \(given), which cannot be restarted from there")
    }
    let state = properties.activeState
    guard state == .active || state == .inactive || state == .failed else {
      throw HardenError(.unusable, "\(given) is \(state) just now; try again when that is over")
    }
  }

  /// Whether a restart takes sessions, devices or the bus away from everybody else.
  private static func isVital(_ name: String) -> Bool {
    let names = ["dbus.service", "dbus-broker.service", "display-manager.service", "polkit.service"]
    return names.contains(name) || ["systemd-", "user@", "user-runtime-dir@"].contains { name.hasPrefix($0) }
  }

  /// Whether this process is in a control group or below it.
  private static func isOwn(_ group: String) -> Bool {
    guard !group.isEmpty, group != "/" else { return false }
    return ProcFile.lines("/proc/self/cgroup").contains { line in
      let own = line.split(separator: ":", maxSplits: 2, omittingEmptySubsequences: false).last ?? ""
      return own == group || own.hasPrefix(group + "/")
    }
  }

  private static func read(_ properties: UnitProperties) throws(HardenError) -> Unit {
    let paths = [properties.fragmentPath].compactMap { $0 } + properties.dropInPaths
    var files: [UnitFile] = []
    for path in paths where !path.hasSuffix("/\(TrialFile.name)") {
      do throws(SystemError) {
        files.append(UnitFile(parsing: try TextFile.read(path), path: path))
      } catch {
        throw HardenError(error)
      }
    }
    return Unit(name: properties.name, files: files)
  }
}
