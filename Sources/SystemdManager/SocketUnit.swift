public import Systemd

/// A socket: where it listens and what it starts. Read out of the properties of `org.freedesktop.systemd1.Socket`.
///
/// Texts are foreign: escape them before they are shown.
public struct SocketUnit: Sendable, Hashable {
  /// A place where it listens.
  public struct Listen: Sendable, Hashable {
    /// `Stream`, `Datagram`, `SequentialPacket`, `FIFO`, `Netlink`, `MessageQueue`, `Special` or `USBFunction`.
    public let kind: String
    /// The path, the address with its port, or the name.
    public let address: String
  }

  /// The socket's name.
  public let name: String
  /// `Listen`: where it listens.
  public let listens: [Listen]
  /// `Triggers`: what it starts; empty for one whose services are instances that come with connections.
  public let activates: [String]
  /// `Accept`: whether each connection gets an instance of the service.
  public let accepts: Bool
  /// `NConnections`: connections that are open, of a socket that ``accepts``.
  public let connections: UInt64
  /// `NAccepted`: connections since it started to listen, of a socket that ``accepts``.
  public let accepted: UInt64
  /// `NRefused`: connections that were refused because `MaxConnections=` was reached.
  public let refused: UInt64
  /// `Result`: `success`, or why it failed, such as `service-start-limit-hit`.
  public let result: String

  /// The properties that it is read out of.
  public static let properties: [UnitProperty] =
    ["Listen", "Accept", "NConnections", "NAccepted", "NRefused", "Result"].map { UnitProperty("Socket", $0) }
    + [UnitProperty("Unit", "Triggers")]

  /// Reads a socket's properties; what is missing in them is empty, zero or false.
  public init(_ name: String, _ properties: UnitProperties) {
    self.name = name
    listens = (properties["Listen"]?.elements ?? []).compactMap { listen in
      guard let fields = listen.elements, fields.count == 2 else { return nil }
      return Listen(kind: fields[0].text ?? "", address: fields[1].text ?? "")
    }
    activates = properties["Triggers"]?.elements?.compactMap(\.text) ?? []
    accepts = properties["Accept"]?.truth ?? false
    connections = properties["NConnections"]?.unsigned ?? 0
    accepted = properties["NAccepted"]?.unsigned ?? 0
    refused = properties["NRefused"]?.unsigned ?? 0
    result = properties["Result"]?.text ?? ""
  }
}

extension ManagerClient {
  /// Sockets with their addresses. `Properties.Get` of ``SocketUnit/properties``.
  ///
  /// - Parameter names: the sockets' names.
  /// - Returns: the sockets in the order of the names; one that does not exist listens nowhere.
  /// - Throws: what ends all of it: no connection, no answer.
  public func sockets(_ names: [String]) async throws(BusError) -> [SocketUnit] {
    let found = try await properties({ _ in SocketUnit.properties }, of: names.map(UnitSummary.path))
    return zip(names, found).map { SocketUnit($0, $1) }
  }
}
