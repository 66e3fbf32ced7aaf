import UnitFiles

extension LintSubject {
  /// The settings that give a service a folder of its own, each with what it lies in.
  static let directories = [
    ("StateDirectory", "/var/lib"), ("CacheDirectory", "/var/cache"), ("LogsDirectory", "/var/log"),
    ("RuntimeDirectory", "/run"), ("ConfigurationDirectory", "/etc"),
  ]

  /// Whether systemd makes the folder, or one above it, for this unit.
  func isOwnDirectory(_ path: String) -> Bool {
    for (key, base) in Self.directories {
      for (word, _) in words(key) {
        let names = word.text.split(separator: ":").filter { !$0.isEmpty }
        if names.contains(where: { Self.isBelow(path, "\(base)/\($0)") }) { return true }
        // With a dynamic user the folders lie elsewhere and are linked.
        if names.contains(where: { Self.isBelow(path, "\(base)/private/\($0)") }) { return true }
        if word.text.holds("%") { return true }
      }
    }
    return false
  }

  /// Whether a service with a read-only view of the system may write to the path.
  func canWrite(_ path: String) -> Bool {
    if isOwnDirectory(path) { return true }
    for key in ["ReadWritePaths", "ReadWriteDirectories", "BindPaths"] {
      for (word, _) in words(key) {
        var parts = word.text.split(separator: ":").map(String.init)
        if key != "BindPaths" { parts = [word.text] }
        let writable = (parts.count > 1 ? parts[1] : parts.first ?? "").drop { $0 == "-" || $0 == "+" }
        if Self.isBelow(path, String(writable)) { return true }
      }
    }
    return false
  }

  static func isBelow(_ path: String, _ folder: String) -> Bool {
    let folder = folder.hasSuffix("/") ? String(folder.dropLast()) : folder
    return path == folder || path.hasPrefix(folder + "/")
  }
}

extension String {
  /// The absolute path in an argument: all of it, or what follows the first `=` that a slash stands behind.
  var argumentPath: Substring? {
    if utf8.first == UInt8(ascii: "/") { return self[...] }
    var rest = utf8[...]
    while let equals = rest.firstIndex(of: UInt8(ascii: "=")) {
      rest = rest[utf8.index(after: equals)...]
      if rest.first == UInt8(ascii: "/") { return self[rest.startIndex...] }
    }
    return nil
  }
}
