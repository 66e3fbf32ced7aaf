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

  @Test(
    "go beyond the complete strict sandbox only by what takes the network, and leave out what the version does not know"
  )
  func end() {
    let strict = SandboxSetting.strict.map { "\($0.line)\n" }.joined() + "User=web"
    let unit = ExposureTests.unit(strict)
    let gained = ExposureImprovement.cheapest(for: unit, systemd: 257).map(\.setting.directive)
    #expect(gained == ["PrivateNetwork", "IPAddressDeny"])
    let shut = ExposureTests.unit(strict + "\nPrivateNetwork=yes\nIPAddressDeny=any")
    #expect(ExposureImprovement.cheapest(for: shut, systemd: 257).isEmpty)
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

  @Test(
    "empty a list first where a further line would only widen it",
    arguments: [
      ("RestrictAddressFamilies", "AF_INET AF_INET6 AF_UNIX AF_NETLINK AF_PACKET"),
      ("SystemCallFilter", "@system-service @mount @reboot"), ("SystemCallFilter", "~@clock"),
      ("SystemCallArchitectures", "native x86"),
    ])
  func resets(key: String, value: String) throws {
    let lines = "User=web\n\(key)=\(value)"
    let list = ExposureImprovement.cheapest(for: ExposureTests.unit(lines), systemd: 252, limit: 100)
    let found = try #require(list.first { $0.setting.directive == key && $0.resets })
    #expect(found.lines == ["\(key)=", found.setting.line])
    let after = ExposureTests.exposure("\(lines)\n\(found.lines.joined(separator: "\n"))")
    #expect(found.tenths == after.tenths)
    let without = ExposureTests.exposure("\(lines)\n\(found.setting.line)")
    #expect(without.points > after.points)
    let together = ExposureImprovement.exposure(
      of: ExposureTests.unit(lines), with: [found], systemd: 252)
    #expect(together.points == after.points)
  }

  @Test(
    "take back what a unit has asked for beyond the sandbox",
    arguments: [
      ("Delegate=yes", "Delegate=no"), ("NotifyAccess=all", "NotifyAccess=main"),
      ("SupplementaryGroups=video", "SupplementaryGroups="),
      ("DevicePolicy=closed\nDeviceAllow=/dev/kvm rw", "DeviceAllow="),
    ])
  func further(line: String, expected: String) throws {
    let unit = ExposureTests.unit("User=web\n\(line)")
    let list = ExposureImprovement.cheapest(for: unit, systemd: 257, limit: 100)
    let found = try #require(list.first { $0.setting.line == expected })
    #expect(found.risk != .low && !found.resets && found.gain > 0)
  }

  @Test("of a unit with very many lines are found by reading it once")
  func manyLines() {
    let text = "[Service]\n" + String(repeating: "a=\n", count: 300_000)
    let unit = Unit(name: "a.service", files: [UnitFile(parsing: Array(text.utf8), path: "a.service")])
    let once = ContinuousClock().measure { _ = Exposure(of: unit, systemd: 252) }
    let all = ContinuousClock().measure { _ = ExposureImprovement.cheapest(for: unit, systemd: 252) }
    #expect(all < once * 8)
  }
}
