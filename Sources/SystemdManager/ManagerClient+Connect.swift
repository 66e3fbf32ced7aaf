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
    case .user:
      // As for root, the manager's own socket first: it is there without a message bus for the user.
      if let folder = ProcessEnvironment.value("XDG_RUNTIME_DIR"),
        let direct = try? Bus.connect(to: privateAddress(in: folder), isMessageBus: false, on: loop)
      {
        return ManagerClient(bus: direct, isDirect: true)
      }
      return ManagerClient(bus: try Bus.user(on: loop))
    case .host(let host): return ManagerClient(bus: try Bus.remoteSystem(host, on: loop))
    case .machine(let name): return ManagerClient(bus: try Bus.machineSystem(name, on: loop))
    case .machineUser(let name): return ManagerClient(bus: try Bus.machineUser(name, on: loop))
    }
  }

  /// The address of a user's manager below the user's runtime folder, with what an address cannot hold as `%NN`.
  nonisolated static func privateAddress(in folder: String) -> String {
    var address = "unix:path="
    for byte in "\(folder)/systemd/private".utf8 {
      switch byte {
      case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
        UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "_"), UInt8(ascii: "/"),
        UInt8(ascii: "."), UInt8(ascii: "*"):
        address.unicodeScalars.append(Unicode.Scalar(byte))
      default: address += "%" + (byte < 16 ? "0" : "") + String(byte, radix: 16)
      }
    }
    return address
  }
}
