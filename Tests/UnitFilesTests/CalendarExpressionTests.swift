import TestSupport
import Testing
import UnitFiles

@Suite("CalendarExpression")
struct CalendarExpressionTests {
  private static let program = "systemd-analyze calendar --iterations=0"

  @Test(
    "an expression has systemd's normal form",
    arguments: [
      ("daily", "*-*-* 00:00:00"), ("Hourly", "*-*-* *:00:00"), ("weekly", "Mon *-*-* 00:00:00"),
      ("quarterly", "*-01,04,07,10-01 00:00:00"), ("minutely", "*-*-* *:*:00"),
      ("anually", "*-01-01 00:00:00"), ("Mon..Fri 9:30", "Mon..Fri *-*-* 09:30:00"),
      ("sat,SUNDAY", "Sat,Sun *-*-* 00:00:00"), ("Mon,Tue,Wed,Fri, 5:0", "Mon..Wed,Fri *-*-* 05:00:00"),
      ("Mon-Wed", "Mon..Wed *-*-* 00:00:00"), ("Mon..Sun 3:00", "*-*-* 03:00:00"),
      ("*-*-* 6,18:00", "*-*-* 06,18:00:00"), ("*:0/15", "*-*-* *:00/15:00"),
      ("*-*~1", "*-*~01 00:00:00"), ("Mon *-*~7/1", "Mon *-*~07/1 00:00:00"),
      ("26-2-3", "2026-02-03 00:00:00"),
      ("89-12-24 1:2:3.45", "1989-12-24 01:02:03.450000"), ("12-05 8:05:40", "*-12-05 08:05:40"),
      ("*:*:*", "*-*-* *:*:*"), ("*:*:0..30/0.5", "*-*-* *:*:00..30/0.500000"),
      ("5,1,3,1:00", "*-*-* 01,03,05:00:00"), ("5..5:10..20/7", "*-*-* 05:10..17/7:00"),
      ("@1700000000", "2023-11-14 22:13:20 UTC"), ("@ +7", "1970-01-01 00:00:07 UTC"),
      ("daily Europe/Berlin", "*-*-* 00:00:00 Europe/Berlin"), ("*-*-* 4:00 utc", "*-*-* 04:00:00 UTC"),
      ("*:*:1.9999996", "*-*-* *:*:02"), ("1..3-5 ", "*-01..03-05 00:00:00"),
    ])
  func parse(text: String, normal: String) throws {
    let expression = try CalendarExpression.parse(text)
    #expect("\(expression)" == normal)
    #expect(try CalendarExpression.parse(normal) == expression)
    if let oracle = Files.output(of: Self.program, [text]) {
      #expect(oracle.contains("ormalized form: \(normal)"), "\(oracle)")
    }
  }

  @Test(
    "what systemd does not read is an error at its place",
    arguments: [
      ("", 0), ("dayly", 0), ("Mon..", 5), ("Mon,foo", 4), ("Fri..Mon", 5), ("Mon..Wed..Fri", 8), ("Mond", 0),
      ("25:00", 0), ("12:60", 0), ("12", 2), ("*:*/5", 3), ("*-13-1", 0), ("*-*-32", 0), ("*-*~29", 0),
      ("0 3 * * *", 0), ("5..3:00", 0), ("0/0:00", 3), ("1969-1-1", 0), ("2200-1-1", 0), ("*~1-1", 3),
      ("4:00 5", 4), ("@x", 1), ("@5 4:00", 2), ("4:00:1..1.5", 11), ("*-*~1,26", 0), ("4:00:", 5),
      ("4:0:0.", 6), ("*-*-* *-*-*", 7), ("99999999999:00", 0), ("0/24:00", 0),
    ])
  func reject(text: String, offset: Int) {
    let error = #expect(throws: ValueError.self) { try CalendarExpression.parse(text) }
    #expect(error?.offset == offset, "\(error?.message ?? "")")
    if Files.output(of: Self.program, ["daily"]) != nil {
      #expect(Files.output(of: Self.program, [text]) == nil)
    }
  }

  @Test("a misspelt word and a line of cron's are told what was meant")
  func hints() {
    let word = #expect(throws: ValueError.self) { try CalendarExpression.parse("montly") }
    #expect(word?.message.contains("did you mean 'monthly'?") == true)
    let cron = #expect(throws: ValueError.self) { try CalendarExpression.parse("*/5 * * * *") }
    #expect(cron?.message.contains("cron") == true)
  }

  @Test("it reads what systemd reads, and nothing else")
  func random() {
    guard Files.output(of: Self.program, ["daily"]) != nil else {
      return print("systemd-analyze is missing: nothing compared")
    }
    var random = SeededGenerator(seed: 20)
    let pieces = [
      "*", "*", "-", "-", ":", ":", "/", ",", "..", "~", " ", "Mon", "fri", "Tuesday", "UTC", "0", "1", "5",
      "12", "28", "31", "60", "2027", "1.5", "@",
    ]
    let forms = [
      "P:P", "P-P", "P-P-P", "P-P~P P:P", "D P:P:P", "P-P-P P:P:P", "P~P", "D P-P P:P", "P", "PP", "PPP",
    ]
    var agreed = 0
    for _ in 0..<600 {
      let form = forms.randomElement(using: &random) ?? "P"
      let text = form.map { letter in
        switch letter {
        case "P": Self.field(&random, pieces)
        case "D": ["Mon", "Sat,Sun", "mon..Wed,fri", "Thu,", "Sun..Mon"].randomElement(using: &random) ?? ""
        default: String(letter)
        }
      }.joined()
      let own = try? CalendarExpression.parse(text, isZone: { _ in false })
      let judged = Files.output(of: Self.program, [text])
      #expect((own == nil) == (judged == nil), "\(text.debugDescription)")
      guard let own, let judged else { continue }
      agreed += 1
      #expect(judged.contains("ormalized form: \(own)"), "\(text.debugDescription): \(judged)")
    }
    #expect(agreed > 80)
  }

