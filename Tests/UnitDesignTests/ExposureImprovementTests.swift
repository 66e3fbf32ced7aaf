import Testing
import UnitFiles

@testable import UnitDesign

@Suite("Improvements of the exposure")
struct ExposureImprovementTests {
  @Test("are what the lines gain when they are really added, the cheapest first", arguments: [252, 257, 262])
  func gains(version: Int) throws {
    let before = ExposureTests.exposure("User=web", version)
    let list = ExposureImprovement.cheapest(for: ExposureTests.unit("User=web"), systemd: version)
    #expect(list.count == 10)
    for item in list {
      let after = ExposureTests.exposure("User=web\n\(item.setting.line)", version)
      #expect(item.tenths == after.tenths)
      #expect(item.gain > 0 && after.points < before.points)
      #expect(abs(item.gain - (before.points - after.points) * 100_000 / before.weight) <= 1)
      #expect(!item.setting.denies.isEmpty)
    }
    let cheapness = list.map { Double($0.gain) / Double($0.risk.divisor) }
    #expect(cheapness == cheapness.sorted(by: >))
    let together = ExposureImprovement.exposure(
      of: ExposureTests.unit("User=web"), with: list, systemd: version)
    #expect(together.tenths < (list.map(\.tenths).min() ?? 0))
  }

  @Test("end when the strict sandbox is complete, and leave out what the version does not know")
  func end() {
    let strict = SandboxSetting.strict.map { "\($0.line)\n" }.joined() + "User=web"
    let unit = ExposureTests.unit(strict)
    let gained = ExposureImprovement.cheapest(for: unit, systemd: 257).map(\.setting.directive)
    #expect(gained.isEmpty)
    let old = ExposureImprovement.cheapest(for: ExposureTests.unit(""), systemd: 231, limit: 100)
    #expect(!old.isEmpty && old.allSatisfy { $0.setting.since <= 231 })
  }

  @Test("of a service that runs as root begin with its user only after what breaks less")
  func risk() throws {
    let list = ExposureImprovement.cheapest(for: ExposureTests.unit(""), systemd: 257, limit: 100)
    let user = try #require(list.first { $0.setting.directive == "DynamicUser" })
    #expect(user.risk == .high)
    #expect(list.first?.risk != .high)
  }
}
