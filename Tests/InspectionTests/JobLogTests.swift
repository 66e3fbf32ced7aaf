import Inspection
import Systemd
import Testing

@Suite("The log of a failed job")
struct JobLogTests {
  private func record(_ message: String, _ priority: Int = 6, _ fields: [String: String] = [:])
    -> JournalRecord
  {
    let all = fields.merging(["MESSAGE": message, "PRIORITY": "\(priority)"]) { $1 }
    return JournalRecord(
      fields: all.map { .init($0.key, Array($0.value.utf8)) }, cursor: message, realtime: .zero,
      monotonic: .zero)
  }

  private let manager = ["SYSLOG_IDENTIFIER": "systemd", "UNIT": "a.service"]

  @Test("what the manager says of states is left out, and what it complains of stays")
  func states() {
    let state = ["MESSAGE_ID": "39f53479d3a045ac8e11786248231fbf"].merging(manager) { $1 }
    let records = [
      record("Starting a.service...", 6, state), record("working"), record("a.service: odd", 4, manager),
      record("a.service: Consumed 1s CPU time.", 6, manager),
      record("systemd", 6, ["SYSLOG_IDENTIFIER": "systemd"]),
      record("", 3),
    ]
    #expect(JobLog.relevant(records).map(\.message) == ["working", "a.service: odd", "systemd"])
  }

  @Test("an entry is of a run by its ID, and by its time if it has none")
  func runs() {
    let run: MessageID = 0x39f5_3479_d3a0_45ac_8e11_7862_4823_1fbf
    let other = MessageID(run.value + 1).description
    let began = Duration.seconds(10)
    let cases: [(fields: [String: String], time: Int, isOf: Bool)] = [
      (["_SYSTEMD_INVOCATION_ID": run.description], 1, true), (["_SYSTEMD_INVOCATION_ID": other], 11, false),
      (["INVOCATION_ID": run.description], 1, true), (["USER_INVOCATION_ID": other], 11, false),
      (["INVOCATION_ID": ""], 11, true), ([:], 11, true), ([:], 9, false),
    ]
    for (fields, time, isOf) in cases {
      let record = JournalRecord(
        fields: fields.map { .init($0.key, Array($0.value.utf8)) }, cursor: "", realtime: .seconds(time),
        monotonic: .zero)
      #expect(JobLog.isOf(run, record, since: began) == isOf, "\(fields) at \(time)")
    }
  }

  @Test("of too many lines errors and warnings are kept first, then the last ones, all in their order")
  func limit() {
    var records = (0..<20).map { record("line \($0)") }
    records[3] = record("error 3", 3)
    records[5] = record("warning 5", 4)
    #expect(
      JobLog.relevant(records).map(\.message) == [
        "error 3", "warning 5", "line 14", "line 15", "line 16", "line 17", "line 18", "line 19",
      ])
    let errors = (0..<20).map { record("error \($0)", 3) }
    #expect(JobLog.relevant(errors).map(\.message) == (12..<20).map { "error \($0)" })
    #expect(JobLog.relevant([]).isEmpty)
  }
}
