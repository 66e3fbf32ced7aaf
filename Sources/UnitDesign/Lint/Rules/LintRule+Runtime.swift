import UnitFiles

/// What the program does that its sandbox forbids.
extension LintRule {
  static let runtime: [LintRule] = [
    LintRule(
      "L45", .error, "A just-in-time compiler under MemoryDenyWriteExecute=",
      why: """
        node, Java, LuaJIT, PyPy and .NET make machine code while they run. MemoryDenyWriteExecute= forbids that, and \
        they crash at the start.
        """,
      bad: "[Service]\nExecStart=/usr/bin/java -jar /srv/app/app.jar\nMemoryDenyWriteExecute=yes\n",
      good: "[Service]\nExecStart=/usr/bin/java -jar /srv/app/app.jar\n",
      ignore: "When the interpreter is told to do without (node --jitless, luajit -joff)."
    ) { unit, report in
      guard unit.isOn("MemoryDenyWriteExecute"), let setting = unit.value("MemoryDenyWriteExecute"),
        let main = unit.main, let name = unit.runtimeNames(of: main).first(where: isCompiling),
        !main.arguments.contains(where: { noCompilerFlags.contains($0.text) })
      else { return }
      report.key(
        setting, "'\(name)' makes code while it runs, which this forbids: it crashes at the start",
        fix: "remove the line"
          + (name.hasPrefix("node")
            ? ", or start it with --jitless" : name == "luajit" ? ", or start it with -joff" : ""))
    },
    LintRule(
      "L46", .error, "A low port without the right to it",
      why: """
        Ports below 1024 need CAP_NET_BIND_SERVICE in the machine's own user namespace. A user without it, an empty \
        bounding set or PrivateUsers= ends in 'Permission denied'.
        """,
      bad: "[Service]\nExecStart=/usr/bin/server --port 80\nUser=app\n",
      good:
        "[Service]\nExecStart=/usr/bin/server --port 80\nUser=app\nAmbientCapabilities=CAP_NET_BIND_SERVICE\n",
      ignore:
        "When the program does not listen on that port, or the sysctl ip_unprivileged_port_start allows it."
    ) { unit, report in
      guard unit.isService, let main = unit.main, !main.command.fullPrivileges,
        let (word, port) = port(of: main),
        port < 1024, !unit.hasSibling("socket")
      else { return }
      let bind = "CAP_NET_BIND_SERVICE"
      var cause: String?
      if unit.isOn("PrivateUsers") {
        cause = "PrivateUsers= takes the right to low ports away"
      } else if unit.forbids(capability: bind) {
        cause = "CapabilityBoundingSet= lacks \(bind)"
      } else if !unit.runsAsRoot, !unit.context.isUser,
        !unit.holds(capability: bind)
      {
        cause = "the user '\(unit.user ?? "of DynamicUser=")' has no \(bind)"
      }
      guard let cause else { return }
      report.value(
        main.assignment, at: word.offset, length: word.text.unicodeScalars.count,
        "\(cause), so the program cannot listen on port \(port)",
        fix: "listen with a .socket unit, or set AmbientCapabilities=\(bind) and leave PrivateUsers= out")
    },
    LintRule(
      "L47", .error, "A listener without a network",
      why: """
        With PrivateNetwork=, or with address families that leave IP out, nobody can connect to a port that the \
        program opens itself. A socket unit opens it outside and hands it in.
        """,
      bad: "[Service]\nExecStart=/usr/bin/server --port 8080\nPrivateNetwork=yes\n",
      good:
        "[Service]\nExecStart=/usr/bin/server --port 8080\nRestrictAddressFamilies=AF_INET AF_INET6 AF_UNIX\n",
      ignore: "When a socket unit of another name hands the listener in."
    ) { unit, report in
      guard unit.isService, let main = unit.main, unit.values("Sockets").isEmpty,
        unit.value("PrivateNetwork") != nil || !unit.values("RestrictAddressFamilies").isEmpty,
        let (word, port) = port(of: main),
        !unit.hasSibling("socket")
      else { return }
      var cause: String?
      if unit.isOn("PrivateNetwork"), unit.value("JoinsNamespaceOf") == nil,
        unit.unit.values("JoinsNamespaceOf", in: "Unit").isEmpty
      {
        cause = "PrivateNetwork=yes leaves only a loopback of its own"
      } else if unit.lacksInternet {
        cause = "RestrictAddressFamilies= leaves IP out"
      }
      guard let cause else { return }
      report.value(
        main.assignment, at: word.offset, length: word.text.unicodeScalars.count,
        "\(cause), so nobody can connect to port \(port)",
        fix: "make a .socket unit that listens, or leave the restriction out")
    },
  ]

  // MARK: Steps

  private static let compilers: Set<String> = [
    "java", "node", "nodejs", "deno", "bun", "dotnet", "mono", "luajit", "pypy", "pypy3",
    "qemu-system-x86_64",
  ]
  private static let noCompilerFlags: Set<String> = ["--jitless", "-joff", "-jo"]

  private static func isCompiling(_ name: String) -> Bool {
    compilers.contains(name) || name.hasPrefix("pypy")
  }

  private static let portFlags = ["port", "listen", "bind", "http", "https", "address", "addr"]

  /// The port that the program is told to listen on: `--port 80`, `--listen=:80`, `--bind 0.0.0.0:80`.
  private static func port(of command: LintCommand) -> (word: ExecCommand.Word, port: Int)? {
    let words = command.arguments
    for (index, word) in words.enumerated() {
      let text = word.text
      guard text.hasPrefix("-") else { continue }
      let parts = text.split(separator: "=", maxSplits: 1)
      let flag = parts[0].drop { $0 == "-" }.lowercased()
      // Of a longer name the last part says what it is: --http-port, --metrics-listen.
      let last = flag.split { $0 == "-" || $0 == "_" || $0 == "." }.last.map(String.init) ?? ""
      guard portFlags.contains(last) else { continue }
      if parts.count > 1, let port = number(String(parts[1]), isPort: last == "port") { return (word, port) }
      if parts.count == 1, index + 1 < words.count,
        let port = number(words[index + 1].text, isPort: last == "port")
      {
        return (words[index + 1], port)
      }
    }
    return nil
  }

  private static func number(_ text: String, isPort: Bool) -> Int? {
    if isPort, let port = Int(text), (1...65535).contains(port) { return port }
    guard let colon = text.lastIndex(of: ":"), let port = Int(text[text.index(after: colon)...]),
      (1...65535).contains(port)
    else { return nil }
    return port
  }
}
