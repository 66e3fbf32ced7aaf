/// A column of the table of `upkeep top`.
struct TopColumn: Sendable {
  /// The heading.
  let title: String
  /// The columns of the terminal that it takes.
  let width: Int
  /// Whether its cells stand at the right edge.
  let isNumber: Bool
  /// The order whose mark the heading bears.
  let order: UsageOrder?
  /// The text of a unit and its meaning.
  let cell: @Sendable (UnitUsage) -> (text: String, style: Palette.Style?)

  /// The text, harmless, in exactly the width of the column; the last one has no blanks behind it.
  func padded(_ text: String, isLast: Bool, _ palette: Palette) -> String {
    let cut = DisplayText.cut(DisplayText.escaped(text), to: width, ellipsis: palette.glyph(.ellipsis))
    let blanks = String(repeating: " ", count: max(width - DisplayText.width(cut), 0))
    return isNumber ? blanks + cut : isLast ? cut : cut + blanks
  }

  // MARK: Choice

  /// The columns for which there is room and of which something is known; the name takes what is left.
  static func fitting(_ state: TopState) -> [TopColumn] {
    let units = state.units
    func knows(_ value: (UnitSample) -> UInt64?) -> Bool { units.contains { value($0.sample) != nil } }
    // From left to right; the higher the number, the sooner a column gives way.
    var columns: [(column: TopColumn, yield: Int)] = [(state.width >= 100 ? sub : word, 1)]
    if state.width >= 100, units.contains(where: { $0.sample.health != nil }) { columns.append((health, 2)) }
    columns.append((processor, 0))
    if state.width >= 120 { columns.append((time, 8)) }
    if knows(\.memory) { columns.append((memory, 3)) }
    if knows(\.tasks) { columns.append((tasks, 4)) }
    if knows(\.bytesRead) { columns += [(read, 7), (written, 7)] }
    columns.append((state.width >= 100 ? restarts : briefRestarts, 6))

    func rest() -> Int { state.width - 3 - columns.reduce(0) { $0 + $1.column.width + 1 } }
    while rest() < 16, columns.count > 1,
      let last = columns.indices.max(by: { columns[$0].yield < columns[$1].yield })
    {
      columns.remove(at: last)
    }
    let longest = units.reduce(4) { max($0, DisplayText.width($1.name)) }
    let room = max(rest(), 4)
    // A description needs some room; where there is little, the name has it all.
    let isDescribed = room >= min(longest, 60) + 21
    let name = isDescribed ? min(longest, 60) : room
    let described = isDescribed ? [summary(width: room - name - 1)] : []
    return [unit(width: name)] + columns.map(\.column) + described
  }

  // MARK: Columns

  private static func unit(width: Int) -> TopColumn {
    TopColumn(title: "UNIT", width: width, isNumber: false, order: .name) { ($0.name, nil) }
  }

  private static func summary(width: Int) -> TopColumn {
    TopColumn(title: "DESCRIPTION", width: width, isNumber: false, order: nil) {
      ($0.sample.summary, .faint)
    }
  }

  private static let word = TopColumn(title: "STATE", width: 12, isNumber: false, order: nil) {
    ($0.word, $0.style)
  }

  private static let sub = TopColumn(title: "STATE", width: 12, isNumber: false, order: nil) {
    ($0.sample.sub, $0.style)
  }

  private static let health = TopColumn(title: "HEALTH", width: 11, isNumber: false, order: nil) {
    ($0.sample.health ?? "-", $0.sample.health == nil ? .faint : $0.style)
  }

  private static let processor = TopColumn(title: "CPU%", width: 6, isNumber: true, order: .cpu) {
    number($0.processor, percent, isMuch: ($0.processor ?? 0) >= 900)
  }

  private static let time = TopColumn(title: "CPU TIME", width: 10, isNumber: true, order: nil) {
    number($0.sample.processorTime, { ProcessorTime.text(microseconds: $0) })
  }

  private static let memory = TopColumn(title: "MEMORY", width: 7, isNumber: true, order: .memory) {
    number($0.sample.memory, ByteCount.text)
  }

  private static let tasks = TopColumn(title: "TASKS", width: 6, isNumber: true, order: .tasks) {
    number($0.sample.tasks, { "\($0)" })
  }

  private static let read = TopColumn(title: "READ/s", width: 7, isNumber: true, order: .io) {
    number($0.readRate, ByteCount.text)
  }

  private static let written = TopColumn(title: "WRITE/s", width: 8, isNumber: true, order: .io) {
    number($0.writeRate, ByteCount.text)
  }

  private static let restarts = TopColumn(title: "RESTARTS", width: 9, isNumber: true, order: .restarts) {
    number($0.sample.restarts, { "\($0)" }, isMuch: ($0.sample.restarts ?? 0) > 0)
  }

  private static let briefRestarts = TopColumn(title: "RST", width: 4, isNumber: true, order: .restarts) {
    number($0.sample.restarts, { "\($0)" }, isMuch: ($0.sample.restarts ?? 0) > 0)
  }

  // MARK: Numbers

  private static func number(
    _ value: UInt64?, _ text: (UInt64) -> String, isMuch: Bool = false
  ) -> (text: String, style: Palette.Style?) {
    guard let value else { return ("-", .faint) }
    return value == 0 ? ("0", .faint) : (text(value), isMuch ? .warning : nil)
  }

  /// Tenths of a per cent with their decimal.
  static func percent(_ tenths: UInt64) -> String { "\(tenths / 10).\(tenths % 10)" }
}
