import Glibc
import Systemd
import TestSupport
import Testing

@Suite("Reading the journal", .onLoop)
struct JournalReaderTests {
  /// Runs `body` with a journal that ends with it.
  @LoopActor private static func withJournal(
    _ body: @LoopActor (PrivateJournal) async throws -> Void
  ) async throws {
    let journal = try await PrivateJournal()
    do {
      try await body(journal)
    } catch {
      await journal.end()
      throw error
    }
    await journal.end()
  }

  /// The messages of the next `count` entries.
  @LoopActor private static func messages(_ reader: JournalReader, _ count: Int) async throws -> [String] {
    let task = EventLoop.main.spawn { () -> [String] in
      var messages: [String] = []
      do {
        for try await record in reader.records() {
          messages.append(record.message)
          if messages.count == count { break }
        }
      } catch {
        messages.append("\(error)")
      }
      return messages
    }
    // A test that waits in vain is to fail, not to hang.
    let guardian = TimerSource { task.cancel() }
    guardian.arm(after: .seconds(10))
    defer { guardian.disarm() }
    return await task.value
  }

  @Test("what is written is read, with all its fields and any bytes", .needsJournal)
  @LoopActor func roundTrip() async throws {
    try await Self.withJournal { journal in
      let reader = try JournalReader(directory: journal.directory, .field("APP", "test"))
      var entry = JournalEntry(
        "two\nlines", priority: .warning, id: 0x6bbd_95ee_9779_41e4_97c4_8be2_7c25_4128,
        fields: ["APP": "test"])
      entry.append("RAW", [0, 0xff, 0x3d, 0x0a, 0x41])
      try journal.write(JournalEntry("of no interest", fields: ["APP": "other"]))
      try journal.write(entry)
      #expect(try await Self.messages(reader, 1) == ["two\nlines"])
      try reader.seek(to: .beginning)
      let record = try #require(try reader.next())
      #expect(record.priority == .warning)
      #expect(record.messageID == 0x6bbd_95ee_9779_41e4_97c4_8be2_7c25_4128)
      #expect(record.fields.contains { $0.name == "RAW" && $0.value == [0, 0xff, 0x3d, 0x0a, 0x41] })
      #expect(record.process == getpid())
      #expect(record["NOT_THERE"] == nil)
      #expect(record.realtime > .seconds(1_600_000_000) && record.monotonic > .zero)
      #expect(try reader.next() == nil)
    }
  }

  @Test("reading begins at a place: the end, a time, after a cursor", .needsJournal)
  @LoopActor func places() async throws {
    try await Self.withJournal { journal in
      let reader = try JournalReader(directory: journal.directory, .field("APP", "test"))
      for word in ["one", "two"] { try journal.write(JournalEntry(word, fields: ["APP": "test"])) }
      #expect(try await Self.messages(reader, 2) == ["one", "two"])
      try reader.seek(to: .beginning)
      let first = try #require(try reader.next())
      let second = try #require(try reader.next())
      try reader.seek(to: .cursor(first.cursor))
      #expect(try reader.next()?.message == "two")
      try reader.seek(to: .realtime(second.realtime))
      #expect(try reader.next()?.message == "two")
      try reader.seek(to: .end)
      #expect(try reader.next() == nil)
      try journal.write(JournalEntry("three", fields: ["APP": "test"]))
      #expect(try await Self.messages(reader, 1) == ["three"])
      let error = #expect(throws: SystemError.self) { try reader.seek(to: .cursor("nonsense")) }
      #expect(error?.errno == EINVAL)
    }
  }

  @Test("alternatives and conjunctions of fields are what they say", .needsJournal)
  @LoopActor func matches() async throws {
    try await Self.withJournal { journal in
      for (word, a, b) in [("1", "x", "x"), ("2", "x", "y"), ("3", "y", "x"), ("4", "y", "y")] {
        try journal.write(JournalEntry(word, fields: ["A": a, "B": b, "APP": "test"]))
      }
      let reader = try JournalReader(directory: journal.directory, .field("APP", "test"))
      #expect(try await Self.messages(reader, 4) == ["1", "2", "3", "4"])
      @LoopActor func select(_ match: JournalMatch) throws -> [String] {
        try reader.set(match)
        try reader.seek(to: .beginning)
        var messages: [String] = []
        while let record = try reader.next() { messages.append(record.message) }
        return messages
      }
      let (ax, by) = (JournalMatch.field("A", "x"), JournalMatch.field("B", "y"))
      #expect(try select(ax.or(by)) == ["1", "2", "4"])
      #expect(try select(ax.and(by)) == ["2"])
      #expect(try select(ax.or(by).and(.field("B", "x").or(.field("A", "y")))) == ["1", "4"])
      #expect(try select(ax.and(.field("A", "y"))) == [])
      #expect(ax.or(.all) == .all && ax.and(.all) == ax && JournalMatch.all.and(ax) == ax)
    }
  }

  @Test("a value longer than the limit is cut off, not refused", .needsJournal)
  @LoopActor func longValue() async throws {
    try await Self.withJournal { journal in
      var entry = JournalEntry("long", fields: ["APP": "test"])
      entry.append("LONG", Array(repeating: UInt8(ascii: "x"), count: 60_000))
      try journal.write(entry)
      let reader = try JournalReader(
        directory: journal.directory, .field("APP", "test"), valueLimit: 1024)
      #expect(try await Self.messages(reader, 1) == ["long"])
      try reader.seek(to: .beginning)
      let long = try #require(try reader.next()?["LONG"])
      #expect(long.allSatisfy { $0 == "x" } && long.utf8.count >= 1000)
    }
  }

  @Test("waiting at the end is cancelled with the task; a journal without files has no entries")
  @LoopActor func cancelled() async throws {
    var template = Array("/tmp/upkeep-journal.XXXXXX".utf8CString)
    _ = unsafe mkdtemp(&template)
    let folder = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
    defer { unsafe rmdir(folder) }
    let reader = try JournalReader(directory: folder)
    #expect(try reader.next() == nil)
    let task = EventLoop.main.spawn { () -> Bool in
      do {
        for try await _ in reader.records() { return false }
      } catch {
        return false
      }
      return true
    }
    await Task.yield()
    task.cancel()
    #expect(await task.value)
    #expect(throws: SystemError.self) { try JournalReader(directory: "/nonexistent/journal") }
  }
}

extension Trait where Self == ConditionTrait {
  /// Skips the test where journald cannot run beside the machine's own.
  fileprivate static var needsJournal: Self {
    .disabled(
      if: PrivateJournal.unavailability != nil, Comment(rawValue: PrivateJournal.unavailability ?? ""))
  }
}
