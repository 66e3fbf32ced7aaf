import UnitFiles

/// What the rules ask of programs and files.
extension LintSubject {
  private static let folders = [
    "/usr/local/sbin", "/usr/local/bin", "/usr/sbin", "/usr/bin", "/sbin", "/bin",
  ]

  private static let pathConditions = Set(
    ["Condition", "Assert"].flatMap { kind in
      [
        "PathExists", "PathExistsGlob", "PathIsDirectory", "PathIsMountPoint", "PathIsReadWrite",
        "DirectoryNotEmpty", "FileNotEmpty", "FileIsExecutable",
      ].map { kind + $0 }
    })

  /// The program that systemd finds for a bare name.
  func search(_ name: String) -> String? {
    Self.folders.lazy.map { "\($0)/\(name)" }.first { surroundings.file(at: $0)?.isExecutable == true }
  }

  /// Whether the service sees another tree of files than the machine.
  var hasOtherRoot: Bool {
    for key in ["RootDirectory", "RootImage", "RootMStack"] {
      if let root = text(key), root != "/" { return true }
    }
    let keys = [
      "ExtensionImages", "ExtensionDirectories", "MountImages", "BindPaths", "BindReadOnlyPaths",
      "TemporaryFileSystem",
    ]
    return keys.contains { !values($0).isEmpty }
  }

  /// Whether the unit is started only where this file is there, or is not started here at all.
  ///
  /// A condition with a specifier in it cannot be judged and counts as one that does not hold.
  func isConditional(on path: String) -> Bool {
    for assignment in unit.assignments(in: "Unit") {
      guard Self.pathConditions.contains(assignment.key) else { continue }
      let value = String(assignment.value.drop { $0 == "|" })
      guard value.hasPrefix("/") else { continue }
      if value == path || path.hasPrefix(value + "/") || value.holds("%") { return true }
      if surroundings.file(at: value) == nil, !value.contains(where: { "*?[".contains($0) }) { return true }
    }
    return false
  }

  /// Why a program cannot be executed, and what to do; nil when it can, or when nobody can tell.
  func executionFault(_ path: String, in command: LintCommand) -> (message: String, fix: String)? {
    let effect = command.failure
    guard let facts = surroundings.file(at: path) else {
      let name = path.split(separator: "/").last.map(String.init) ?? path
      let other = search(name)
      return (
        "'\(path)' is not there, \(effect)",
        other.map { "did you mean '\($0)'?" } ?? "install it, or write the path where it is"
      )
    }
    guard facts.kind == .file else {
      return ("'\(path)' is no file, \(effect)", "write the program's path")
    }
    guard facts.isExecutable else {
      return ("nobody may execute '\(path)', \(effect)", "chmod +x '\(path)'")
    }
    guard let start = surroundings.beginning(of: path, count: 256), facts.size > 0 else { return nil }
    if start.starts(with: [0x7f, 0x45, 0x4c, 0x46]) { return nil }
    guard start.starts(with: Array("#!".utf8)) else {
      // Other formats may be registered with binfmt_misc; a text is none of them.
      let isText = start.allSatisfy { $0 >= 0x20 || $0 == 0x0a || $0 == 0x0d || $0 == 0x09 }
      return isText
        ? (
          "'\(path)' is a text without '#!' in its first line, \(effect)",
          "write '#!/bin/sh' or another interpreter on its first line"
        ) : nil
    }
    let line = start.dropFirst(2).prefix { $0 != 0x0a }
    if line.last == 0x0d {
      return (
        "the first line of '\(path)' ends in a carriage return, so its interpreter is not found",
        "convert the script to Unix line ends, for example with 'sed -i s/\\\\r$//'"
      )
    }
    guard let interpreter = Self.interpreter(in: line), surroundings.file(at: interpreter) == nil else {
      return nil
    }
    return (
      "the interpreter '\(interpreter)' of '\(path)' is not there, \(effect)",
      "install '\(interpreter)', or write another one on the script's first line"
    )
  }

  /// The names that say what runs: the program's, and those of the interpreter and of what `env` starts.
  func runtimeNames(of command: LintCommand) -> [String] {
    var names = [command.name]
    if command.name == "env", let next = command.arguments.first(where: { !$0.text.holds("=") }) {
      names.append(next.text.split(separator: "/").last.map(String.init) ?? "")
    }
    guard command.program.hasPrefix("/"), !hasOtherRoot,
      let start = surroundings.beginning(of: command.program, count: 256),
      start.starts(with: Array("#!".utf8))
    else { return names }
    let words = String(decoding: start.dropFirst(2).prefix { $0 != 0x0a }, as: UTF8.self).split { $0 == " " }
    for word in words.prefix(3) where !word.hasPrefix("-") {
      names.append(word.split(separator: "/").last.map(String.init) ?? "")
    }
    return names
  }

  private static func interpreter(in line: ArraySlice<UInt8>) -> String? {
    let words = line.split { $0 == 0x20 || $0 == 0x09 }
    guard let first = words.first else { return nil }
    let path = String(decoding: first, as: UTF8.self)
    return path.hasPrefix("/") ? path : nil
  }
}
