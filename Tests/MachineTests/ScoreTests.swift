import Foundation
import Testing

/// Real systemd-analyze beside `upkeep score`, on the same files.
@Suite("The score", .onMachine, .timeLimit(.minutes(2)))
struct ScoreTests {
  /// What both say of a check.
  private struct Check: Equatable, Hashable {
    var name: String
    var badness: UInt64?
    var weight: UInt64
    var range: UInt64
  }

  @Test("is systemd-analyze's on every service that Debian ships, check by check and in all")
  func shipped() async throws {
    let machine = try await TestMachine.shared()
    let listed = try await machine.require([
      "find", "/lib/systemd/system/", "-name", "*.service", "-type", "f", "-size", "+0",
    ]).stdout
    let files = listed.split(separator: "\n").map(String.init).sorted()
    #expect(files.count > 50)
    try await compare(files, on: machine)

    let said = try await machine.runDirectly(
      ["systemd-analyze", "security", "--offline=true", "--no-pager"] + files
    ).stdout
    let units = try await scores(of: files, on: machine)
    var compared = 0
    for line in said.split(separator: "\n") where line.contains("Overall exposure level for ") {
      let words = line.split(separator: " ")
      guard let place = words.firstIndex(of: "for"), words.count > place + 3 else { continue }
      let name = words[place + 1].dropLast()
      // A template is rated as an instance.
      let unit = try #require(
        units.values.first { $0.unit == name || $0.unit == name.replacing(/@.*\./, with: "@.") }, "\(line)")
      #expect("\(unit.exposure) \(unit.level)" == "\(words[place + 2]) \(words[place + 3])", "\(name)")
      compared += 1
    }
    #expect(compared > 50)
  }

  @Test("is systemd-analyze's on hundreds of random services", arguments: [1, 2, 3] as [UInt64])
  func random(seed: UInt64) async throws {
    let machine = try await TestMachine.shared()
    let folder = "/run/score\(seed)"
    var service = RandomService(seed: seed)
    let names = (0..<150).map { "r\($0)\($0 % 10 == 0 ? "@a" : "").service" }
    let all = names.map { "# FILE \(folder)/\($0)\n\(service.next())" }.joined()
    try await machine.write("\(folder)/all", all)
    try await machine.require([
      "awk", "/^# FILE / { file = $3; next } { print >file }", "\(folder)/all",
    ])
    try await compare(names.map { "\(folder)/\($0)" }, on: machine)
  }

  @Test("decides the exit status: 1 above the threshold, 2 for what cannot be rated, with the others rated")
  func exitStatus() async throws {
    let machine = try await TestMachine.shared()
    try await machine.write("/run/status/a.service", "[Service]\nExecStart=/bin/true\n")
    let file = "/run/status/a.service"
    let score = { (arguments: [String]) in
      try await machine.runDirectly(["/usr/local/bin/upkeep", "score"] + arguments)
    }
    let exposure = try #require(try await scores(of: [file], on: machine)[file]).exposure
    #expect(try await score(["--threshold", "\(exposure)", file]).status == 0)
    #expect(try await score(["--threshold", "\(exposure - 0.1)", file]).status == 1)
    let mixed = try await score(["--threshold", "0", "/run/status/none.service", "dbus.socket", file])
    #expect(mixed.status == 2)
    #expect(mixed.stdout.contains("UNSAFE"))
    #expect(mixed.stderr.contains("none.service: ") && mixed.stderr.contains("only services"), "\(mixed)")
    let quiet = try await score(["--quiet", "--threshold", "0", file])
    #expect(quiet.status == 1 && quiet.stdout.isEmpty && quiet.stderr.isEmpty, "\(quiet)")
    #expect(try await score(["--threshold", "11", file]).status == 64)
  }

  @Test("shows nothing that could steer a terminal")
  func escapes() async throws {
    let machine = try await TestMachine.shared()
    let file = "/run/escape/\u{1b}[31mx.service"
    try await machine.write(file, "[Service]\nExecStart=/bin/true\nUser=a:\u{1b}[31m\n")
    let result = try await machine.runDirectly(["/usr/local/bin/upkeep", "score", file])
    #expect(!result.stdout.contains("\u{1b}") && !result.stderr.contains("\u{1b}"), "\(result)")
    #expect(result.stdout.contains("\\x1b[31mx.service"), "\(result)")
    #expect(result.stderr.contains("refuses to load the unit"), "\(result)")
  }

  // MARK: Steps

  private func compare(_ files: [String], on machine: TestMachine) async throws {
    let expected = try await systemd(files, on: machine)
    let units = try await scores(of: files, on: machine)
    #expect(expected.count > files.count * 3 / 4, "systemd-analyze rates most of them")
    for (file, checks) in expected {
      let unit = try #require(units[file], "\(file)")
      #expect(checks.count == 81)
      let differences = Set(checks).symmetricDifference(unit.checks)
      #expect(differences.isEmpty, "\(file)")
      if !differences.isEmpty {
        Issue.record(Comment(rawValue: try await machine.require(["cat", file]).stdout))
      }
    }
  }

  /// systemd's checks by file; a file that it refuses is missing.
  private func systemd(_ files: [String], on machine: TestMachine) async throws -> [String: [Check]] {
    let rows = try await systemdRows(files, on: machine)
    if rows.count == files.count { return Dictionary(uniqueKeysWithValues: zip(files, rows)) }
    // Its answers have no names: where one is missing, each file has to be asked for.
    var found: [String: [Check]] = [:]
    for file in files {
      if let own = try await systemdRows([file], on: machine).first { found[file] = own }
    }
    return found
  }

  private func systemdRows(_ files: [String], on machine: TestMachine) async throws -> [[Check]] {
    struct Row: Decodable {
      var name: String
      var weight: UInt64
      var badness: UInt64
      var range: UInt64
    }
    let said = try await machine.runDirectly(
      [
        "env", "SYSTEMD_ANALYZE_DEBUG=1", "systemd-analyze", "security", "--offline=true", "--json=short",
        "--no-pager",
      ] + files
    ).stdout
    return try said.split(separator: "\n").filter { $0.hasPrefix("[") }.map { line in
      try JSONDecoder().decode([Row].self, from: Data(line.utf8)).map {
        // What does not apply has the largest number.
        Check(
          name: $0.name, badness: $0.badness == .max ? nil : $0.badness, weight: $0.weight, range: $0.range)
      }
    }
  }

  private struct Score {
    var unit: String
    var exposure: Double
    var level: String
    var checks: [Check]
  }

  private func scores(of files: [String], on machine: TestMachine) async throws -> [String: Score] {
    struct Answer: Decodable {
      struct Unit: Decodable {
        struct Row: Decodable {
          var check: String
          var badness: UInt64?
          var weight: UInt64
          var range: UInt64
        }
        var unit: String
        var path: String
        var exposure: Double
        var level: String
        var checks: [Row]
      }
      var units: [Unit]
    }
    let said = try await machine.require(["/usr/local/bin/upkeep", "score", "-o", "json"] + files).stdout
    let answer = try JSONDecoder().decode(Answer.self, from: Data(said.utf8))
    return Dictionary(
      uniqueKeysWithValues: answer.units.map { unit in
        let checks = unit.checks.map {
          Check(name: $0.check, badness: $0.badness, weight: $0.weight, range: $0.range)
        }
        return (
          unit.path, Score(unit: unit.unit, exposure: unit.exposure, level: unit.level, checks: checks)
        )
      })
  }
}
