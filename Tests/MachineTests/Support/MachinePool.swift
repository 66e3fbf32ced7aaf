import Foundation

/// A bounded number of machines, each booted when it is first needed and in the hands of one borrower at a time.
actor MachinePool {
  private let size: Int
  private var booted = 0
  private var idle: [TestMachine] = []
  private var waiting: [CheckedContinuation<Void, Never>] = []

  init(size: Int) { self.size = size }

  /// A machine that nobody else has; waits until there is one.
  ///
  /// - Throws: why it did not boot.
  func take() async throws -> TestMachine {
    while true {
      if let machine = idle.popLast() { return machine }
      if booted < size { return try await boot() }
      await withCheckedContinuation { waiting.append($0) }
    }
  }

  /// Takes a machine back, for the next one.
  func giveBack(_ machine: TestMachine) {
    idle.append(machine)
    wakeNext()
  }

  // MARK: Steps

  private func boot() async throws -> TestMachine {
    booted += 1
    let number = booted
    do {
      return try await TestMachine.boot(name: "t\(number)-\(ProcessInfo.processInfo.processIdentifier)")
    } catch {
      booted -= 1
      wakeNext()
      throw error
    }
  }

  private func wakeNext() {
    if !waiting.isEmpty { waiting.removeFirst().resume() }
  }
}
