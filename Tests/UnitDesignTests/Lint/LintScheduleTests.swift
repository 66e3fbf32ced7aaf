import Testing
import UnitDesign

@Suite("Lint of calendar expressions")
struct LintScheduleTests {
  private func found(_ value: String, _ machine: ExampleMachine = ExampleMachine()) -> [String] {
    places(lint("[Timer]\nOnCalendar=\(value)\n", machine: machine, only: ["L69"]))
  }

  @Test(
    "finds what systemd cannot read, at its place, and days that never come",
    arguments: [
      ("*-*-* 25:00", "L69 2:12"), ("Mon..Fri 9.30", "L69 2:22"), ("dayly", "L69 2:12"),
      ("0 3 * * *", "L69 2:12"), ("*-2-30", "L69 2:12"),
    ])
  func broken(value: String, place: String) {
    #expect(found(value) == [place])
  }

  @Test(
    "leaves alone what systemd reads, and what only the machine can judge",
    arguments: [
      "daily", "Mon..Fri 09:30", "*-2-29", "%i", "*-*-* 03:00 CEST", "*-*-* 03:00 Europe/Nowhere", "",
    ])
  func fine(value: String) {
    #expect(found(value).isEmpty)
  }

  @Test("a time zone is looked up where the machine has the database")
  func zones() {
    var machine = ExampleMachine()
    machine.files["/usr/share/zoneinfo"] = FileFacts(kind: .folder, mode: 0o755)
    machine.files["/usr/share/zoneinfo/Europe/Berlin"] = FileFacts(kind: .file)
    #expect(found("daily Europe/Berlin", machine).isEmpty)
    #expect(found("daily Europe/Berlim", machine).count == 1)
  }

  @Test("does not look at units of another type")
  func types() {
    let text = "[Timer]\nOnCalendar=nonsense\n[Service]\nExecStart=/usr/bin/server\n"
    #expect(lint(text, name: "example.service", only: ["L69"]).isEmpty)
  }
}
