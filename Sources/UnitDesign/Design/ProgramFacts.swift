/// Reads programs where they are; `Inspection` does from the machine, tests from a table.
public protocol ProgramFiles {
  /// The path with all links followed; nil when nothing is there.
  func realPath(of path: String) -> String?

  /// At most `count` bytes of an ordinary file from an offset; nil when it cannot be read.
  func bytes(of path: String, at offset: UInt64, count: Int) -> [UInt8]?
}

/// What is known of a program from its file, its name and its arguments.
public struct ProgramFacts: Sendable, Hashable {
  /// The program as the command names it; an interpreter when the command names one.
  public var path: String
  /// The first word of the command, with its folder where it was a bare name: what systemd has to execute.
  public let executed: String
  /// Whether its file could be read; nothing but the name is known when not.
  public var isPresent = false
  /// The last part of the path, with links followed: `node` for `/usr/bin/nodejs`.
  public var realName: String
  /// The path with links followed; nil when the file is not there.
  public var realPath: String?
  /// The interpreter's path, when the program is a script or an interpreter.
  public var interpreter: String?
  /// The script's path, when an interpreter runs one.
  public var script: String?
  /// What was found in the machine code of the program or of its interpreter.
  public var image: ELFImage?
  /// What it is made with.
  public var kind: ProgramKind
  /// How the kind was found, as a clause that follows "it": `links libjvm.so`.
  public var evidence: String

  /// The last part of the path as it was written.
  public var name: String { Self.lastPart(of: path) }

  /// The names that a table of programs may know it by: its script's, its own, its file's.
  public var names: [String] {
    let script = script.map { [Self.lastPart(of: $0)] } ?? []
    return script + [name, realName]
  }

  /// The longest first line of a script.
  private static let longestShebang = 256
  /// How many `env` and interpreters are followed.
  private static let longestChain = 4

  /// Looks at the program of a command.
  ///
  /// - Parameters:
  ///   - command: its words, the program first; never empty.
  ///   - files: where programs are read.
  public init(of command: [String], in files: some ProgramFiles) {
    var words = command[...]
    // `env NAME=VALUE program`: the program is meant.
    while let first = words.first, Self.lastPart(of: first) == "env", words.count > 1 {
      words = words.dropFirst().drop { $0.hasPrefix("-") || $0.contains("=") }
    }
    executed = Self.located(command.first ?? "", in: files)
    path = Self.located(words.first ?? command.first ?? "", in: files)
    realName = Self.lastPart(of: path)
    kind = .native
    evidence = "is named \(realName)"
    var current = path
    for _ in 0..<Self.longestChain {
      guard let real = files.realPath(of: current) else { break }
      if current == path {
        isPresent = true
        realPath = real
        realName = Self.lastPart(of: real)
      }
      guard let start = files.bytes(of: real, at: 0, count: Self.longestShebang),
        start.starts(with: Array("#!".utf8)), let next = Self.interpreter(start)
      else {
        image = ELFImage { files.bytes(of: real, at: $0, count: $1) }
        break
      }
      if interpreter == nil { script = current }
      interpreter = next
      current = next
    }
    let program = interpreter ?? path
    let programName =
      interpreter == nil ? realName : Self.lastPart(of: files.realPath(of: program) ?? program)
    let named = Self.kind(named: Self.lastPart(of: program)) ?? Self.kind(named: programName)
    if let named {
      kind = named
      evidence = interpreter.map { "is a script for \($0)" } ?? "is named \(Self.lastPart(of: program))"
    } else if let image, let found = Self.kind(of: image) {
      (kind, evidence) = found
    } else if image != nil {
      evidence = "is machine code"
    } else if !isPresent {
      evidence = "cannot be read here"
    }
    // A program that only links an interpreter's library has a command line of its own.
    if script == nil, named != nil, Self.isInterpreter(kind) {
      interpreter = path
      script = Self.script(in: words.dropFirst(), kind)
    }
  }

  /// The folders in which systemd looks for a program without a path.
  static let folders = ["/usr/local/sbin", "/usr/local/bin", "/usr/sbin", "/usr/bin", "/sbin", "/bin"]

  // MARK: Steps

  /// A name without a path, found where systemd would find it; others as they are.
  private static func located(_ program: String, in files: some ProgramFiles) -> String {
    guard !program.isEmpty, !program.contains("/"), !program.contains("%") else { return program }
    return folders.map { "\($0)/\(program)" }.first { files.realPath(of: $0) != nil } ?? program
  }

  static func lastPart(of path: String) -> String {
    path.utf8.lastIndex(of: UInt8(ascii: "/")).map { String(path[path.utf8.index(after: $0)...]) } ?? path
  }

  /// The interpreter that a script's first line names, behind an `env` and its options.
  static func interpreter(_ start: [UInt8]) -> String? {
    let line = start.dropFirst(2).prefix { $0 != UInt8(ascii: "\n") && $0 != 0 }
    let words = String(decoding: line, as: UTF8.self).split { $0 == " " || $0 == "\t" || $0 == "\r" }
    guard let first = words.first else { return nil }
    guard lastPart(of: String(first)) == "env" else { return String(first) }
    return words.dropFirst().first { !$0.hasPrefix("-") && !$0.contains("=") }.map { name in
      name.hasPrefix("/") ? String(name) : "/usr/bin/\(name)"
    }
  }

  private static func isInterpreter(_ kind: ProgramKind) -> Bool {
    switch kind {
    case .python, .pypy, .node, .deno, .bun, .ruby, .php, .perl, .lua, .luajit, .shell: true
    case .native, .go, .swift, .rust, .java, .dotnet, .erlang, .jit: false
    }
  }

  /// The script among an interpreter's arguments: the first one that is no option, if none takes its place.
  private static func script(in arguments: ArraySlice<String>, _ kind: ProgramKind) -> String? {
    for argument in arguments {
      if ["-c", "-m", "-e", "-r", "-S", "--eval"].contains(argument) { return nil }
      if kind == .deno || kind == .bun, argument == "run" { continue }
      if !argument.hasPrefix("-") { return argument }
    }
    return nil
  }
}
