import Presentation
import Testing

@Suite("Processor time")
struct ProcessorTimeTests {
  @Test(
    "is told in three digits and a unit",
    arguments: [
      (0, "0"), (999, "999us"), (1000, "1ms"), (999_999, "999ms"), (1_000_000, "1.0s"), (9_999_999, "9.9s"),
      (10_000_000, "10s"), (125_000_000, "2min 5s"), (11_520_000_000, "3h 12min"),
    ] as [(UInt64, String)])
  func text(microseconds: UInt64, text: String) {
    #expect(ProcessorTime.text(microseconds: microseconds) == text)
  }
}