  private static func field(_ random: inout SeededGenerator, _ pieces: [String]) -> String {
    let number = { (random: inout SeededGenerator) in String(Int.random(in: 0...33, using: &random)) }
    switch Int.random(in: 0..<10, using: &random) {
    case 0...2: return "*"
    case 3...4: return number(&random)
    case 5: return "\(number(&random))..\(number(&random))"
    case 6: return "\(number(&random))/\(number(&random))"
    case 7: return "\(number(&random)),\(number(&random))"
    case 8: return "\(number(&random))..\(number(&random))/\(number(&random)),\(number(&random))"
    default: return pieces.randomElement(using: &random) ?? ""
    }
  }

  @Test(
    "an expression has words of its own",
    arguments: [
      ("daily", "every day at 00:00"), ("*-*-* 03:00", "every day at 03:00"),
      ("Mon..Fri 09:30", "Mon..Fri at 09:30"), ("weekly", "every Monday at 00:00"),
      ("hourly", "every hour"), ("minutely", "every minute"), ("*:*:*", "every second"),
      ("*:*:0/10", "every 10 s"), ("*:0/15", "every 15 min"), ("*:30", "every hour at minute 30"),
      ("*:5/15", "every 15 min from 00:05 on"), ("*:0,20,50", "every hour at minutes 0, 20 and 50"),
      ("0/6:00", "every 6 hours"), ("1/6:30", "every 6 hours from 01:30 on"),
      ("*-*-* 6,18:00", "every day at 06:00 and 18:00"), ("8..18:00", "every hour from 08:00 to 18:00"),
      ("Mon..Fri 8..17:0/15", "every 15 min from 08:00 to 17:45, Mon..Fri"),
      ("monthly", "on the 1st of every month at 00:00"),
      ("*-*-1,15 4:00", "on the 1st and 15th of every month at 04:00"),
      ("quarterly", "on the 1st of Jan, Apr, Jul and Oct at 00:00"),
      ("yearly", "every year on 1 Jan at 00:00"),
      ("2027-12-24 18:00", "once, on 2027-12-24 at 18:00"),
      ("*-*~1 23:00", "on the last day of every month at 23:00"),
      ("*-*~3", "on the 3rd last day of every month at 00:00"),
      ("Sun *-*-1..7 4:00", "on the first Sunday of every month at 04:00"),
      ("Mon *-*~7/1", "on the last Monday of every month at 00:00"),
      ("Fri *-*-13", "on the 13th of every month, Fri only at 00:00"),
      ("Sat,Sun 10:00", "Sat and Sun at 10:00"),
      ("*-7-* 5:00", "every day in Jul at 05:00"),
      ("Mon *-6..8-* 5:00", "every Monday from Jun to Aug at 05:00"),
      ("*-*-* 4:05:06 UTC", "every day at 04:05:06 UTC"),
      ("daily Europe/Berlin", "every day at 00:00 Europe/Berlin"),
      ("2027-*-1", "on the 1st of every month in 2027 at 00:00"), ("hourly UTC", "every hour UTC"),
      ("Mon,Wed,Fri 7:00", "Mon, Wed and Fri at 07:00"),
      ("*-*-2..4 1:00", "on the 2nd to 4th of every month at 01:00"),
    ])
  func words(text: String, words: String) throws {
    #expect(try CalendarExpression.parse(text).words == words)
  }

  @Test(
    "what words would not make clearer has none",
    arguments: ["*:*:0.5", "1,2,5,7,11,13,17,19,23:00", "*-*~2,5", "*-1/2-3/4", "*:1,2,3,4,5,9"])
  func noWords(text: String) throws {
    #expect(try CalendarExpression.parse(text).words == nil)
  }

  @Test(
    "a day that no calendar has is told from one that comes",
    arguments: [
      ("*-2-30", false), ("*-4,6-31", false), ("*-2-29", true), ("2027-2-29", false), ("*-*~28", true),
      ("Mon 2026-11-24", false), ("Tue 2026-11-24", true), ("*-2~1..3", true), ("2199-12-31", true),
    ])
  func days(text: String, comes: Bool) throws {
    #expect(try CalendarExpression.parse(text).hasDays == comes)
  }

  /// Tuesday, 2026-11-24 17:30:00.
  private static let now = 1_795_541_400

  @Test(
    "the last moment that an expression means is found",
    arguments: [
      ("daily", "2026-11-24 00:00:00"), ("*-*-* 17:30", "2026-11-24 17:30:00"),
      ("*-*-* 17:31", "2026-11-23 17:31:00"), ("Mon 3:00", "2026-11-23 03:00:00"),
      ("*:0/20", "2026-11-24 17:20:00"), ("*-*~1", "2026-10-31 00:00:00"), ("*-*~7/1", "2026-11-24 00:00:00"),
      ("*-*~3..5", "2026-10-29 00:00:00"), ("*-2-29 1:2:3", "2024-02-29 01:02:03"),
      ("1970-1-1", "1970-01-01 00:00:00"), ("2027-1-1", nil), ("*-2-30", nil),
    ] as [(String, String?)])
  func last(text: String, moment: String?) throws {
    let found = try CalendarExpression.parse(text).last(atOrBefore: Self.now)
    let expected = try moment.map { try CalendarExpression.parse($0) }
    #expect(found == expected.flatMap { $0.last(atOrBefore: .max / 4) })
    if moment != nil { #expect(found != nil) }
  }
}
