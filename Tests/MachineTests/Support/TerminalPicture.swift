/// What a terminal shows after what was written to it: the sequences that Upkeep writes, and no others.
struct TerminalPicture: Sendable {
  /// The rows, without blanks at their ends.
  var rows: [String] { cells.map { row in String(row).replacing(/\ +$/, with: "") } }
  /// The private modes that are set, such as 1049 for the other screen.
  private(set) var modes: Set<Int> = [7, 25]
  /// Sequences that no terminal should get.
  private(set) var unknown: [String] = []
  /// How often the other screen was entered.
  private(set) var entries = 0

  private var width: Int
  private var cells: [[Character]]
  private var (row, column) = (0, 0)
  private var pending: [UInt8] = []

  init(width: Int, height: Int) {
    self.width = width
    cells = Array(repeating: Array(repeating: " ", count: width), count: height)
  }

  /// The terminal has another size; what was on it is gone.
  mutating func resize(width: Int, height: Int) {
    self = TerminalPicture(width: width, height: height, modes, entries)
  }

  private init(width: Int, height: Int, _ modes: Set<Int>, _ entries: Int) {
    self.init(width: width, height: height)
    (self.modes, self.entries) = (modes, entries)
  }

  /// Takes what was written, in any pieces.
  mutating func take(_ bytes: [UInt8]) {
    pending += bytes
    while let (text, count) = piece {
      pending.removeFirst(count)
      text.hasPrefix("\u{1b}") ? control(text) : put(text)
    }
  }

  // MARK: Steps

  /// The first whole character or sequence and its length; nil if more has to come.
  private var piece: (text: String, count: Int)? {
    guard let first = pending.first else { return nil }
    if first == 0x1b {
      guard pending.count > 1 else { return nil }
      guard pending[1] == UInt8(ascii: "[") else { return ("\u{1b}?", 2) }
      guard let end = pending.dropFirst(2).firstIndex(where: { (0x40...0x7e).contains($0) }) else {
        return nil
      }
      return (String(decoding: pending[...end], as: UTF8.self), end + 1)
    }
    let length = first < 0x80 ? 1 : first < 0xe0 ? 2 : first < 0xf0 ? 3 : 4
    guard pending.count >= length else { return nil }
    return (String(decoding: pending[..<length], as: UTF8.self), length)
  }

  private mutating func put(_ text: String) {
    switch text {
    case "\r": column = 0
    case "\n": row = min(row + 1, cells.count - 1)
    case "\t", "\u{7}", "\u{8}": break
    default:
      guard let character = text.first, cells.indices.contains(row) else { return }
      cells[row][min(column, width - 1)] = character
      column += 1
    }
  }

  private mutating func control(_ sequence: String) {
    let final = sequence.last ?? " "
    let parameters = sequence.dropFirst(2).dropLast()
    let numbers = parameters.split(separator: ";").map { Int($0) ?? 0 }
    switch (final, parameters.first) {
    case ("H", _):
      row = min(max((numbers.first ?? 1) - 1, 0), cells.count - 1)
      column = (numbers.count > 1 ? numbers[1] : 1) - 1
    case ("J", _):
      cells = cells.map { _ in Array(repeating: " ", count: width) }
    case ("K", _) where cells.indices.contains(row):
      for place in (parameters == "2" ? 0 : min(column, width))..<width { cells[row][place] = " " }
    case ("h", "?"):
      if let mode = Int(parameters.dropFirst()) {
        modes.insert(mode)
        if mode == 1049 { entries += 1 }
      }
    case ("l", "?"): if let mode = Int(parameters.dropFirst()) { modes.remove(mode) }
    case ("m", _): break
    default: unknown.append(sequence)
    }
  }
}
