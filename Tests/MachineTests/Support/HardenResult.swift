import Foundation

/// What `upkeep harden -o json` answers.
struct HardenResult: Decodable, Sendable {
  struct Concession: Decodable, Sendable {
    let setting: String
    let strict: String
    let instead: [String]
    let why: String
    let said: [String]
  }

  let unit: String
  let exposureBefore: Double
  let exposureAfter: Double
  let settings: [String]
  let concessions: [Concession]
  let trials: Int
  let isMinimal: Bool
  let isApplied: Bool
  let path: String
  let dropIn: String

  /// What is instead of each strict line that gave way.
  var gaveWay: [String: [String]] {
    Dictionary(
      uniqueKeysWithValues: concessions.map { concession in
        (concession.strict, concession.instead.filter { $0 != "SystemCallErrorNumber=EPERM" })
      })
  }
}

extension TestMachine {
  /// How long a service has to stay up in tests: their services fail at once or not at all.
  private static let settle = "300ms"

  /// Hardens a unit and reads the answer.
  func harden(_ unit: String, _ options: String...) async throws -> HardenResult {
    let result = try await require(
      ["upkeep", "harden", unit, "-o", "json", "--settle", Self.settle] + options)
    return try JSONDecoder().decode(HardenResult.self, from: Data(result.stdout.utf8))
  }

  /// What is left on the machine of a hardening: drop-ins of trials, locks, guards.
  func leftovers(of unit: String) async throws -> String {
    // The guard ends by itself once the lock is gone.
    try await require([
      "sh", "-c",
      """
      ls -d /run/systemd/system/\(unit).d /run/upkeep/harden/\(unit) 2>/dev/null
      systemctl show -p DropInPaths --value \(unit) | grep zzzz; true
      """,
    ]).stdout
  }
}
