import Foundation
import Testing

@Suite("Hardening real daemons", .onMachineWithPrograms, .timeLimit(.minutes(10)))
struct HardenProgramTests {
  /// A machine of its own: other tests run the same programs on the same ports.
  private static let machine = Task {
    try await TestMachine.boot(
      name: "h\(ProcessInfo.processInfo.processIdentifier)", options: ["--layer", "programs"])
  }

  @Test(
    "what comes out is as strict as a generated unit, and the daemon does its work in it",
    arguments: ["real-redis", "real-nginx-root", "real-node", "real-postgres"])
  func serves(name: String) async throws {
    let program = try #require(RealProgram.all.first { $0.name == name })
    let machine = try await Self.machine.value
    let served = ServedProgram(program, unit: "harden-\(name)", on: machine)
    try await served.prepare()
    try await served.installPlainly()
    try await served.serves()
    let result = try await machine.harden(
      served.service, "--apply", "--check", try await check(program, on: machine))
    print("\(served.service): \(result.exposureBefore) -> \(result.exposureAfter), \(result.trials) trials")
    #expect(result.isApplied && result.isMinimal)
    #expect(result.exposureAfter * 10 <= Double(program.exposure.rawValue) + 0.01)
    #expect(result.exposureAfter < result.exposureBefore)
    // V8 makes code at run time and bears everything else.
    if name == "real-node" { #expect(result.gaveWay == ["MemoryDenyWriteExecute=yes": []]) }
    if name == "real-nginx-root" { #expect(result.gaveWay["PrivateUsers=yes"] == []) }
    try await served.serves()
    #expect(try await machine.leftovers(of: served.service) == "")
    try await served.stopsCleanly()
  }

  /// A program on the machine that makes the checks of `program` which need no more than a shell.
  private func check(_ program: RealProgram, on machine: TestMachine) async throws -> String {
    var script = "#!/bin/sh\n"
    for case .run(let command, let expected) in program.check where !command.contains("UNIT") {
      let text = expected.trimmingCharacters(in: .newlines)
      script += "[ \"$(\(command))\" = '\(text)' ] || exit 1\n"
    }
    let path = "/usr/local/bin/check-\(program.name)"
    try await machine.write(path, script, mode: "755")
    return path
  }
}
