import Testing
import UnitDesign
import UnitFiles

@Suite("LimitChange")
struct LimitChangeTests {
  @Test(
    "a change is read as a unit file has it",
    arguments: [
      ("nofile=4096:8192", "LimitNOFILE=4096:8192"), ("LimitNOFILE=4096", "LimitNOFILE=4096"),
      ("nofile=4096:", "LimitNOFILE=4096:"), ("memlock=64M:infinity", "LimitMEMLOCK=67108864:infinity"),
      ("cpu=1min 30s", "LimitCPU=1min 30s"), ("core=infinity", "LimitCORE=infinity"),
      ("memory=1G", "MemoryMax=1G"),
      ("MemoryHigh=512M", "MemoryHigh=512M"), ("swap=0", "MemorySwapMax=0"), ("tasks=200", "TasksMax=200"),
      ("quota=150%", "CPUQuota=150%"), ("CPUQuota=12.5%", "CPUQuota=12.5%"),
      ("memory=infinity", "MemoryMax=infinity"),
    ])
  func parse(text: String, line: String) throws {
    #expect(try LimitChange.parse(text).line == line)
  }

  @Test(
    "what is no change says what is wrong",
    arguments: [
      ("nofil=5", "did you mean 'nofile'?"), ("memroy=5", "did you mean 'memory'?"),
      ("what=5", "there are cpu, fsize"),
      ("nofile", "write NAME=SOFT[:HARD]"), ("nofile=8192:4096", "above the hard limit"),
      ("memory=0", "without any memory"),
      ("memory=lots", "no size"), ("tasks=0", ""), ("quota=0%", "without any processor time"),
      ("nofile=:5", "no number"),
      ("nofile=1:2:", "leave the hard limit as it is"),
    ])
  func reject(text: String, message: String) {
    let error = #expect(throws: ValueError.self) { try LimitChange.parse(text) }
    #expect(message.isEmpty || error?.message.contains(message) == true, "\(error?.message ?? "")")
  }

  @Test("a quota is microseconds of each second on the bus")
  func quota() throws {
    #expect(try LimitChange.parse("quota=50%") == .group(.quota, 500_000))
    #expect(GroupSetting.quota.property == "CPUQuotaPerSecUSec")
  }

  @Test("a drop-in keeps its other limits and takes over the new ones")
  func dropIn() throws {
    let limit = try ResourceLimit.parse("nofile=4096:8192")
    let first = LimitDropIn.content(nil, section: "Service", [limit])
    #expect(
      String(decoding: first, as: UTF8.self)
        == "# Written by 'upkeep limits --persist'.\n[Service]\nLimitNOFILE=4096:8192\n")
    let second = LimitDropIn.content(first, section: "Service", [try ResourceLimit.parse("core=0")])
    #expect(
      String(decoding: second, as: UTF8.self).hasSuffix("[Service]\nLimitNOFILE=4096:8192\nLimitCORE=0\n"))
    let third = LimitDropIn.content(second, section: "Service", [try ResourceLimit.parse("nofile=infinity")])
    #expect(
      String(decoding: third, as: UTF8.self).hasSuffix("[Service]\nLimitCORE=0\nLimitNOFILE=infinity\n"))
    #expect(
      LimitDropIn.content(third, section: "Service", [try ResourceLimit.parse("nofile=infinity")]) == third)
  }
}
