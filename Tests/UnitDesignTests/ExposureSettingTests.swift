import Testing
import UnitFiles

@testable import UnitDesign

@Suite("The exposure of a setting")
struct ExposureSettingTests {
  private func badness(_ field: String, _ lines: String, _ version: Int) throws -> Int? {
    let exposure = ExposureTests.exposure(lines, version)
    return try #require(exposure.ratings.first { $0.check.field == field }).badness
  }

  @Test(
    "follows the value, the last valid line and the reset",
    arguments: [
      ("UserOrDynamicUser", "User=nobody", 9), ("UserOrDynamicUser", "User=root\nDynamicUser=yes", 10),
      ("UserOrDynamicUser", "User=web\nUser=", 10), ("UserOrDynamicUser", "User=%u", 10),
      ("UserOrDynamicUser", "User=%p", 0), ("SupplementaryGroups", "User=web\nSupplementaryGroups=a", 1),
      ("SupplementaryGroups", "User=web\nSupplementaryGroups=a\nSupplementaryGroups=", 0),
      ("PrivateDevices", "PrivateDevices=yes\nPrivateDevices=", 0),
      ("PrivateDevices", "PrivateDevices=on\nPrivateDevices=maybe", 0),
      ("PrivateTmp", "PrivateTmp=T", 0), ("ProtectHome", "ProtectHome=tmpfs", 1),
      ("ProtectHome", "ProtectHome=read-only", 5), ("ProtectHome", "DynamicUser=1", 5),
      ("ProtectSystem", "ProtectSystem=full", 3), ("ProtectSystem", "ProtectSystem=true", 5),
      ("ProtectSystem", "DynamicUser=yes\nProtectSystem=no", 0), ("ProtectProc", "ProtectProc=noaccess", 1),
      ("RootDirectoryOrRootImage", "RootDirectory=//.", 1), ("RootDirectoryOrRootImage", "RootImage=/a", 0),
      ("UMask", "UMask=0027", 1), ("UMask", "UMask=7", 2), ("UMask", "UMask=0", 10), ("UMask", "UMask=8", 5),
      ("UMask", "UMask=10077", 5), ("UMask", "UMask=0077", 0), ("KeyringMode", "KeyringMode=shared", 1),
      ("NotifyAccess", "NotifyAccess=all", 1), ("Delegate", "Delegate=", 1),
      ("Delegate", "Delegate=cpu memory\nDelegate=no", 0), ("RemoveIPC", "DynamicUser=yes", 0),
      ("SystemCallArchitectures", "SystemCallArchitectures=native nonsense", 0),
      ("SystemCallArchitectures", "SystemCallArchitectures=native x86-64", 8),
      ("SystemCallArchitectures", "SystemCallArchitectures=native\nSystemCallArchitectures=", 10),
    ])
  func values(field: String, lines: String, expected: Int) throws {
    #expect(try badness(field, lines, 252) == expected)
  }

  @Test(
    "drops the capabilities that another setting takes away",
    arguments: [
      ("SYS_RAWIO", "PrivateDevices=yes", 0), ("MKNOD", "PrivateDevices=yes", 0),
      ("SYS_MODULE", "ProtectKernelModules=yes", 0), ("SYSLOG", "ProtectKernelLogs=yes", 0),
      ("SYS_TIME", "ProtectClock=yes", 0), ("WAKE_ALARM", "ProtectClock=yes", 0),
      ("SYS_ADMIN", "CapabilityBoundingSet=", 0), ("SYS_ADMIN", "CapabilityBoundingSet=~", 1),
      ("SYS_ADMIN", "CapabilityBoundingSet=~CAP_SYS_ADMIN", 0), ("KILL", "CapabilityBoundingSet=cap_kill", 1),
      ("SYS_ADMIN", "CapabilityBoundingSet=cap_kill", 0), ("SYS_ADMIN", "CapabilityBoundingSet=CAP_TYPO", 0),
      ("SYS_ADMIN", "CapabilityBoundingSet=0x15", 1),
      (
        "KILL", "CapabilityBoundingSet=CAP_MKNOD\nCapabilityBoundingSet=CAP_KILL\nCapabilityBoundingSet=~5", 0
      ),
      ("MKNOD", "CapabilityBoundingSet=CAP_MKNOD\nCapabilityBoundingSet=CAP_KILL", 1),
    ])
  func capabilities(name: String, lines: String, expected: Int) throws {
    #expect(try badness("CapabilityBoundingSet_CAP_\(name)", lines, 252) == expected)
    #expect(try badness("CapabilityBoundingSet_CAP_\(name)", lines, 257) == expected)
  }

