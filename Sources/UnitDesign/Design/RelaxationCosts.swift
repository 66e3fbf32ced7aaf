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

  private var known: [Key: Points] = [:]

  /// The points of a sandbox for a service with the design's user.
  mutating func points(of sandbox: Sandbox, _ design: ServiceDesign) -> Points {
    var lines = sandbox.lines
    if design.isDynamic {
      lines.append("DynamicUser=yes")
    } else if !design.isRoot {
      lines.append("User=somebody")
    }
    let isUser = design.request.scope == .user
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
