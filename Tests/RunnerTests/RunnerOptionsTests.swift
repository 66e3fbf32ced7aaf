import Supervision
import Testing

@testable import Runner

private func bytes(_ words: String...) -> [[UInt8]] { words.map { Array($0.utf8) } }

struct RunnerOptionsTests {
  @Test("the first word that is no option begins the command")
  func command() throws {
    let options = try RunnerOptions(parsing: bytes("-q", "--restart=always", "prog", "--restart", "x"))
    #expect(options.command == bytes("prog", "--restart", "x"))
    #expect(options.isQuiet)
    #expect(options.flags.map(\.key.name) == ["Restart"])
  }

  @Test("two dashes end the options")
  func dashes() throws {
    #expect(try RunnerOptions(parsing: bytes("--", "-x")).command == bytes("-x"))
  }

  @Test("arguments of the command keep bytes that are no UTF-8")
  func rawBytes() throws {
    #expect(
      try RunnerOptions(parsing: [[0x2d, 0x2d], [0x61], [0xff, 0xfe]]).command == [[0x61], [0xff, 0xfe]])
  }

  @Test(
    "a wrong command line names what is wrong",
    arguments: [
      (["--redines-probe", "x"], "did you mean --readiness-probe?"),
      (["--restart-delay"], "--restart-delay needs a value"),
      (["-o", "yaml"], "-o json"),
      (["--help=yes"], "takes no value"),
      (["-x"], "unknown option -x"),
    ])
  func wrong(_ words: [String], _ hint: String) {
    let error = #expect(throws: RunnerOptions.UsageError.self) {
      try RunnerOptions(parsing: words.map { Array($0.utf8) })
    }
    #expect(error?.description.contains(hint) == true)
  }

  @Test("a flag replaces the list that the unit file gave, and repeats add to it")
  func flagsWin() throws {
    var policy = Policy()
    policy.targets[.readiness] = [.tcp(host: "10.0.0.1", port: 1)]
    let options = try RunnerOptions(
      parsing: bytes("--readiness-probe=tcp://[::1]:2", "--readiness-probe", "unix:/run/x", "true"))
    #expect(
      try options.applied(to: policy).targets[.readiness] == [
        .tcp(host: "::1", port: 2), .unix(path: "/run/x"),
      ])
  }

  @Test("a wrong value is refused with its flag")
  func wrongValue() throws {
    let options = try RunnerOptions(parsing: bytes("--limit", "nofile=9:1", "true"))
    let error = #expect(throws: RunnerOptions.UsageError.self) { try options.applied(to: Policy()) }
    #expect(error?.description.hasPrefix("--limit: ") == true)
  }

  @Test("a switch needs no value")
  func switches() throws {
    let options = try RunnerOptions(parsing: bytes("--no-new-privileges", "true"))
    #expect(try options.applied(to: Policy()).noNewPrivileges)
    #expect(options.command == bytes("true"))
  }

  @Test("the help names every key's flag")
  func help() {
    for key in PolicyKey.all { #expect(RunnerHelp.text.contains("--\(key.flag) ")) }
  }
}
