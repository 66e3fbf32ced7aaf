import HTTP
package import Supervision
import Systemd

/// Asks a URL with GET; 200 to 399 is healthy, as the kubelet has it.
///
/// A redirect to another server is an answer too and is not followed. The body is read up to 10 KiB, so that the
/// server can finish what it began, and thrown away.
package struct HTTPProbe: Probe {
  /// The statuses of a healthy service.
  package static let healthyStatuses = 200...399

  private let url: String
  private let userAgent: String

  /// Makes a probe of `url`, an absolute `http` or `https` URL.
  package init(url: String, userAgent: String) {
    self.url = url
    self.userAgent = userAgent
  }

  /// Asks once.
  package func attempt(timeout: Duration) async -> ProbeOutcome {
    let request = HTTPRequest(url: url, userAgent: userAgent, timeout: timeout)
    do throws(HTTPError) {
      let response = try await HTTPClient.shared().perform(request)
      guard Self.healthyStatuses.contains(response.status) else {
        return .unhealthy("HTTP \(response.status)")
      }
      return .healthy("\(response.status) in \(ProbeText.elapsed(response.duration))")
    } catch {
      return Self.outcome(of: error, timeout: timeout)
    }
  }

  /// What it says about a service that a request got no response.
  static func outcome(of error: HTTPError, timeout: Duration) -> ProbeOutcome {
    let detail = ProbeText.printable(error.detail)
    switch error.code {
    case .libraryMissing, .invalidRequest, .tooManyTransfers, .outOfResources, .notPermitted,
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
