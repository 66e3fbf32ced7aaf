extension TopState {
  /// What a key asks for that is no matter of the state alone.
  public enum Action: Sendable, Hashable {
    /// The end.
    case quit
    /// The last lines of a unit's log, and new ones as they come.
    case openLog(String)
    /// The page about a unit.
    case openStatus(String)
    /// What was open is closed: nothing has to be followed for it any more.
    case close
    /// A restart of a unit, which was confirmed.
    case restart(String)
    /// A look at all units now.
    case sample
    /// The whole screen once more.
    case redraw
  }

  /// Takes a key.
  ///
  /// - Returns: what is to be done for it; nil where the state is all that changes.
  public mutating func handle(_ key: Key) -> Action? {
    message = nil
    if key == .control("l") { return .redraw }
    if key == .control("c") { return .quit }
    if let prompt { return handle(key, prompt) }
    switch view {
    case .table: return handleInTable(key)
    case .help:
      view = .table
      return nil
    case .log(let unit): return handleInPage(key, unit)
    case .status(let unit): return handleInPage(key, unit)
    }
  }

  // MARK: Prompts

  private mutating func handle(_ key: Key, _ prompt: Prompt) -> Action? {
    switch prompt {
    case .restart(let unit):
      self.prompt = nil
      guard key == .character("y") || key == .character("Y") else {
        message = "Not restarted."
        return nil
      }
      message = "Restarting \(unit) ..."
      return .restart(unit)
    case .filter(let former):
      edit(key, former)
      arrange()
      return nil
    }
  }

  private mutating func edit(_ key: Key, _ former: String) {
    switch key {
    case .enter, .up, .down: prompt = nil
    case .escape:
      filter = former
      prompt = nil
    case .backspace:
      // Backspace on nothing leaves, as in other programs.
      if filter.isEmpty { prompt = nil } else { filter.removeLast() }
    case .control("u"): filter = ""
    case .character(let scalar):
      if filter.utf8.count < Self.filterLimit { filter.unicodeScalars.append(scalar) }
    case .control, .left, .right, .pageUp, .pageDown, .home, .end, .delete: break
    }
  }

  // MARK: Table

  private mutating func handleInTable(_ key: Key) -> Action? {
    switch key {
    case .up, .character("k"): move(by: -1)
    case .down, .character("j"): move(by: 1)
    case .pageUp: move(by: -tableHeight)
    case .pageDown: move(by: tableHeight)
    case .home, .character("g"): move(by: -shown.count)
    case .end, .character("G"): move(by: shown.count)
    case .enter, .right, .character("l"): return openLog(selected?.name)
    case .escape:
      filter = ""
      arrange()
    case .character(let scalar): return handleInTable(scalar)
    case .control, .left, .backspace, .delete: break
    }
    return nil
  }

  private mutating func handleInTable(_ scalar: Unicode.Scalar) -> Action? {
    switch scalar {
    case "q": return .quit
    case "h", "?": view = .help
    case "/": prompt = .filter(before: filter)
    case "s": return openStatus(selected?.name)
    case "R": prompt = selected.map { .restart($0.name) }
    case " ": return .sample
    case "I":
      isReversed.toggle()
      arrange()
    default:
      guard let chosen = UsageOrder.allCases.first(where: { $0.key == scalar }) else { return nil }
      // The key of the present order turns it round.
      isReversed = chosen == order ? !isReversed : false
      order = chosen
      arrange()
    }
    return nil
  }

  // MARK: Pages

  private mutating func handleInPage(_ key: Key, _ unit: String) -> Action? {
    // A log is scrolled up from its end, a page down from its begin.
    var isLog = false
    if case .log = view { isLog = true }
    let down = isLog ? -1 : 1
    switch key {
    case .up, .character("k"): turn(by: -down)
    case .down, .character("j"): turn(by: down)
    case .pageUp: turn(by: -down * pageHeight)
    case .pageDown, .character(" "): turn(by: down * pageHeight)
    case .home, .character("g"): turn(by: isLog ? .max / 2 : .min / 2)
    case .end, .character("G"): turn(by: isLog ? .min / 2 : .max / 2)
    case .character("l"): return isLog ? nil : openLog(unit)
    case .character("s"): return isLog ? openStatus(unit) : nil
    case .character("R"): prompt = .restart(unit)
    case .escape, .left, .character("q"):
      open(.table)
      return .close
    case .character, .control, .enter, .right, .backspace, .delete: break
    }
    return nil
  }

  private mutating func turn(by rows: Int) { scroll = min(max(scroll + rows, 0), longestScroll) }

  private mutating func openLog(_ unit: String?) -> Action? {
    guard let unit else { return nil }
    open(.log(unit))
    return .openLog(unit)
  }

  private mutating func openStatus(_ unit: String?) -> Action? {
    guard let unit else { return nil }
    open(.status(unit))
    return .openStatus(unit)
  }
}
