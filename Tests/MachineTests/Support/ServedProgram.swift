import Testing

/// A real program in a unit of its own on a machine, and what must hold of it.
struct ServedProgram {
  let program: RealProgram
  let machine: TestMachine
  /// The unit's name without its suffix.
  let name: String
  var service: String { "\(name).service" }
  /// The unit that is started and stopped: the socket, where systemd listens.
  private var units: [String] { program.listens ? ["\(name).socket", service] : [service] }

  init(_ program: RealProgram, unit name: String, on machine: TestMachine) {
    self.program = program
    self.name = name
    self.machine = machine
  }

  // MARK: Installing

  /// Makes everything as if the program had never run.
  func prepare() async throws {
    if let folder = program.stateDirectory {
      try await machine.require(["rm", "-rf", "/var/lib/\(folder)", "/var/lib/private/\(folder)"])
    }
    if let preparation = program.preparation { try await machine.require(["bash", "-ec", preparation]) }
  }

  /// Starts the program in a unit without a sandbox.
  func installPlainly() async throws {
    try await machine.install(unit: service, program.plainUnit)
    if program.listens, let port = program.port {
      try await machine.install(unit: units[0], "[Socket]\nListenStream=127.0.0.1:\(port)\n")
    }
    try await machine.require(["systemctl", "start", units[0]])
  }

  /// Starts the program in the unit that `upkeep generate` makes of it.
  func generate() async throws {
    try await machine.require([TestMachine.upkeep] + program.generateArguments)
  }

  // MARK: Looking

  /// systemd has nothing to say about the files, and calls the service safe enough.
  func isCleanAndHardened() async throws {
    let files = units.map { "/etc/systemd/system/\($0)" }
    let verified = try await machine.runDirectly(
      ["systemd-analyze", "verify", "--man=no", "--recursive-errors=no"] + files)
    #expect(verified.succeeded && verified.stdout + verified.stderr == "", "\(verified)")
    let security = try await machine.runDirectly([
      "systemd-analyze", "security", "--no-pager", "--offline=true",
      "--threshold=\(program.exposure.rawValue + 1)", "/etc/systemd/system/\(service)",
    ])
    let level = security.stdout.split(separator: "\n").last { $0.contains("exposure level") } ?? ""
    let words = level.split(separator: " ")
    let tenths = words.firstIndex { $0.hasSuffix(":") }.flatMap { Double(words[words.index(after: $0)]) }
    #expect(security.status == 0)
    #expect((tenths ?? 10) * 10 <= Double(program.exposure.rawValue) + 0.01, "\(level)")
    print("\(service): \(level.drop { !$0.isLetter })")
  }

  /// It runs and does its work, which does not cost it its life.
  func serves() async throws {
    let lines = await machine.events.journal.filter { $0.concerns(service) }.map(\.message)
    if let port = program.port {
      let reached = try await machine.runDirectly(["\(TestMachine.programs)/listening", "\(port)"])
      #expect(reached.succeeded, "\(service): \(reached)")
    }
    let before = try await machine.waitUntil(service) { $0["ActiveState"] == "active" }
    for step in program.check {
      switch step {
      case .run(let script, let expected):
        let result = try await machine.runDirectly(["sh", "-c", script.replacing("UNIT", with: service)])
        #expect(result.stdout == expected, "\(service): \(script): \(result)")
      case .line(let text):
        let before = lines.count { $0.contains(text) }
        try await machine.waitForJournal(service, number: before + 1) { $0.message.contains(text) }
      }
    }
    let after = try await machine.show(service)
    #expect(after["MainPID"] == before["MainPID"] && after["ActiveState"] == "active", "\(service): \(after)")
  }

  /// After the main process was killed there is a new one; under `upkeep-run` the program's end is its affair.
  func comesBack() async throws {
    let before = try await machine.show(service)
    if program.isWrapped {
      let main = Int32(before["MainPID"] ?? "")
      let child = try #require(try await machine.processTree(service).first { $0.parent == main })
      try await machine.signal("KILL", child.pid)
      try await machine.waitForJournal(service, number: 2) { $0.event == "ready" }
      #expect(try await machine.show(service)["MainPID"] == before["MainPID"])
    }
    try await machine.require(["systemctl", "kill", "--kill-whom=main", "-s", "SIGKILL", service])
    if program.listens, let port = program.port {
      // A connection brings it back, should it not be there again already.
      try await machine.require(["\(TestMachine.programs)/listening", "\(port)"])
    }
    let after = try await machine.waitUntil(service) {
      $0["ActiveState"] == "active" && $0["MainPID"] != before["MainPID"] && $0["MainPID"] != "0"
    }
    // If systemd is reloaded between the two halves of a restart it counts it twice, so "once" cannot be asked.
    let restarts = Int(after["NRestarts"] ?? "") ?? 0
    #expect(restarts > 0 || program.listens, "\(service): \(after)")
  }

  /// It stops when it is asked to, in its own way and in time, and leaves no process.
  func stopsCleanly() async throws {
    let group = try #require(try await machine.show(service, ["ControlGroup"])["ControlGroup"])
    #expect(!group.isEmpty)
    try await machine.require(["systemctl", "stop"] + units)
    let end = try await machine.show(service)
    #expect(end["ActiveState"] == "inactive")
    #expect(end["Result"] == "success", "\(service): \(end)")
    let left = try await machine.runDirectly([
      "sh", "-c", "cat \"/sys/fs/cgroup$1\"/cgroup.procs 2>/dev/null", "sh", group,
    ])
    #expect(left.stdout == "", "\(service) has left processes")
  }
}
