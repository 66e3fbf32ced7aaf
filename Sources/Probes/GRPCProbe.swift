import HTTP
package import Supervision
import Systemd

/// Calls `grpc.health.v1.Health/Check`, as the kubelet does; SERVING alone is healthy.
///
/// HTTP/2 without TLS is begun without negotiation, with TLS it is negotiated.
package struct GRPCProbe: Probe {
  private let url: String
  private let service: String
  private let userAgent: String
  private let check: HTTPCheck
  private let credentials: String?

  /// Makes a probe.
  ///
  /// - Parameters:
  ///   - endpoint: the server, and the service that is asked for.
  ///   - userAgent: who asks, such as `upkeep/1.0`.
  ///   - check: headers, host, and whom to trust; the rest does not matter to gRPC.
  ///   - credentials: the folder of systemd's credentials; nil if there is none.
  package init(
    _ endpoint: GRPCEndpoint, userAgent: String, check: HTTPCheck = HTTPCheck(), credentials: String? = nil
  ) {
    let host = endpoint.host.contains(":") ? "[\(endpoint.host)]" : endpoint.host
    url = "\(endpoint.isSecure ? "https" : "http")://\(host):\(endpoint.port)\(GRPCHealth.path)"
    service = endpoint.service
    self.userAgent = userAgent
    self.check = check
    self.credentials = credentials
  }

  /// Asks once.
  package func attempt(timeout: Duration) async -> ProbeOutcome {
    do throws(HTTPError) {
      let response = try await HTTPClient.shared().perform(request(timeout: timeout))
      return Self.outcome(of: response, service: service)
    } catch {
      guard error.code == .protocolViolation else { return HTTPProbe.outcome(of: error, timeout: timeout) }
      return .unhealthy(ProbeText.printable("no gRPC answer: \(error.detail)"))
    }
  }

  private func request(timeout: Duration) throws(HTTPError) -> HTTPRequest {
    var request = HTTPRequest(
      .post, url: url, headers: check.headers.map { .init(name: $0.name, value: $0.value) },
      userAgent: userAgent, timeout: timeout, bodyLimit: GRPCHealth.answerLimit)
    // Eight digits are the most that gRPC takes.
    let milliseconds = min(max(timeout.microseconds / 1000, 1), 99_999_999)
    request.headers += [
      .init(name: "Content-Type", value: "application/grpc"), .init(name: "TE", value: "trailers"),
      .init(name: "grpc-accept-encoding", value: "identity"),
      .init(name: "grpc-timeout", value: "\(milliseconds)m"),
    ]
    request.body = GRPCHealth.request(for: service)
    request.needsHTTP2 = true
    request.hostName = check.host
    request.tls = try TLSSettings(check, credentials: credentials)
    return request
  }

  /// What it says about a service that the server answered so.
  static func outcome(of response: HTTPResponse, service: String) -> ProbeOutcome {
    guard response.status == 200 else { return .unhealthy("no gRPC answer: HTTP \(response.status)") }
    let type = response.header("content-type") ?? ""
    guard type.lowercased().hasPrefix("application/grpc") else {
      return .unhealthy(ProbeText.printable("no gRPC answer: its type is \"\(type)\""))
    }
    guard !response.isBodyTruncated else {
      return .unhealthy("the gRPC answer is larger than \(GRPCHealth.answerLimit) bytes")
    }
    guard let text = response.header("grpc-status"), let code = Int(text), code >= 0 else {
      return .unhealthy("the gRPC answer has no status")
    }
    guard code == 0 else {
      return .unhealthy(reason(code, message: response.header("grpc-message") ?? "", service: service))
    }
    switch GRPCHealth.status(in: response.body) {
    case .serving: return .healthy("SERVING in \(ProbeText.elapsed(response.duration))")
    case .some(let status): return .unhealthy(status.name)
    case nil: return .unhealthy("the gRPC answer is no HealthCheckResponse")
    }
  }

  /// The failure of a call in words.
  private static func reason(_ code: Int, message: String, service: String) -> String {
    switch code {
    case 5 where !service.isEmpty: return ProbeText.printable("no service \"\(service)\" there (NOT_FOUND)")
    case 12: return "the server has no health service (UNIMPLEMENTED)"
    default:
      let name = code < names.count ? names[code] : "status \(code)"
      return ProbeText.printable(message.isEmpty ? "gRPC \(name)" : "gRPC \(name): \(decoded(message))")
    }
  }

  /// gRPC's status codes, in their order.
  private static let names = [
    "OK", "CANCELLED", "UNKNOWN", "INVALID_ARGUMENT", "DEADLINE_EXCEEDED", "NOT_FOUND", "ALREADY_EXISTS",
    "PERMISSION_DENIED", "RESOURCE_EXHAUSTED", "FAILED_PRECONDITION", "ABORTED", "OUT_OF_RANGE",
    "UNIMPLEMENTED", "INTERNAL", "UNAVAILABLE", "DATA_LOSS", "UNAUTHENTICATED",
  ]

  /// A message as it was before `%XX` took the place of what is not ASCII.
  private static func decoded(_ message: String) -> String {
    var bytes: [UInt8] = []
    var rest = Array(message.utf8)[...]
    while let byte = rest.popFirst() {
      let digits = rest.prefix(2)
      if byte == UInt8(ascii: "%"), digits.count == 2,
        let value = UInt8(String(decoding: digits, as: UTF8.self), radix: 16)
      {
        bytes.append(value)
        rest.removeFirst(2)
      } else {
        bytes.append(byte)
      }
    }
    return String(decoding: bytes, as: UTF8.self)
  }
}
