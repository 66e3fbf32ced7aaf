import CCurl
import Systemd

/// The part of a URL that says which server answers: scheme, host and port.
struct HTTPOrigin: Hashable {
  /// `http` or `https`.
  let scheme: String
  /// In lower case, an IPv6 address in brackets.
  let host: String
  /// Never missing: the scheme's own if the URL has none.
  let port: UInt16

  /// `url` with another host, by libcurl's own parser.
  @LoopActor
  static func replacingHost(of url: String, by name: String, library: CurlLibrary) throws(HTTPError) -> String
  {
    guard let parts = unsafe ccurl_url(library.urlInit) else {
      throw HTTPError(.outOfResources, "no memory left for a URL")
    }
    defer { unsafe ccurl_url_cleanup(library.urlCleanup, parts) }
    var text: UnsafeMutablePointer<CChar>?
    guard unsafe ccurl_url_set(library.urlSet, parts, CURLUPART_URL, url) == CURLUE_OK,
      unsafe ccurl_url_set(library.urlSet, parts, CURLUPART_HOST, name) == CURLUE_OK,
      unsafe ccurl_url_get(library.urlGet, parts, CURLUPART_URL, &text) == CURLUE_OK, let text = unsafe text
    else { throw HTTPError(.invalidRequest, "\(name) cannot be asked for at \(url)") }
    defer { unsafe ccurl_free(library.free, text) }
    return unsafe String(cString: text)
  }

  /// Takes `url` apart with libcurl's own parser, so that both always mean the same server.
  @LoopActor
  init(of url: String, library: CurlLibrary) throws(HTTPError) {
    guard let parts = unsafe ccurl_url(library.urlInit) else {
      throw HTTPError(.outOfResources, "no memory left for a URL")
    }
    defer { unsafe ccurl_url_cleanup(library.urlCleanup, parts) }
    guard unsafe ccurl_url_set(library.urlSet, parts, CURLUPART_URL, url) == CURLUE_OK else {
      throw HTTPError(.invalidRequest, "this is not a valid URL: \(url)")
    }
    func part(_ part: CURLUPart) -> String? {
      var text: UnsafeMutablePointer<CChar>?
      let code = unsafe ccurl_url_get(library.urlGet, parts, part, &text)
      guard code == CURLUE_OK, let text = unsafe text else { return nil }
      defer { unsafe ccurl_free(library.free, text) }
      return unsafe String(cString: text)
    }
    guard let scheme = part(CURLUPART_SCHEME)?.lowercased(), scheme == "http" || scheme == "https" else {
      throw HTTPError(.invalidRequest, "only http and https URLs can be asked: \(url)")
    }
    guard let host = part(CURLUPART_HOST)?.lowercased(), !host.isEmpty,
      let port = part(CURLUPART_PORT).flatMap({ UInt16($0) }), port > 0
    else { throw HTTPError(.invalidRequest, "the URL has no valid host and port: \(url)") }
    self.scheme = scheme
    self.host = host
    self.port = port
  }
}
