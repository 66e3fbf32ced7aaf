import Testing

@testable import UnitDesign

@Suite("The tables of system calls, capabilities and address families")
struct ExposureTableTests {
  @Test("list each group as its version of systemd does")
  func groups() throws {
    #expect(SystemCallGroup.members(of: "@swap", version: 252) == ["swapoff", "swapon"])
    #expect(SystemCallGroup.members(of: "swap", version: 252) == nil)
    #expect(SystemCallGroup.members(of: "@sandbox", version: 252) == nil)
    #expect(try #require(SystemCallGroup.members(of: "@sandbox", version: 257)).count == 4)
    #expect(SystemCallGroup.names(version: 252).count == 29)
    #expect(SystemCallGroup.names(version: 262).count == 30)
    #expect(SystemCallGroup.contains("open_tree", in: "@mount", version: 257))
    #expect(!SystemCallGroup.contains("open_tree", in: "@mount", version: 262))
    #expect(SystemCallGroup.contains("chown", in: "@privileged", version: 252))
    #expect(SystemCallGroup.isListed(systemCall: "mseal", version: 257))
    #expect(!SystemCallGroup.isListed(systemCall: "mseal", version: 252))
  }

  @Test("name every member of a group in the list of known calls or as a group", arguments: [252, 257, 262])
  func members(version: Int) throws {
    let known = Set(try #require(SystemCallGroup.members(of: "@known", version: version)))
    for group in SystemCallGroup.names(version: version) {
      for member in try #require(SystemCallGroup.members(of: group, version: version)) {
        if member.hasPrefix("@") {
          #expect(SystemCallGroup.names(version: version).contains(member))
        } else {
          #expect(known.contains(member) || group != "@known", "\(group): \(member)")
        }
      }
    }
  }

  @Test("give capabilities and families their numbers")
  func numbers() {
    #expect(Capability.names.count == 41)
    #expect(Capability.named("CAP_CHOWN") == 0)
    #expect(Capability.named("cap_sys_admin") == 21)
    #expect(Capability.named("CAP_CHECKPOINT_RESTORE") == 40)
    #expect(Capability.named("CAP_NET_BIND") == nil)
    #expect(AddressFamily.named("AF_UNIX") == 1)
    #expect(AddressFamily.named("AF_ROUTE") == AddressFamily.named("AF_NETLINK"))
    #expect(AddressFamily.named("AF_DECnet") == 12)
    #expect(AddressFamily.named("AF_UNSPEC") == nil)
    #expect(ErrorName.isValid("EPERM") && ErrorName.isValid("0") && ErrorName.isValid("4095"))
    #expect(!ErrorName.isValid("EWHAT") && !ErrorName.isValid("4096") && !ErrorName.isValid("-1"))
  }
}
