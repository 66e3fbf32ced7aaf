import Inspection
import SystemdManager
import Testing

@Suite("The tree of dependencies")
struct DependencyTreeTests {
  /// A graph out of lines such as `a: b c`, all of one kind.
  private func graph(_ lines: String...) -> DependencyGraph {
    var graph = DependencyGraph()
    for line in lines {
      let parts = line.split(separator: ":")
      let others = parts.count > 1 ? parts[1].split(separator: " ").map(String.init) : []
      graph.add([.wants: others], of: String(parts[0]))
    }
    return graph
  }

  /// The lines, each with a point a level and its fold.
  private func drawn(_ root: String, _ graph: DependencyGraph, depth: Int? = nil) -> [String] {
    DependencyTree(of: root, in: graph, depth: depth).rows.map { row in
      String(repeating: ".", count: row.depth) + row.unit + (row.fold.map { " \($0.rawValue)" } ?? "")
    }
  }

  @Test("a unit without dependencies is a tree of one line")
  func lone() {
    #expect(drawn("a", graph("a:")) == ["a"])
    #expect(drawn("a", DependencyGraph()) == ["a"])
  }

  @Test("targets come last among the units below another, the others by their names")
  func order() {
    #expect(
      drawn("r", graph("r: b.target c.service A.service a.target"))
        == ["r", ".A.service", ".c.service", ".a.target", ".b.target"])
  }

  @Test("what several refer to is drawn out once, as near to the root as it goes")
  func repeats() {
    #expect(
      drawn("r", graph("r: a b", "a: c", "c: d", "b: c d"))
        == ["r", ".a", "..c", "...d", ".b", "..c repeated", "..d"])
    // It hangs deep below the first one and directly below the second.
    #expect(
      drawn("r", graph("r: a z", "a: b", "b: z", "z: y"))
        == ["r", ".a", "..b", "...z repeated", ".z", "..y"])
  }

  @Test("a circle is drawn once and closed by a mark")
  func cycles() {
    #expect(drawn("a", graph("a: b", "b: c", "c: a")) == ["a", ".b", "..c", "...a cycle"])
    #expect(drawn("a", graph("a: a")) == ["a", ".a cycle"])
    #expect(drawn("r", graph("r: a b", "a: b", "b: a")) == ["r", ".a", "..b repeated", ".b", "..a repeated"])
  }

  @Test("a unit that has nothing below it needs no mark where it stands again")
  func leaves() {
    #expect(drawn("r", graph("r: a b", "a: x", "b: x")) == ["r", ".a", "..x", ".b", "..x"])
  }

  @Test(
    "a limit of the depth cuts the tree and says where",
    arguments: [
      (1, ["r", ".a depth"]), (2, ["r", ".a", "..b depth"]), (3, ["r", ".a", "..b", "...c"]), (0, ["r"]),
    ] as [(Int, [String])])
  func depth(limit: Int, expected: [String]) {
    #expect(drawn("r", graph("r: a", "a: b", "b: c"), depth: limit) == expected)
  }

  @Test("levels know which of them were the last ones")
  func levels() {
    let rows = DependencyTree(of: "r", in: graph("r: a b", "a: c", "b: d")).rows
    #expect(rows.map(\.isLast) == [[], [false], [false, true], [true], [true, true]])
    #expect(rows.map(\.parent) == [nil, "r", "a", "r", "b"])
  }

  @Test("several kinds of dependency between two units are one line")
  func kinds() {
    var graph = DependencyGraph()
    graph.add([.after: ["b"], .requires: ["b", "c"], .wants: ["c", "c"]], of: "a")
    #expect(graph.edges["a"] == [.init("b", [.requires, .after]), .init("c", [.requires, .wants])])
  }

  @Test("a chain of many units is drawn without running out of stack")
  func longChain() {
    var graph = DependencyGraph()
    for index in 0..<2000 { graph.add([.requires: ["u\(index + 1)"]], of: "u\(index)") }
    let rows = DependencyTree(of: "u0", in: graph).rows
    #expect(rows.count == 2001)
    #expect(rows.last?.depth == 2000)
  }

  @Test("each kind names a property of units")
  func properties() {
    #expect(DependencyKind.bindsTo.property == UnitProperty("Unit", "BindsTo"))
    #expect(DependencyKind.wants.property == UnitProperty("Unit", "Wants"))
    #expect(DependencyKind.conflictedBy.property == UnitProperty("Unit", "ConflictedBy"))
    #expect(DependencyKind.onFailure.property == UnitProperty("Unit", "OnFailure"))
    #expect(Set(DependencyKind.forward).isDisjoint(with: DependencyKind.reverse))
  }
}
