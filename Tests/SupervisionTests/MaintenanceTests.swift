import Supervision
import Testing
import UnitFiles

@Suite("Maintenance")
struct MaintenanceTests {
  private static func maintenance(_ reason: String = "new disk") throws(ValueError) -> Maintenance {
    try Maintenance(began: 1_000_000, until: 3_000_000, reason: reason, author: "alice as root")
  }

  @Test("is on until its end, also while the clock is behind its begin")
  func isOn() throws {
    let maintenance = try Self.maintenance()
    #expect(maintenance.isOn(at: 1_000_000) && maintenance.isOn(at: 2_999_999))
    #expect(!maintenance.isOn(at: 3_000_000))
    #expect(maintenance.isOn(at: 0))
  }

  @Test(
    "is read back from its file as it was written",
    arguments: ["new disk", "a = b # c", "Platte „sdb“ getauscht"])
  func file(reason: String) throws {
    let maintenance = try Self.maintenance(reason)
    #expect(try Maintenance(parsing: Array(maintenance.text.utf8)) == maintenance)
    // A later version may say more.
    #expect(try Maintenance(parsing: Array(("MORE=1\nnonsense\n\n" + maintenance.text).utf8)) == maintenance)
  }

  @Test(
    "is none in a file that says no such thing",
    arguments: [
      "", "UNTIL=5\nREASON=x\n", "BEGAN=1\nUNTIL=-5\nREASON=x\n", "BEGAN=1\nUNTIL=1\nREASON=x\n",
      "BEGAN=1\nUNTIL=99999999999999999999\nREASON=x\n", "BEGAN=+1\nUNTIL=5\nREASON=x\n",
      "BEGAN=1\nUNTIL=9000000000000000000\nREASON=x\n", "BEGAN=1\nUNTIL=5\n",
      "BEGAN=1\nUNTIL=5\nREASON=\u{1b}[2J\n",
      "BEGAN=1\nUNTIL=5\nREASON=x\nBY=\u{9b}2J\n",
      "BEGAN=1\nUNTIL=5\nREASON=" + String(repeating: "x", count: 501),
      "BEGAN=1\nUNTIL=5\nREASON=x\n#" + String(repeating: "x", count: 4096),
    ])
  func broken(text: String) {
    #expect(throws: ValueError.self) { try Maintenance(parsing: Array(text.utf8)) }
  }

  @Test("has bounds: 31 days, a reason of one line")
  func bounds() throws {
    let longest = Maintenance.longest.components.seconds * 1_000_000
    #expect(throws: Never.self) { try Maintenance(began: 5, until: 5 + longest, reason: "x", author: "") }
    #expect(throws: ValueError.self) {
      try Maintenance(began: 5, until: 6 + longest, reason: "x", author: "")
    }
    for reason in ["", "two\nlines", "\u{7f}"] {
      #expect(throws: ValueError.self) { try Self.maintenance(reason) }
    }
  }

  @Test("is kept in the system's or the user's folder of states")
  func folders() {
    #expect(Maintenance.userFolder(stateHome: "/s", home: "/h") == "/s/upkeep/maintenance")
    #expect(Maintenance.userFolder(stateHome: "s", home: "/h") == "/h/.local/state/upkeep/maintenance")
    #expect(Maintenance.userFolder(stateHome: nil, home: "/h") == "/h/.local/state/upkeep/maintenance")
    #expect(Maintenance.userFolder(stateHome: nil, home: nil) == nil)
  }

  @Test("its events say until when, why and by whom")
  func events() throws {
    let maintenance = try Self.maintenance()
    let began = ServiceEvent.maintenanceBegan(maintenance, of: "web.service", until: "22:30")
    #expect(began.message == "Maintenance until 22:30: new disk")
    #expect(
      began.fields == [
        .unit: "web.service", .until: "3000000", .reason: "new disk", .author: "alice as root",
      ])
    #expect(
      ServiceEvent.maintenanceEnded(maintenance, of: "web.service", early: false).message
        == "Maintenance over: new disk")
    for event in [began] { #expect(Set(event.fields.keys).isSubset(of: event.kind.fields)) }
  }
}
