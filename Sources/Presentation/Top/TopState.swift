/// All that `upkeep top` shows and knows, as a value: units, their order and filter, what is selected, and the page that
/// is open. Keys and samples change it; ``TopScreen`` draws it; nothing here does I/O.
public struct TopState: Sendable {
  /// What fills the screen.
  public enum View: Sendable, Hashable {
    /// The units.
    case table
    /// The keys.
    case help
    /// The last lines of a unit's log.
    case log(String)
    /// The page of `upkeep status` about a unit.
    case status(String)
  }

  /// What is asked in the last line.
  public enum Prompt: Sendable, Hashable {
    /// A part of names; Escape brings the former one back.
    case filter(before: String)
    /// Whether a unit is to be restarted.
    case restart(String)
  }

  /// More lines of a log are not kept.
  public static let logLimit = 1000
  /// No name is longer.
  static let filterLimit = 256

  /// The columns of the terminal.
  public private(set) var width: Int
  /// The rows of the terminal.
  public private(set) var height: Int
  /// What fills the screen.
  public internal(set) var view = View.table
  /// What is asked; nil for nothing.
  public internal(set) var prompt: Prompt?
  /// The order of the units.
  public internal(set) var order: UsageOrder
  /// Whether what would come first comes last.
  public internal(set) var isReversed: Bool
  /// Only units in whose name this stands are shown; empty for all.
  public internal(set) var filter = ""
  /// All units, as they were seen last.
  public private(set) var units: [UnitUsage] = []
  /// The units that are shown, in their order.
  public private(set) var shown: [UnitUsage] = []
  /// The place in ``shown`` that is selected; 0 if nothing is shown.
  public private(set) var cursor = 0
  /// The place in ``shown`` of the first row on the screen.
  public private(set) var first = 0
  /// The time of day of the last sample.
  public private(set) var clock = ""
  /// What has come of something; gone with the next key.
  public var message: String?
  /// What is wrong all the time, such as a lost connection.
  public var trouble: String?
  /// The lines of the log that is open, the oldest first.
  public private(set) var log: [LogLine] = []
  /// The lines of the page that is open, as they are written to the terminal.
  public private(set) var page: [String] = []
  /// So many rows of the page are above the screen, or of the log below it; 0 follows the log.
  public internal(set) var scroll = 0
  /// Colours and glyphs.
  public let palette: Palette

  // The selection stays with a unit once a person has chosen one; until then it stays at the top.
  private var chosen: String?
  private var before: [String: UnitSample] = [:]
  private var sampled: Duration?

  /// Makes a state without units.
  public init(
    width: Int, height: Int, palette: Palette, order: UsageOrder = .cpu, isReversed: Bool = false
  ) {
    self.width = width
    self.height = height
    self.palette = palette
    self.order = order
    self.isReversed = isReversed
  }

  /// The unit that is selected; nil if none is shown.
  public var selected: UnitUsage? { shown.indices.contains(cursor) ? shown[cursor] : nil }

  /// How many units fit on the screen.
  public var tableHeight: Int { max(height - 3, 1) }
  /// How many lines of a page fit on the screen.
  public var pageHeight: Int { max(height - 2, 1) }

  // MARK: What comes

  /// Takes a look at all units.
  ///
  /// - Parameters:
  ///   - samples: all of them; what is not among them is gone.
  ///   - time: the time of the look by a clock that does not jump.
  ///   - clock: the time of day, as it is shown.
  public mutating func take(_ samples: [UnitSample], at time: Duration, clock: String) {
    let interval = sampled.map { time - $0 } ?? .zero
    units = samples.map { UnitUsage($0, since: before[$0.name], interval) }
    before = Dictionary(samples.map { ($0.name, $0) }, uniquingKeysWith: { first, _ in first })
    sampled = time
    self.clock = clock
    arrange()
  }

  /// The terminal has another size.
  public mutating func resize(width: Int, height: Int) {
    self.width = width
    self.height = height
    scroll = min(scroll, longestScroll)
    arrange()
  }

  /// Adds lines to the log that is open.
  public mutating func add(_ lines: [LogLine]) {
    log += lines
    // Who reads further up goes on reading there.
    if scroll > 0 { scroll += lines.reduce(0) { $0 + $1.rows(palette, width: width).count } }
    if log.count > Self.logLimit { log.removeFirst(log.count - Self.logLimit) }
    if scroll > 0 { scroll = min(scroll, longestScroll) }
  }

  /// Shows the lines of a page, in place of those that are shown.
  public mutating func show(page lines: [String]) {
    page = lines
    scroll = min(scroll, longestScroll)
  }

  /// Opens another view, which has nothing to show yet.
  mutating func open(_ view: View) {
    self.view = view
    log = []
    page = []
    scroll = 0
  }

  // MARK: Selection and order

  /// Selects the unit so many places further down.
  mutating func move(by places: Int) {
    guard !shown.isEmpty else { return }
    cursor = min(max(cursor + places, 0), shown.count - 1)
    // At the top the selection stays there, whichever unit comes first.
    chosen = cursor == 0 ? nil : shown[cursor].name
    keepInView()
  }

  /// Puts the units that match into order, and keeps the selection.
  mutating func arrange() {
    let wanted = filter.lowercased()
    let matching = wanted.isEmpty ? units : units.filter { $0.name.lowercased().contains(wanted) }
    shown = order.sorted(matching, isReversed: isReversed)
    if let name = chosen, let place = shown.firstIndex(where: { $0.name == name }) {
      cursor = place
    } else if chosen != nil {
      // The unit is gone; the one in its place is selected.
      cursor = min(cursor, max(shown.count - 1, 0))
      chosen = selected?.name
    } else {
      cursor = 0
    }
    keepInView()
  }

  private mutating func keepInView() {
    first = min(first, max(shown.count - tableHeight, 0))
    first = min(max(first, cursor - tableHeight + 1), cursor)
  }

  // MARK: Scrolling

  /// The furthest that the page or the log can be scrolled.
  var longestScroll: Int {
    switch view {
    case .table, .help: return 0
    case .status: return max(page.count - pageHeight, 0)
    case .log:
      let rows = log.reduce(0) { $0 + $1.rows(palette, width: width).count }
      return max(rows - pageHeight, 0)
    }
  }
}
