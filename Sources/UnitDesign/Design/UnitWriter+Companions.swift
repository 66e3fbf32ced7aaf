import UnitFiles

extension UnitWriter {
  /// The socket unit; the service gets its descriptors in the order of its lines.
  mutating func socketFile() throws(RequestError) -> PlannedFile {
    begin()
    header()
    try section("Unit")
    try set("Description", "Socket of \(design.name)\(isTemplate ? "%i" : "")")
    try section("Socket")
    for address in request.listen {
      // systemd reads specifiers here.
      let text = try written("--listen", address.text) { (value, percent) throws(ValueError) in
        try UnitValue.line(value, percent: percent)
      }
      try set(address.directive, text)
    }
    if request.listen.contains(where: \.isBoundToAddress) { try set("FreeBind", "yes") }
    for key in ["SocketMode", "SocketUser", "SocketGroup"] {
      if let value = values(key).last { try set(key, value) }
    }
    try section("Install")
    try set("WantedBy", "sockets.target")
    return PlannedFile(.unit, "\(design.name).socket", "the socket that systemd listens at", bytes)
  }

  /// The timer unit.
  mutating func timerFile() throws(RequestError) -> PlannedFile {
    begin()
    header()
    try section("Unit")
    try set("Description", "Timer of \(design.name)\(isTemplate ? "%i" : "")")
    try section("Timer")
    for event in request.schedule { try set("OnCalendar", event) }
    if let every = request.every {
      try set("OnBootSec", every)
      try set("OnUnitActiveSec", every)
    }
    // Only calendar events can be made up for.
    if !request.schedule.isEmpty { try set("Persistent", values("Persistent").last ?? "yes") }
    for key in ["RandomizedDelaySec", "AccuracySec"] {
      if let value = values(key).last { try set(key, value) }
    }
    try section("Install")
    try set("WantedBy", "timers.target")
    return PlannedFile(.unit, "\(design.name).timer", "the timer that starts the task", bytes)
  }

  /// Users, shared folders and the preset.
  mutating func companions() throws(RequestError) -> [PlannedFile] {
    var files: [PlannedFile] = []
    let stem = design.name.hasSuffix("@") ? String(design.name.dropLast()) : design.name
    if let user = request.user, user != "root", request.dropIn == nil, values("sysusers").last != "no" {
      files.append(PlannedFile(.user, "\(stem).conf", "the user \(user)", Array(users(user).utf8)))
    }
    if !request.sharedFolders.isEmpty {
      files.append(PlannedFile(.folders, "\(stem).conf", "the shared folders", Array(folders.utf8)))
    }
    if let preset = request.preset, request.dropIn == nil {
      let units = design.enabled.isEmpty ? ["\(design.name).service"] : design.enabled
      let text = heading + units.map { "\(preset) \($0)\n" }.joined()
      files.append(PlannedFile(.preset, "80-\(stem).preset", "whether packages enable it", Array(text.utf8)))
    }
    return files
  }

  // MARK: Steps

  private var heading: String {
    "# Made by this command; change it and run it again:\n# upkeep generate \(ShellWords.text(request.given))\n"
  }

  private func users(_ user: String) -> String {
    let description = values("description").last ?? design.name
    // Colons end a field of the user database; quotes and backslashes would need escapes that differ by version.
    let gecos = String(description.map { ":\"\\%".contains($0) || $0.isNewline ? " " : $0 })
    let home = values("state-directory").first.map { "/var/lib/\($0)" }
    let isPlain = home?.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7f && !"\\\"'%".utf8.contains($0) } ?? false
    let kind = request.version >= 257 ? "u!" : "u"
    var text = heading
    if let group = values("group").last, group != user, group != "root" { text += "g \(group) -\n" }
    return text + "\(kind) \(user) - \"\(gecos)\" \(isPlain ? home ?? "-" : "-")\n"
  }

  private var folders: String {
    request.sharedFolders.reduce(into: heading) { text, folder in
      let user = folder.user ?? request.user ?? "root"
      text +=
        "d \(folder.path) \(folder.mode) \(user) \(folder.group ?? folder.user ?? request.user ?? "root") -\n"
    }
  }

  private func written(
    _ option: String, _ value: String,
    _ write: (String, UnitValue.Percent) throws(ValueError) -> String
  ) throws(RequestError) -> String {
    do throws(ValueError) {
      return try write(value, request.percent)
    } catch {
      throw RequestError(option, value: value, error)
    }
  }
}
