import Testing
import UnitFiles

@testable import UnitDesign

@Suite("A generated unit")
struct DesignPlanTests {
  @Test(
    "stays below the bar of exposure for its kind of service",
    arguments: [
      ("--exec /usr/bin/myapp_--port_8080", 1.1), ("--exec /usr/bin/myapp --user myapp", 1.1),
      ("--exec /usr/bin/myapp --listen 8080", 0.2), ("--exec /usr/bin/myapp --allow low-ports", 1.4),
      ("--exec /usr/bin/myapp --user root --runtime root-master", 2.1), ("--exec /usr/bin/node", 1.1),
      ("--exec /usr/bin/myapp --allow netlink", 1.1), ("--exec /usr/bin/myapp --network localhost", 0.9),
    ])
  func bars(line: String, bar: Double) throws {
    for version in [252, 257, 262] {
      let plan = try DesignPlans.plan(line, version: version)
      let exposure = Exposure(of: plan.unit(), systemd: version)
      #expect(Double(exposure.tenths) / 10 <= bar)
      #expect(plan.exposure == Double(exposure.tenths) / 10)
      #expect(exposure.refusals.isEmpty)
    }
  }

  @Test(
    "gives way exactly where its program needs it",
    arguments: [
      ("--exec /usr/bin/node_app.js", ["node"], ["MemoryDenyWriteExecute"]),
      ("--exec /usr/bin/java_-jar_x.jar", ["java"], ["MemoryDenyWriteExecute"]),
      ("--exec /usr/bin/luajit_x.lua", ["luajit"], ["MemoryDenyWriteExecute"]),
      ("--exec /usr/bin/node_--jitless_app.js", [], []), ("--exec /usr/bin/luajit_-joff_x.lua", [], []),
      ("--exec /usr/bin/postgres_-D_/srv", ["jit"], ["MemoryDenyWriteExecute"]),
      ("--exec /usr/bin/postgres_-c_jit=off", [], []), ("--exec /usr/bin/php_-S_:8080", [], []),
      ("--exec /usr/bin/python3_-m_http.server", [], []),
      ("--exec /usr/bin/php_-dopcache.jit=1255", ["opcache.jit"], ["MemoryDenyWriteExecute"]),
      ("--exec /usr/bin/ruby_--yjit_x.rb", ["jit"], ["MemoryDenyWriteExecute"]),
      ("--exec /usr/bin/myapp --runtime jit", ["jit"], ["MemoryDenyWriteExecute"]),
      ("--exec /usr/bin/node --runtime native", [], []),
      ("--exec /usr/bin/myapp --allow system-stats", ["system-stats"], ["ProcSubset"]),
      (
        "--exec /usr/bin/myapp --allow jit,system-stats", ["jit", "system-stats"],
        ["MemoryDenyWriteExecute", "ProcSubset"]
      ),
      ("--exec /usr/bin/myapp --allow devices", ["devices"], ["PrivateDevices", "DevicePolicy"]),
    ])
  func relaxations(line: String, causes: [String], missing: [String]) throws {
    let plan = try DesignPlans.plan(line)
    #expect(plan.relaxations.map(\.cause) == causes)
    let present = Set(plan.unit().assignments(in: "Service").map(\.key))
    let strict = Set(SandboxSetting.strict.map(\.directive))
    #expect(strict.subtracting(present) == Set(missing))
    for cause in causes { #expect(plan.text().contains("# - \(cause): ")) }
  }

  @Test("says what each relaxation costs, and the costs add up to the exposure")
  func costs() throws {
    let plan = try DesignPlans.plan("--exec /usr/bin/node --allow low-ports,netlink,system-stats,chown")
    let strict = try DesignPlans.plan("--exec /usr/bin/node --runtime native")
    let sum = plan.relaxations.reduce(0) { $0 + ($1.cost ?? 0) }
    let difference = (plan.exposure ?? 0) - (strict.exposure ?? 0)
    #expect(abs(sum - difference) < 0.1)
    #expect(plan.text().contains("exposure +0.02"))
  }

  @Test(
    "writes nothing that the target does not know, and says what that misses",
    arguments: [235, 240, 247, 250, 252, 254, 257, 262])
  func gate(version: Int) throws {
    let plan = try DesignPlans.plan(
      "--exec /usr/bin/myapp --restart-max 1min --allow home-read --credential key=/etc/key --memory-max 1G",
      version: version)
    for section in ["Unit", "Service", "Install"] {
      for line in plan.unit().assignments(in: section) where !line.value.isEmpty {
        #expect(
          Catalogue.isKnown(line.key, value: line.value, in: section, version: version),
          "\(line.key)=\(line.value)")
      }
    }
    #expect(plan.values("RestartSteps").isEmpty == (version < 254))
    #expect(plan.values("LoadCredential").isEmpty == (version < 247))
    #expect(plan.remarks.contains { $0.contains("LoadCredential") } == (version < 247))
    #expect(plan.values("Type") == (version < 254 ? ["notify"] : ["exec"]))
  }

