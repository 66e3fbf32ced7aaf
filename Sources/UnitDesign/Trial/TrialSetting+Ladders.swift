// The settings to search through, made of the strict sandbox's lines, with the weaker values that may do instead.
extension TrialSetting {
  /// The settings of `line`, a line of the strict sandbox: one, or for a list of denied system calls one for each group.
  ///
  /// - Parameters:
  ///   - line: what ``SandboxSetting/strict`` says.
  ///   - hasOwnFilter: whether the unit filters system calls itself. Nothing may then be allowed again, and what
  ///     happens to a refused call is the unit's choice.
  /// - Returns: the settings, each with its values from strictest to weakest.
  static func settings(of line: SandboxSetting, hasOwnFilter: Bool) -> [TrialSetting] {
    let action = hasOwnFilter ? [] : ["SystemCallErrorNumber=EPERM"]
    func make(_ name: String, _ rungs: [Rung]) -> TrialSetting {
      TrialSetting(
        name, line.group, denies: line.denies, rungs: rungs,
        weight: likelihoods[name] ?? likelihoods[line.directive] ?? 1)
    }
    guard line.directive == "SystemCallFilter" else {
      let rungs = ([line.value] + weaker(than: line)).map { Rung("\(line.directive)=\($0)") }
      return [make(line.directive, rungs)]
    }
    guard line.value.hasPrefix("~") else {
      // Twice: with keys of memory protection, which V8 asks for; then as a list of what is denied.
      let denied = "~@clock @cpu-emulation @debug @module @mount @obsolete @raw-io @reboot @swap"
      return [
        make(
          "SystemCallFilter",
          ["\(line.value)", "\(line.value) @pkey", denied].map {
            Rung(lines: ["SystemCallFilter=\($0)"] + action)
          })
      ]
    }
    return line.value.dropFirst().split(separator: " ").map { group in
      let denial = "SystemCallFilter=~\(group)"
      let again = hasOwnFilter ? [] : allowedAgain[String(group)] ?? []
      let rungs = [Rung(lines: [denial] + action)] + again.map { Rung(lines: [denial, $0] + action) }
      return make(denial, rungs)
    }
  }

  /// The values that are weaker than that of a line. A profile may begin with one of them; for a value that is
  /// neither there nor the strict one, nobody can tell which are.
  private static func weaker(than line: SandboxSetting) -> ArraySlice<String> {
    let all = weakerValues[line.directive] ?? []
    if let place = all.firstIndex(of: line.value) { return all[all.index(after: place)...] }
    let isStrict = SandboxSetting.strict.contains {
      $0.directive == line.directive && $0.value == line.value
    }
    return isStrict ? all[...] : []
  }

  /// Values that are weaker than the strict one and still worth having, from strictest to weakest.
  private static let weakerValues: [String: [String]] = [
    "CapabilityBoundingSet": capabilitySets,
    "UMask": ["0027"],
    "ProtectSystem": ["full", "yes"],
    "ProtectHome": ["tmpfs", "read-only"],
    "ProtectProc": ["noaccess"],
    "RestrictNamespaces": ["user", "user mnt net pid"],
    "RestrictAddressFamilies": [
      "AF_INET AF_INET6 AF_UNIX AF_NETLINK", "AF_INET AF_INET6 AF_UNIX AF_NETLINK AF_PACKET",
    ],
  ]

  /// What services that begin as root need, from the least on: a low port, then other users for their workers, then
  /// the rights over files that root is used to.
  private static let capabilitySets: [String] = {
    let steps = [
      ["CAP_NET_BIND_SERVICE"], ["CAP_SETGID", "CAP_SETUID"], ["CAP_CHOWN", "CAP_KILL"],
      ["CAP_DAC_OVERRIDE", "CAP_FOWNER", "CAP_FSETID"],
      [
        "CAP_AUDIT_WRITE", "CAP_IPC_LOCK", "CAP_NET_RAW", "CAP_SYS_CHROOT", "CAP_SYS_NICE",
        "CAP_SYS_RESOURCE",
      ],
    ]
    let growing = steps.indices.map { steps[...$0].flatMap { $0 }.joined(separator: " ") }
    let worst =
      "~CAP_MAC_ADMIN CAP_SYS_ADMIN CAP_SYS_BOOT CAP_SYS_MODULE CAP_SYS_PTRACE CAP_SYS_RAWIO CAP_SYS_TIME"
    return growing + [worst]
  }()

  /// What may be allowed again of a denied group, from the least on.
  private static let allowedAgain: [String: [String]] = [
    "@privileged": ["SystemCallFilter=@setuid", "SystemCallFilter=@setuid @chown"],
    "@resources": ["SystemCallFilter=sched_setaffinity setpriority setrlimit prlimit64"],
  ]

  /// How often services cannot bear a setting, in proportion to one that nearly all bear: as measured on 39 kinds of
  /// programs.
  private static let likelihoods: [String: Int] = [
    "MemoryDenyWriteExecute": 8, "CapabilityBoundingSet": 6, "PrivateUsers": 6, "ProtectSystem": 6,
    "SystemCallFilter=~@privileged": 5, "ProcSubset": 4, "RestrictAddressFamilies": 4,
    "SystemCallFilter=~@resources": 3, "ProtectHome": 3, "PrivateTmp": 2, "PrivateDevices": 2,
    "NoNewPrivileges": 2, "RestrictNamespaces": 2, "SystemCallFilter": 2, "RestrictSUIDSGID": 2,
  ]

  /// Takes up the value that what was seen suggests, right after that at `level`: the folders that it writes to.
  ///
  /// - Returns: whether there is a new one.
  mutating func refine(by folders: Set<String>, after level: Int) -> Bool {
    guard directive == "ProtectSystem", lines(at: level).first == "ProtectSystem=strict" else { return false }
    let folders = Self.smallest(folders)
    guard !folders.isEmpty else { return false }
    let list = folders.map(UnitWords.quoted).joined(separator: " ")
    return add(Rung("ProtectSystem=strict", "ReadWritePaths=\(list)"), after: level)
  }

  /// More folders than this are not listed: then a weaker value says it better.
  private static let folderLimit = 8

  /// The folders without those inside others, sorted.
  private static func smallest(_ folders: Set<String>) -> [String] {
    let outer = folders.filter { folder in
      !folders.contains { folder.hasPrefix($0 + "/") }
    }
    return outer.count > folderLimit ? [] : outer.sorted()
  }
}

/// Words of a value in a unit file.
enum UnitWords {
  /// A path as one word of a list: in quotes where it needs them, `%` doubled.
  static func quoted(_ path: String) -> String {
    var text = ""
    for character in path.unicodeScalars {
      switch character {
      case "\\", "\"": text += "\\\(character)"
      case "%": text += "%%"
      default: text.unicodeScalars.append(character)
      }
    }
    let isPlain = path.unicodeScalars.allSatisfy {
      $0.isASCII
        && ($0.properties.isAlphabetic || ("0"..."9").contains($0) || "/._-+@".unicodeScalars.contains($0))
    }
    return isPlain ? text : "\"\(text)\""
  }
}
