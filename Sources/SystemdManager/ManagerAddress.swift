public import Systemd

/// Whose service manager, and on which machine.
public enum ManagerAddress: Sendable, Hashable, CustomStringConvertible {
  /// The system's manager of this machine: straight for root, which is quicker and does not need the message bus, and
  /// through the system's bus for others.
  case system
  /// The system's manager of this machine through the bus in any case.
  case systemBus
  /// The caller's own manager: straight if `XDG_RUNTIME_DIR` says where it is, else through the user's bus.
  case user
  /// The system's manager of another host through ssh: `[USER@]HOST[:PORT][/CONTAINER]`.
  case host(String)
  /// The system's manager of a container of this machine, by its name.
  case machine(String)
  /// A user's manager of a container: `[USER@]CONTAINER`; `.host` is this machine.
  case machineUser(String)

  /// Whether its units run on this very machine, so that their processes and files can be looked at.
  public var isLocal: Bool {
    switch self {
    case .system, .systemBus, .user: true
    case .host, .machine, .machineUser: false
    }
  }

  /// Whose units they are.
  public var scope: ProcessUnit.Scope {
    switch self {
    case .system, .systemBus, .host, .machine: .system
    case .user, .machineUser: .user
    }
  }

  /// The options that lead to this manager, with a blank behind each, as they stand in commands that are recommended:
  /// empty for the system's manager of this machine. Names are as they were given: escape them before they are shown.
  public var options: String {
    switch self {
    case .system, .systemBus: ""
    case .user: "--user "
    case .host(let host): "-H \(host) "
    case .machine(let name): "-M \(name) "
    case .machineUser(let name): "--user -M \(name) "
    }
  }

  /// For people: `the system's manager`, `the host alpha`.
  public var description: String {
    switch self {
    case .system, .systemBus: "the system's manager"
    case .user: "the user's manager"
    case .host(let host): "the host \(host)"
    case .machine(let name): "the container \(name)"
    case .machineUser(let name): "the user's manager in \(name)"
    }
  }
}
