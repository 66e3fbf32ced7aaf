package import Processes

/// What probes need besides their target.
package struct ProbeContext: Sendable {
  /// The message buses.
  package enum MessageBus: Sendable, Hashable {
    /// The system's.
    case system
    /// The user's own.
    case user
    /// The one at a D-Bus address.
    case address(String)
  }

  /// Who asks, in HTTP requests; such as `upkeep/1.0`.
  package let userAgent: String
  /// The environment, identity, directory and limits of commands; what it runs is not looked at.
  package let command: SpawnRequest
  /// Who runs commands, and how many at once; shared by all probes of a program.
  package let commands: BoundedCommands
  /// The folder of systemd's credentials, `$CREDENTIALS_DIRECTORY`; nil if there is none.
  package let credentials: String?
  /// The bus on which names are looked for.
  package let bus: MessageBus
  /// The folders that systemd made for the service, `$RUNTIME_DIRECTORY`: a FIFO that is missing there is made.
  package var runtimeDirectories: [String] = []
  /// Whether the service can send notifications.
  package var hearsNotifications = true

  /// Describes the surroundings of probes.
  package init(
    userAgent: String, command: SpawnRequest, commands: BoundedCommands, credentials: String? = nil,
    bus: MessageBus = .system
  ) {
    self.userAgent = userAgent
    self.command = command
    self.commands = commands
    self.credentials = credentials
    self.bus = bus
  }
}
