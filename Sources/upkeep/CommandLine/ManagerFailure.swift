import Glibc
import Inspection
import Presentation
import Systemd
import SystemdManager

/// A failed call of a service manager in one sentence that says what helps, with an exit status.
struct ManagerFailure {
  /// The sentence and the status.
  let exitError: ExitError

  /// Explains `error`, which came when `action` was tried.
  init(_ error: BusError, _ action: String, at address: ManagerAddress) {
    let reason = DisplayText.escaped(error.message.isEmpty ? error.name : error.message)
    if error.isAccessDenied {
      exitError = ExitError(Self.missingRight(action, address, reason), code: ExitError.notPermitted)
    } else if let cause = Self.connectionFailure(error, address, reason) {
      exitError = ExitError(cause)
    } else if error.isNoSuchUnit {
      exitError = ExitError("cannot \(action): \(reason)", code: Self.noSuchUnit)
    } else {
      exitError = ExitError("cannot \(action): \(reason)")
    }
  }

  /// LSB's status for a program or service whose state is not known.
  static let noSuchUnit: Int32 = 4

  // MARK: Steps

  private static func missingRight(_ action: String, _ address: ManagerAddress, _ reason: String) -> String {
    let fix =
      switch address {
      case .system, .systemBus: "run it as root, with sudo, or where a polkit agent can ask you"
      case .host(let host): "log in there as root: -H root@\(host.split(separator: "@").last ?? "")"
      case .machine: "run it as root"
      case .user, .machineUser: "run it as the user whose manager it is"
      }
    return "no right to \(action) (\(reason)); \(fix)"
  }

  /// Why a user's own manager is not there, in words; nil if that is not what the error is about.
  static func withoutSession(_ error: BusError) -> String? {
    guard [ENOMEDIUM, ENOENT, ECONNREFUSED].contains(error.errno) else { return nil }
    return ProcessEnvironment.value("XDG_RUNTIME_DIR") == nil
      ? "XDG_RUNTIME_DIR is not set, as it is after a login" : "you have no session here, and do not linger"
  }

  /// Nil if the manager was reached.
  private static func connectionFailure(
    _ error: BusError, _ address: ManagerAddress, _ reason: String
  ) -> String? {
    // sd-bus answers open calls so when the connection ends: ssh or the bridge at its other end has gone, and has said
    // why on standard error.
    let hasEnded = !address.isLocal && error.message.hasPrefix("Connection terminated")
    if error.isTimeout, !hasEnded { return "\(address) does not answer: \(reason)" }
    let unreachable = [
      ENOENT, ECONNREFUSED, ECONNRESET, ENOTCONN, EHOSTDOWN, ENOMEDIUM, EPIPE, EHOSTUNREACH, EACCES,
    ]
    let isLocal = error.name.hasPrefix("System.Error.") || error.name.hasPrefix("org.freedesktop.DBus.Error.")
    guard hasEnded || unreachable.contains(error.errno), isLocal, !error.isNoSuchUnit else { return nil }
    return switch address {
    case .system, .systemBus:
      "cannot reach the system's message bus (\(reason)); is dbus.socket running? root does not need it"
    case .user:
      "cannot reach the user's manager: \(withoutSession(error) ?? reason)"
    case .host(let host) where ProcessEnvironment.value("SYSTEMD_SSH") == nil && !MachineFacts.finds("ssh"):
      "cannot reach systemd on \(DisplayText.escaped(host)): there is no ssh program;"
        + " openssh-client has it"
    case .host(let host):
      "cannot reach systemd on \(DisplayText.escaped(host)) (\(reason)); does 'ssh \(DisplayText.escaped(host))"
        + " systemd-stdio-bridge' work?"
    case .machine(let name), .machineUser(let name):
      "cannot reach systemd in the container \(DisplayText.escaped(name)) (\(reason)); is it listed by"
        + " machinectl, and are you root?"
    }
  }
}
