/// Changes a unit file and leaves every line that an edit does not concern as it is.
///
/// It takes a file and gives a new one: `edited` reads the changed bytes anew, so positions, problems and assignments
/// of the new file are right, and those of the old file go on to describe the old text. Assignments and statements of
/// the old file stay handles for their lines here, whatever was changed before. New lines end as the file's first line
/// does (`\n` or `\r\n`); a byte order mark stays where it is; where the file lacks its last line end, one is added
/// only when a line comes behind it.
///
/// Values are texts as they stand behind `=`; `UnitValue` makes them. Keys, values and names of sections that would not
/// be read back as they are, are refused and change nothing.
public struct UnitFileEditor: Sendable {
  private let path: String
  private let byteOrderMark: [UInt8]
  let lineEnd: [UInt8]
  /// How many statements at the end systemd does not read: nothing is put behind these.
  private var unreadable: Int
  var slots: [Slot]

  /// A statement of the file as it is now.
  struct Slot: Sendable {
    enum Content: Sendable, Hashable {
      case blank, comment, unused
      case section(String)
      case assignment(key: String, value: String)
    }
    var bytes: [UInt8]
    var content: Content
    /// Its index among the statements of the file that is edited, nil for a new one.
    var origin: Int?
    var isOpen = false
  }

  /// Begins with a file as it is.
  public init(_ file: UnitFile) {
    path = file.path
    unreadable = file.entries.count - file.readableCount
    let bytes = file.entries.lazy.map(\.bytes)
    lineEnd = bytes.compactMap(Self.lineEnd).first ?? [ASCII.newline]
    slots = file.entries.enumerated().map { index, entry in
      Slot(
        bytes: entry.bytes, content: Slot.Content(entry.content), origin: index, isOpen: entry.isOpen)
    }
    let hasMark = file.entries.first?.bytes.starts(with: UnitFile.byteOrderMark) ?? false
    byteOrderMark = hasMark ? UnitFile.byteOrderMark : []
    if hasMark { slots[0].bytes.removeFirst(3) }
  }

  /// The bytes as they are now.
  public var bytes: [UInt8] { byteOrderMark + slots.flatMap(\.bytes) }

  /// The file as it is now, read anew.
  public var edited: UnitFile { UnitFile(parsing: bytes, path: path) }

  /// The values that a key has in a section, in their order and with the resets.
  public func values(_ key: String, in section: String) -> [String] {
    indices(of: key, in: section).compactMap { index in
      guard case .assignment(_, let value) = slots[index].content else { return nil }
      return value
    }
  }

  // MARK: Keys of a section

  /// Gives a key one value: its last assignment in the section is changed in its place, its others are removed.
  ///
  /// A key that is not there is added as by `add(_:_:in:)`.
  public mutating func set(_ key: String, to value: String, in section: String) throws(ValueError) {
    _ = try UnitSyntax.line(key: key, value: value)
    let indices = indices(of: key, in: section)
    guard let last = indices.last else { return try add(key, value, in: section) }
    try rewrite(at: last, value: value)
    remove(indices.dropLast())
  }

  /// Adds an assignment: behind the last one of the same key in the section, or else at the section's end.
  ///
  /// A section that is not there is added at the end of the file.
  public mutating func add(_ key: String, _ value: String, in section: String) throws(ValueError) {
    try UnitSyntax.check(section: section)
    let line = try UnitSyntax.line(key: key, value: value)
    let slot = Slot(bytes: line + lineEnd, content: .assignment(key: key, value: value))
    if let last = indices(of: key, in: section).last {
      insert(slot, at: last + 1)
    } else {
      insert(slot, at: endOfSection(section))
    }
  }

  /// Empties a list setting before the file's own values: puts `key=` before the key's first assignment in the
  /// section, or at the section's end.
  ///
  /// Nothing changes when the first assignment is empty already.
  public mutating func reset(_ key: String, in section: String) throws(ValueError) {
    guard let first = indices(of: key, in: section).first else { return try add(key, "", in: section) }
    if case .assignment(_, "") = slots[first].content { return }
    let line = try UnitSyntax.line(key: key, value: "")
    insert(Slot(bytes: line + lineEnd, content: .assignment(key: key, value: "")), at: first)
  }

  /// Removes all assignments of a key in a section and gives their number.
  @discardableResult
  public mutating func remove(_ key: String, in section: String) -> Int {
    let indices = indices(of: key, in: section)
    remove(indices[...])
    return indices.count
  }

