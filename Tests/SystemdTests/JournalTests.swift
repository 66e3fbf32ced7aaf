import Glibc
import Testing

@testable import Systemd

@Suite("Journal entries")
struct JournalTests {
  @Test("an entry has its message, priority, kind and fields in order")
  func entry() {
    let entry = JournalEntry(
      "went away", priority: .warning, id: 0x6bbd_95ee_9779_41e4_97c4_8be2_7c25_4128,
      fields: ["unit": "app.service", "exit-code": "3", "UNIT": "second"])
    #expect(entry.fields.map(\.name) == ["MESSAGE", "PRIORITY", "MESSAGE_ID", "UNIT", "EXIT_CODE", "UNIT"])
    #expect(
      entry.fields.map { String(decoding: $0.value, as: UTF8.self) } == [
        "went away", "4", "6bbd95ee977941e497c48be27c254128", "app.service", "3", "second",
      ])
  }

  @Test(
    "a field without a valid name fails the entry and is named",
    arguments: ["", "_PID", "1ST", "a b", "a=b", "ü", "a\nb", String(repeating: "x", count: 65)])
  func invalidName(name: String) {
    var entry = JournalEntry("text")
    entry.append(name, "value")
    #expect(
      Journal.send(entry)
        == .failed(SystemError(errno: EINVAL, operation: "name the journal field", subject: name)))
  }

  @Test("values are cut and fields are counted")
  func limits() {
    var entry = JournalEntry(String(repeating: "x", count: JournalEntry.valueLimit + 1))
    #expect(entry.fields.first?.value.count == JournalEntry.valueLimit)
    while entry.fields.count < JournalEntry.fieldLimit { entry.append("MORE", "x") }
    entry.append("LAST", "x")
    #expect(entry.fields.count == JournalEntry.fieldLimit && entry.rejected == "LAST")
  }

  @Test("an identifier prints as 32 digits and is read with or without dashes")
  func identifier() {
    let id: MessageID = 0x0bbd_95ee_9779_41e4_97c4_8be2_7c25_4128
    #expect(id.description == "0bbd95ee977941e497c48be27c254128")
    #expect(MessageID("0bbd95ee977941e497c48be27c254128") == id)
    #expect(MessageID("0bbd95ee-9779-41e4-97c4-8be27c254128") == id)
    for text in ["", "0bbd", "+bbd95ee977941e497c48be27c254128", "0bbd95ee977941e497c48be27c25412g"] {
      #expect(MessageID(text) == nil)
    }
  }

  @Test("standard error is the journal only if device and inode agree")
  func stream() throws {
    var status = stat()
    try #require(unsafe fstat(2, &status) == 0)
    #expect(Journal.isConnected { _ in "\(status.st_dev):\(status.st_ino)" })
    #expect(!Journal.isConnected { _ in "\(status.st_dev):\(status.st_ino + 1)" })
    #expect(!Journal.isConnected { _ in nil })
  }
}