  @Test("can be made again from its own header")
  func header() throws {
    let words = [
      "--exec", "/usr/bin/myapp 'a b' \\x01 %d $HOME", "--description", "It's ours", "--user", "myapp",
    ]
    let plan = try DesignPlans.plan(words.map { Array($0.utf8) })
    #expect(plan.text().contains("# upkeep generate --exec '/usr/bin/myapp '\\''a b'\\'' \\x01 %d $HOME' "))
    #expect(plan.text().contains("--description 'It'\\''s ours'"))
    #expect(try DesignPlans.plan(words.map { Array($0.utf8) }) == plan)
  }

  @Test("runs exactly the arguments that were given, with the wrapper and without")
  func argv() throws {
    let argv: [[UInt8]] = [
      Array("/usr/bin/myapp".utf8), [], Array("$HOME ${A} %i %%".utf8), [0xff, 0x01, 0x22, 0x5c],
      Array(";".utf8),
      Array("line\nbreak".utf8),
    ]
    for options in [["--wrapper", "yes"], []] {
      let plan = try DesignPlans.plan(options.map { Array($0.utf8) } + [Array("--".utf8)] + argv)
      let commands = try ExecCommand.parse(plan.values("ExecStart").first ?? "")
      let words = try commands.first?.expanded(specifiers: Specifiers(), environment: [])
      let expected = options.isEmpty ? argv : [Array("/usr/bin/upkeep-run".utf8), Array("--".utf8)] + argv
      #expect(words?.arguments == expected)
    }
  }

  @Test("is the same whatever its planner has made before")
  func shared() throws {
    let lines = [
      "--exec /usr/bin/myapp", "--exec /usr/bin/myapp --user a --supplementary-groups b",
      "--exec /usr/bin/node --user a", "--exec /usr/bin/myapp --user root --allow low-ports",
      "--exec /usr/bin/myapp --allow low-ports,unix", "--exec /usr/bin/myapp --listen 80",
      "--exec /usr/bin/myapp --listen 80 --ready http://127.0.0.1/",
      "--exec /usr/bin/myapp --profile standard",
      "--exec /usr/bin/myapp --systemd 240 --allow memory-lock", "--drop-in x --exec /usr/bin/myapp",
      "--exec /usr/bin/myapp --profile off", "--exec /usr/bin/java --scope user",
    ]
    var planner = UnitPlanner()
    for line in lines + lines {
      let words = line.split(separator: " ").map { Array($0.utf8) }
      let request = try RequestArguments(words).request(ServiceRequest(version: 257))
      let facts = request.command.map { ProgramFacts(of: $0.words, in: DesignPlans.files) }
      #expect(try planner.plan(request, facts: facts) == DesignPlans.plan(line, version: 257), "\(line)")
    }
  }
}