  // MARK: Sections

  /// Adds the header of a section at the end of the file, or before the first header of another one.
  ///
  /// Nothing changes when the section is there already.
  public mutating func addSection(_ name: String, before other: String? = nil) throws(ValueError) {
    try UnitSyntax.check(section: name)
    guard headers(of: name).isEmpty else { return }
    guard let other, let header = headers(of: other).first else {
      _ = endOfSection(name)
      return
    }
    insert(Slot(bytes: lineEnd, content: .blank), at: header)
    insert(Slot(bytes: Array("[\(name)]".utf8) + lineEnd, content: .section(name)), at: header)
  }

  /// Removes a section, in all its parts, with all that stands under its headers.
  public mutating func removeSection(_ name: String) {
    remove(headers(of: name).flatMap { Array($0..<endOfPart(from: $0)) }[...])
  }

  // MARK: Places

  /// Removes a statement, perhaps one of those that systemd does not read.
  mutating func removeSlot(at index: Int) {
    if index >= readable { unreadable -= 1 }
    slots.remove(at: index)
  }

  /// Removes many slots, in ascending order, in one pass: each by itself would move all that follow it.
  private mutating func remove(_ indices: ArraySlice<Int>) {
    guard let first = indices.first else { return }
    var end = first
    var next = indices.startIndex
    for index in first..<slots.count {
      if next < indices.endIndex, indices[next] == index {
        next += 1
      } else {
        slots[end] = slots[index]
        end += 1
      }
    }
    slots.removeLast(slots.count - end)
  }

  /// Where systemd's reading ends among the slots.
  private var readable: Int { slots.count - unreadable }

  private func headers(of section: String) -> [Int] {
    slots.indices.filter { slots[$0].content == .section(section) }
  }

  private func endOfPart(from header: Int) -> Int {
    slots[..<readable].indices.dropFirst(header + 1).first {
      if case .section = slots[$0].content { true } else { false }
    } ?? readable
  }

  private func indices(of key: String, in section: String) -> [Int] {
    var isInside = false
    return slots.indices.filter { index in
      switch slots[index].content {
      case .section(let name): isInside = name == section
      case .assignment(key, _): return isInside
      case .assignment, .blank, .comment, .unused: break
      }
      return false
    }
  }

  /// Where a new line of a section stands: behind its last assignment, or its header and the comments under that.
  ///
  /// Adds the header when there is none.
  mutating func endOfSection(_ section: String) -> Int {
    guard let header = headers(of: section).last else {
      var end = readable
      if end > 0, slots[end - 1].content != .blank {
        insert(Slot(bytes: lineEnd, content: .blank), at: end)
        end += 1
      }
      insert(Slot(bytes: Array("[\(section)]".utf8) + lineEnd, content: .section(section)), at: end)
      return end + 1
    }
    let part = (header + 1)..<endOfPart(from: header)
    let used = part.last {
      switch slots[$0].content {
      case .assignment, .unused: true
      case .section, .blank, .comment: false
      }
    }
    if let used { return used + 1 }
    return part.first { slots[$0].content != .comment } ?? part.upperBound
  }

  /// The line end that the bytes have first.
  private static func lineEnd(_ bytes: [UInt8]) -> [UInt8]? {
    guard let start = bytes.firstIndex(where: { $0 == ASCII.newline || $0 == ASCII.carriageReturn }) else {
      return nil
    }
    let isPair = bytes[start...].starts(with: [ASCII.carriageReturn, ASCII.newline])
    return isPair ? [ASCII.carriageReturn, ASCII.newline] : [bytes[start]]
  }
}

extension UnitFileEditor.Slot.Content {
  init(_ content: UnitFile.Entry.Content) {
    self =
      switch content {
      case .blank: .blank
      case .comment: .comment
      case .section(let name): .section(name)
      case .assignment(let assignment): .assignment(key: assignment.key, value: assignment.value)
      case .unused: .unused
      }
  }
}

extension UnitFile {
  /// The file with some changes; the positions of what it gives are right.
  public func editing<Failure: Error>(
    _ changes: (inout UnitFileEditor) throws(Failure) -> Void
  ) throws(Failure) -> UnitFile {
    var editor = UnitFileEditor(self)
    try changes(&editor)
    return editor.edited
  }
}
