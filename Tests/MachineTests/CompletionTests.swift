import Testing

/// What the completion scripts of the shells ask the program for.
@Suite("Completion of upkeep", .onMachine, .withMachine, .timeLimit(.minutes(10)))
struct CompletionTests {
  /// The candidates without their descriptions.
  private func candidates(_ words: String...) async throws -> [String] {
    let machine = try await TestMachine.shared()
    let result = try await machine.require(["/usr/local/bin/upkeep", "_complete"] + words)
    return result.stdout.split(separator: "\n").map { String($0.prefix { $0 != "\t" }) }
  }

  @Test("offers the commands, and those alone that are for people")
  func commands() async throws {
    let offered = try await candidates("")
    #expect(Set(["generate", "lint", "score", "harden", "run", "version"]).isSubset(of: offered))
    #expect(!offered.contains("_complete"))
    #expect(try await candidates("lin") == ["lint", "link"])
    let wrong = try await TestMachine.shared().runDirectly(["upkeep", "lisst"])
    #expect(wrong.status == 64)
    #expect(
      wrong.stderr == "upkeep: there is no command 'lisst'; did you mean 'list'? 'upkeep --help' lists them\n"
    )
    let help = try await TestMachine.shared().require(["upkeep", "--help"]).stdout
    #expect(
      help.contains("INSPECTION SUBCOMMANDS:") && help.contains("\n  upkeep harden app --apply\n"), "\(help)")
  }

  @Test("offers options, their values, rules, and files where a file may stand")
  func options() async throws {
    #expect(try await candidates("lint", "--fail").contains("--fail-on"))
    #expect(try await candidates("lint", "--fail-on", "") == ["error", "warning", "note"])
    #expect(try await candidates("lint", "--explain", "L09") == ["L09"])
    #expect(try await candidates("score", "--root", "") == [":files"])
  }

  @Test("offers the units that have files")
  func units() async throws {
    #expect(try await candidates("lint", "systemd-journald.s").contains("systemd-journald.service"))
  }

  @Test("knows the options of generate, its needs and its choices")
  func generate() async throws {
    #expect(try await candidates("generate", "--restart-s").contains("--restart-sec"))
    #expect(try await candidates("generate", "--allow", "netl") == ["netlink"])
    #expect(try await candidates("generate", "--wrapper", "") == ["yes", "no", "auto"])
    #expect(try await candidates("generate", "--", "/bin/tr") == [":command"])
  }
}
