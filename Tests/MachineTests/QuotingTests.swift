import Foundation
import TestSupport
import Testing
import UnitFiles

/// What `UnitValue` writes, as systemd reads it.
@Suite("Written values", .onMachine, .withMachine, .serialized, .timeLimit(.minutes(10)))
struct QuotingTests {
  /// What a run of the program `dump` saw.
  struct Seen {
    var arguments: [[UInt8]]
    var environment: Set<[UInt8]>
    var directory: [UInt8]

    init?(_ line: Substring) {
      let words = line.split(separator: " ", omittingEmptySubsequences: false).map(Self.bytes)
      guard words.count == 3 else { return nil }
      let strings = { (bytes: [UInt8]) in
        bytes.split(separator: 0, omittingEmptySubsequences: false).dropLast().map(Array.init)
      }
      arguments = strings(words[0])
      environment = Set(strings(words[1]))
      directory = words[2]
    }

    private static func bytes(_ digits: Substring) -> [UInt8] {
      var digits = digits[...]
      var bytes: [UInt8] = []
      while let byte = UInt8(digits.prefix(2), radix: 16) {
        bytes.append(byte)
        digits = digits.dropFirst(2)
      }
      return bytes
    }
  }

  static let dump = "\(TestMachine.programs)/dump"

  /// Runs the commands of a oneshot unit and gives what each of them saw.
  static func run(
    _ name: String, on machine: TestMachine, _ assign: (inout UnitFileBuilder) throws -> Void
  ) async throws -> [Seen] {
    var unit = UnitFileBuilder()
    try unit.section("Service")
    try unit.assign("Type", "oneshot")
    try unit.assign("StandardOutput", "append:/run/\(name).seen")
    try assign(&unit)
    try await machine.install(unit: "\(name).service", unit.text)
    try await machine.require(["systemctl", "start", "\(name).service"])
    return try await machine.require(["cat", "/run/\(name).seen"]).stdout.split(separator: "\n")
      .compactMap(Seen.init)
  }

