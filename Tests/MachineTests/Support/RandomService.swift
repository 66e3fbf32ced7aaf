import TestSupport

/// A service unit with any of the settings that the exposure rates, and values of which many are odd: the same for
/// the same seed. systemd loads all of them: a value that makes it refuse a unit is not among them.
struct RandomService {
  private var random: SeededGenerator

  init(seed: UInt64) {
    random = SeededGenerator(seed: seed)
  }

  /// The text of the next unit; with `isDynamic` its user is the one that systemd makes of the unit's name.
  mutating func next(isDynamic: Bool = false) -> String {
    let dependencies = chance(15) ? "DefaultDependencies=\(pick(["no", "yes", "", "x"]))\n" : ""
    return "[Unit]\n\(dependencies)[Service]\nExecStart=/bin/true\n" + lines()
      + (isDynamic ? "DynamicUser=yes\nUser=\n" : "")
  }

  /// The text of a drop-in; some have a value for which systemd gives up the rest of the file.
  mutating func nextDropIn() -> String {
    let bad =
      chance(25) ? pick(["User=a:b", "DynamicUser=perhaps", "RootDirectory=x", "User=%z"]) + "\n" : ""
    return "[Service]\n\(lines())\(bad)\(lines())"
  }

  // MARK: Steps

  private mutating func lines() -> String {
    var lines: [String] = []
    for setting in Self.settings where chance(35) {
      for _ in 0..<(chance(60) ? 1 : Int.random(in: 2...3, using: &random)) {
        lines.append("\(setting.name)=\(value(of: setting))")
      }
    }
    lines.shuffle(using: &random)
    return lines.map { "\($0)\n" }.joined()
  }

  private mutating func chance(_ percent: Int) -> Bool { Int.random(in: 0..<100, using: &random) < percent }

  private mutating func pick(_ words: [String]) -> String { words.randomElement(using: &random) ?? "" }

  private mutating func value(of setting: Setting) -> String {
    switch setting.kind {
    case .one: return pick(setting.words)
    case .list, .inverted:
      if chance(12) { return pick(["", "~", "none"]) }
      let words = (0..<Int.random(in: 1...4, using: &random)).map { _ in word(setting) }
      return (setting.kind == .inverted && chance(40) ? "~" : "")
        + words.joined(separator: pick([" ", "  "]))
    }
  }

  private mutating func word(_ setting: Setting) -> String {
    let word = pick(setting.words)
    guard setting.name == "SystemCallFilter", chance(20) else { return word }
    return
      "\(word):\(pick(["EPERM", "eacces", "kill", "0", "4095", "4096", "EFOO", "-1", "", "0x1", "0b1", "08"]))"
  }

  private struct Setting {
    enum Kind { case one, list, inverted }
    var name: String
    var kind = Kind.one
    var words: [String]
  }

  private static let truths = ["yes", "no", "true", "off", "1", "0", "on", "maybe", "", "YES"]

