import Foundation
import Testing

/// `upkeep limits` on running services, and what `--set` does to them.
@Suite("Limits", .onMachine, .withMachine, .serialized, .timeLimit(.minutes(10)))
struct LimitsTests {
  private func upkeep(_ machine: TestMachine, _ arguments: String...) async throws -> CommandResult {
    try await machine.runDirectly(["upkeep", "limits"] + arguments)
  }

  /// The first object of a list, or the object that the answer is.
  private func object(_ result: CommandResult) throws -> [String: Any] {
    let json = try JSONSerialization.jsonObject(with: Data(result.stdout.utf8))
    return try #require((json as? [[String: Any]])?.first ?? json as? [String: Any])
  }

  private func row(_ answer: [String: Any], _ limit: String) throws -> [String: Any] {
    let rows = try #require(answer["limits"] as? [[String: Any]])
    return try #require(rows.first { $0["limit"] as? String == limit })
  }

  /// Starts a service of three processes.
  private func start(_ machine: TestMachine, _ unit: String, _ settings: String) async throws {
    try await machine.install(
      unit: unit,
      "[Service]\nType=exec\n\(settings)\nExecStart=/bin/sh -c 'sleep infinity & sleep infinity & echo forked; wait'\n"
    )
    try await machine.daemonReload()
    try await machine.systemctl("restart", unit)
    try await machine.waitForJournal(unit, containing: "forked")
  }

  /// The limits of open files of all processes of a unit, as the kernel tells them.
  private func openFiles(_ machine: TestMachine, _ unit: String) async throws -> [String] {
    try await machine.require([
      "sh", "-c",
      "for p in $(cat /sys/fs/cgroup/system.slice/\(unit)/cgroup.procs); do grep '^Max open files' /proc/$p/limits; done",
    ]).stdout.split(separator: "\n").map { $0.split(separator: " ")[3...4].joined(separator: ":") }
  }

  private func property(_ machine: TestMachine, _ name: String, _ unit: String) async throws -> String {
    try await machine.require(["systemctl", "show", "-p", name, "--value", unit]).stdout
      .trimmingCharacters(in: .newlines)
  }

  // From 257 on systemd needs more than five files itself before it hands over to the program.
  @Test("a unit and a process show sixteen limits with what is used, and what the unit file says otherwise")
  func show() async throws {
    let machine = try await TestMachine.shared()
    try await start(
      machine, "lim-show.service", "LimitNOFILE=16:4096\nLimitCORE=0\nTasksMax=50\nCPUQuota=150%")
    let unit = try object(try await upkeep(machine, "lim-show", "-o", "json"))
    let process = try #require(unit["pid"] as? Int)
    #expect(unit["unit"] as? String == "lim-show.service" && unit["name"] as? String == "sh")
    #expect((unit["limits"] as? [[String: Any]])?.count == 16)
    let files = try row(unit, "nofile")
    #expect(
      files["soft"] as? Int == 16 && files["hard"] as? Int == 4096 && files["differs"] as? Bool == false)
    #expect((files["use"] as? Int ?? 0) >= 3)
    #expect(try row(unit, "core")["soft"] as? Int == 0)
    #expect(try row(unit, "fsize")["soft"] is NSNull && row(unit, "msgqueue")["use"] is NSNull)
    let group = try #require(unit["group"] as? [[String: Any]])
    let tasks = try #require(group.first { $0["limit"] as? String == "TasksMax" })
    #expect(tasks["max"] as? Int == 50)
    #expect(group.first { $0["limit"] as? String == "CPUQuota" }?["max"] as? Int == 1_500_000)

