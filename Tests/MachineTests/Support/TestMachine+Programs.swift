import Foundation
import Testing

extension TestMachine {
  private static let programsBoot = Task {
    try await boot(
      name: "p\(ProcessInfo.processInfo.processIdentifier)", options: ["--layer", "programs"])
  }

  /// The machine with the packages of `layers/programs`.
  static func withPrograms() async throws -> TestMachine {
    try await programsBoot.value
  }

  /// Why there can be no machine with these packages, in words; nil if there can. Makes the layer when it is missing.
  static let programsUnavailability: String? = unavailability ?? complaint(of: ["layer", "programs"])
}

extension Trait where Self == ConditionTrait {
  /// Skips the test where no machine can have the packages, and prints why.
  ///
  /// Asked only when such a test is to run: whoever runs others need not wait for packages.
  static var onMachineWithPrograms: Self {
    .disabled("no machine with the packages of layers/programs, for the reason above") {
      guard let reason = TestMachine.programsUnavailability else { return false }
      print(reason)
      return true
    }
  }
}