  private static let settings: [Setting] =
    [
      "DynamicUser", "PrivateDevices", "PrivateNetwork", "ProtectKernelModules", "ProtectKernelTunables",
      "ProtectKernelLogs", "ProtectClock", "LockPersonality", "MemoryDenyWriteExecute", "NoNewPrivileges",
      "RemoveIPC", "RestrictRealtime", "RestrictSUIDSGID", "PrivateMounts", "RestrictNamespaces",
    ].map { name in
      // The one truth value that systemd insists on.
      Setting(name: name, words: name == "DynamicUser" ? ["yes", "no"] : truths)
    } + [
      Setting(name: "User", words: ["root", "0", "nobody", "web", "%p", "1000", "", "web-x", "%u"]),
      Setting(name: "SupplementaryGroups", words: ["", "a b", "users"]),
      Setting(name: "PrivateTmp", words: truths + ["disconnected", "connected"]),
      Setting(name: "PrivateUsers", words: truths + ["self", "identity", "full", "managed"]),
      Setting(name: "ProtectControlGroups", words: truths + ["private", "strict"]),
      Setting(name: "ProtectHostname", words: truths + ["private", "private:foo", "no:foo", "true:"]),
      Setting(name: "ProtectHome", words: truths + ["read-only", "tmpfs", "TMPFS"]),
      Setting(name: "ProtectSystem", words: truths + ["full", "strict"]),
      Setting(name: "ProtectProc", words: ["noaccess", "invisible", "ptraceable", "default", "", "x"]),
      Setting(name: "ProcSubset", words: ["pid", "all", "", "x"]),
      Setting(name: "KeyringMode", words: ["private", "shared", "inherit", "x", ""]),
      Setting(name: "NotifyAccess", words: ["all", "main", "none", "exec", "", "x"]),
      Setting(name: "Delegate", words: ["yes", "no", "", "cpu", "foo", "cpu memory", "\"cpu"]),
      Setting(
        name: "UMask",
        words: ["0077", "022", "7", "0", "8", "10077", "0027", "", "0007", "-1", "+7", "00000077", "0o77"]),
      Setting(name: "RootDirectory", words: ["/", "", "/srv", "//", "/./", "/srv/%i"]),
      Setting(name: "RootImage", words: ["/", "", "/srv/x.raw"]),
      Setting(
        name: "MountImages",
        words: [
          "", "/a:/b", "a:/b", "/a", "-/a:/b", "/a:/b:root:ro", "/a\\:c:/b", "/a:/b\\q", "/a::/b",
          "\"/a b:/c\"", "\"/a:/b",
        ]),
      Setting(name: "LoadCredential", words: ["", "a:/b", "a", "a:b/c"]),
      Setting(
        name: "LoadCredentialEncrypted",
        words: [
          "", "a:/b", "a", "b:/x", "a:b/c", "a:/b/../c", "c:", "\"a b\":/x", "a\\:b:/x", "a::/x", "a:/",
          "d\\b:/x/",
        ]),
      Setting(name: "SetCredential", words: ["", "s:value", "s:\\q", "s:\\x00"]),
      Setting(
        name: "SetCredentialEncrypted",
        words: ["", "s:aGFsbG8=", "s:!!", "s:", "s:YQ", "s:a=b", "s:YR==", "s:Y Q = ="]),
      Setting(name: "DevicePolicy", words: ["auto", "closed", "strict", "", "x"]),
      Setting(
        name: "DeviceAllow",
        words: [
          "", "/dev/null rw", "char-tty", "block-loop rwm", "/dev/null x", "/sys/foo", "/dev/", "dev/null",
          "/dev/../x", "/dev/a b c", "/dev//null", "/dev/./null r", "\"/dev/null\" rw", "/dev/%i", "/dev/%z",
          "/run/systemd/inaccessible/chr", "/devfoo", "/run/systemd/inaccessiblex",
        ]),
      Setting(
        name: "IPAddressDeny", kind: .list, words: ["any", "any", "any", "0.0.0.0/0", "::/0", "1.2.3.4/0"]),
      Setting(
        name: "IPAddressAllow", kind: .list,
        words: [
          "localhost", "link-local", "multicast", "127.0.0.1", "::1", "10.0.0.0/8", "foo", "fe80::1/64",
          "::ffff:1.2.3.4", "::1/64", "127.1.2.3/9", "127.0.0.1/7", "01.2.3.4", "foo.localhost", "LOCALHOST.",
          "127.0.0.1/0x10", "1::2::3", "1:2:3:4:5:6:7::",
        ]),
      Setting(
        name: "SystemCallArchitectures", kind: .list, words: ["native", "native", "x86", "foo", "\"native\""]),
      Setting(
        name: "CapabilityBoundingSet", kind: .inverted,
        words: [
          "CAP_SYS_ADMIN", "cap_kill", "CAP_SETUID", "CAP_TYPO", "5", "\" 5\"", "08", "0x15", "70", "63",
          "CAP_BPF",
          "CAP_NET_RAW", "CAP_CHOWN", "\"CAP_MKNOD\"", "CAP_SYSLOG",
        ]),
      Setting(
        name: "AmbientCapabilities", kind: .inverted, words: ["CAP_KILL", "CAP_TYPO", "12", "cap_chown"]),
      Setting(
        name: "RestrictAddressFamilies", kind: .inverted,
        words: [
          "AF_INET", "AF_INET6", "AF_UNIX", "af_unix", "AF_LOCAL", "AF_NETLINK", "AF_ROUTE", "AF_PACKET",
          "AF_CAN", "AF_NONE", "AF_DECnet", "'AF_VSOCK'",
        ]),
      Setting(
        name: "RestrictNamespaces", kind: .inverted,
        words: ["user", "mnt", "ipc", "pid", "cgroup", "net", "uts", "time", "foo"]),
      Setting(
        name: "SystemCallFilter", kind: .inverted,
        words: [
          "@system-service", "@mount", "@swap", "swapon", "swapoff", "@privileged", "@resources", "@debug",
          "ptrace", "@clock", "@nope", "nosuchcall", "@obsolete", "@known", "@default", "read", "@raw-io",
          "@reboot", "reboot", "@module", "init_module", "@cpu-emulation", "@basic-io", "@sandbox",
          "setrlimit",
        ]),
    ]
}
