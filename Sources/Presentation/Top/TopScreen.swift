/// Draws a ``TopState``: as many lines as the terminal has rows, none wider than the terminal.
public struct TopScreen: Sendable {
  private let state: TopState
  private let palette: Palette

  /// Draws this state.
  public init(_ state: TopState) {
    self.state = state
    palette = state.palette
  }

  /// The lines, without newlines, with the colours of the state's palette.
  public var lines: [String] {
    var lines: [String]
    switch state.view {
    case .table: lines = [summary] + table(state.tableHeight)
    case .help: lines = [styled("Keys of upkeep top", .strong)] + Self.help.map { styled($0, nil) }
    case .log(let unit): lines = [title("Log of", unit)] + log
    case .status(let unit): lines = [title("Status of", unit)] + page
    }
    let room = max(state.height - 1, 0)
    while lines.count < room { lines.append("") }
    return Array(lines.prefix(room)) + (state.height > 0 ? [footer] : [])
  }

  // MARK: Pieces

  /// Text cut to the terminal, in the colour of its meaning.
  private func styled(_ text: String, _ style: Palette.Style?) -> String {
    let shown = DisplayText.escaped(text)
    return palette.styled(
      DisplayText.cut(shown, to: state.width, ellipsis: palette.glyph(.ellipsis)), style)
  }

  private func title(_ what: String, _ unit: String) -> String {
    let place = state.scroll == 0 ? "" : ", scrolled"
    return styled("\(what) \(unit)\(place)", .strong)
  }

  private var summary: String {
    let all = state.units
    var count = "\(all.count) \(all.count == 1 ? "unit" : "units")"
    if !state.filter.isEmpty { count = "\(state.shown.count) of \(count) with '\(state.filter)'" }
    var parts = ["upkeep top \(state.clock)", count]
    let failed = all.filter { $0.sample.active == "failed" }.count
    if failed > 0 { parts[1] += ", \(failed) failed" }
    // A slice's figures are those of the units in it.
    let single = all.filter { $0.sample.kind != "slice" }
    func sum(_ value: (UnitUsage) -> UInt64?) -> UInt64? {
      let known = single.compactMap(value)
      return known.isEmpty ? nil : known.reduce(0, &+)
    }
    if let processor = sum(\.processor) { parts.append("CPU \(TopColumn.percent(processor))%") }
    if let memory = sum(\.sample.memory) { parts.append("memory \(ByteCount.text(memory))") }
    if let tasks = sum(\.sample.tasks) { parts.append("tasks \(tasks)") }
    return styled(parts.joined(separator: "  "), .strong)
  }

  private func table(_ height: Int) -> [String] {
    guard !state.shown.isEmpty else {
      return ["", styled(state.units.isEmpty ? "No unit runs." : "No unit matches; Esc shows all.", nil)]
    }
    let columns = TopColumn.fitting(state)
    var lines = [heading(columns)]
    for (index, unit) in state.shown.enumerated().dropFirst(state.first).prefix(height) {
      lines.append(row(unit, columns, isSelected: index == state.cursor))
    }
    return lines
  }

  private func heading(_ columns: [TopColumn]) -> String {
    let mark = palette.glyph(state.isReversed ? .ascending : .descending)
    var text = "   "
    for (index, column) in columns.enumerated() {
      let title = column.order == state.order ? column.title + mark : column.title
      text += (index > 0 ? " " : "") + column.padded(title, isLast: index == columns.count - 1, palette)
    }
    return styled(text, .strong)
  }

  private func row(_ unit: UnitUsage, _ columns: [TopColumn], isSelected: Bool) -> String {
    let isUp = unit.sample.active != "inactive"
    let dot = palette.glyph(isUp ? .dot : .circle)
    // The selected row is in one colour, so that it stands out.
    let inner = isSelected ? Palette(hasColour: false, hasUnicode: palette.hasUnicode) : palette
    var text = (isSelected ? ">" : " ") + inner.styled(dot, unit.style) + " "
    for (index, column) in columns.enumerated() {
      let cell = column.cell(unit)
      let padded = column.padded(cell.text, isLast: index == columns.count - 1, palette)
      text += (index > 0 ? " " : "") + inner.styled(padded, cell.style)
    }
    guard isSelected else { return text }
    let missing = state.width - DisplayText.width(text)
    return palette.styled(text + String(repeating: " ", count: max(missing, 0)), .selected)
  }

  // MARK: Pages

  private var page: [String] { Array(state.page.dropFirst(state.scroll).prefix(state.pageHeight)) }

  /// The rows of the log that are on the screen; only as many entries as fill it are laid out.
  private var log: [String] {
    guard !state.log.isEmpty else { return [styled("No entries yet.", .faint)] }
    var rows: [String] = []
    let wanted = state.pageHeight + state.scroll
    for line in state.log.reversed() {
      guard rows.count < wanted else { break }
      rows += line.rows(palette, width: state.width).reversed()
    }
    return rows.dropFirst(state.scroll).prefix(state.pageHeight).reversed()
  }

  private static let help = [
    "",
    "  c m t i r n   sort by CPU, memory, tasks, IO, restarts, name; again: reverse",
    "  I             reverse the order",
    "  up down j k   select a unit; also page up and down, home and end",
    "  /             show only units with a text in their names; Esc: all again",
    "  Enter l       the unit's log, following",
    "  s             the unit's status",
    "  R             restart the unit, after a question",
    "  Space         look now",
    "  Ctrl-L        draw the screen anew",
    "  h ?           this help",
    "  q             back, or the end",
    "",
    "  CPU is in per cent of one processor. What a counter does not tell is '-'.",
  ]

  // MARK: Last line

  private var footer: String {
    switch state.prompt {
    case .filter: return styled("/\(state.filter)_   Enter: keep it, Esc: as before", .strong)
    case .restart(let unit): return styled("Restart \(unit)? y: yes, any other key: no", .warning)
    case nil: break
    }
    if let message = state.message { return styled(message, .strong) }
    if let trouble = state.trouble { return styled(trouble, .warning) }
    return styled(hints, .faint)
  }

  private var hints: String {
    switch state.view {
    case .table: "q quit  / filter  c m t i r n sort  Enter log  s status  R restart  ? help"
    case .help: "any key: back"
    case .log: "q back  up down scroll  End follow  s status  R restart"
    case .status: "q back  up down scroll  l log  R restart"
    }
  }
}
