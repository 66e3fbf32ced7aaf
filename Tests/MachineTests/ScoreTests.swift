import Foundation
import Testing

/// Real systemd-analyze beside `upkeep score`, on the same files.
@Suite("The score", .onMachine, .withMachine, .timeLimit(.minutes(10)))
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
    // With DynamicUser= the name of the unit becomes that of the user.
    let users = ["nobody.service", "root.service", "nobody@.service", "root@x.service", "no.body.service"]
    let names = (0..<150).map { "r\($0)\($0 % 10 == 0 ? "@a" : "").service" }
    let files =
      names.map { ("\(folder)/\($0)", service.next()) }
      + users.map { ("\(folder)/\($0)", service.next(isDynamic: true)) }
    try await write(files, in: folder, on: machine)
    try await compare(files.map(\.0), on: machine)
  }

  @Test(
    "is systemd-analyze's on random services with drop-ins, by their names in a tree",
    arguments: [4, 5] as [UInt64])
  func dropIns(seed: UInt64) async throws {
    let machine = try await TestMachine.shared()
    let tree = "/run/tree\(seed)"
    let (etc, usr) = ("\(tree)/etc/systemd/system", "\(tree)/usr/lib/systemd/system")
    var service = RandomService(seed: seed)
    let names = (0..<40).map { "d\($0).service" }
    var files: [(String, String)] = []
    for name in names {
      files.append(("\(usr)/\(name)", service.next()))
      files.append(("\(usr)/\(name).d/10.conf", service.nextDropIn()))
      files.append(("\(etc)/\(name).d/20.conf", service.nextDropIn()))
      files.append(("\(usr)/\(name).d/30.conf", service.nextDropIn()))
    }
    files.append(("\(etc)/service.d/15.conf", service.nextDropIn()))
    try await write(files, in: tree, on: machine)
    // Of the same name in a place that goes first: it masks the other one.
    for name in names { try await machine.require(["ln", "-s", "/dev/null", "\(etc)/\(name).d/30.conf"]) }
    try await compare(names, root: tree, on: machine)
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
    #expect(try await score(["score-nobody", file]).status == 4)
    #expect(try await score(["score-nobody*"]).status == 4)
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

  /// Writes many files at once.
  private func write(
    _ files: [(path: String, text: String)], in folder: String, on machine: TestMachine
  ) async throws {
    let folders = Set(files.map { $0.path.split(separator: "/").dropLast().joined(separator: "/") })
    try await machine.require(["mkdir", "-p"] + folders.map { "/\($0)" })
    try await machine.write("\(folder)/all", files.map { "# FILE \($0.path)\n\($0.text)" }.joined())
    try await machine.require([
      "awk", "/^# FILE / { close(file); file = $3; next } { print >file }", "\(folder)/all",
    ])
  }

  private func compare(_ files: [String], root: String? = nil, on machine: TestMachine) async throws {
    let expected = try await systemd(files, root, on: machine)
    let units = try await scores(of: files, root, on: machine)
    // A unit that systemd refuses would be compared with nothing.
    #expect(expected.count == files.count, "systemd-analyze rates all of them")
    for (file, checks) in expected {
      let unit = try #require(units[file], "\(file)")
      #expect(checks.count == 81)
      let differences = Set(checks).symmetricDifference(unit.checks)
      #expect(differences.isEmpty, "\(file)")
      if !differences.isEmpty {
        let path = root.map { "\($0)/usr/lib/systemd/system/\(file)" } ?? file
        Issue.record(Comment(rawValue: try await machine.require(["cat", path]).stdout))
      }
    }
  }

  /// systemd's checks by file; a file that it refuses is missing.
  private func systemd(
    _ files: [String], _ root: String?, on machine: TestMachine
  ) async throws -> [String: [Check]] {
    let rows = try await systemdRows(files, root, on: machine)
    if rows.count == files.count { return Dictionary(uniqueKeysWithValues: zip(files, rows)) }
    // Its answers have no names: where one is missing, each file has to be asked for.
    var found: [String: [Check]] = [:]
    for file in files {
      if let own = try await systemdRows([file], root, on: machine).first { found[file] = own }
    }
    return found
  }

  private func systemdRows(
    _ files: [String], _ root: String?, on machine: TestMachine
  ) async throws -> [[Check]] {
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
      ] + (root.map { ["--root=\($0)"] } ?? []) + files
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

  /// The scores by file, or by name in a tree.
  private func scores(
    of files: [String], _ root: String? = nil, on machine: TestMachine
  ) async throws -> [String: Score] {
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
    let said = try await machine.require(
      ["/usr/local/bin/upkeep", "score", "-o", "json"] + (root.map { ["--root", $0] } ?? []) + files
    ).stdout
    let answer = try JSONDecoder().decode(Answer.self, from: Data(said.utf8))
    return Dictionary(
      uniqueKeysWithValues: answer.units.map { unit in
        let checks = unit.checks.map {
          Check(name: $0.check, badness: $0.badness, weight: $0.weight, range: $0.range)
        }
        return (
          root == nil ? unit.path : unit.unit,
          Score(unit: unit.unit, exposure: unit.exposure, level: unit.level, checks: checks)
        )
      })
  }
}