    try await machine.require(["prlimit", "--pid", "\(process)", "--nofile=3:4096"])
    let page = try await upkeep(machine, "lim-show", "--no-pager")
    #expect(page.stdout.contains("UNIT FILE") && page.stdout.contains("16:4096"), "\(page)")
    let own = try object(try await upkeep(machine, "\(process)", "-o", "json"))
    #expect(own["unit"] is NSNull && own["pid"] as? Int == process)
    #expect(try row(own, "nofile")["soft"] as? Int == 3 && row(own, "nofile")["unit_soft"] is NSNull)
    let coloured = try await machine.runDirectly([
      "env", "SYSTEMD_COLORS=1", "upkeep", "limits", "\(process)", "--no-pager",
    ])
    // A shell has its three standard files open, which is all that it may have now.
    #expect(coloured.stdout.contains("\u{1b}[31m100%\u{1b}[0m"), "\(coloured)")
    try await machine.systemctl("stop", "lim-show.service")
    let resting = try object(try await upkeep(machine, "lim-show", "-o", "json"))
    #expect(try resting["pid"] is NSNull && row(resting, "nofile")["soft"] as? Int == 16)
  }

  @Test("--set changes all processes of a unit, and only one for a process ID")
  func set() async throws {
    let machine = try await TestMachine.shared()
    let unit = "lim-set.service"
    try await start(machine, unit, "LimitNOFILE=1024:4096")
    let dry = try await upkeep(machine, unit, "--set", "nofile=2048:8192", "--persist", "--dry-run")
    #expect(
      dry.succeeded && dry.stdout.contains("LimitNOFILE=2048:8192 would be set, was 1024:4096"), "\(dry)")
    #expect(dry.stderr.contains("+LimitNOFILE=2048:8192"))
    #expect(try await openFiles(machine, unit) == ["1024:4096", "1024:4096", "1024:4096"])

    let result = try await upkeep(machine, unit, "--set", "nofile=2048:3000", "--set", "core=0", "-o", "json")
    #expect(result.succeeded)
    let changes = try #require(try object(result)["changes"] as? [[String: Any]])
    #expect(changes.map { $0["setting"] as? String } == ["LimitNOFILE", "LimitCORE"])
    let processes = try #require(changes.first?["processes"] as? [[String: Any]])
    #expect(processes.count == 3 && processes.allSatisfy { $0["before"] as? String == "1024:4096" })
    #expect(try await openFiles(machine, unit) == ["2048:3000", "2048:3000", "2048:3000"])
    #expect(try await property(machine, "DropInPaths", unit).isEmpty)

    let main = try await property(machine, "MainPID", unit)
    #expect(try await upkeep(machine, main, "--set", "nofile=100:").succeeded)
    #expect(try await openFiles(machine, unit).sorted() == ["100:3000", "2048:3000", "2048:3000"])
    try await machine.systemctl("stop", unit)
    let stopped = try await upkeep(machine, unit, "--set", "nofile=1")
    #expect(stopped.status == 7 && stopped.stderr.contains("--persist sets limits for its next start"))
  }

  @Test("--persist writes a drop-in that the next start has, and tells when another one has the last word")
  func persist() async throws {
    let machine = try await TestMachine.shared()
    let unit = "lim-keep.service"
    try await start(machine, unit, "LimitNOFILE=1024:4096")
    let result = try await upkeep(machine, unit, "--set", "nofile=2000:", "--persist")
    let path = "/etc/systemd/system/\(unit).d/50-upkeep-limits.conf"
    #expect(
      result.succeeded
        && result.stdout.contains(
          "\(path) written, and read by systemd; each later start has LimitNOFILE=2000:4096\n"),
      "\(result)")
    #expect(result.stdout.contains("LimitNOFILE=2000:4096 set, was 1024:4096\n"), "\(result)")
    let again = try await upkeep(machine, unit, "--set", "nofile=2000:", "--persist")
    #expect(again.succeeded && again.stdout.contains("LimitNOFILE=2000:4096 holds already\n"), "\(again)")
    #expect(
      try await machine.require(["cat", path]).stdout
        == "# Written by 'upkeep limits --persist'.\n[Service]\nLimitNOFILE=2000:4096\n")
    #expect(try await openFiles(machine, unit) == ["2000:4096", "2000:4096", "2000:4096"])
    #expect(try await property(machine, "NeedDaemonReload", unit) == "no")
    try await machine.systemctl("restart", unit)
    #expect(try await openFiles(machine, unit).first == "2000:4096")
    #expect(try await upkeep(machine, unit, "--set", "stack=16M", "--persist").succeeded)
    #expect(
      try await machine.require(["cat", path]).stdout.hasSuffix(
        "LimitNOFILE=2000:4096\nLimitSTACK=16777216\n"))

    try await machine.require([
      "sh", "-c", "printf '[Service]\\nLimitNOFILE=77\\n' >/etc/systemd/system/\(unit).d/90-last.conf",
    ])
    let late = try await upkeep(machine, unit, "--set", "nofile=3000:4096", "--persist")
    #expect(late.status == 1 && late.stderr.contains("LimitNOFILE= of \(unit) stays 77"), "\(late)")
    try await machine.systemctl("stop", unit)
    try await machine.require(["rm", "-r", "/etc/systemd/system/\(unit).d"])
    try await machine.daemonReload()
  }

  @Test("limits of the control group hold until the next boot, or with --persist for good")
  func group() async throws {
    let machine = try await TestMachine.shared()
    let unit = "lim-group.service"
    try await start(machine, unit, "")
    let result = try await upkeep(
      machine, unit, "--set", "memory=1G", "--set", "tasks=40", "--set", "quota=50%")
    #expect(
      result.succeeded && result.stdout.contains("\(unit): MemoryMax=1G set until the next boot"), "\(result)"
    )
    #expect(try await property(machine, "MemoryMax", unit) == "1073741824")
    #expect(try await property(machine, "TasksMax", unit) == "40")
    #expect(try await property(machine, "CPUQuotaPerSecUSec", unit) == "500ms")
    #expect(
      try await property(machine, "DropInPaths", unit).contains("/run/systemd/system.control/\(unit).d/"))
    let lasting = try await upkeep(machine, unit, "--set", "MemoryMax=infinity", "--persist")
    #expect(lasting.succeeded && lasting.stdout.contains("MemoryMax=infinity set for good"))
    #expect(try await property(machine, "MemoryMax", unit) == "infinity")
    #expect(
      try await property(machine, "DropInPaths", unit).contains("/etc/systemd/system.control/\(unit).d/"))
    try await machine.systemctl("stop", unit)
    try await machine.systemctl("revert", unit)
  }

  @Test("what cannot be set says which right or bound is in the way")
  func refusals() async throws {
    let machine = try await TestMachine.shared()
    let unit = "lim-no.service"
    try await start(machine, unit, "LimitNOFILE=1024:4096")
    let bound = try await upkeep(machine, unit, "--set", "nofile=99999999999")
    #expect(bound.status == 4 && bound.stderr.contains("fs.nr_open allows no more than"), "\(bound)")
    #expect(bound.stderr.contains("holds for 0 of the 3 processes of \(unit)"))
    let user = ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups", "upkeep", "limits", unit]
    let other = try await machine.runDirectly(user + ["--set", "nofile=100"])
    #expect(other.status == 4 && other.stderr.contains("it takes root (CAP_SYS_RESOURCE)"), "\(other)")
    let file = try await machine.runDirectly(user + ["--set", "nofile=100", "--persist"])
    #expect(file.status == 4 && file.stderr.contains("run it as root"), "\(file)")
    let group = try await machine.runDirectly(user + ["--set", "memory=1G"])
    #expect(group.status == 4 && group.stderr.contains("no right to"), "\(group)")
    #expect(try await openFiles(machine, unit) == ["1024:4096", "1024:4096", "1024:4096"])
    #expect(try await machine.runDirectly(user).stdout.contains("nofile"))

    let timer = try await upkeep(machine, "systemd-tmpfiles-clean.timer")
    #expect(timer.succeeded && timer.stdout.contains("has no processes, so there are no limits"), "\(timer)")
    let cases: [(words: [String], status: Int32, said: String)] = [
      (["lim-nowhere"], 4, "upkeep: lim-nowhere.service: there is no such unit\n"),
      (["lim-nowhere", "--set", "nofile=5"], 5, "there is no such unit"),
      (["getty@"], 2, "is a template"),
      (["systemd-tmpfiles-clean.timer", "--set", "nofile=5"], 3, "no processes"),
      (["4194304"], 4, "there is no process 4194304"),
      (["0"], 4, "there is no process 0"), ([unit, "--set", "nofil=5"], 64, "did you mean 'nofile'?"),
      ([unit, "--set", "nofile=9:8"], 64, "above the hard limit"),
      (["1", "--set", "nofile=9", "--persist"], 64, "Name its unit"),
      (["1", "--set", "memory=1G"], 64, "Name its unit"), ([unit, "--persist"], 64, "go with --set"),
      ([unit, "-H", "elsewhere"], 64, "of this machine"),
      (["init.scope", "--set", "nofile=2048:524288", "--persist", "--dry-run"], 3, "leave out --persist"),
      (["lim-*.nothing"], 4, "no loaded unit matches"),
    ]
    for (words, status, said) in cases {
      let result = try await machine.runDirectly(["upkeep", "limits"] + words)
      #expect(result.status == status && result.stderr.contains(said), "\(words): \(result)")
    }
    try await machine.systemctl("stop", unit)
  }
}
