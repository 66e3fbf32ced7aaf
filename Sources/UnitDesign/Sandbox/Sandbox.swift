/// A sandbox on its way into a unit: a profile's lines, changed step by step.
public struct Sandbox: Sendable, Hashable {
  /// The lines in the order of the unit file, each with what it denies.
  public private(set) var settings: [SandboxSetting]
  /// Whether the service runs as root, which has its capabilities without being given them.
  public let isRoot: Bool

  /// Begins with the lines of a profile that a version of systemd knows.
  ///
  /// - Parameters:
  ///   - profile: the lines to begin with.
  ///   - isRoot: whether the service runs as root.
  ///   - version: the version of systemd that will read the unit.
  public init(_ profile: SandboxProfile, isRoot: Bool, version: Int) {
    settings = profile.settings.filter { $0.since <= version }
    self.isRoot = isRoot
  }

  /// The lines `DIRECTIVE=VALUE`.
  public var lines: [String] { settings.map(\.line) }

  /// The value of a directive; nil when it is not there. Of several lines it is the first.
  public func value(_ directive: String) -> String? {
    settings.first { $0.directive == directive }?.value
  }

  /// Makes one change; a directive that is not there, or has been left out, is no error.
  public mutating func apply(_ change: SandboxChange) {
    switch change {
    case .drop(let directive):
      settings.removeAll { $0.directive == directive }
    case .set(let directive, let value):
      replace(directive) { _ in value }
    case .capability(let name):
      add(word: "CAP_\(name)", to: "CapabilityBoundingSet")
      guard !isRoot else { return }
      // A profile that says nothing of it leaves it empty.
      if value("AmbientCapabilities") == nil {
        let line = SandboxSetting(
          "AmbientCapabilities", "", .privileges, since: 229, risk: .medium, denies: "")
        let last = settings.lastIndex { $0.group == .privileges }
        settings.insert(line, at: last.map { $0 + 1 } ?? settings.endIndex)
      }
      add(word: "CAP_\(name)", to: "AmbientCapabilities")
    case .family(let name):
      add(word: name, to: "RestrictAddressFamilies")
    case .calls(let names):
      allow(calls: names)
    case .add(let directive, let value):
      let line = SandboxSetting(directive, value, .files, since: 0, risk: .low, denies: "")
      if !settings.contains(where: { $0.line == line.line }) { settings.append(line) }
    }
  }

  // MARK: Steps

  private mutating func replace(_ directive: String, _ value: (String) -> String) {
    for index in settings.indices where settings[index].directive == directive {
      settings[index] = settings[index].with(value: value(settings[index].value))
    }
  }

  private mutating func add(word: String, to directive: String) {
    replace(directive) { old in
      let words = old.split(separator: " ").map(String.init)
      if old.hasPrefix("~") {
        let rest = old.dropFirst().split(separator: " ").filter { $0 != word }
        return rest.isEmpty ? "" : "~" + rest.joined(separator: " ")
      }
      // `none` stands for the empty list of families.
      return words.contains(word) ? old : (words.filter { $0 != "none" } + [word]).joined(separator: " ")
    }
  }

  /// Allows system calls again: what a deny list names is taken out of it, others get a line behind it.
  private mutating func allow(calls names: String) {
    guard settings.contains(where: { $0.directive == "SystemCallFilter" }) else { return }
    var rest: [String] = []
    for name in names.split(separator: " ").map(String.init) {
      var isDenied = false
      for index in settings.indices where settings[index].isDenyList {
        let words = settings[index].value.dropFirst().split(separator: " ").map(String.init)
        guard words.contains(name) else { continue }
        isDenied = true
        let left = words.filter { $0 != name }
        settings[index] = settings[index].with(value: left.isEmpty ? "" : "~" + left.joined(separator: " "))
      }
      settings.removeAll { $0.directive == "SystemCallFilter" && $0.value.isEmpty }
      if !isDenied { rest.append(name) }
    }
    guard !rest.isEmpty else { return }
    let line = settings.lastIndex { $0.directive == "SystemCallFilter" }
    guard let line else { return }
    if settings[line].isReadmission {
      let old = settings[line].value.split(separator: " ").map(String.init)
      let words = old + rest.filter { !old.contains($0) }
      settings[line] = settings[line].with(value: words.joined(separator: " "))
    } else {
      settings.insert(
        SandboxSetting(
          "SystemCallFilter", rest.joined(separator: " "), .systemCalls, since: 231, risk: .low, denies: ""),
        at: line + 1)
    }
  }
}

extension SandboxSetting {
  /// The same line with another value.
  func with(value: String) -> SandboxSetting {
    SandboxSetting(directive, value, group, since: since, risk: risk, denies: denies)
  }

  fileprivate var isDenyList: Bool { directive == "SystemCallFilter" && value.hasPrefix("~") }

  /// Whether it is the line of calls that are allowed again, which denies nothing.
  fileprivate var isReadmission: Bool { directive == "SystemCallFilter" && denies.isEmpty }
}

extension Sandbox {
  /// What a user's own manager can carry out, as it has no privileges: what the kernel lets anybody give up.
  static let unprivileged: Set<String> = [
    "NoNewPrivileges", "RestrictSUIDSGID", "UMask", "LockPersonality", "MemoryDenyWriteExecute",
    "RestrictRealtime", "RestrictNamespaces", "RestrictAddressFamilies", "SystemCallArchitectures",
    "SystemCallErrorNumber", "SystemCallFilter",
  ]

  /// Leaves out all directives but these.
  mutating func keepOnly(_ directives: Set<String>) {
    settings.removeAll { !directives.contains($0.directive) }
  }

  /// Puts a line in, in place of one of the same directive.
  mutating func begin(with setting: SandboxSetting) {
    if let index = settings.firstIndex(where: { $0.directive == setting.directive }) {
      settings[index] = setting
    } else {
      let last = settings.lastIndex { $0.group == setting.group }
      settings.insert(setting, at: last.map { $0 + 1 } ?? settings.endIndex)
    }
  }
}

extension SandboxSetting {
  /// What takes the network away from a service, beyond the profile.
  static func network(_ network: ServiceRequest.Network) -> [SandboxSetting] {
    switch network {
    case .any: []
    case .localhost:
      [
        SandboxSetting(
          "IPAddressDeny", "any", .network, since: 235, risk: .high, denies: "reach other machines"),
        SandboxSetting("IPAddressAllow", "localhost", .network, since: 235, risk: .low, denies: ""),
      ]
    case .none:
      [
        SandboxSetting(
          "RestrictAddressFamilies", "AF_UNIX", .network, since: 211, risk: .high,
          denies: "make sockets but unix ones"),
        .ownNetwork, .noPackets,
      ]
    }
  }
}
