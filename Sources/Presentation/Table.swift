/// Rows under headings, fitted to the width of a terminal.
///
/// Widths come from the content. Where a line would be longer than the terminal, columns give way in the order of
/// their `yield`: they are cut, never below their `leastWidth`.
public struct Table: Sendable {
  /// A column's heading and how it behaves.
  public struct Column: Sendable, Hashable {
    /// The heading, in capitals as systemctl's are.
    public var title: String
    /// Whether its cells stand at the right edge, as numbers do.
    public var isNumber: Bool
    /// How soon it gives way when there is no room: nil never, the smallest number last.
    public var yield: Int?
    /// The columns of text that it keeps in any case.
    public var leastWidth: Int
    /// The columns to which it is cut before any other one gives way; nil for none. For names, of which few are long.
    public var fairWidth: Int?

    /// Describes a column.
    public init(
      _ title: String, isNumber: Bool = false, yield: Int? = nil, leastWidth: Int = 8, fairWidth: Int? = nil
    ) {
      self.title = title
      self.isNumber = isNumber
      self.yield = yield
      self.leastWidth = leastWidth
      self.fairWidth = fairWidth
    }
  }

  /// A text with its meaning.
  public struct Cell: Sendable, Hashable, ExpressibleByStringInterpolation {
    /// The text, made harmless.
    public let text: String
    /// What it means.
    public let style: Palette.Style?
    /// The columns that the text takes, counted once.
    let width: Int

    /// Takes any text: what could steer a terminal is escaped.
    public init(_ text: String, _ style: Palette.Style? = nil) {
      self.text = DisplayText.escaped(text)
      self.style = style
      width = DisplayText.width(self.text)
    }

    /// A literal without a meaning.
    public init(stringLiteral value: String) { self.init(value) }
  }

  /// The columns, from left to right.
  public let columns: [Column]
  private var rows: [[Cell]] = []

  /// Makes an empty table.
  public init(_ columns: [Column]) { self.columns = columns }

  /// The number of rows.
  public var count: Int { rows.count }

  /// Adds a row; missing cells are empty, further ones are left out.
  public mutating func add(_ cells: [Cell]) {
    var row = cells.count > columns.count ? Array(cells.prefix(columns.count)) : cells
    while row.count < columns.count { row.append(Cell("")) }
    rows.append(row)
  }

  /// The table as lines, each ended by a newline.
  ///
  /// - Parameters:
  ///   - palette: colours and glyphs.
  ///   - width: the columns of the terminal; nil where nothing is to be cut.
  ///   - hasLegend: whether the headings stand above.
  /// - Returns: the text; empty without rows.
  public func text(_ palette: Palette = .plain, width: Int? = nil, hasLegend: Bool = true) -> String {
    guard !rows.isEmpty else { return "" }
    let widths = fitted(to: width, hasLegend: hasLegend)
    var result = ""
    if hasLegend { append(columns.map { Cell($0.title, .strong) }, widths, palette, to: &result) }
    for row in rows { append(row, widths, palette, to: &result) }
    return result
  }

  // MARK: Steps

  private func fitted(to width: Int?, hasLegend: Bool) -> [Int] {
    var widths = columns.map { hasLegend ? DisplayText.width($0.title) : 0 }
    for row in rows {
      for (index, cell) in row.enumerated() {
        widths[index] = max(widths[index], cell.width)
      }
    }
    guard let width else { return widths }
    var surplus = widths.reduce(0, +) + max(columns.count - 1, 0) - width
    let yielding = columns.indices.filter { columns[$0].yield != nil }
      .sorted { (columns[$0].yield ?? 0) > (columns[$1].yield ?? 0) }
    for index in yielding where surplus > 0 {
      guard let fair = columns[index].fairWidth else { continue }
      let given = min(surplus, max(widths[index] - fair, 0))
      widths[index] -= given
      surplus -= given
    }
    for index in yielding where surplus > 0 {
      let given = min(surplus, max(widths[index] - columns[index].leastWidth, 0))
      widths[index] -= given
      surplus -= given
    }
    return widths
  }

  private func append(_ row: [Cell], _ widths: [Int], _ palette: Palette, to result: inout String) {
    // Blanks are held back, so that no line ends in them.
    var blanks = 0
    for (index, cell) in row.enumerated() {
      var (text, width) = (cell.text, cell.width)
      if width > widths[index] {
        text = DisplayText.cut(text, to: widths[index], ellipsis: palette.glyph(.ellipsis))
        width = DisplayText.width(text)
      }
      let room = widths[index] - width
      if columns[index].isNumber { blanks += room }
      if !text.isEmpty {
        while blanks > 0 {
          result += " "
          blanks -= 1
        }
        result += palette.styled(text, cell.style)
      }
      blanks += (columns[index].isNumber ? 0 : room) + 1
    }
    result += "\n"
  }
}
