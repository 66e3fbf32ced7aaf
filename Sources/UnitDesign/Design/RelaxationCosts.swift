import UnitFiles

/// Computes what sandboxes are worth, each once: many services share theirs.
struct RelaxationCosts {
  /// The points of an exposure and the weight they are counted in.
  struct Points: Hashable {
    var points: Int
    var weight: Int
  }

  private struct Key: Hashable {
    var lines: [String]
    var version: Int
    var isUser: Bool
  }

  /// A sandbox that has given way, with what that was worth.
  struct Made {
    var sandbox: Sandbox
    var relaxations: [Relaxation]
    var remarks: [String]
    var points: Points
  }

  private var known: [Key: Points] = [:]
  /// The sandboxes so far, by what they followed from.
  var made: [SandboxKey: Made] = [:]

  /// The points of a sandbox for a service with the design's user.
  mutating func points(of sandbox: Sandbox, _ design: ServiceDesign) -> Points {
    var lines = sandbox.lines
    let isUser = design.request.scope == .user
    if design.isDynamic {
      lines.append("DynamicUser=yes")
    } else if !design.isRoot, !isUser {
      lines.append("User=somebody")
    }
    if design.request.values["supplementary-groups"] != nil { lines.append("SupplementaryGroups=some") }
    let key = Key(lines: lines, version: design.request.version, isUser: isUser)
    if let points = known[key] { return points }
    let text = "[Service]\n" + lines.joined(separator: "\n") + "\n"
    let unit = Unit(name: "x.service", files: [UnitFile(parsing: Array(text.utf8), path: "x.service")])
    let exposure = Exposure(of: unit, systemd: key.version, scope: isUser ? .user : .system)
    let points = Points(points: exposure.points, weight: exposure.weight)
    known[key] = points
    return points
  }
}

/// All that a service's sandbox follows from: services with the same key have the same one.
struct SandboxKey: Hashable {
  private let profile: SandboxProfile
  private let scope: ServiceRequest.Scope
  private let network: ServiceRequest.Network
  private let version: Int
  private let isRoot: Bool
  private let isDynamic: Bool
  private let hasGroups: Bool
  private let isDropIn: Bool
  private let needs: [Need]
  private let wanted: [Relaxation]

  /// The key of a design whose relaxations have been collected.
  init(_ design: ServiceDesign) {
    profile = design.profile
    scope = design.request.scope
    network = design.network
    version = design.request.version
    isRoot = design.isRoot
    isDynamic = design.isDynamic
    hasGroups = design.request.values["supplementary-groups"] != nil
    isDropIn = design.request.dropIn != nil
    needs = design.request.needs
    wanted = design.relaxations
  }
}
