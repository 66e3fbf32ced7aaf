import Testing
import UnitDesign

@Suite("TimerSchedule")
struct TimerScheduleTests {
  private static let day = Duration.seconds(86_400)

  @Test(
    "a schedule has words",
    arguments: [
      ([.calendar("*-*-* 03:00:00")], "every day at 03:00"),
      ([.span(.boot, .seconds(900)), .span(.unitActive, day)], "15 min after boot, then every day"),
      (
        [.span(.boot, .seconds(900)), .span(.unitInactive, day)], "15 min after boot, then 1 d after each run"
      ),
      ([.span(.unitActive, .seconds(300))], "every 5 min, once its unit has run"),
      (
        [.span(.active, .zero), .span(.unitActive, .seconds(5400))],
        "when the timer starts, then every 1h 30min"
      ),
      ([.span(.startup, .seconds(1)), .span(.boot, .zero)], "1 s after systemd's start and at boot"),
      (
        [.calendar("Mon..Fri *-*-* 09:30:00"), .calendar("Sat *-*-* 11:00:00")],
        "Mon..Fri at 09:30; every Saturday at 11:00"
      ),
      ([.calendar("daily"), .span(.unitActive, .seconds(7200))], "every day at 00:00; every 2 hours"),
      ([.calendar("*-*-* *:*:00.500000")], "*-*-* *:*:00.500000"), ([], "never"),
    ] as [([TimerSchedule.Trigger], String)])
  func words(triggers: [TimerSchedule.Trigger], words: String) {
    #expect(TimerSchedule(triggers).words == words)
  }

  @Test("delays and changes of the clock are part of it")
  func delays() {
    var schedule = TimerSchedule([.calendar("daily")], randomDelay: .seconds(43_200))
    #expect(schedule.words == "every day at 00:00, up to 12 h later")
    schedule = TimerSchedule([], onClockChange: true, onZoneChange: true)
    #expect(schedule.words == "when the clock is set; when the time zone changes")
  }

  @Test("a base is known by its setting and by its name on the bus")
  func bases() {
    for base in TimerSchedule.Base.allCases {
      #expect(TimerSchedule.Base(name: base.rawValue) == base)
      #expect(TimerSchedule.Base(name: "\(base.rawValue.dropLast(3))USec") == base)
    }
    #expect(TimerSchedule.Base(name: "OnCalendar") == nil)
  }
}
