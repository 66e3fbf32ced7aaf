import Inspection
import Presentation
import SystemdManager

/// How `upkeep deps` shows a tree.
struct DepsDrawing {
  let graph: DependencyGraph
  let style: OutputStyle

  // MARK: Text

  /// The tree with a sign for each unit's state, the kinds of its dependency and its state where it is not up. Plain:
  /// each unit's name once, a line each.
  func text(_ tree: DependencyTree) -> String {
    if style.plain {
      var seen: Set<String> = []
      return tree.rows.filter { seen.insert($0.unit).inserted }
        .map { DisplayText.escaped($0.unit) + "\n" }.joined()
    }
    var table = Table([
      Table.Column(""), Table.Column("UNIT", yield: 0, leastWidth: 24), Table.Column("KIND", yield: 1),
      Table.Column("STATE", yield: 2, leastWidth: 16),
    ])
    for row in tree.rows { table.add(cells(row)) }
    let text = table.text(style.palette, width: style.width, hasLegend: style.hasLegend)
    return text + (style.hasLegend ? "\n\(summary(tree))\n" : "")
  }

  private func cells(_ row: DependencyTree.Row) -> [Table.Cell] {
    let palette = style.palette
    guard let unit = graph.units[row.unit] else {
      return ["", Table.Cell(lines(row) + row.unit), Table.Cell(kinds(row)), ""]
    }
    let state = Palette.Style(unit.activeState, load: unit.loadState)
    let isQuiet = unit.activeState == .inactive
    let sign = unit.activeState == .failed ? Palette.Glyph.cross : isQuiet ? .circle : .dot
    return [
      Table.Cell(palette.glyph(sign), state), Table.Cell(lines(row) + row.unit),
      Table.Cell(kinds(row), .faint), Table.Cell(remark(row, unit), state ?? .faint),
    ]
  }

  private func lines(_ row: DependencyTree.Row) -> String {
    guard let own = row.isLast.last else { return "" }
    let palette = style.palette
    let above = row.isLast.dropLast().map { $0 ? "  " : palette.glyph(.trunk) }.joined()
    return above + palette.glyph(own ? .lastBranch : .branch)
  }

  private func kinds(_ row: DependencyTree.Row) -> String {
    row.kinds.map(\.rawValue).joined(separator: ", ")
  }

  private func remark(_ row: DependencyTree.Row, _ unit: UnitSummary) -> String {
    var words: [String] = []
    if unit.loadState != "loaded" {
      words.append(unit.loadState)
    } else if unit.activeState != .active {
      words.append("\(unit.activeState.rawValue) (\(unit.subState))")
    }
    switch row.fold {
    case .repeated: words.append("repeated")
    case .cycle: words.append("cycle")
    case .depth: words.append("more below")
    case nil: break
    }
    return words.joined(separator: "; ")
  }

  private func summary(_ tree: DependencyTree) -> String {
    let names = Set(tree.rows.dropFirst().map(\.unit))
    let units = names.compactMap { graph.units[$0] }
    var words = names.count == 1 ? "1 unit" : "\(names.count) units"
    let failed = units.count { $0.activeState == .failed }
    let unloaded = units.count { $0.loadState != "loaded" }
    if failed > 0 { words += ", \(failed) failed" }
    if unloaded > 0 { words += ", \(unloaded) not found, masked or broken" }
    return words + "."
  }

  // MARK: JSON

  /// The tree as a list of its lines.
  func json(_ tree: DependencyTree) -> JSONValue {
    .object([
      .init("unit", .string(tree.rows.first?.unit ?? "")),
      .init("tree", .list(tree.rows.map(json))),
    ])
  }

  private func json(_ row: DependencyTree.Row) -> JSONValue {
    let unit = graph.units[row.unit]
    return .object([
      .init("unit", .string(row.unit)), .init("parent", .text(row.parent)),
      .init("depth", .number(UInt64(row.depth))),
      .init("kinds", .list(row.kinds.map { .string($0.rawValue) })), .init("load", .text(unit?.loadState)),
      .init("active", .text(unit?.activeState.rawValue)), .init("sub", .text(unit?.subState)),
      .init("description", .text(unit?.unitDescription)), .init("folded", .text(row.fold?.rawValue)),
    ])
  }
}
