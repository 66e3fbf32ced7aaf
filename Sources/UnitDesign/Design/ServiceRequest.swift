public import UnitFiles

/// Everything that the options of `upkeep generate` say, checked one by one but not yet against each other.
public struct ServiceRequest: Sendable, Hashable {
  /// Which of systemd's managers runs the service.
  public enum Scope: String, Sendable, Hashable, CaseIterable {
    /// The system's.
    case system
    /// A user's own.
    case user
  }

  /// What a service may reach over the network.
  public enum Network: String, Sendable, Hashable, CaseIterable {
    /// Everything.
    case any
    /// This machine alone.
    case localhost
    /// Nothing but the sockets that systemd hands over, and unix sockets.
    case none
  }

  /// Whether `upkeep-run` becomes the main process.
  public enum Wrapper: String, Sendable, Hashable, CaseIterable {
    /// When something asks for it.
    case auto
    /// In any case.
    case yes
    /// Never.
    case no
  }

  /// `Type=`.
  public enum ServiceType: String, Sendable, Hashable, CaseIterable {
    case simple, exec, notify, forking, oneshot
    case notifyReload = "notify-reload"
  }

  /// The command: an exact list of arguments, or a line with systemd's own meaning.
  public enum Command: Sendable, Hashable {
    /// Each argument byte by byte.
    case arguments([[UInt8]])
    /// A value of `ExecStart=`, with variables, specifiers and prefixes.
    case raw(ExecCommand)

    /// Its words as text, the program first.
    public var words: [String] {
      switch self {
      case .arguments(let words): words.map { String(decoding: $0, as: UTF8.self) }
      case .raw(let command): command.words.map { String(decoding: $0.bytes, as: UTF8.self) }
      }
    }
  }

  /// The unit's name without `.service`; it ends in `@` for a template.
  public var name = ""
  /// The command; nil for a drop-in that leaves it alone.
  public var command: Command?
  /// The version of systemd that will read the files.
  public var version: Int
  /// Which manager runs it.
  public var scope = Scope.system
  /// The path of `upkeep-run` on the target.
  public var wrapperPath = "/usr/bin/upkeep-run"
  /// Whether `upkeep-run` becomes the main process.
  public var wrapper = Wrapper.auto
  /// `Type=`; nil chooses it.
  public var type: ServiceType?
  /// The user to run as; nil for one that systemd makes up.
  public var user: String?
  /// The profile of the sandbox; nil chooses it.
  public var profile: SandboxProfile?
  /// What the program is said to be made with; nil looks.
  public var kinds: [ProgramKind]?
  /// The role that it is said to have; nil looks.
  public var role: KnownProgram.Role?
  /// What it needs beyond the sandbox.
  public var needs: [Need] = []
  /// What it may reach; nil chooses it.
  public var network: Network?
  /// Keys of `[X-Upkeep]` in their order.
  public var policy: [PolicySetting] = []
  /// `WatchdogSec=`.
  public var watchdog: String?
  /// `Restart=`.
  public var restart: String?
  /// `RestartSec=`.
  public var restartDelay: String?
  /// The longest wait between restarts.
  public var restartDelayMaximum: String?
  /// How often, and within which time, the unit may start; nil chooses it.
  public var startLimit: StartLimit?
  /// Resource limits.
  public var limits: [LimitSetting] = []
  /// What systemd listens at for the service.
  public var listen: [ListenAddress] = []
  /// Calendar events that start the task.
  public var schedule: [String] = []
  /// How often the task starts, counted from its last start.
  public var every: String?
  /// The signal for a reload.
  public var reloadSignal: String?
  /// The unit that a drop-in is for; nil makes a unit.
  public var dropIn: String?
  /// `enable` or `disable` for a preset file.
  public var preset: String?
  /// Folders that several units share.
  public var sharedFolders: [SharedFolder] = []
  /// Whether `%` begins a specifier; nil means in a template.
  public var specifiers: Bool?
  /// The values of all options that stand for a directive, by the option's name.
  public var values: [String: [String]] = [:]
  /// The options and values in the order in which they were given, for the header.
  public var given: [[UInt8]] = []

  /// A key of `[X-Upkeep]` with its value.
  public struct PolicySetting: Sendable, Hashable {
    /// The option that set it, such as `--ready`.
    public var option: String
    /// The key.
    public var key: String
    /// The value.
    public var value: String
  }

  /// `StartLimitBurst=` and `StartLimitIntervalSec=`.
  public struct StartLimit: Sendable, Hashable {
    /// How many starts.
    public var burst: Int
    /// Within which time, as systemd writes it; `0` for no limit.
    public var interval: String
  }

  /// A resource limit in systemd's words.
  public struct LimitSetting: Sendable, Hashable {
    /// The directive, such as `LimitNOFILE`.
    public var directive: String
    /// Its value.
    public var value: String
  }

  /// A folder that is made at boot for several units.
  public struct SharedFolder: Sendable, Hashable {
    /// The path.
    public var path: String
    /// The permission bits in octal digits.
    public var mode: String
    /// The owner; nil for the service's user.
    public var user: String?
    /// The group; nil for the owner's name.
    public var group: String?
  }

  /// An empty request.
  ///
  /// - Parameter version: the version of systemd that will read the files.
  public init(version: Int) { self.version = version }

  /// How a percent sign in a value is meant.
  var percent: UnitValue.Percent {
    specifiers ?? name.hasSuffix("@") ? .specifier : .literal
  }

  /// Whether the service is a task that a timer starts.
  var isScheduled: Bool { !schedule.isEmpty || every != nil }
}
