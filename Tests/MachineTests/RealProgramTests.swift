import Testing

@Suite("Generated units of real programs", .onMachineWithPrograms, .timeLimit(.minutes(10)))
struct RealProgramTests {
  @Test(
    "start in the strict sandbox and serve, come back after a kill, and stop cleanly",
    arguments: RealProgram.all)
  func serve(program: RealProgram) async throws {
    let machine = try await TestMachine.withPrograms()
    // What fails from here on without a sandbox is none of its doing.
    let plain = ServedProgram(program, unit: "plain-\(program.name)", on: machine)
    try await plain.prepare()
    try await plain.installPlainly()
    try await plain.serves()
    try await plain.stopsCleanly()

    let served = ServedProgram(program, unit: program.name, on: machine)
    try await served.prepare()
    do {
      try await served.generate()
      try await served.isCleanAndHardened()
      try await served.serves()
      try await served.comesBack()
      try await served.serves()
      try await served.stopsCleanly()
    } catch {
      // The unit's own words say most.
      let journal = try await machine.journal(program.unit).suffix(30).map(\.description)
      Issue.record("\(program.unit): \(error)\n\(journal.joined(separator: "\n"))")
    }
  }
}
