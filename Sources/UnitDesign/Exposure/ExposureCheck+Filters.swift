/// The checks of filters and lists, in systemd's order.
extension ExposureCheck {
  static let namespaces = [
    namespace("user", 1500, "user"), namespace("mnt", 500, "mount"), namespace("ipc", 500, "IPC"),
    namespace("pid", 500, "process"), namespace("cgroup", 500, "control group"),
    namespace("net", 500, "network"), namespace("uts", 100, "host name"),
  ]

  static let sockets = [
    family("AF_(INET|INET6)", field: "AF_INET_INET6", 1500, "Internet") { $0.allowsInternet },
    family("AF_UNIX", field: "AF_UNIX", 25, "local") { $0.allowsUnix },
    family("AF_NETLINK", field: "AF_NETLINK", 200, "netlink") { $0.allowsNetlink },
    family("AF_PACKET", field: "AF_PACKET", 1000, "raw packet") { $0.allowsPacket },
    family("…", field: "OTHER", 1250, "unusual") { $0.allowsOther },
  ]

  static let systemCalls =
    [
      ExposureCheck(
        "SystemCallArchitectures=", .systemCalls, 1000, range: 10,
        good: "makes system calls of the machine's own architecture only",
        bad: "makes system calls of all architectures",
        partial: [(8, "makes system calls of several architectures")]
      ) { sandbox in
        let names = sandbox.systemCallArchitectures
        return names.isEmpty ? 10 : names == ["native"] ? 0 : 8
      }
    ] + [
      callGroup("swap", 1000, "switch swap space"), callGroup("obsolete", 250, "make obsolete system calls"),
      callGroup("clock", 1000, "set the clock"),
      callGroup("cpu-emulation", 250, "emulate other processors"),
      callGroup("debug", 1000, "debug and trace processes"), callGroup("mount", 1000, "mount file systems"),
      callGroup("module", 1000, "load kernel modules"), callGroup("raw-io", 1000, "use raw ports"),
      callGroup("reboot", 1000, "reboot the machine"),
      callGroup("privileged", 700, "make system calls for the privileged"),
      callGroup("resources", 700, "change priorities and limits"),
    ]

  static let addressesAndDevices = [
    ExposureCheck(
      "IPAddressDeny=", .network, 1000, range: 10,
      good: "reaches no addresses but those its filter lets pass", bad: "exchanges packets with any address",
      partial: [
        (2, "exchanges packets with this machine only"), (5, "exchanges packets with some addresses"),
      ]
    ) { sandbox in
      if sandbox.ingressFilters || sandbox.egressFilters { return 0 }
      guard sandbox.addressDeny.coversAll else { return 10 }
      return sandbox.addressAllow.hasOther ? 5 : sandbox.addressAllow.hasLocalhost ? 2 : 0
    },
    ExposureCheck(
      "DeviceAllow=", .devices, 1000, range: 10,
      good: "opens the standard devices only", bad: "opens any device its user may",
      partial: [(5, "opens some devices beside the standard ones")]
    ) { sandbox in
      sandbox.devicePolicy == "auto" ? 10 : sandbox.hasDeviceAllow ? 5 : 0
    },
    ExposureCheck(
      "AmbientCapabilities=", .privileges, 500,
      good: "starts without capabilities in hand", bad: "starts with capabilities in hand"
    ) { $0.ambientCapabilities.intersects(.max) ? 1 : 0 },
  ]

  // MARK: Kinds

  private static func namespace(_ kind: String, _ weight: Int, _ name: String) -> ExposureCheck {
    ExposureCheck(
      "RestrictNamespaces=~\(kind)", field: "RestrictNamespaces_\(kind)", .namespaces, weight,
      good: "cannot make \(name) namespaces", bad: "may make \(name) namespaces"
    ) { $0.namespaces.allows(kind) ? 1 : 0 }
  }

  private static func family(
    _ name: String, field: String, _ weight: Int, _ kind: String,
    _ isAllowed: @escaping @Sendable (AddressFamilyFilter) -> Bool
  ) -> ExposureCheck {
    ExposureCheck(
      "RestrictAddressFamilies=~\(name)", field: "RestrictAddressFamilies_\(field)", .network, weight,
      good: "cannot open \(kind) sockets", bad: "may open \(kind) sockets"
    ) { isAllowed($0.addressFamilies) ? 1 : 0 }
  }

  private static func callGroup(_ group: String, _ weight: Int, _ deed: String) -> ExposureCheck {
    let field = group.split(separator: "-").joined(separator: "_")
    return ExposureCheck(
      "SystemCallFilter=~@\(group)", field: "SystemCallFilter_\(field)", .systemCalls, weight, range: 10,
      good: "cannot \(deed)", bad: "may \(deed)",
      partial: [(9, "may \(deed): its filter allows a part of @\(group)")]
    ) { sandbox in
      switch sandbox.systemCallFilter.verdict(on: "@\(group)") {
      case .unfiltered, .notDenied: 10
      case .allowed: 9
      case .notAllowed, .denied: 0
      }
    }
  }
}
