extension MachineFacts {
  /// Below this much, in bytes, a disk is nearly full whatever its size is.
  static let littleRoom: UInt64 = 64 << 20

  var disks: [CheckFinding] {
    var findings: [CheckFinding] = []
    for room in rooms where room.size > 0 {
      let percent = Int(Double(room.free) / Double(room.size) * 100)
      let least = min(Self.littleRoom, room.size / 10)
      let fix =
        room.purpose == "the journal"
        ? "sudo journalctl --vacuum-size=200M" : "du -xh --max-depth=2 \(room.path) | sort -h | tail"
      if room.free < least {
        findings.append(
          CheckFinding(
            "disk", .problem, "\(room.path) is full: \(percent)% are free",
            "\(room.purpose) cannot be written, and services that write there fail", fix: fix))
      } else if percent < 5 {
        findings.append(
          CheckFinding(
            "disk", .warning, "\(room.path) is nearly full: \(percent)% are free",
            "\(room.purpose) will soon not be written", fix: fix))
      }
      if room.files > 0, room.freeFiles < room.files / 50 {
        findings.append(
          CheckFinding(
            "disk", .warning, "\(room.path) has room for \(room.freeFiles) more files only",
            "the file system runs out of files before it runs out of bytes", fix: fix))
      }
    }
    if findings.isEmpty, !rooms.isEmpty {
      let names = rooms.map(\.path).joined(separator: ", ")
      findings.append(CheckFinding("disk", .ok, "there is room in \(names)"))
    }
    return findings
  }

  var cores: CheckFinding? {
    guard let corePattern else { return nil }
    guard corePattern.hasPrefix("|") else {
      return CheckFinding(
        "core-dumps", .note,
        corePattern.isEmpty ? "core dumps are thrown away" : "core dumps become files (\(corePattern))",
        "a service's crash leaves nothing that status or coredumpctl could show",
        fix: "sudo apt install systemd-coredump")
    }
    let program = corePattern.dropFirst().split(separator: " ").first.map(String.init) ?? ""
    guard hasCoreProgram else {
      return CheckFinding(
        "core-dumps", .warning, "core dumps are for \(program), which is not there", "they are lost",
        fix: "sudo apt install systemd-coredump")
    }
    return CheckFinding("core-dumps", .ok, "core dumps are kept by \(program)")
  }

  var tasks: [CheckFinding] {
    var findings: [CheckFinding] = []
    // More than there can be: a container whose limits are not the machine's.
    if let threads, let threadLimit, threadLimit >= threads {
      findings.append(
        Self.use(
          threads, threadLimit, "threads of the machine", "nothing can be started any more",
          fix: "sudo sysctl kernel.threads-max=\(threadLimit * 2) kernel.pid_max=\(threadLimit * 2)"))
    }
    if let groupTasks, let groupTaskLimit, groupTaskLimit >= groupTasks {
      let manager = isUser ? "your own manager" : "the system's manager"
      findings.append(
        Self.use(
          groupTasks, groupTaskLimit, "tasks below \(manager)", "units cannot start any more",
          fix: "systemd-cgls, to see whose they are"))
    }
    // Both are fine in most cases, which is one thing to know.
    return findings.allSatisfy { $0.severity == .ok } ? Array(findings.prefix(1)) : findings
  }

  private static func use(
    _ used: UInt64, _ limit: UInt64, _ what: String, _ meaning: String, fix: String
  ) -> CheckFinding {
    let fact = "\(used) of \(limit) \(what) are used"
    if used >= limit - limit / 20 { return CheckFinding("tasks", .problem, fact, meaning, fix: fix) }
    if used >= limit - limit / 5 { return CheckFinding("tasks", .warning, fact, "soon \(meaning)", fix: fix) }
    return CheckFinding("tasks", .ok, fact)
  }
}
