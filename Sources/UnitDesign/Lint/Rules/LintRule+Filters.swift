import UnitFiles

/// Filters that do more, or less, than they seem to.
extension LintRule {
  static let filters: [LintRule] = [
    LintRule(
      "L52", .warning, "A system call filter kills the service",
      why: """
        Without SystemCallErrorNumber= a refused call ends the process with SIGSYS. Go calls setrlimit at its start, \
        Swift and other runtimes setpriority: with ~@resources or ~@privileged they die there. With EPERM they go on.
        """,
      bad:
        "[Service]\nExecStart=/usr/bin/server\nSystemCallFilter=@system-service\nSystemCallFilter=~@privileged @resources\n",
      good:
        "[Service]\nExecStart=/usr/bin/server\nSystemCallFilter=@system-service\nSystemCallFilter=~@privileged @resources\nSystemCallErrorNumber=EPERM\n",
      ignore: "When the program was tested with it on every architecture and C library it runs on.",
      isAdvice: true
    ) { unit, report in
      guard unit.text("SystemCallErrorNumber").map({ $0 == "kill" }) ?? true else { return }
      for assignment in unit.values("SystemCallFilter") where assignment.value.hasPrefix("~") {
        let words = ValueWord.all(of: assignment.value)
        let hit = words.first { word in
          let name = word.text.drop { $0 == "~" }
          return name == "@privileged" || name == "@resources"
        }
        guard let hit else { continue }
        report.word(
          hit, of: assignment, "a program that only tries such a call is killed with SIGSYS",
          fix: "set SystemCallErrorNumber=EPERM")
        return
      }
    },
    LintRule(
      "L54", .note, "The restriction needs a systemd and a kernel with BPF",
      why: """
        Where systemd was built without BPF programs (Debian 12), or the kernel's BPF security module is off \
        (RestrictFileSystems=), the line has no effect, and nothing tells.
        """,
      bad: "[Service]\nExecStart=/usr/bin/server\nSocketBindDeny=any\n",
      good: "[Service]\nExecStart=/usr/bin/server\nRestrictAddressFamilies=AF_UNIX\n",
      ignore: "When it is one protection among others."
    ) { unit, report in
      for key in ["SocketBindDeny", "SocketBindAllow", "RestrictNetworkInterfaces", "RestrictFileSystems"] {
        guard let first = unit.values(key).first else { continue }
        report.key(
          first,
          key == "RestrictFileSystems"
            ? "this has no effect unless the kernel runs with lsm=...,bpf"
            : "this has no effect where systemd was built without BPF_FRAMEWORK, as on Debian 12",
          fix: "do not rely on it alone")
        if key == "SocketBindDeny" { return }
      }
    },
    LintRule(
      "L55", .warning, "An address filter that cuts off too much, or nothing",
      why: """
        The filter of a socket unit holds for the listening socket: IPAddressDeny=any there keeps all clients out. \
        And to allow all addresses behind a denial is no filter at all.
        """,
      bad: "[Socket]\nListenStream=8080\nIPAddressDeny=any\n", good: "[Socket]\nListenStream=8080\n",
      ignore: "When the socket is for the addresses that IPAddressAllow= names."
    ) { unit, report in
      let denials = unit.words("IPAddressDeny")
      let allowed = unit.words("IPAddressAllow")
      if unit.type == "socket", allowed.isEmpty,
        let (word, assignment) = denials.first(where: { $0.word.text == "any" })
      {
        report.word(
          word, of: assignment, "no client can connect to the socket", fix: "put it into the service's unit",
          severity: .error)
      }
      guard !denials.isEmpty else { return }
      let everything = ["any", "0.0.0.0/0", "::/0"]
      for (word, assignment) in allowed where everything.contains(word.text) {
        report.word(
          word, of: assignment, "this allows again what IPAddressDeny= denies: nothing is filtered",
          fix: "name the addresses that are meant, or remove both lines")
        return
      }
    },
  ]
}