  @Test(
    "merges lists of namespaces and address families as systemd does",
    arguments: [
      ("RestrictNamespaces_user", "RestrictNamespaces=~user", 0),
      ("RestrictNamespaces_net", "RestrictNamespaces=~user", 1),
      ("RestrictNamespaces_user", "RestrictNamespaces=user mnt", 1),
      ("RestrictNamespaces_net", "RestrictNamespaces=user mnt\nRestrictNamespaces=net", 1),
      ("RestrictNamespaces_net", "RestrictNamespaces=yes\nRestrictNamespaces=typo", 0),
      ("RestrictNamespaces_net", "RestrictNamespaces=yes\nRestrictNamespaces=", 1),
      ("RestrictNamespaces_net", "RestrictNamespaces=no\nRestrictNamespaces=~net time", 0),
      ("RestrictAddressFamilies_AF_INET_INET6", "RestrictAddressFamilies=none", 0),
      ("RestrictAddressFamilies_AF_INET_INET6", "RestrictAddressFamilies=~AF_INET", 0),
      ("RestrictAddressFamilies_AF_UNIX", "RestrictAddressFamilies=~AF_INET", 1),
      ("RestrictAddressFamilies_AF_UNIX", "RestrictAddressFamilies=af_local", 1),
      ("RestrictAddressFamilies_OTHER", "RestrictAddressFamilies=AF_UNIX", 0),
      ("RestrictAddressFamilies_OTHER", "RestrictAddressFamilies=AF_CAN", 1),
      (
        "RestrictAddressFamilies_AF_NETLINK",
        "RestrictAddressFamilies=AF_UNIX\nRestrictAddressFamilies=~AF_ROUTE", 0
      ),
      (
        "RestrictAddressFamilies_AF_UNIX",
        "RestrictAddressFamilies=AF_UNIX\nRestrictAddressFamilies=~AF_UNIX", 0
      ),
      ("RestrictAddressFamilies_AF_PACKET", "RestrictAddressFamilies=none\nRestrictAddressFamilies=", 1),
    ])
  func lists(field: String, lines: String, expected: Int) throws {
    #expect(try badness(field, lines, 252) == expected)
  }

  @Test(
    "judges filters of system calls by what they let pass of a group",
    arguments: [
      ("mount", "SystemCallFilter=@system-service", 0), ("privileged", "SystemCallFilter=@system-service", 9),
      ("privileged", "SystemCallFilter=@system-service\nSystemCallFilter=~@privileged", 0),
      ("mount", "SystemCallFilter=~@mount", 0), ("swap", "SystemCallFilter=~@mount", 10),
      ("swap", "SystemCallFilter=~swapon", 10), ("swap", "SystemCallFilter=~swapon swapoff", 0),
      ("swap", "SystemCallFilter=~@swap:EPERM", 0), ("swap", "SystemCallFilter=~@swap:eperm", 0),
      ("swap", "SystemCallFilter=~@swap:4096", 10), ("swap", "SystemCallFilter=~@swap:kill", 0),
      ("swap", "SystemCallFilter=swapon:EPERM", 0), ("swap", "SystemCallFilter=swapon", 9),
      ("swap", "SystemCallFilter=@swap\nSystemCallFilter=~@swap:EPERM", 0),
      ("swap", "SystemCallFilter=@swap\nSystemCallFilter=~@swap:EPERM\nSystemCallFilter=@swap", 9),
      ("swap", "SystemCallFilter=~@swap\nSystemCallFilter=swapon", 10),
      ("swap", "SystemCallFilter=@nonsense", 0), ("swap", "SystemCallFilter=~@swap\nSystemCallFilter=", 10),
      ("clock", "SystemCallFilter=~", 10),
    ])
  func systemCalls(group: String, lines: String, expected: Int) throws {
    #expect(try badness("SystemCallFilter_\(group)", lines, 252) == expected)
    #expect(try badness("SystemCallFilter_\(group)", lines, 257) == expected)
  }

