/// What a program is made with, as far as a sandbox has to know it.
///
/// A kind is a fact found in the program; see ``ProgramFacts``. What it needs beyond the strict sandbox was measured.
public enum ProgramKind: String, Sendable, Hashable, CaseIterable {
  /// Machine code of a compiler such as C's or C++'s.
  case native
  /// A Go program.
  case go
  /// A Swift program.
  case swift
  /// A Rust program.
  case rust
  /// CPython.
  case python
  /// PyPy, which compiles while it runs.
  case pypy
  /// Node.js.
  case node
  /// Deno.
  case deno
  /// Bun.
  case bun
  /// A Java virtual machine.
  case java
  /// .NET and Mono.
  case dotnet
  /// Ruby.
  case ruby
  /// PHP.
  case php
  /// Perl.
  case perl
  /// Lua, which interprets.
  case lua
  /// LuaJIT, which compiles while it runs.
  case luajit
  /// The virtual machine of Erlang and Elixir.
  case erlang
  /// A shell that runs a script.
  case shell
  /// Another program that makes code while it runs.
  case jit

  /// What a person calls it: `Node.js`.
  public var title: String {
    switch self {
    case .native: "native code"
    case .go: "Go"
    case .swift: "Swift"
    case .rust: "Rust"
    case .python: "Python"
    case .pypy: "PyPy"
    case .node: "Node.js"
    case .deno: "Deno"
    case .bun: "Bun"
    case .java: "Java"
    case .dotnet: ".NET"
    case .ruby: "Ruby"
    case .php: "PHP"
    case .perl: "Perl"
    case .lua: "Lua"
    case .luajit: "LuaJIT"
    case .erlang: "Erlang"
    case .shell: "a shell script"
    case .jit: "a program with a just-in-time compiler"
    }
  }

  /// Whether it makes code while it runs, whatever its options; `MemoryDenyWriteExecute=` ends it.
  ///
  /// Erlang's compiler passes, as it maps its code twice. PHP and Ruby compile only when they are told to.
  public var makesCode: Bool {
    switch self {
    case .pypy, .node, .deno, .bun, .java, .dotnet, .luajit, .jit: true
    case .native, .go, .swift, .rust, .python, .ruby, .php, .perl, .lua, .erlang, .shell: false
    }
  }

  /// The arguments by which the program does without making code; nil when there are none.
  public var interpretingArguments: [String]? {
    switch self {
    case .node: ["--jitless"]
    case .luajit: ["-joff", "-j off"]
    case .native, .go, .swift, .rust, .python, .pypy, .deno, .bun, .java, .dotnet, .ruby, .php, .perl, .lua,
      .erlang, .shell, .jit:
      nil
    }
  }

  /// Exit statuses that mean a clean stop besides 0: Java and shells give 128 and the signal's number.
  var cleanStatuses: [String] {
    switch self {
    case .java: ["143"]
    case .native, .go, .swift, .rust, .python, .pypy, .node, .deno, .bun, .dotnet, .ruby, .php, .perl, .lua,
      .luajit, .erlang, .shell, .jit:
      []
    }
  }
}
