/// A gRPC server, and the service of it whose health is asked for.
public struct GRPCEndpoint: Sendable, Hashable {
  /// The longest name of a service, in bytes.
  public static let longestService = 256

  /// A name, an IPv4 or a bare IPv6 address.
  public var host: String
  /// The port.
  public var port: UInt16
  /// The service's full name, such as `shop.Orders`; empty for the server as a whole.
  public var service: String
  /// Whether TLS is spoken.
  public var isSecure: Bool

  /// Names a server and a service.
  public init(host: String, port: UInt16, service: String = "", isSecure: Bool = false) {
    self.host = host
    self.port = port
    self.service = service
    self.isSecure = isSecure
  }

  /// The endpoint as it is written: `grpc://127.0.0.1:50051/shop.Orders`.
  var text: String {
    let address = host.contains(":") ? "[\(host)]:\(port)" : "\(host):\(port)"
    return "\(isSecure ? "grpcs" : "grpc")://\(address)\(service.isEmpty ? "" : "/\(service)")"
  }
}
