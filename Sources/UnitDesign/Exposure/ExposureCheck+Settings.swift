/// The checks of single settings, in systemd's order.
extension ExposureCheck {
  static let identity = [
    ExposureCheck(
      "User=/DynamicUser=", field: "UserOrDynamicUser", .privileges, 2000, range: 10,
      good: "runs as a user of its own", bad: "runs as root",
      partial: [(9, "runs as nobody, an identity that others share")]
    ) { sandbox in
      sandbox.user == "nobody" ? 9 : sandbox.runsPrivileged ? 10 : 0
    },
    ExposureCheck(
      "SupplementaryGroups=", .privileges, 200,
      good: "is in no further groups", bad: "is in further groups and has their rights"
    ) { $0.runsPrivileged ? nil : $0.hasSupplementaryGroups ? 1 : 0 },
  ]

  static let mounts = [
    flag(
      "PrivateDevices=", .devices, 1000,
      good: "sees no hardware devices", bad: "sees the machine's devices"
    ) { $0.privateDevices },
    flag(
      "PrivateMounts=", .namespaces, 1000,
      good: "makes mounts for itself only", bad: "can make mounts that everybody sees"
    ) { $0.privateMounts ?? ($0.version >= 254) },
    flag(
      "PrivateNetwork=", .network, 2500,
      good: "has a network of its own", bad: "is on the machine's network"
    ) { $0.privateNetwork },
    flag(
      "PrivateTmp=", .files, 1000, needsDefaultDependencies: true,
      good: "has temporary files of its own", bad: "shares /tmp and /var/tmp with others"
    ) { $0.privateTmp },
    flag(
      "PrivateUsers=", .namespaces, 1000,
      good: "sees no users but its own", bad: "sees all users of the machine"
    ) { $0.privateUsers },
  ]

  static let kernel = [
    flag(
      "ProtectControlGroups=", .kernel, 1000,
      good: "cannot change control groups", bad: "may change control groups"
    ) { $0.protectControlGroups },
    flag(
      "ProtectKernelModules=", .kernel, 1000,
      good: "cannot load kernel modules or read them", bad: "may load kernel modules"
    ) { $0.protectKernelModules },
    flag(
      "ProtectKernelTunables=", .kernel, 1000,
      good: "cannot write to /proc/sys and /sys", bad: "may change the kernel's tunables"
    ) { $0.protectKernelTunables },
    flag(
      "ProtectKernelLogs=", .kernel, 1000,
      good: "cannot reach the kernel's log", bad: "may read and write the kernel's log"
    ) { $0.protectKernelLogs },
    flag(
      "ProtectClock=", .kernel, 1000,
      good: "cannot set the clock", bad: "may set the clock"
    ) { $0.protectClock },
  ]

  static let files = [
    ExposureCheck(
      "ProtectHome=", .files, 1000, range: 10, needsDefaultDependencies: true,
      good: "cannot see home directories", bad: "may read and write home directories",
      partial: [(1, "sees empty home directories"), (5, "may read home directories")]
    ) { sandbox in
      switch sandbox.protectHome {
      case "yes": 0
      case "tmpfs": 1
      case "read-only": 5
      default: 10
      }
    },
    flag(
      "ProtectHostname=", .kernel, 50,
      good: "cannot change the host name", bad: "may change the host name"
    ) { $0.protectHostname },
    ExposureCheck(
      "ProtectSystem=", .files, 1000, range: 10, needsDefaultDependencies: true,
      good: "finds the system read-only but for its own directories",
      bad: "may write wherever its user may",
      partial: [(3, "cannot write to /usr, /boot and /etc"), (5, "cannot write to /usr and /boot")]
    ) { sandbox in
      switch sandbox.protectSystem {
      case "strict": 0
      case "full": 3
      case "yes": 5
      default: 10
      }
    },
    ExposureCheck(
      "RootDirectory=/RootImage=", field: "RootDirectoryOrRootImage", .files, 200,
      needsDefaultDependencies: true,
      good: "has a root directory of its own", bad: "lives in the machine's root directory"
    ) { sandbox in
      (sandbox.rootDirectory ?? "/") == "/" && (sandbox.rootImage ?? "/") == "/" ? 1 : 0
    },
  ]

  static let privileges = [
    flag(
      "LockPersonality=", .memory, 100,
      good: "cannot change its execution domain", bad: "may change its execution domain"
    ) { $0.lockPersonality },
    flag(
      "MemoryDenyWriteExecute=", .memory, 100,
      good: "cannot make code at run time", bad: "may have memory that is written and executed"
    ) { $0.memoryDenyWriteExecute },
    flag(
      "NoNewPrivileges=", .privileges, 1000,
      good: "cannot gain privileges by setuid programs", bad: "may gain privileges by setuid programs"
    ) { $0.noNewPrivileges },
  ]

  static let processes = [
    ExposureCheck(
      "UMask=", .files, 100, range: 10,
      good: "makes files that only its user can read",
      bad: "makes files that everybody can write",
      partial: [
        (1, "makes files that its group can read"), (2, "makes files that its group can write"),
        (5, "makes files that everybody can read"),
      ]
    ) { sandbox in
      let umask = sandbox.umask
      return umask & 0o2 == 0 ? 10 : umask & 0o4 == 0 ? 5 : umask & 0o20 == 0 ? 2 : umask & 0o40 == 0 ? 1 : 0
    },
    flag(
      "KeyringMode=", .processes, 1000,
      good: "has kernel keys of its own", bad: "shares kernel keys with others"
    ) { $0.keyringMode == "private" },
    ExposureCheck(
      "ProtectProc=", .processes, 1000, range: 3,
      good: "cannot see processes of other users in /proc", bad: "sees all processes in /proc",
      partial: [(1, "sees processes of other users in /proc, but cannot look into them")]
    ) { sandbox in
      switch sandbox.protectProc {
      case "invisible", "ptraceable": 0
      case "noaccess": 1
      default: 3
      }
    },
    flag(
      "ProcSubset=", .processes, 10,
      good: "sees nothing but processes in /proc", bad: "reads facts of the machine in /proc"
    ) { $0.procSubset == "pid" },
    flag(
      "NotifyAccess=", .processes, 1000,
      good: "lets no child tell systemd its state", bad: "lets every child tell systemd its state"
    ) { $0.notifyAccess != "all" },
    ExposureCheck(
      "RemoveIPC=", .processes, 100,
      good: "leaves no IPC objects behind", bad: "may leave IPC objects behind"
    ) { sandbox in
      // A user's manager cannot remove IPC objects; systemd's rating knows that since 258.
      let isPowerless = sandbox.scope == .user && sandbox.version >= 258
      return sandbox.runsPrivileged || isPowerless ? nil : sandbox.removeIPC ? 0 : 1
    },
    flag(
      "Delegate=", .kernel, 100,
      good: "has no control groups to manage", bad: "manages control groups of its own"
    ) { !$0.delegate },
    flag(
      "RestrictRealtime=", .processes, 500,
      good: "cannot use real-time scheduling", bad: "may use real-time scheduling"
    ) { $0.restrictRealtime },
    flag(
      "RestrictSUIDSGID=", .privileges, 1000,
      good: "cannot make setuid files", bad: "may make setuid files"
    ) { $0.restrictSUIDSGID },
  ]
}