  @Test("random arguments and variables arrive in the process byte for byte", arguments: 1...4)
  func randomVectors(seed: UInt64) async throws {
    let machine = try await TestMachine.shared()
    var generator = SeededGenerator(seed: seed)
    let variables = (0..<60).map { ("V\($0)", RandomValues.text(&generator)) }
    let vectors = (0..<60).map { _ in RandomValues.arguments(&generator) }
    let seen = try await Self.run("quoting-\(seed)", on: machine) { unit in
      for (name, value) in variables {
        try unit.assign("Environment", try UnitValue.environment(name: name, value: value))
      }
      for (index, vector) in vectors.enumerated() {
        let arguments = [Array("/usr/bin/perl".utf8), Array(Self.dump.utf8)] + vector
        let prefixes = UnitValue.CommandPrefixes(noVariables: index.isMultiple(of: 3))
        try unit.assign(
          "ExecStart",
          try UnitValue.commandLine(arguments, argv0: index % 5 == 0 ? vector.first : nil, prefixes: prefixes)
        )
      }
    }
    try #require(seen.count == vectors.count)
    for (index, vector) in vectors.enumerated() {
      let zeroth = index % 5 == 0 ? vector.first : nil
      let expected = [zeroth ?? Array("/usr/bin/perl".utf8), Array(Self.dump.utf8)] + vector
      #expect(seen[index].arguments == expected)
    }
    for (name, value) in variables { #expect(seen[0].environment.contains(Array("\(name)=\(value)".utf8))) }
  }

  @Test("each byte arrives in an argument, and in a variable where it is text")
  func everyByte() async throws {
    let machine = try await TestMachine.shared()
    let all = Array(UInt8(1)...255)
    let scalars = String(String.UnicodeScalarView((1...0x2fff).compactMap(Unicode.Scalar.init)))
    let long = String(repeating: "\"x\\ ", count: 20_000)
    let command = ["/usr/bin/perl", Self.dump].map { Array($0.utf8) }
    let seen = try await Self.run("quoting-bytes", on: machine) { unit in
      try unit.assign("Environment", try UnitValue.environment(name: "SCALARS", value: scalars))
      try unit.assign("Environment", try UnitValue.environment(name: "LONG", value: long))
      try unit.assign("ExecStart", try UnitValue.commandLine(command + all.map { [$0] }))
      try unit.assign("ExecStart", try UnitValue.commandLine(command + [all, Array(long.utf8)]))
      try unit.assign("ExecStart", try UnitValue.commandLine(command + all.map { [$0, $0] }))
      try unit.assign("ExecStart", try UnitValue.commandLine(command + all.map { [UInt8(ascii: "$"), $0] }))
      try unit.assign("ExecStart", try UnitValue.commandLine(command + all.map { [UInt8(ascii: "%"), $0] }))
      try unit.assign("ExecStart", try UnitValue.commandLine(command + all.map { [UInt8(ascii: "\\"), $0] }))
    }
    try #require(seen.count == 6)
    #expect(seen[0].arguments.dropFirst(2).elementsEqual(all.map { [$0] }))
    #expect(seen[1].arguments.dropFirst(2).elementsEqual([all, Array(long.utf8)]))
    #expect(seen[2].arguments.dropFirst(2).elementsEqual(all.map { [$0, $0] }))
    for (index, mark) in ["$", "%", "\\"].enumerated() {
      #expect(seen[3 + index].arguments.dropFirst(2).elementsEqual(all.map { [Array(mark.utf8)[0], $0] }))
    }
    #expect(seen[0].environment.contains(Array("SCALARS=\(scalars)".utf8)))
    #expect(seen[0].environment.contains(Array("LONG=\(long)".utf8)))
  }

  @Test("a program is found under an odd path and gets it as its name")
  func programs() async throws {
    let machine = try await TestMachine.shared()
    let paths = ["a b", "c;", "$HOME", "${HOME}", "e$$f", "%i", "-g", "é☃", "#", "x=y", "&& z"].map {
      "/run/odd/\($0)"
    }
    try await machine.require(["mkdir", "/run/odd"])
    for path in paths { try await machine.require(["ln", "-s", "/usr/bin/perl", path]) }
    let seen = try await Self.run("quoting-programs", on: machine) { unit in
      for path in paths { try unit.assign("ExecStart", try UnitValue.commandLine([path, Self.dump, path])) }
    }
    #expect(seen.map(\.arguments) == paths.map { path in [path, Self.dump, path].map { Array($0.utf8) } })
  }

  @Test(
    "a file of variables and a working directory are found under odd paths",
    arguments: [
      "a b", "c\"d'", "%i", "$HOME", "é", "x*", "y?[z]", "#;=", "~",
    ])
  func files(name: String) async throws {
    let machine = try await TestMachine.shared()
    let unit = "quoting-files-\(name.utf8.map { String($0, radix: 16) }.joined())"
    let folder = "/run/\(unit)/\(name)"
    try await machine.write("\(folder)/\(name)", "FOUND=\(name.utf8.count)\n")
    let seen = try await Self.run(unit, on: machine) { builder in
      try builder.assign("EnvironmentFile", try UnitValue.environmentFile("\(folder)/\(name)"))
      try builder.assign("EnvironmentFile", try UnitValue.environmentFile("/none/\(name)", optional: true))
      try builder.assign("WorkingDirectory", try UnitValue.path(folder))
      try builder.assign("ExecStart", try UnitValue.commandLine(["/usr/bin/perl", Self.dump]))
    }
    try #require(seen.count == 1)
    #expect(seen[0].directory == Array(folder.utf8))
    #expect(seen[0].environment.contains(Array("FOUND=\(name.utf8.count)".utf8)))
  }

  /// The properties of a unit, as D-Bus has them.
  static func properties(
    _ names: [String], of unit: String, interface: String, on machine: TestMachine
  ) async throws -> [Any] {
    let path =
      "/org/freedesktop/systemd1/unit/"
      + unit.utf8.map { byte in
        let scalar = Unicode.Scalar(byte)
        return scalar.properties.isAlphabetic || ("0"..."9").contains(Character(scalar))
          ? String(scalar) : "_\(String(byte, radix: 16))"
      }.joined()
    let lines = try await machine.require(
      [
        "busctl", "--json=short", "get-property", "org.freedesktop.systemd1", path,
        "org.freedesktop.systemd1.\(interface)",
      ] + names)
    return try lines.stdout.split(separator: "\n").map { line in
      let object = try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any]
      return try #require(object?["data"])
    }
  }

