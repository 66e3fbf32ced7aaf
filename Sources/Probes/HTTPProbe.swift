import HTTP
package import Supervision
import Systemd

/// Asks a URL over TCP or a Unix socket; what is healthy is said by a ``HTTPCheck``, 200 to 399 by default as the
/// kubelet has it.
///
/// A redirect to another server is an answer too and is not followed. The body is read up to 10 KiB, so that the
/// server can finish what it began; a pattern is looked for in these.
package struct HTTPProbe: Probe {
  private let url: String
  private let socket: String?
  private let userAgent: String
  private let check: HTTPCheck
  private let credentials: String?

  /// Makes a probe.
  ///
  /// - Parameters:
  ///   - url: an absolute `http` or `https` URL.
  ///   - socket: a Unix stream socket to connect to instead of the URL's host.
  ///   - userAgent: who asks, such as `upkeep/1.0`.
  ///   - check: what is sent and what is expected.
  ///   - credentials: the folder of systemd's credentials; nil if there is none.
  package init(
    url: String, socket: String? = nil, userAgent: String, check: HTTPCheck = HTTPCheck(),
    credentials: String? = nil
  ) {
    self.url = url
    self.socket = socket
    self.userAgent = userAgent
    self.check = check
    self.credentials = credentials
  }

  /// Asks once.
  package func attempt(timeout: Duration) async -> ProbeOutcome {
    do throws(HTTPError) {
      let response = try await HTTPClient.shared().perform(request(timeout: timeout))
      return Self.outcome(of: response, check)
    } catch {
      return Self.outcome(of: error, timeout: timeout)
    }
  }

  private func request(timeout: Duration) throws(HTTPError) -> HTTPRequest {
    let method: HTTPRequest.Method =
      switch check.method {
      case .get: .get
      case .head: .head
      case .options: .options
      case .post: .post
      }
    var request = HTTPRequest(
      method, url: url, headers: check.headers.map { .init(name: $0.name, value: $0.value) },
      userAgent: userAgent, timeout: timeout, unixSocketPath: socket)
    request.hostName = check.host
    request.tls = try TLSSettings(check, credentials: credentials)
    return request
  }

  /// What it says about a service that it answered so.
  static func outcome(of response: HTTPResponse, _ check: HTTPCheck) -> ProbeOutcome {
    guard check.statuses.contains(response.status) else { return .unhealthy("HTTP \(response.status)") }
    if let pattern = check.body, !pattern.isFound(in: response.body) {
      guard check.method != .head else { return .unhealthy("the answer to HEAD has no body to match") }
      let limit = HTTPRequest.defaultBodyLimit / 1024
      let part = response.isBodyTruncated ? "the body's first \(limit) KiB do" : "the body does"
      return .unhealthy("HTTP \(response.status), but \(part) not match")
    }
    return .healthy("\(response.status) in \(ProbeText.elapsed(response.duration))")
  }

  /// What it says about a service that a request got no response.
  static func outcome(of error: HTTPError, timeout: Duration) -> ProbeOutcome {
    let detail = ProbeText.printable(error.detail)
    switch error.code {
    case .libraryMissing, .invalidRequest, .tooManyTransfers, .outOfResources, .notPermitted, .unusableFile,
      .resolutionFailed, .cancelled:
      return .unknown(detail)
    case .timedOut:
      return .unhealthy("no answer within \(ProbeText.limit(timeout))")
    case .couldNotConnect:
      return .unhealthy(error.errno == 0 ? detail : ProbeText.reason(errno: error.errno))
    case .noSuchHost: return .unhealthy(ProbeText.printable("no such host: \(error.detail)"))
    case .tls: return .unhealthy(ProbeText.printable("TLS failed: \(error.detail)"))
    case .connectionLost: return .unhealthy(ProbeText.printable("connection lost: \(error.detail)"))
    case .protocolViolation: return .unhealthy(ProbeText.printable("no HTTP response: \(error.detail)"))
    case .headTooLarge, .tooManyRedirects: return .unhealthy(detail)
    }
  }
}

extension TLSSettings {
  /// Whom a probe trusts and as whom it comes.
  ///
  /// - Throws: `unusableFile` if a credential is named and systemd handed none over.
  init(_ check: HTTPCheck, credentials: String?) throws(HTTPError) {
    self.init()
    authorities = check.certificateAuthority
    isInsecure = check.isInsecure
    guard let name = check.clientCertificate else { return }
    guard let credentials, credentials.hasPrefix("/") else {
      throw HTTPError(
        .unusableFile, "there is no credential \(name): add LoadCredential=\(name):/PATH to [Service]")
    }
    certificate = "\(credentials)/\(name)"
    key = check.clientKey.map { "\(credentials)/\($0)" }
  }
}
