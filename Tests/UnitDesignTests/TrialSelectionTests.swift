import Testing
import UnitDesign
import UnitFiles

@Suite("Which settings a unit is tried with")
struct TrialSelectionTests {
  private static func selection(
    _ text: String, systemd version: Int = 252,
    _ change: (inout TrialFacts, inout TrialSelection.Wishes) -> Void = { _, _ in }
  ) -> TrialSelection {
    var (facts, wishes) = (TrialFacts(), TrialSelection.Wishes())
    change(&facts, &wishes)
    let file = UnitFile(parsing: Array("[Service]\n\(text)\n".utf8), path: "a.service")
    return TrialSelection(
      for: Unit(name: "a.service", files: [file]), systemd: version, facts: facts, wishes: wishes)
  }

  private static func lines(_ selection: TrialSelection, _ directive: String) -> [[String]] {
    selection.settings.filter { $0.directive == directive }.flatMap { setting in
      setting.rungs.map(\.lines)
    }
  }

  @Test(
    "what the unit has already is not tried again",
    arguments: [
      ("NoNewPrivileges=1", "NoNewPrivileges"), ("CapabilityBoundingSet=", "CapabilityBoundingSet"),
      ("ProtectSystem=strict", "ProtectSystem"), ("ProtectHome=true", "ProtectHome"),
      ("ProcSubset=pid", "ProcSubset"),
      ("SystemCallArchitectures=native", "SystemCallArchitectures"), ("ProtectProc=invisible", "ProtectProc"),
    ])
  func present(line: String, directive: String) {
    #expect(Self.lines(Self.selection(""), directive) != [])
    #expect(Self.lines(Self.selection(line), directive) == [])
    // An empty assignment takes it back; for a set it is the empty set.
    let reset = Self.selection("\(line)\n\(directive)=")
    #expect((Self.lines(reset, directive) == []) == (directive == "CapabilityBoundingSet"))
  }

