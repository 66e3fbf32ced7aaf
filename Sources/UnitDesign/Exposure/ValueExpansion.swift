import UnitFiles

/// Fills specifiers in for the exposure, without asking the machine.
///
/// What only the machine knows, such as `%H`, becomes a stand-in: the exposure never depends on it.
struct ValueExpansion {
  private let unit: String
  private let scope: Exposure.Scope
  private let version: Int
  private var table: Specifiers?

  init(unit: String, scope: Exposure.Scope, version: Int) {
    self.unit = unit
    self.scope = scope
    self.version = version
  }

  /// The value with its specifiers filled in; nil when systemd could not.
  mutating func expand(_ value: String) -> String? {
    guard value.utf8.contains(UInt8(ascii: "%")) else { return value }
    let table = self.table ?? makeTable()
    self.table = table
    return try? table.expand(value)
  }

  private func makeTable() -> Specifiers {
    var table = Specifiers()
    if let name = try? UnitName(unit) {
      // systemd-analyze rates a template as this instance of it.
      table = Specifiers(unit: name.isTemplate ? (try? name.instantiated("test-instance")) ?? name : name)
    }
    let isSystem = scope == .system
    let fixed = [
      "t": isSystem ? "/run" : "/run/user/0", "S": "/var/lib", "C": "/var/cache", "L": "/var/log",
      "E": "/etc",
      "T": "/tmp", "V": "/var/tmp", "h": isSystem ? "/root" : "/home/user", "s": "/bin/sh",
      "u": isSystem ? "root" : "user", "U": isSystem ? "0" : "1000", "g": isSystem ? "root" : "user",
      "G": isSystem ? "0" : "1000", "d": "/run/credentials/unit", "y": "/unit", "Y": "/folder",
      "D": "/usr/share", "c": "/slice/unit",
      "r": "/slice", "R": "/",
    ]
    // What follows from the name is there already, or has no value.
    for letter in Specifiers.letters(version: version) where !"nNpPiIjJf".contains(letter) {
      table[letter] = fixed[String(letter)] ?? "x"
    }
    return table
  }
}