  @Test("lists of words, whole lines and credentials are read as they were meant", arguments: 11...13)
  func lists(seed: UInt64) async throws {
    let machine = try await TestMachine.shared()
    var generator = SeededGenerator(seed: seed)
    // Foundation's JSON reader loses byte order marks.
    let paths =
      (0..<10).flatMap { _ in RandomValues.paths(&generator) }
      .map { $0.replacing("\u{feff}", with: "") }
      .filter { !["/", "/.", "/.."].contains($0) } + ["/q\"u'o\\t e", "/a:b", "/%n", "/x\\"]
    let names = paths.map { "n" + $0.dropFirst() } + ["a/b", "line\nend", "private2"]
    let lines = paths.filter { !$0.hasSuffix("\\") && $0.last?.isWhitespace == false }
    let description = "d" + lines.joined().prefix(150) + "."
    let unit = "quoting-lists-\(seed).service"
    var builder = UnitFileBuilder()
    try builder.section("Unit")
    try builder.assign("Description", try UnitValue.line(description))
    try builder.assign(
      "Documentation", try UnitValue.documentation(["man:a(1)", "https://x/%20;"]))
    try builder.section("Service")
    try builder.assign("ExecStart", "/bin/true")
    try builder.assign("ReadWritePaths", try UnitValue.paths(paths))
    try builder.assign("InaccessiblePaths", try UnitValue.paths(paths, optional: true))
    try builder.assign("StateDirectory", try UnitValue.directories(names))
    for path in paths {
      try builder.assign("BindPaths", try UnitValue.bindPath(path, to: path + "2", optional: true))
      try builder.assign("BindReadOnlyPaths", try UnitValue.bindPath(path))
      try builder.assign("TemporaryFileSystem", try UnitValue.temporaryFileSystem(path, options: ["ro"]))
    }
    try builder.assign("LoadCredential", try UnitValue.credential(id: "a.b-c", path: "/etc/%x;$y"))
    try builder.assign("SyslogIdentifier", try UnitValue.line("%i \"x\" 'y' \\z"))
    try builder.assign("PIDFile", try UnitValue.path("/run/a \"b\" %c\\x"))
    try builder.assign("RootDirectory", try UnitValue.path("/srv/a 'b' %c"))
    try await machine.install(unit: unit, builder.text)
    try await machine.require(["systemctl", "show", unit, "-p", "LoadError"])
    let general = try await Self.properties(
      ["Description", "Documentation"], of: unit, interface: "Unit", on: machine)
    #expect(general.first as? String == description)
    #expect(general.last as? [String] == ["man:a(1)", "https://x/%20;"])
    let read = try await Self.properties(
      [
        "ReadWritePaths", "InaccessiblePaths", "StateDirectory", "BindPaths", "BindReadOnlyPaths",
        "TemporaryFileSystem", "LoadCredential", "SyslogIdentifier", "PIDFile", "RootDirectory",
      ], of: unit, interface: "Service", on: machine)
    try #require(read.count == 10)
    let rows = { (value: Any) in (value as? [[Any]] ?? []).map { $0.compactMap { $0 as? String } } }
    #expect(read[0] as? [String] == paths)
    #expect(read[1] as? [String] == paths.map { "-\($0)" })
    #expect(Set(read[2] as? [String] ?? []) == Set(names))
    #expect(rows(read[3]) == paths.map { [$0, $0 + "2"] })
    #expect(rows(read[4]) == paths.map { [$0, $0] })
    #expect(Set(rows(read[5])) == Set(paths.map { [$0, "ro"] }))
    #expect(rows(read[6]) == [["a.b-c", "/etc/%x;$y"]])
    #expect(read[7] as? String == "%i \"x\" 'y' \\z")
    #expect(read[8] as? String == "/run/a \"b\" %c\\x")
    #expect(read[9] as? String == "/srv/a 'b' %c")
  }