  @Test("a value that is weaker is raised, and never lowered")
  func raised() {
    #expect(Self.lines(Self.selection("ProtectSystem=full"), "ProtectSystem") == [["ProtectSystem=strict"]])
    #expect(
      Self.lines(Self.selection("ProtectSystem=yes"), "ProtectSystem")
        == [["ProtectSystem=strict"], ["ProtectSystem=full"]])
    #expect(
      Self.lines(Self.selection("ProtectHome=read-only"), "ProtectHome") == [
        ["ProtectHome=yes"], ["ProtectHome=tmpfs"],
      ])
    #expect(
      Self.lines(Self.selection("CapabilityBoundingSet=CAP_CHOWN"), "CapabilityBoundingSet")
        == [["CapabilityBoundingSet="]])
  }

  @Test(
    "what the unit says on purpose stays",
    arguments: [
      "PrivateTmp=no", "MemoryDenyWriteExecute=0", "RestrictAddressFamilies=AF_UNIX",
      "RestrictNamespaces=user",
      "UMask=0027", "DeviceAllow=/dev/fuse rw",
    ])
  func onPurpose(line: String) {
    let directive = line.hasPrefix("Device") ? "DevicePolicy" : String(line.prefix { $0 != "=" })
    let selection = Self.selection(line)
    #expect(Self.lines(selection, directive) == [])
    #expect(selection.omissions.contains { $0.name == directive && $0.reason.contains("the unit") })
  }

  @Test("a filter of system calls is made stricter, but nothing is allowed that it denies")
  func filter() {
    for line in ["SystemCallFilter=@basic-io", "SystemCallFilter=~@clock"] {
      #expect(
        Self.lines(Self.selection(line), "SystemCallFilter")
          == [["SystemCallFilter=~@privileged"], ["SystemCallFilter=~@resources"]])
    }
    #expect(
      Self.lines(Self.selection(""), "SystemCallFilter").allSatisfy {
        $0.contains("SystemCallErrorNumber=EPERM")
      })
  }

  @Test("what does nothing, or what systemd does not know, is left out")
  func useless() {
    #expect(Self.lines(Self.selection(""), "AmbientCapabilities") == [])
    #expect(
      Self.lines(Self.selection("AmbientCapabilities=CAP_CHOWN"), "AmbientCapabilities") == [
        ["AmbientCapabilities="]
      ])
    #expect(Self.lines(Self.selection(""), "RemoveIPC") == [["RemoveIPC=yes"]])
    #expect(Self.lines(Self.selection("") { facts, _ in facts.isRoot = true }, "RemoveIPC") == [])
    #expect(Self.lines(Self.selection("", systemd: 249), "ProcSubset") == [])
    #expect(Self.lines(Self.selection("", systemd: 250), "ProcSubset") == [["ProcSubset=pid"]])
  }

  @Test("a profile that begins with a weaker value goes on from there")
  func standard() {
    let unit = Unit(name: "a.service", files: [])
    let selection = TrialSelection(for: unit, profile: SandboxSetting.standard, systemd: 252)
    #expect(Self.lines(selection, "ProtectSystem") == [["ProtectSystem=full"], ["ProtectSystem=yes"]])
    #expect(Self.lines(selection, "ProtectHome") == [["ProtectHome=read-only"]])
    // Its list of capabilities has no known weaker one.
    #expect(Self.lines(selection, "CapabilityBoundingSet").count == 1)
  }

  @Test("a person may skip settings and groups, or have them kept whatever happens")
  func wishes() {
    let skipped = Self.selection("") { _, wishes in wishes.skipped = ["UMask", "system-calls"] }
    #expect(Self.lines(skipped, "UMask") == [] && Self.lines(skipped, "SystemCallFilter") == [])
    #expect(Self.lines(skipped, "SystemCallArchitectures") == [])
    let kept = Self.selection("") { _, wishes in wishes.kept = ["ProtectSystem"] }
    #expect(Self.lines(kept, "ProtectSystem") == [])
    #expect(kept.fixed.map(\.rungs) == [[TrialSetting.Rung("ProtectSystem=strict")]])
  }
}

@Suite("What a denied service says")
struct DenialTextTests {
  @Test(
    "denials are told from other lines",
    arguments: [
      ("bind() to 0.0.0.0:80 failed (13: Permission denied)", true),
      ("PermissionError: [Errno 1] Operation not permitted", true),
      ("OSError: [Errno 30] Read-only file system: '/opt/x'", true),
      ("type=1326 audit(1.1:1): uid=0 sig=31 syscall=101", true), ("Listening on port 80", false),
      ("", false),
    ])
  func denials(line: String, isDenial: Bool) {
    #expect(DenialText.isDenial(line) == isDenial)
  }

  @Test("a line's shape has no numbers")
  func shapes() {
    #expect(DenialText.shape(of: "[12] pid 4711 at 0x7f: no") == "[#] pid # at #x#f: no")
  }

  @Test(
    "paths are found in what programs write, and nothing else",
    arguments: [
      ("OSError: [Errno 30] Read-only file system: '/opt/data/x'", ["/opt/data/x"]),
      (#"open() "/var/log/a.log" failed (30: Read-only file system)"#, ["/var/log/a.log"]),
      ("unix:/run/a.sock: denied; see file:///etc/a.", ["/run/a.sock", "/etc/a"]),
      ("GET http://x/y 1/2 and/or", []), ("/a/../etc/shadow", []), ("/ // ///", []),
    ])
  func paths(line: String, paths: [String]) {
    #expect(DenialText.paths(in: line) == paths)
  }

  @Test("any text is fit to be looked at")
  func anything() {
    let line = String(repeating: "/a ", count: 100_000) + "\u{1b}[31m\0\u{fffd}"
    #expect(DenialText.paths(in: line).count == DenialText.pathLimit)
  }
}
