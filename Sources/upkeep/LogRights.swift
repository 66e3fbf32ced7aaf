import Glibc

/// Whether the whole journal may be read.
enum LogRights {
  /// What is missing, and how to get it; nil if all of the journal may be read.
  static var hint: String? {
    guard geteuid() != 0, hasHidden else { return nil }
    return "you see only your own entries; all are for root and the groups systemd-journal and adm:"
      + " sudo usermod -aG systemd-journal USER, then log in again"
  }

  /// Whether there is a file of the system's journal that must not be read.
  private static var hasHidden: Bool {
    for folder in ["/var/log/journal", "/run/log/journal"] {
      guard let stream = unsafe opendir(folder) else { continue }
      defer { unsafe closedir(stream) }
      while let entry = unsafe readdir(stream) {
        let name = unsafe withUnsafePointer(to: &entry.pointee.d_name) { pointer in
          unsafe pointer.withMemoryRebound(to: CChar.self, capacity: 256) { unsafe String(cString: $0) }
        }
        let file = "\(folder)/\(name)/system.journal"
        if unsafe access(file, R_OK) != 0, errno == EACCES { return true }
      }
    }
    return false
  }
}
