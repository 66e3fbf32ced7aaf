import Testing

@testable import Systemd

@Suite("The unit of a process")
struct ProcessUnitTests {
  @Test("a process that is gone is in no unit")
  func gone() {
    #expect(ProcessUnit.of(1 << 22) == nil)
  }

  @Test("without a manager this process is in no unit", .enabled(if: !ProcessUnit.isBooted))
  func notBooted() {
    #expect(ProcessUnit.of() == nil)
  }
}
