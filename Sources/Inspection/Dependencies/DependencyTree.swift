/// A graph of units drawn as a tree: what each unit refers to stands below it, once.
///
/// A unit to which several refer is drawn out at the place that is nearest to the root; at the others, and where a
/// circle closes, it stands alone and says so.
public struct DependencyTree: Sendable {
  /// Why what a unit refers to is not below it, though there is something.
  public enum Fold: String, Sendable, Hashable {
    /// It is drawn out elsewhere.
    case repeated
    /// It is one of those above it: a circle.
    case cycle
    /// It is as deep as was asked for.
    case depth
  }

  /// A line.
  public struct Row: Sendable, Hashable {
    /// The unit.
    public let unit: String
    /// The unit above it; nil for the root.
    public let parent: String?
    /// How the one above refers to it.
    public let kinds: [DependencyKind]
    /// For each level, the last one its own, whether it is the last of its siblings there; empty for the root.
    public let isLast: [Bool]
    /// Why it is not drawn out; nil if it is or has nothing to draw out.
    public let fold: Fold?

    /// How far it is from the root.
    public var depth: Int { isLast.count }
  }

  /// The lines from top to bottom.
  public let rows: [Row]

  /// Draws a tree.
  ///
  /// - Parameters:
  ///   - root: the unit at the top.
  ///   - graph: what is known. A unit without edges in it has nothing below it.
  ///   - limit: how many levels there are below the root; nil for all.
  public init(of root: String, in graph: DependencyGraph, depth limit: Int? = nil) {
    let parents = Self.parents(root, graph, limit)
    var rows = [Row(unit: root, parent: nil, kinds: [], isLast: [], fold: nil)]
    // The units above, each with what is left to be drawn below it. No recursion: chains may be long.
    var above = [(unit: root, rest: (graph.edges[root] ?? [])[...])]
    var path: Set<String> = [root]
    var isLast: [Bool] = []
    if let limit, limit <= 0 { above[0].rest = [] }
    while let top = above.last {
      guard let edge = top.rest.first else {
        above.removeLast()
        path.remove(top.unit)
        if !isLast.isEmpty { isLast.removeLast() }
        continue
      }
      above[above.count - 1].rest.removeFirst()
      let levels = isLast + [top.rest.count == 1]
      let below = graph.edges[edge.unit] ?? []
      var fold: Fold?
      if path.contains(edge.unit) {
        fold = .cycle
      } else if !below.isEmpty, parents[edge.unit] != top.unit {
        fold = .repeated
      } else if !below.isEmpty, let limit, levels.count >= limit {
        fold = .depth
      }
      rows.append(Row(unit: edge.unit, parent: top.unit, kinds: edge.kinds, isLast: levels, fold: fold))
      guard fold == nil, !below.isEmpty else { continue }
      above.append((edge.unit, below[...]))
      path.insert(edge.unit)
      isLast = levels
    }
    self.rows = rows
  }

  /// The unit below which each one is drawn out: the first one on the nearest level.
  private static func parents(_ root: String, _ graph: DependencyGraph, _ limit: Int?) -> [String: String] {
    var parents: [String: String] = [:]
    var (level, seen) = ([root], Set([root]))
    var depth = 0
    while !level.isEmpty, limit.map({ depth < $0 }) ?? true {
      var next: [String] = []
      for unit in level {
        for edge in graph.edges[unit] ?? [] where seen.insert(edge.unit).inserted {
          parents[edge.unit] = unit
          next.append(edge.unit)
        }
      }
      level = next
      depth += 1
    }
    return parents
  }
}
