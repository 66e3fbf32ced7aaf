import Testing
import UnitFiles

@testable import UnitDesign

@Suite("The exposure of a service")
struct ExposureTests {
  static func unit(_ lines: String, name: String = "test.service") -> Unit {
    Unit(name: name, files: [UnitFile(parsing: Array("[Service]\n\(lines)\n".utf8), path: name)])
  }

  static func exposure(_ lines: String, _ version: Int = 252) -> Exposure {
    Exposure(of: unit(lines), systemd: version)
  }

  @Test("is made of systemd's 81 checks with systemd's weights")
  func checks() {
    #expect(ExposureCheck.all.count == 81)
    #expect(Set(ExposureCheck.all.map(\.field)).count == 81)
    #expect(ExposureCheck.all.reduce(0) { $0 + $1.weight } == 56460)
    for check in ExposureCheck.all {
      let sentences = Set((0...check.range).map { check.sentence(badness: $0) })
      #expect(sentences.count >= 2, "\(check.name)")
    }
  }

  @Test(
    "is what systemd says of well-known profiles",
    arguments: [
      ("", 252, "9.6", "UNSAFE", 53510, 56160), ("", 257, "9.4", "UNSAFE", 52510, 56160),
      ("User=web", 252, "9.2", "UNSAFE", 51610, 56460),
      ("DynamicUser=yes", 252, "8.4", "EXPOSED", nil, 56460),
      (Self.strict + "User=web", 252, "1.1", "OK", 5725, 56460),
      (Self.strict + "User=web", 262, "1.1", "OK", 5725, 56460),
      (
        Self.strict + "User=web\nIPAddressDeny=any\nIPAddressAllow=localhost", 252, "0.9", "SAFE", 4925, 56460
      ),
      (
        Self.strict + "User=web\nPrivateNetwork=yes\nIPAddressDeny=any\nRestrictAddressFamilies=\n"
          + "RestrictAddressFamilies=AF_UNIX",
        257, "0.2", "SAFE", 725, 56460
      ),
    ] as [(String, Int, String, String, Int?, Int)])
  func profiles(lines: String, version: Int, text: String, level: String, points: Int?, weight: Int) {
    let exposure = Self.exposure(lines, version)
    #expect(exposure.description == text)
    #expect(exposure.level.rawValue == level)
    #expect(exposure.weight == weight)
    if let points { #expect(exposure.points == points) }
    #expect(exposure.refusals.isEmpty)
  }

  private static let strict = SandboxSetting.strict.map { "\($0.line)\n" }.joined()

  @Test("of a check is its share of the sum, in hundredths")
  func share() throws {
    let exposure = Self.exposure("")
    let user = try #require(exposure.ratings.first { $0.check.field == "UserOrDynamicUser" })
    #expect(user.points == 2000)
    #expect(exposure.hundredths(of: user) == 2000 * 1000 / exposure.weight)
    #expect(exposure.hundredths(of: user) == 35)
    let groups = try #require(exposure.ratings.first { $0.check.field == "SupplementaryGroups" })
    #expect(groups.badness == nil)
    #expect(exposure.hundredths(of: groups) == 0)
  }

  @Test("leaves settings for the file system out of a service of the early boot")
  func earlyBoot() {
    let text = "[Unit]\nDefaultDependencies=no\n[Service]\nProtectHome=yes\n"
    let unit = Unit(name: "x.service", files: [UnitFile(parsing: Array(text.utf8), path: "x.service")])
    let ratings = Exposure(of: unit, systemd: 252).ratings.filter(\.check.needsDefaultDependencies)
    #expect(
      ratings.map(\.check.field) == [
        "PrivateTmp", "ProtectHome", "ProtectSystem", "RootDirectoryOrRootImage",
      ])
    #expect(ratings.allSatisfy { $0.badness == nil })
  }

  @Test(
    "names the values that make systemd refuse the unit",
    arguments: [
      "DynamicUser=perhaps", "User=a:b", "User=123456789012", "SupplementaryGroups=a b/c",
      "RootDirectory=srv",
      "RootImage=/a/../b", "User=%z",
    ])
  func refusals(line: String) {
    let refusals = Self.exposure("UMask=0077\n" + line).refusals
    #expect(refusals.count == 1)
    #expect(refusals.first?.position.line == 3)
    #expect(Self.exposure("User=web\nSupplementaryGroups=a b\nRootDirectory=/srv/%i/").refusals.isEmpty)
  }
}
