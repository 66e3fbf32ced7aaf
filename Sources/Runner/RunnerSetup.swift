import Supervision
import Systemd

/// Everything a ``ServiceRunner`` needs to know at the start.
struct RunnerSetup: Sendable {
  /// The command to keep up.
  var command: ServiceCommand
  /// How to keep it up.
  var policy: Policy
  /// The environment that this program was started with, each entry the bytes of `NAME=value`.
  var environment: [[UInt8]] = []
  /// The watchdog time that systemd set; nil for none.
  var watchdog: Duration?
  /// Where systemd is notified; nil outside systemd.
  var managerAddress: String?
  /// The sockets that systemd handed over.
  var descriptors: [PassedDescriptor] = []
  /// The unit that this program is the main process of, whose events belong in the journal; nil if there is none.
  var unit: ProcessUnit?
  /// Whether there is such a unit.
  var isUnit: Bool { unit != nil }
  /// Whether that unit is one of a user's own manager.
  var isUserUnit: Bool { unit?.scope == .user }
  /// Signals by which systemd asks this unit to stop.
  var stopSignals: Set<Int32> = []
  /// Whether systemd sends those to every process of the unit.
  var stopsWholeGroup = false
  /// Something to tell before the service starts, such as a unit file that was not found.
  var warning: String?
  /// Whether events are not written to standard error.
  var isQuiet = false
}

/// Why the service cannot even be tried: one message and the exit code that tells systemd the kind.
struct SetupError: Error, Sendable, Hashable, CustomStringConvertible {
  /// The command line cannot be understood (`EX_USAGE`).
  static let usage: Int32 = 64
  /// The policy or the unit file is wrong (`EX_CONFIG`).
  static let configuration: Int32 = 78
  /// A resource limit makes no sense (systemd's `EXIT_LIMITS`).
  static let limits: Int32 = 205
  /// The system did not give what is needed (`EX_OSERR`).
  static let system: Int32 = 71

  /// The exit code.
  let exitCode: Int32
  /// What is wrong, one line for each error.
  let description: String

  init(exitCode: Int32, _ description: String) {
    self.exitCode = exitCode
    self.description = description
  }
}
