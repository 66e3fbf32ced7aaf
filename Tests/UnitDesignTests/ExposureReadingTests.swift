import Testing
import UnitFiles

@testable import UnitDesign

/// What systemd reads in odd values and places; each was seen with systemd-analyze first.
@Suite("The exposure of odd values")
struct ExposureReadingTests {
  private func badness(
    _ field: String, _ lines: String, name: String = "test.service", dropIns: [String] = [],
    version: Int = 252
  ) throws -> Int? {
    let texts = ["[Service]\n\(lines)\n"] + dropIns
    let files = texts.enumerated().map { UnitFile(parsing: Array($1.utf8), path: "\($0)") }
    let exposure = Exposure(of: Unit(name: name, files: files), systemd: version)
    return try #require(exposure.ratings.first { $0.check.field == field }).badness
  }

  @Test(
    "takes the user of DynamicUser= from the unit's name where that is a user's name",
    arguments: [
      ("nobody.service", 9), ("nobody@.service", 9), ("nobody@x.service", 9), ("root.service", 10),
      ("web.service", 0), ("no.body.service", 0), ("0.service", 0),
    ])
  func ownUser(name: String, expected: Int) throws {
    #expect(try badness("UserOrDynamicUser", "DynamicUser=yes", name: name) == expected)
    #expect(try badness("UserOrDynamicUser", "DynamicUser=yes\nUser=app", name: name) == 0)
    let groups = try badness("SupplementaryGroups", "DynamicUser=yes", name: name)
    #expect(groups == (name == "root.service" ? nil : 0))
    let objects = try badness("RemoveIPC", "DynamicUser=yes", name: name)
    #expect(objects == (name == "root.service" ? nil : 0))
  }

  @Test("of a drop-in with a bad value follows the lines before it, and does not call the unit refused")
  func dropIns() throws {
    let dropIn = "[Service]\nPrivateTmp=yes\nUser=a:b\nProtectClock=yes\n"
    #expect(try badness("PrivateTmp", "User=web", dropIns: [dropIn]) == 0)
    #expect(try badness("ProtectClock", "User=web", dropIns: [dropIn]) == 1)
    #expect(try badness("UserOrDynamicUser", "User=web", dropIns: [dropIn]) == 0)
    #expect(try badness("ProtectClock", "User=web", dropIns: [dropIn, "[Service]\nProtectClock=1\n"]) == 0)
    let files = ["[Service]\nUser=b:c\n", dropIn].map { UnitFile(parsing: Array($0.utf8), path: "x") }
    let refusals = Exposure(of: Unit(name: "x.service", files: files), systemd: 252).refusals
    #expect(refusals.map(\.position.line) == [2])
    let good = Exposure(
      of: Unit(name: "x.service", files: [UnitFile(parsing: [], path: "x"), files[1]]), systemd: 252)
    #expect(good.refusals.isEmpty)
  }

  @Test(
    "takes the numbers of errors as systemd writes numbers",
    arguments: [("0x1", true), ("0b1", true), ("0o17", true), ("08", false), ("0x1000", false), ("+1", true)])
  func errorNumbers(number: String, isRead: Bool) throws {
    #expect(ErrorName.isValid(number) == isRead)
    let filter = "SystemCallFilter=~@swap:\(number) @reboot"
    #expect((try badness("SystemCallFilter_swap", filter) == 0) == isRead)
  }

  @Test(
    "knows which credentials and images are taken, as they need devices",
    arguments: [
      ("LoadCredentialEncrypted=\"a b\":/x", true), ("LoadCredentialEncrypted=a\\:b:/x", false),
      ("LoadCredentialEncrypted=a\\b:/x/", true), ("LoadCredentialEncrypted=a::/x", false),
      ("LoadCredentialEncrypted=:a:/x", false), ("LoadCredentialEncrypted=a:/", true),
      ("LoadCredentialEncrypted=a:/x//y", false), ("SetCredentialEncrypted=a:YQ==", true),
      ("SetCredentialEncrypted=a:YQ", false), ("SetCredentialEncrypted=a:a=b", false),
      ("SetCredentialEncrypted=a:YR==", false), ("SetCredentialEncrypted=a:Y Q = =", true),
      ("SetCredentialEncrypted=a:YWI=", true), ("SetCredentialEncrypted=a:YWJ=", false),
      ("SetCredentialEncrypted=a:YQ==\nSetCredential=a:\\q", true),
      ("SetCredentialEncrypted=a:YQ==\nSetCredential=a:\\x00b", false),
      ("MountImages=/a\\:c:/b", true), ("MountImages=/a:/b\\q", false), ("MountImages=/a::/b", true),
      ("MountImages=\"/a b:/c\"", true), ("MountImages=/a:/b:root:\\q", false),
      ("MountImages=/a\\x2fb:/c", true),
      ("MountImages=/a\\q:/b", false), ("MountImages=/a:/b /c\\q:/d", true),
    ])
  func devices(line: String, isTaken: Bool) throws {
    let badness = try badness("DeviceAllow", "DevicePolicy=closed\n\(line)")
    #expect(badness == (isTaken ? 5 : 0))
  }

  @Test("reads numbers of capabilities with blanks before them")
  func capabilityNumbers() throws {
    #expect(try badness("CapabilityBoundingSet_CAP_KILL", "CapabilityBoundingSet=\" 5\"") == 1)
    #expect(try badness("CapabilityBoundingSet_CAP_KILL", "CapabilityBoundingSet=\"5 \"") == 0)
    #expect(try badness("CapabilityBoundingSet_CAP_KILL", "CapabilityBoundingSet=~05") == 0)
  }

  @Test("knows %D since systemd 256, and the letters of control groups always")
  func specifiers() {
    let refusals = { (value: String, version: Int) in
      ExposureTests.exposure("RootDirectory=\(value)", version).refusals.count
    }
    #expect(refusals("%D/x", 252) == 1 && refusals("%D/x", 257) == 0)
    #expect(refusals("%c", 252) == 0 && refusals("%R", 252) == 0 && refusals("%r", 252) == 0)
  }
}
