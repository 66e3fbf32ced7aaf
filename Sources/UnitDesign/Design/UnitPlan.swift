/// What `upkeep generate` makes: files, and what a person should know about them.
public struct UnitPlan: Sendable, Hashable {
  /// Which manager the units are for.
  public var scope: ServiceRequest.Scope
  /// The files, the main unit first.
  public var files: [PlannedFile]
  /// What was assumed, what the target's systemd lacks, and what may be done better.
  public var remarks: [String]
  /// Where the sandbox gives way.
  public var relaxations: [Relaxation]
  /// The exposure of the service as `systemd-analyze security` shows it, 0 to 10; nil when it is not known.
  public var exposure: Double?
  /// The units to enable, in their order.
  public var enabled: [String]
  /// The units to start, in their order: a socket before its service, a timer instead of its service.
  public var started: [String]
}

/// A file that is to be written.
public struct PlannedFile: Sendable, Hashable {
  /// What kind of file it is, which says where it goes.
  public enum Kind: String, Sendable, Hashable {
    /// A unit.
    case unit
    /// A drop-in of a unit.
    case dropIn = "drop-in"
    /// A user of the system, for `systemd-sysusers(8)`.
    case user = "sysusers"
    /// Folders, for `systemd-tmpfiles(8)`.
    case folders = "tmpfiles"
    /// Whether packages enable the unit, see `systemd.preset(5)`.
    case preset
  }

  /// The kind.
  public let kind: Kind
  /// The name, with the drop-in's folder: `myapp.service`, `nginx.service.d/50-upkeep.conf`.
  public let name: String
  /// What it is for, in a few words.
  public let purpose: String
  /// The content.
  public let bytes: [UInt8]
  /// Its permission bits.
  public let mode: UInt32

  /// Describes a file.
  public init(_ kind: Kind, _ name: String, _ purpose: String, _ bytes: [UInt8], mode: UInt32 = 0o644) {
    self.kind = kind
    self.name = name
    self.purpose = purpose
    self.bytes = bytes
    self.mode = mode
  }

  /// The path below a folder that is given: units on top, the others in folders of their kind.
  public var relativePath: String {
    switch kind {
    case .unit, .dropIn: name
    case .user: "sysusers.d/\(name)"
    case .folders: "tmpfiles.d/\(name)"
    case .preset: "system-preset/\(name)"
    }
  }

  /// Where an administrator's file of this kind lies, for the system's manager.
  public var systemPath: String {
    switch kind {
    case .unit, .dropIn: "/etc/systemd/system/\(name)"
    case .user: "/etc/sysusers.d/\(name)"
    case .folders: "/etc/tmpfiles.d/\(name)"
    case .preset: "/etc/systemd/system-preset/\(name)"
    }
  }

  /// Where a user's own file of this kind lies; the other kinds are the system's alone.
  ///
  /// - Parameter home: the user's folder for settings, such as `/home/alice/.config`.
  /// - Returns: the path.
  public func userPath(home: String) -> String {
    switch kind {
    case .unit, .dropIn: "\(home)/systemd/user/\(name)"
    case .preset: "\(home)/systemd/user-preset/\(name)"
    case .user, .folders: systemPath
    }
  }
}
