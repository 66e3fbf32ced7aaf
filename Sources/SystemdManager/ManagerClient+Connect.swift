import Glibc
public import Systemd

extension ManagerClient {
  /// Connects to a manager.
  ///
  /// Nothing waits here: a manager that does not answer shows in the first call.
  ///
  /// - Parameters:
  ///   - address: whose manager, and where.
  ///   - loop: the loop that serves the connection.
  /// - Returns: the client; the connection may still be on its way.
  /// - Throws: the reason why there is no connection, such as `ENOENT` where no bus runs.
  public static func connect(
    at address: ManagerAddress, on loop: EventLoop = .main
  ) throws(BusError) -> ManagerClient {
    switch address {
    case .system:
      if geteuid() == 0, let direct = try? connect(to: .system, directly: true, on: loop) { return direct }
      return ManagerClient(bus: try Bus.system(on: loop))
    case .systemBus: return ManagerClient(bus: try Bus.system(on: loop))
    case .user: return ManagerClient(bus: try Bus.user(on: loop))
    case .host(let host): return ManagerClient(bus: try Bus.remoteSystem(host, on: loop))
    case .machine(let name): return ManagerClient(bus: try Bus.machineSystem(name, on: loop))
    case .machineUser(let name): return ManagerClient(bus: try Bus.machineUser(name, on: loop))
    }
  }
}
