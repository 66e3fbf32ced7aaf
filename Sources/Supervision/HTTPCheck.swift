/// What an HTTP probe sends besides its URL, whom it trusts and which answer it takes for healthy.
public struct HTTPCheck: Sendable, Hashable {
  /// The methods that a probe may use: none of them changes what it asks for, if the server is well-behaved; POST is
  /// for servers that offer nothing else.
  public enum Method: String, Sendable, Hashable, CaseIterable {
    /// Asks for the resource.
    case get = "GET"
    /// Asks for the head alone.
    case head = "HEAD"
    /// Asks for what can be done with the resource.
    case options = "OPTIONS"
    /// Sends an empty body.
    case post = "POST"
  }

  /// One line of the request's head.
  public struct Header: Sendable, Hashable {
    /// The name, an HTTP token.
    public var name: String
    /// The value without surrounding blanks; visible text, blanks and tabs.
    public var value: String

    /// Makes a line of the head.
    public init(name: String, value: String) {
      self.name = name
      self.value = value
    }
  }

  /// The parts that each kind of probe may have of its own; nil for what all probes share.
  struct Part: Sendable, Hashable {
    var method: Method?
    var host: String?
    var statuses: HTTPStatusSet?
    var body: TextPattern?
  }

  /// How the answer is asked for.
  public var method = Method.get
  /// Lines added to the head, in their order.
  public var headers: [Header] = []
  /// The name that is asked for instead of the URL's, also in TLS; nil for the URL's own.
  public var host: String?
  /// The statuses of a healthy service.
  public var statuses = HTTPStatusSet.standard
  /// What has to be found in the body's beginning; nil if the body does not matter.
  public var body: TextPattern?
  /// The file of the authorities that are trusted instead of the system's, in PEM; an absolute path.
  public var certificateAuthority: String?
  /// The systemd credential that holds this side's certificate, in PEM.
  public var clientCertificate: String?
  /// The systemd credential that holds its key, in PEM; nil if it stands in ``clientCertificate``.
  public var clientKey: String?
  /// Whether any certificate is taken.
  public var isInsecure = false

  /// The defaults: GET, 200 to 399, the system's authorities.
  public init() {}

  mutating func take(_ part: Part) {
    method = part.method ?? method
    host = part.host ?? host
    statuses = part.statuses ?? statuses
    body = part.body ?? body
  }
}