  @Test(
    "counts addresses and devices as systemd does",
    arguments: [
      ("IPAddressDeny", "IPAddressDeny=any", 0), ("IPAddressDeny", "IPAddressDeny=0.0.0.0/0", 10),
      ("IPAddressDeny", "IPAddressDeny=0.0.0.0/0 ::/0", 0),
      ("IPAddressDeny", "IPAddressDeny=any\nIPAddressAllow=localhost", 2),
      ("IPAddressDeny", "IPAddressDeny=any\nIPAddressAllow=127.0.0.1 ::1", 2),
      ("IPAddressDeny", "IPAddressDeny=any\nIPAddressAllow=localhost 10.0.0.0/8", 5),
      ("IPAddressDeny", "IPAddressDeny=any\nIPAddressAllow=fe80::1/64", 5),
      ("IPAddressDeny", "IPAddressDeny=any\nIPAddressAllow=10.0.0.0/33 01.2.3.4 1:2 ::1::", 0),
      ("IPAddressDeny", "IPAddressDeny=any\nIPAddressAllow=link-local\nIPAddressAllow=", 0),
      ("IPAddressDeny", "IPIngressFilterPath=/sys/fs/bpf/x", 0),
      ("IPAddressDeny", "IPEgressFilterPath=x", 10),
      ("DeviceAllow", "DevicePolicy=closed", 0), ("DeviceAllow", "PrivateDevices=yes", 0),
      ("DeviceAllow", "PrivateDevices=yes\nProtectClock=yes", 5), ("DeviceAllow", "ProtectClock=yes", 10),
      ("DeviceAllow", "DeviceAllow=/dev/null rw", 10),
      ("DeviceAllow", "DevicePolicy=strict\nDeviceAllow=char-tty", 5),
      ("DeviceAllow", "DevicePolicy=strict\nDeviceAllow=/dev/null x", 0),
      ("DeviceAllow", "DevicePolicy=strict\nDeviceAllow=/sys/x", 0),
      ("DeviceAllow", "DevicePolicy=strict\nRootImage=/x", 5),
      ("DeviceAllow", "DevicePolicy=strict\nLoadCredentialEncrypted=a:/b", 5),
      ("DeviceAllow", "DevicePolicy=strict\nLoadCredentialEncrypted=a:/b\nLoadCredential=a", 0),
      ("AmbientCapabilities", "AmbientCapabilities=CAP_KILL", 1),
      ("AmbientCapabilities", "AmbientCapabilities=CAP_KILL\nAmbientCapabilities=~CAP_KILL", 0),
    ])
  func addressesAndDevices(field: String, lines: String, expected: Int) throws {
    #expect(try badness(field, lines, 252) == expected)
  }

  @Test("differs between versions where systemd does")
  func versions() throws {
    #expect(try badness("PrivateMounts", "", 252) == 1)
    #expect(try badness("PrivateMounts", "", 257) == 0)
    #expect(try badness("PrivateMounts", "PrivateMounts=yes\nPrivateMounts=", 252) == 0)
    #expect(try badness("PrivateMounts", "PrivateMounts=no", 257) == 1)
    #expect(try badness("PrivateTmp", "PrivateTmp=disconnected", 252) == 1)
    #expect(try badness("PrivateTmp", "PrivateTmp=disconnected", 257) == 0)
    #expect(try badness("PrivateUsers", "PrivateUsers=full", 257) == 1)
    #expect(try badness("PrivateUsers", "PrivateUsers=full", 262) == 0)
    #expect(try badness("ProtectHostname", "ProtectHostname=private", 257) == 1)
    #expect(try badness("ProtectHostname", "ProtectHostname=private:web", 262) == 0)
    #expect(try badness("ProtectHostname", "ProtectHostname=yes:-", 262) == 1)
    #expect(try badness("ProtectHostname", "ProtectHostname=yes\nProtectHostname=", 262) == 1)
    let reset = "CapabilityBoundingSet=~\nCapabilityBoundingSet=CAP_BPF"
    #expect(try badness("CapabilityBoundingSet_CAP_KILL", reset, 257) == 0)
    #expect(try badness("CapabilityBoundingSet_CAP_KILL", reset, 262) == 1)
    let families = "RestrictAddressFamilies=AF_NONE AF_UNIX"
    #expect(try badness("RestrictAddressFamilies_AF_UNIX", families, 257) == 1)
    #expect(try badness("RestrictAddressFamilies_AF_UNIX", families, 262) == 0)
    let credential = "DevicePolicy=closed\nLoadCredentialEncrypted=a"
    #expect(try badness("DeviceAllow", credential, 257) == 5)
    #expect(try badness("DeviceAllow", credential, 262) == 0)
  }

  @Test("of a user's service is never that of root since 258")
  func userScope() throws {
    for (version, user, ipc) in [(257, 10, nil), (262, 0, nil)] as [(Int, Int, Int?)] {
      let exposure = Exposure(of: ExposureTests.unit("RemoveIPC=no"), systemd: version, scope: .user)
      let found = { (field: String) in
        try #require(exposure.ratings.first { $0.check.field == field }).badness
      }
      #expect(try found("UserOrDynamicUser") == user)
      #expect(try found("RemoveIPC") == ipc)
      #expect(try found("KeyringMode") == 1)
    }
  }
}
