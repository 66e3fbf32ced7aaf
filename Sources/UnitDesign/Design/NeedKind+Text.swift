extension NeedKind {
  /// What a program with this need does, as a clause that follows "it"; PATH and the like stand for the argument.
  public var summary: String {
    switch self {
    case .networkIn: "takes connections that it listens for itself"
    case .networkOut: "connects to other machines"
    case .unix: "talks over unix sockets"
    case .netlink: "asks the kernel for interfaces and routes"
    case .rawSockets: "makes raw sockets, as ping does"
    case .packet: "reads and writes whole packets, as tcpdump and DHCP do"
    case .networkAdmin: "sets interfaces, routes and firewall rules"
    case .socket: "makes sockets of the family AF_NAME"
    case .lowPorts: "binds ports below 1024"
    case .read: "reads PATH, also below /home"
    case .write: "writes PATH"
    case .homeRead: "reads /home, /root and /run/user"
    case .homeWrite: "writes below /home, /root and /run/user"
    case .sharedTmp: "shares files in /tmp and /var/tmp"
    case .foreignFiles: "reads and writes files of other users"
    case .chown: "gives files to other users"
    case .setgidFiles: "makes files setuid or setgid"
    case .device: "uses DEVICE"
    case .devices: "uses devices of any kind"
    case .gpu: "uses the graphics processor"
    case .rawIO: "uses ports and raw disk commands"
    case .jit: "makes code while it runs"
    case .memoryLock: "locks memory"
    case .personality: "changes its execution domain"
    case .otherArchitectures: "runs 32-bit or foreign programs"
    case .users: "starts processes as other users"
    case .processes: "looks at processes of other users"
    case .systemStats: "reads /proc/meminfo, /proc/stat and the like"
    case .signals: "signals processes of other users"
    case .ptrace: "debugs its own processes"
    case .ptraceAll: "debugs processes of other users"
    case .resources: "sets priorities, limits and CPUs of processes"
    case .realtime: "uses real-time scheduling"
    case .namespaces: "makes namespaces: containers, browsers, bwrap"
    case .chroot: "changes its root folder"
    case .setuidPrograms: "starts setuid programs such as sudo and ping"
    case .sharedIPC: "shares System V or POSIX IPC"
    case .keyring: "shares kernel keys"
    case .clock: "sets the clock"
    case .hostname: "sets the host name"
    case .mounts: "mounts file systems"
    case .controlGroups: "manages control groups"
    case .kernelModules: "loads kernel modules"
    case .kernelLog: "reads the kernel's log"
    case .kernelTunables: "writes /proc/sys and /sys"
    case .bpf: "loads BPF programs"
    case .audit: "writes audit records"
    case .systemCalls: "needs system calls that no ordinary service does"
    }
  }

  /// Why a service of a dynamic user cannot have this need; nil when it can. systemd forces the rest on.
  var dynamicUserConflict: String? {
    switch self {
    case .homeWrite: "DynamicUser= makes /home read-only"
    case .setgidFiles: "DynamicUser= implies RestrictSUIDSGID="
    case .setuidPrograms: "DynamicUser= implies NoNewPrivileges="
    case .sharedTmp: "DynamicUser= implies PrivateTmp="
    case .sharedIPC: "DynamicUser= implies RemoveIPC="
    case .networkIn, .networkOut, .unix, .netlink, .rawSockets, .packet, .networkAdmin, .socket, .lowPorts,
      .read, .write, .homeRead, .foreignFiles, .chown, .device, .devices, .gpu, .rawIO, .jit, .memoryLock,
      .personality, .otherArchitectures, .users, .processes, .systemStats, .signals, .ptrace, .ptraceAll,
      .resources, .realtime, .namespaces, .chroot, .keyring, .clock, .hostname, .mounts, .controlGroups,
      .kernelModules, .kernelLog, .kernelTunables, .bpf, .audit, .systemCalls:
      nil
    }
  }
}

extension Need {
  /// What a program with this need does: `writes /srv/data`.
  public var summary: String {
    guard let argument, let placeholder = kind.placeholder else { return kind.summary }
    return kind.summary.split(separator: " ", omittingEmptySubsequences: false).map { word in
      word.hasPrefix(placeholder) ? argument + word.dropFirst(placeholder.count) : String(word)
    }.joined(separator: " ")
  }
}
