extension ProgramFacts {
  /// Whether a program's name tells of no interpreter, whose arguments would have to be looked at too.
  public static func namesNative(_ path: String) -> Bool {
    let name = lastPart(of: path)
    return kind(named: name) == nil && name != "env"
  }

  /// The kind that a program's name tells; nil when it tells none.
  static func kind(named name: String) -> ProgramKind? {
    if let kind = byName[name] { return kind }
    // `python3.11`, `ruby3.1`, `php8.2`, `php-fpm8.2`, `lua5.4`, `perl5.36.0`: a name and a version.
    let stem = String(name.reversed().drop { $0.isNumber || $0 == "." || $0 == "-" }.reversed())
    return stem == name ? nil : byName[stem]
  }

  private static let byName: [String: ProgramKind] = [
    "python": .python, "python-dbg": .python, "pypy": .pypy, "node": .node, "nodejs": .node, "deno": .deno,
    "bun": .bun, "java": .java, "dotnet": .dotnet, "mono": .dotnet, "mono-sgen": .dotnet, "ruby": .ruby,
    "jruby": .java, "truffleruby": .jit, "php": .php, "php-fpm": .php, "php-cgi": .php, "perl": .perl,
    "lua": .lua, "luajit": .luajit, "beam.smp": .erlang, "erl": .erlang, "erlexec": .erlang,
    "elixir": .erlang,
    "iex": .erlang, "julia": .jit, "racket": .jit, "sbcl": .jit, "guile": .jit, "wasmtime": .jit,
    "wasmer": .jit, "qjs": .native, "sh": .shell, "bash": .shell, "dash": .shell, "zsh": .shell,
    "ksh": .shell, "mksh": .shell, "fish": .shell, "ash": .shell,
  ]

  /// The kind that machine code tells by its sections and libraries, with how it was found.
  static func kind(of image: ELFImage) -> (ProgramKind, String)? {
    for section in image.sections {
      if section == ".note.go.buildid" || section == ".go.buildinfo" {
        return (.go, "has Go's section \(section)")
      }
      if section.hasPrefix("swift5_") { return (.swift, "has Swift's section \(section)") }
    }
    for library in image.libraries {
      if let kind = byLibrary.first(where: { library.hasPrefix($0.prefix) })?.kind {
        return (kind, "links \(library)")
      }
    }
    return image.comment.contains("rustc version") ? (.rust, "was made by rustc") : nil
  }

  private static let byLibrary: [(prefix: String, kind: ProgramKind)] = [
    ("libjvm.so", .java), ("libjli.so", .java), ("libnode.so", .node), ("libluajit", .luajit),
    ("libpypy", .pypy), ("libcoreclr", .dotnet), ("libhostfxr", .dotnet), ("libmonosgen", .dotnet),
    ("libv8", .jit), ("libmozjs", .jit), ("libjavascriptcoregtk", .jit), ("libwebkit", .jit),
    ("libQt5WebEngine", .jit), ("libQt6WebEngine", .jit), ("libwasmtime", .jit), ("libgccjit", .jit),
    ("libswiftCore.so", .swift), ("libpython", .python), ("libruby", .ruby), ("libperl.so", .perl),
    ("liblua", .lua), ("libphp", .php),
  ]
}