  /// Numbers in their many forms, the odd ones among them.
  static let numbers: [(key: String, values: [String])] = [
    (
      "LimitFSIZE",
      [
        "0", "+1K", "1.5G", "1G 500M", "1K5", "14.5E", "15.9E", "15.0E", "1.99999999999999999999K", "++1",
        "-1", "1KB",
        "0.1K", "1M 1G", "10.M", "infinity",
      ]
    ),
    ("MemoryMax", ["1G", "+5M 3K", "1.5", "5.5M"]),
    (
      "CPUQuota",
      ["50%", "250%", "12.34%", "125‰", "1250‱", "0x10%", "010%", "+7%", "1.%", "1.234%", "-1%", "5"]
    ),
    ("UMask", ["0022", "7777", "10000", "8", "0x1", "+7", "77"]),
    (
      "KillSignal",
      [
        "SIGTERM", "INT", "+15", "0xf", "010", "RTMIN+3", "RTMIN+0x3", "SIGRTMAX-1", "SIGPOLL", "SIG15",
        "RTMIN3", "0", "65",
      ]
    ),
  ]

  /// What `systemctl show` says of a value, by what we read in it; nil when it is no value.
  static func reading(_ key: String, _ value: String) -> (property: String, shown: String)? {
    switch key {
    case "LimitFSIZE":
      return (try? ByteSize.parse(value)).map { ("LimitFSIZE", $0.map { String($0) } ?? "infinity") }
    case "MemoryMax":
      return (try? ByteSize.parse(value)).map { ("MemoryMax", $0.map { String($0) } ?? "infinity") }
    case "CPUQuota":
      return (try? Percentage.parseUnbounded(value)).map { share in
        ("CPUQuotaPerSecUSec", "\(Duration.microseconds(share * 100))")
      }
    case "UMask": return (try? FileMode.parse(value)).map { ("UMask", FileMode.format($0)) }
    default: return (try? SignalName.number(of: value)).map { ("KillSignal", "\($0)") }
    }
  }

  @Test("numbers are read as systemd reads them", arguments: numbers.map(\.key))
  func readings(key: String) async throws {
    let machine = try await TestMachine.shared()
    let values = try #require(Self.numbers.first { $0.key == key }).values
    let units = values.indices.map { "reading-\(key.lowercased())-\($0).service" }
    let script = zip(units, values).map { unit, value in
      "cat >/etc/systemd/system/\(unit) <<'END'\n[Service]\nExecStart=/bin/true\n\(key)=\(value)\nEND\n"
    }.joined()
    #expect(try await machine.runDirectly(["sh", "-e"], input: script).succeeded)
    let property = Self.reading(key, "1").map(\.property) ?? "CPUQuotaPerSecUSec"
    let shown = try await machine.require(["systemctl", "show", "--value", "-p", property] + units).stdout
      .split(separator: "\n").map(String.init)
    try #require(shown.count == values.count)
    let unset = [
      "LimitFSIZE": "infinity", "MemoryMax": "infinity", "CPUQuota": "infinity", "UMask": "0022",
      "KillSignal": "15",
    ]
    for (value, shown) in zip(values, shown) {
      // The processors' time is shown in a form of its own.
      let span = key == "CPUQuota" ? try TimeSpan.parse(shown).map { "\($0)" } : nil
      #expect(span ?? shown == Self.reading(key, value)?.shown ?? unset[key], "\(key)=\(value)")
    }
  }
}
