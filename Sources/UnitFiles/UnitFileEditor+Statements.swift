extension UnitFileEditor {
  /// Gives one assignment another value, also when it stands on several lines; false when it is not there any more.
  ///
  /// The value then stands on one line; comments between the old lines come before it. The key, and the blanks around
  /// its `=`, stay.
  @discardableResult
  public mutating func replaceValue(of assignment: Assignment, with value: String) throws(ValueError) -> Bool
  {
    _ = try UnitSyntax.line(key: assignment.key, value: value)
    guard let index = index(of: assignment) else { return false }
    try rewrite(at: index, value: value)
    return true
  }

  /// Gives one assignment another key and leaves its value as it stands; false when it is not there any more.
  @discardableResult
  public mutating func rename(_ assignment: Assignment, to key: String) throws(ValueError) -> Bool {
    try UnitSyntax.check(key: key)
    guard let index = index(of: assignment), case .assignment(let old, let value) = slots[index].content
    else {
      return false
    }
    if let range = keyRange(of: slots[index]) {
      slots[index].bytes.replaceSubrange(range, with: key.utf8)
    } else {
      // The key itself goes over several lines.
      let line = try UnitSyntax.line(key: key, value: value)
      slots[index].bytes = comments(in: slots[index]) + line + end(of: slots[index])
      slots[index].isOpen = false
    }
    if old != key { slots[index].content = .assignment(key: key, value: value) }
    return true
  }

  /// Removes one assignment with all its lines; false when it is not there any more.
  @discardableResult
  public mutating func remove(_ assignment: Assignment) -> Bool {
    guard let index = index(of: assignment) else { return false }
    slots.remove(at: index)
    return true
  }

  /// Moves one assignment, as it stands, to the end of a section; false when it is not there any more.
  ///
  /// A section that is not there is added at the end of the file.
  @discardableResult
  public mutating func move(_ assignment: Assignment, to section: String) throws(ValueError) -> Bool {
    try UnitSyntax.check(section: section)
    guard let index = index(of: assignment) else { return false }
    let slot = slots.remove(at: index)
    insert(slot, at: endOfSection(section))
    return true
  }

  /// Puts an assignment behind one that stands in the file; false when that one is not there any more.
  @discardableResult
  public mutating func add(
    _ key: String, _ value: String, after assignment: Assignment
  ) throws(ValueError) -> Bool {
    let line = try UnitSyntax.line(key: key, value: value)
    guard let index = index(of: assignment) else { return false }
    insert(Slot(bytes: line + lineEnd, content: .assignment(key: key, value: value)), at: index + 1)
    return true
  }

  /// Removes a statement, for example a comment or a line that systemd does not use; false when it is not there any
  /// more.
  ///
  /// A header goes alone: what stood under it then belongs to the section before.
  @discardableResult
  public mutating func remove(_ statement: UnitFile.Statement) -> Bool {
    guard let index = slots.firstIndex(where: { $0.origin == statement.index }) else { return false }
    removeSlot(at: index)
    return true
  }

  /// Puts a comment on lines of its own above an assignment; false when it is not there any more.
  @discardableResult
  public mutating func addComment(_ text: String, above assignment: Assignment) -> Bool {
    guard let index = index(of: assignment) else { return false }
    insertComment(text, at: index)
    return true
  }

  /// Puts a comment at the end of a section, which is added when it is not there.
  public mutating func addComment(_ text: String, in section: String) throws(ValueError) {
    try UnitSyntax.check(section: section)
    insertComment(text, at: endOfSection(section))
  }

  /// Puts a comment at the beginning of the file.
  public mutating func addComment(_ text: String) { insertComment(text, at: 0) }

  // MARK: Steps

  private func index(of assignment: Assignment) -> Int? {
    guard assignment.statement >= 0 else { return nil }
    return slots.firstIndex { slot in
      guard slot.origin == assignment.statement, case .assignment = slot.content else { return false }
      return true
    }
  }

  private mutating func insertComment(_ text: String, at index: Int) {
    for line in UnitSyntax.comment(text).reversed() {
      insert(Slot(bytes: line + lineEnd, content: .comment), at: index)
    }
  }

  /// Puts a slot in, behind lines that are complete.
  mutating func insert(_ slot: Slot, at index: Int) {
    var slot = slot
    complete(&slot)
    if index > 0 { complete(&slots[index - 1]) }
    slots.insert(slot, at: index)
  }

  /// Gives a statement its last line end, and a blank line where its continuation has no end.
  private func complete(_ slot: inout Slot) {
    let endsLine =
      slot.bytes.last.map { $0 == ASCII.newline || $0 == ASCII.carriageReturn || $0 == 0 } ?? true
    if !endsLine { slot.bytes += lineEnd }
    guard slot.isOpen else { return }
    // Of two different line ends in a row, the second may count as part of the first.
    slot.bytes += (slot.bytes.last == lineEnd.last ? [] : [ASCII.space]) + lineEnd
    slot.isOpen = false
  }

  /// Writes a statement anew on one line, with its key as it stands.
  mutating func rewrite(at index: Int, value: String) throws(ValueError) {
    guard case .assignment(let key, let old) = slots[index].content, old != value else { return }
    let line = try UnitSyntax.line(key: key, value: value)
    var head = line.prefix(line.count - value.utf8.count)
    if let range = keyRange(of: slots[index]),
      let equals = slots[index].bytes[range.upperBound...].firstIndex(of: ASCII.equals)
    {
      let behind = slots[index].bytes[(equals + 1)...].prefix { $0 == ASCII.space || $0 == ASCII.tab }
      head = slots[index].bytes[..<(value.isEmpty ? equals + 1 : behind.endIndex)]
    }
    slots[index].bytes = comments(in: slots[index]) + head + Array(value.utf8) + end(of: slots[index])
    slots[index].content = .assignment(key: key, value: value)
    slots[index].isOpen = false
  }

  /// Where the key stands, when it and its `=` are on the first line.
  private func keyRange(of slot: Slot) -> Range<Int>? {
    var reader = LineReader(slot.bytes)
    guard let line = reader.readLine(),
      let equals = slot.bytes[line.content].firstIndex(of: ASCII.equals)
    else { return nil }
    let key = slot.bytes[line.content.lowerBound..<equals].trimmed
    return key.isEmpty ? nil : key.startIndex..<key.endIndex
  }

  /// The comment lines between the lines of a statement, each with a line end.
  private func comments(in slot: Slot) -> [UInt8] {
    var reader = LineReader(slot.bytes)
    var comments: [UInt8] = []
    while let line = reader.readLine() {
      let mark = slot.bytes[line.content].first { !$0.isWhitespace }
      guard mark == ASCII.hash || mark == ASCII.semicolon else { continue }
      comments += slot.bytes[line.content.lowerBound..<line.end]
      if line.content.upperBound == line.end { comments += lineEnd }
    }
    return comments
  }

  /// The end of the last line, empty where the file lacks it.
  private func end(of slot: Slot) -> [UInt8] {
    var reader = LineReader(slot.bytes)
    var end: [UInt8] = []
    while let line = reader.readLine() { end = Array(slot.bytes[line.content.upperBound..<line.end]) }
    return end
  }
}
