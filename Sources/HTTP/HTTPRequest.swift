/// What to ask of an HTTP server.
package struct HTTPRequest: Sendable, Hashable {
  /// How much of a body is read by default, in bytes: more tells a probe nothing.
  package static let defaultBodyLimit = 10 * 1024
  /// How much of a response's head is read, in bytes, over all its lines.
  package static let headLimit = 16 * 1024
  /// How many redirects on the same server are followed.
  package static let redirectLimit = 10

  /// The methods in use.
  package enum Method: String, Sendable, Hashable {
    /// Asks for the resource.
    case get = "GET"
    /// Asks for the head alone.
    case head = "HEAD"
    /// Asks for what can be done with the resource.
    case options = "OPTIONS"
    /// Sends ``HTTPRequest/body``.
    case post = "POST"

    /// Whether a redirect is followed: what a POST did is not done twice.
    var followsRedirects: Bool { self == .get || self == .head }
  }

  /// One line of the head.
  package struct Header: Sendable, Hashable {
    /// The name, in whatever case.
    package var name: String
    /// The value without surrounding white space.
    package var value: String

    /// Makes a line of the head.
    package init(name: String, value: String) {
      self.name = name
      self.value = value
    }
  }

  /// What is asked for.
  package var method: Method
  /// An absolute `http` or `https` URL in ASCII.
  package var url: String
  /// Lines added to the head; the same name twice is sent twice.
  package var headers: [Header]
  /// The value of `User-Agent`, such as `upkeep/1.0`.
  package var userAgent: String
  /// The time for everything: name service, connection, redirects and body.
  package var timeout: Duration
  /// The time for one connection, TLS included; ``timeout`` if nil.
  package var connectTimeout: Duration?
  /// A Unix stream socket to connect to instead of the URL's host; `@` begins an abstract name.
  package var unixSocketPath: String?
  /// Bytes of body to read; the rest is not waited for.
  package var bodyLimit: Int
  /// What a POST sends.
  package var body: [UInt8] = []
  /// Whether nothing but HTTP/2 will do: without TLS it is begun without negotiation.
  package var needsHTTP2 = false
  /// The name to ask for instead of the URL's host, which is connected to all the same: in `Host`, and with TLS in
  /// the handshake and the certificate. Nil for the URL's own.
  package var hostName: String?
  /// Whom to trust, and as whom to come.
  package var tls = TLSSettings()

  /// Makes a request.
  ///
  /// - Parameters:
  ///   - method: what is asked for.
  ///   - url: an absolute `http` or `https` URL in ASCII.
  ///   - headers: lines added to the head.
  ///   - userAgent: who asks, such as `upkeep/1.0`.
  ///   - timeout: the time for everything; below a millisecond counts as one.
  ///   - connectTimeout: the time for one connection.
  ///   - unixSocketPath: a Unix socket to connect to instead.
  ///   - bodyLimit: bytes of body to read, 0 or more.
  package init(
    _ method: Method = .get, url: String, headers: [Header] = [], userAgent: String, timeout: Duration,
    connectTimeout: Duration? = nil, unixSocketPath: String? = nil,
    bodyLimit: Int = HTTPRequest.defaultBodyLimit
  ) {
    self.method = method
    self.url = url
    self.headers = headers
    self.userAgent = userAgent
    self.timeout = timeout
    self.connectTimeout = connectTimeout
    self.unixSocketPath = unixSocketPath
    self.bodyLimit = bodyLimit
  }

  /// Refuses what would change the shape of the message on the wire.
  func validate() throws(HTTPError) {
    guard url.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F }) else {
      throw HTTPError(.invalidRequest, "the URL may have visible ASCII only: write xn-- names and %XX")
    }
    guard userAgent.utf8.allSatisfy({ $0 >= 0x20 && $0 != 0x7F }) else {
      throw HTTPError(.invalidRequest, "the user agent has a control character")
    }
    for header in headers {
      let name = header.name.utf8
      guard !name.isEmpty, name.allSatisfy({ $0 > 0x20 && $0 < 0x7F && $0 != 0x3A }) else {
        throw HTTPError(.invalidRequest, "the header name \"\(header.name)\" is not valid")
      }
      guard header.value.utf8.allSatisfy({ $0 >= 0x20 && $0 != 0x7F || $0 == 0x09 }) else {
        throw HTTPError(.invalidRequest, "the value of header \(header.name) has a control character")
      }
    }
    if let name = hostName {
      guard !name.isEmpty, name.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F && !"/:@?#[]\\%".utf8.contains($0) })
      else { throw HTTPError(.invalidRequest, "\"\(name)\" is no host's name") }
    }
    try tls.validate()
    if let path = unixSocketPath {
      // sun_path has 108 bytes; the last is libcurl's own terminator.
      guard path.utf8.count > 1, path.utf8.count <= 107, !path.utf8.contains(0) else {
        throw HTTPError(.invalidRequest, "the socket's path has to have 2 to 107 bytes")
      }
    }
  }
}
