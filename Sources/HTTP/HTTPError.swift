/// Why a request got no response.
package struct HTTPError: Error, Hashable, Sendable, CustomStringConvertible {
  /// The kind of failure, for decisions.
  package enum Code: Sendable, Hashable, CaseIterable {
    /// libcurl cannot be opened on this machine.
    case libraryMissing
    /// The request itself is wrong: its URL, a header or the socket's path.
    case invalidRequest
    /// As many transfers as allowed are under way.
    case tooManyTransfers
    /// This machine has no descriptor, memory or local port left for the request.
    case outOfResources
    /// This machine's own firewall or sandbox forbids the connection.
    case notPermitted
    /// This side's own file of authorities, certificate or key cannot be read or used.
    case unusableFile
    /// There is no such host.
    case noSuchHost
    /// The name service gave no answer, so nothing is known of the host.
    case resolutionFailed
    /// The connection was refused or the host is out of reach.
    case couldNotConnect
    /// The time allowed was over.
    case timedOut
    /// TLS could not be agreed on, or the certificate is not valid for this host.
    case tls
    /// The connection ended or failed after it had been made.
    case connectionLost
    /// What came back was no HTTP response.
    case protocolViolation
    /// The response's head was larger than allowed.
    case headTooLarge
    /// Redirects did not come to an end.
    case tooManyRedirects
    /// The task that waited was cancelled.
    case cancelled
  }

  /// The kind of failure.
  package let code: Code
  /// A sentence about it, libcurl's own where there is one; may contain what the server sent.
  package let detail: String
  /// The system's error number behind it, such as `ECONNREFUSED`; 0 if there is none.
  package let errno: Int32

  /// Describes a failure.
  package init(_ code: Code, _ detail: String, errno: Int32 = 0) {
    self.code = code
    self.detail = detail
    self.errno = errno
  }

  /// The sentence about it.
  package var description: String { detail }
}
