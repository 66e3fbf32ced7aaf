package import Supervision
import Systemd

/// Asks a message bus who owns a name, and then the owner itself, by `org.freedesktop.DBus.Peer.Ping`.
///
/// The owner is asked by its connection's own name, so nothing is ever started by being asked.
package struct DBusProbe: Probe {
  private static let driver = BusObject(
    "org.freedesktop.DBus", "/org/freedesktop/DBus", "org.freedesktop.DBus")

  /// By how much a timer may be early.
  private static let tolerance = Duration.milliseconds(5)

  private let name: String
  private let bus: ProbeContext.MessageBus

  /// Makes a probe of the owner of `name` on `bus`.
  package init(name: String, bus: ProbeContext.MessageBus) {
    self.name = name
    self.bus = bus
  }

  /// Asks once, over a connection of its own.
  package func attempt(timeout: Duration) async -> ProbeOutcome {
    let start = ContinuousClock.now
    let connection: Bus
    let owner: String
    do throws(BusError) {
      connection = try connect()
      owner = try await connection.call(Self.driver, "GetNameOwner", name, timeout: timeout)
    } catch {
      return Self.outcome(ofLookUp: error, name: name)
    }
    defer { connection.close() }
    let left = timeout - start.duration(to: .now)
    do throws(BusError) {
      guard left > .zero else { return Self.late(timeout) }
      try await connection.perform(
        BusObject(owner, "/", "org.freedesktop.DBus.Peer"), "Ping", timeout: left)
      return .healthy("answered in \(ProbeText.elapsed(start.duration(to: .now)))")
    } catch {
      // A bus whose peer has left speaks of no reply, as one who has waited in vain does.
      if error.isTimeout, start.duration(to: .now) + Self.tolerance >= timeout { return Self.late(timeout) }
      return Self.outcome(ofPing: error, name: name)
    }
  }

  private func connect() throws(BusError) -> Bus {
    switch bus {
    case .system: try Bus.system()
    case .user: try Bus.user()
    case .address(let address): try Bus.connect(to: address)
    }
  }

  private static func late(_ timeout: Duration) -> ProbeOutcome {
    .unhealthy("no answer within \(ProbeText.limit(timeout))")
  }

  /// What it means that the bus did not name the owner: the bus itself says nothing about the service.
  static func outcome(ofLookUp error: BusError, name: String) -> ProbeOutcome {
    if error.isCancelled { return .unknown("the probe was cancelled") }
    if error.name == "org.freedesktop.DBus.Error.NameHasNoOwner" {
      return .unhealthy("nobody owns \(name)")
    }
    return .unknown(ProbeText.printable("the bus cannot be asked: \(error)"))
  }

  /// What it means that the owner's answer was an error, or that there will be none.
  static func outcome(ofPing error: BusError, name: String) -> ProbeOutcome {
    if error.isCancelled { return .unknown("the probe was cancelled") }
    switch error.name {
    // It answers, if only to say that it does not know the interface.
    case "org.freedesktop.DBus.Error.UnknownMethod", "org.freedesktop.DBus.Error.UnknownInterface",
      "org.freedesktop.DBus.Error.UnknownObject":
      return .healthy("answered, but has no Ping")
    // It has left the bus meanwhile.
    case "org.freedesktop.DBus.Error.ServiceUnknown", "org.freedesktop.DBus.Error.NameHasNoOwner",
      "org.freedesktop.DBus.Error.NoReply":
      return .unhealthy("the owner of \(name) has left the bus")
    // The bus's own rules, or the bus itself is gone.
    default: return .unknown(ProbeText.printable("the owner cannot be asked: \(error)"))
    }
  }
}
