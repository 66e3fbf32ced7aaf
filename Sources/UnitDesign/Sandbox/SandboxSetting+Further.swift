extension SandboxSetting {
  /// What lowers a service's exposure beyond the strict sandbox, where the service can do without it.
  ///
  /// Each takes something that only its author can know to be useless, so no profile has it.
  public static let further: [SandboxSetting] = [
    // The strict sandbox leaves the user to the generator; here the largest single gain cannot be left out.
    SandboxSetting(
      "DynamicUser", "yes", .privileges, since: 232, risk: .high,
      denies: "run as root, or keep files anywhere but in its own directories (StateDirectory= and the like)"),
    SandboxSetting(
      "SupplementaryGroups", "", .privileges, since: 0, risk: .high,
      denies: "reach what belongs to the further groups that the unit names"),
    SandboxSetting(
      "DeviceAllow", "", .devices, since: 208, risk: .high,
      denies: "open the devices that the unit names"),
    SandboxSetting(
      "Delegate", "no", .kernel, since: 218, risk: .high,
      denies: "manage control groups below its own, as container managers do"),
    SandboxSetting(
      "NotifyAccess", "main", .processes, since: 0, risk: .medium,
      denies: "hear that it is ready from another process than its main one"),
    ownNetwork, noPackets,
  ]

  /// A network namespace without the machine's interfaces.
  static let ownNetwork = SandboxSetting(
    "PrivateNetwork", "yes", .network, since: 0, risk: .high,
    denies: "reach the network, but through sockets it is given")

  /// A packet filter that lets nothing through.
  static let noPackets = SandboxSetting(
    "IPAddressDeny", "any", .network, since: 235, risk: .high, denies: "send or receive IP packets")
}
