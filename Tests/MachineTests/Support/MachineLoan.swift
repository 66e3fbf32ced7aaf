import Testing

/// Lends a machine to each suite for as long as it runs, so that no other suite's daemon-reload, rotated journal or
/// load of units comes between two looks.
///
/// A few machines serve all suites, one after the other: a kernel lets root have 128 inotify instances by default, and
/// a machine takes about five.
struct MachineLoan: SuiteTrait, TestScoping {
  /// A test asked for the machine of its suite, which has borrowed none.
  struct Missing: Error, CustomStringConvertible {
    let description = "TestMachine.shared() needs the trait .withMachine on the test's suite"
  }

  /// The machine of the suite whose test this is.
  @TaskLocal static var machine: TestMachine?

  private static let pool = MachinePool(size: 4)

  @concurrent
  func provideScope(
    for test: Test, testCase: Test.Case?, performing run: @concurrent @Sendable () async throws -> Void
  ) async throws {
    let machine = try await Self.pool.take()
    do {
      try await Self.$machine.withValue(machine) { try await run() }
    } catch {
      await Self.pool.giveBack(machine)
      throw error
    }
    await Self.pool.giveBack(machine)
  }
}

extension Trait where Self == MachineLoan {
  /// Gives the suite `TestMachine.shared()`, which no other suite uses meanwhile. Its own tests share it: those that
  /// would disturb each other are `.serialized`.
  static var withMachine: Self { MachineLoan() }
}
