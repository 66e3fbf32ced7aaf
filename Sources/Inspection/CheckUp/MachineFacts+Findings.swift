extension MachineFacts {
  /// What is to be said about the machine, in the order in which things rest on each other.
  public var findings: [CheckFinding] {
    [systemd, bus, journalKept, journalReadable, controlGroups].compactMap { $0 } + libraries
      + [runnerFound, catalog, clock].compactMap { $0 } + disks + [cores].compactMap { $0 } + tasks
  }

  /// What came with versions of systemd that Upkeep makes use of, the oldest first.
  static let features: [(version: Int, name: String)] = [
    (246, "pause and resume"),
    (249, "Upholds= dependencies"),
    (253, "Type=notify-reload, which generate writes"),
    (254, "waits that grow between systemd's own restarts, which generate writes"),
    (255, "memory peaks of units that systemd tells itself"),
  ]

  private var systemd: CheckFinding {
    guard isBooted else {
      let known =
        installed.map { "systemd \($0) is installed but does not run" } ?? "systemd is not installed"
      return CheckFinding(
        "systemd", .problem, "this machine was not booted with systemd (\(known))",
        "there are no units to ask about or steer; generate, lint, score and run work without it")
    }
    let text = managerVersion ?? installed.map { "\($0)" }
    guard let text, let number = Int(text.prefix { $0.isASCII && $0.isNumber }) else {
      return CheckFinding("systemd", .note, "systemd runs, its version is not known")
    }
    let lacking = Self.features.filter { $0.version > number }.map { "\($0.name) (\($0.version))" }
    if number < 252 {
      return CheckFinding(
        "systemd", .warning, "systemd \(text) runs, which Upkeep is not tested with",
        "it lacks \(lacking.joined(separator: "; "))")
    }
    return CheckFinding(
      "systemd", .ok, "systemd \(text) runs",
      lacking.isEmpty ? "" : "newer versions have \(lacking.joined(separator: "; "))")
  }

  private var bus: CheckFinding? {
    guard isBooted else { return nil }
    let manager = isUser ? "your own manager" : "the system's manager"
    guard let busFailure else { return CheckFinding("bus", .ok, "\(manager) answers") }
    return CheckFinding(
      "bus", .problem, "\(manager) does not answer: \(busFailure)", "no unit can be asked about or steered",
      fix: isUser
        ? "log in anew, or let your manager run without a session: sudo loginctl enable-linger USER"
        : "sudo systemctl start dbus.socket")
  }

  private var journalKept: CheckFinding? {
    switch journal {
    case .persistent: CheckFinding("journal", .ok, "the journal is kept on the disk")
    case .volatile:
      CheckFinding(
        "journal", .warning, "the journal is kept in memory only",
        "what happened before a boot is lost with it",
        fix: "sudo mkdir -p /var/log/journal && sudo systemd-tmpfiles --create --prefix /var/log/journal"
          + " && sudo journalctl --flush")
    case .some(.none):
      isBooted
        ? CheckFinding(
          "journal", .problem, "there is no journal", "logs, status and harden have nothing to read",
          fix: "sudo systemctl start systemd-journald.service") : nil
    case nil: nil
    }
  }

  private var journalReadable: CheckFinding? {
    guard journal == .persistent || journal == .volatile else { return nil }
    guard let journalHint else {
      return CheckFinding("journal-rights", .ok, "you may read all of the journal")
    }
    return CheckFinding(
      "journal-rights", .warning, "you may not read all of the journal",
      "logs and status show your own entries only; who joins the group has to log in again",
      fix: journalHint)
  }

  private var controlGroups: CheckFinding? {
    guard let groups else {
      return isBooted
        ? CheckFinding(
          "control-groups", .problem, "no control groups are mounted", "units cannot be told apart")
        : CheckFinding("control-groups", .note, "no control groups are mounted")
    }
    guard groups == .unified else {
      return CheckFinding(
        "control-groups", .warning, "control groups are version 1",
        "list and top show no memory and no processor time, pause does not work, and systemd 258 does not start",
        fix: "add systemd.unified_cgroup_hierarchy=1 to the kernel's command line and reboot")
    }
    guard let controllers else { return CheckFinding("control-groups", .ok, "control groups are version 2") }
    let missing = ["cpu", "memory", "pids", "io"].filter { !controllers.contains($0) }
    let essential = missing.filter { $0 == "memory" || $0 == "pids" }
    guard !missing.isEmpty else {
      return CheckFinding(
        "control-groups", .ok, "control groups are version 2, with \(controllers.joined(separator: ", "))")
    }
    return CheckFinding(
      "control-groups", essential.isEmpty ? .note : .warning,
      "control groups are version 2, without \(missing.joined(separator: ", "))",
      "limits and figures of these do not work for units"
        + (isUser ? "; the system's manager has not delegated them" : ""),
      fix: isUser
        ? "sudo systemctl edit user@.service, with Delegate=cpu memory pids io in [Service]" : nil)
  }

  private var libraries: [CheckFinding] {
    var findings: [CheckFinding] = []
    if let curlFailure {
      findings.append(
        CheckFinding(
          "libcurl", .warning, "libcurl cannot be opened (\(curlFailure))",
          "probes with http: and https: addresses fail", fix: "sudo apt install libcurl4"))
    } else {
      findings.append(CheckFinding("libcurl", .ok, "libcurl is there, for probes by HTTP"))
    }
    if !missingCompressors.isEmpty {
      findings.append(
        CheckFinding(
          "compression", .warning, "\(missingCompressors.joined(separator: ", ")) cannot be opened",
          "entries of the journal that were compressed with it cannot be read",
          fix: "sudo apt install libzstd1 liblz4-1 liblzma5"))
    }
    if !hasSSH {
      findings.append(
        CheckFinding(
          "ssh", .note, "there is no ssh program", "-H cannot reach other machines",
          fix: "sudo apt install openssh-client"))
    }
    return findings
  }

  private var runnerFound: CheckFinding? {
    switch runner {
    case .found(let path, let version) where version == ownVersion:
      CheckFinding("upkeep-run", .ok, "upkeep-run is \(path), of the same build")
    case .found(let path, let version):
      CheckFinding(
        "upkeep-run", .warning, "\(path) is \(version), and upkeep is \(ownVersion)",
        "they are made to be installed together", fix: "install both programs of one release")
    case .broken(let path, let reason):
      CheckFinding(
        "upkeep-run", .problem, "\(path) does not run: \(reason)",
        "services under it will not start the next time", fix: "install both programs of one release")
    case .missing(let path):
      CheckFinding(
        "upkeep-run", .problem, "there is no \(path)", "upkeep run and services under upkeep-run do not work",
        fix: "install upkeep-run beside upkeep")
    case nil: nil
    }
  }

  private var catalog: CheckFinding? {
    guard isBooted else { return nil }
    if hasCatalog { return CheckFinding("catalog", .ok, "the message catalog is installed") }
    guard let catalogFile else {
      return CheckFinding(
        "catalog", .note, "the message catalog is not installed",
        "journalctl -x explains none of Upkeep's messages",
        fix: "sudo make install, or install the package")
    }
    return CheckFinding(
      "catalog", .note, "\(catalogFile) is not in journald's data base",
      "journalctl -x explains none of Upkeep's messages", fix: "sudo journalctl --update-catalog")
  }

  private var clock: CheckFinding? {
    guard let isSynchronised else { return nil }
    guard !isSynchronised else { return CheckFinding("clock", .ok, "the clock is synchronised") }
    return CheckFinding(
      "clock", .warning, "the clock is not synchronised",
      "times in logs are not those of other machines, certificates may be refused, timers may be off",
      fix: "sudo timedatectl set-ntp true")
  }
}
