import CCurl
import Glibc
import Systemd

/// One exchange with a server: libcurl's easy handle, what has come in so far and the task that waits for it.
@LoopActor @safe
final class HTTPTransfer {
  /// What one exchange brought, before redirects are looked at.
  struct Answer {
    var status = 0
    var headers: [HTTPRequest.Header] = []
    var body: [UInt8] = []
    var isBodyTruncated = false
    var url = ""
    /// Where a redirect points to, as an absolute URL.
    var redirect: String?
  }

  /// The statuses whose Location is followed.
  private static let redirects: Set<Int> = [301, 302, 303, 307, 308]

  /// libcurl's easy handle; this object owns it.
  let easy: UnsafeMutableRawPointer
  private let client: HTTPClient
  private let message: UnsafeMutablePointer<CChar>
  private var lists: [LineList] = []
  private let bodyLimit: Int
  private var head = HeadCollector()
  private var isHeadTooLarge = false
  private var needsHTTP2 = false
  private var body: [UInt8] = []
  private var isBodyTruncated = false
  private var socketError: Int32 = 0
  private var result: Result<Answer, HTTPError>?
  private var waiter: CheckedContinuation<Void, Never>?

  /// Prepares the handle; the client adds it to its multi handle and removes it before this object ends.
  init(
    _ request: HTTPRequest, url: String, origin: HTTPOrigin, addresses: [SocketAddress], timeout: Duration,
    client: HTTPClient
  ) throws(HTTPError) {
    guard let easy = unsafe ccurl_easy_init(client.library.easyInit) else {
      throw HTTPError(.outOfResources, "no memory left for a request")
    }
    unsafe self.easy = easy
    self.client = client
    bodyLimit = max(request.bodyLimit, 0)
    unsafe message = .allocate(capacity: Int(CURL_ERROR_SIZE))
    unsafe message.initialize(repeating: 0, count: Int(CURL_ERROR_SIZE))
    try setCallbacks()
    try setRequest(request, url: url, origin: origin, timeout: timeout)
    try setConnection(request, origin: origin, addresses: addresses)
  }

  isolated deinit {
    let library = client.library
    unsafe ccurl_easy_cleanup(library.easyCleanup, easy)
    unsafe message.deallocate()
  }

  // MARK: Options

  private func setCallbacks() throws(HTTPError) {
    let setopt = unsafe client.library.easySetopt
    let me = unsafe Unmanaged.passUnretained(self).toOpaque()
    // A connection may be closed after its transfer is gone, but never after its client.
    let owner = unsafe Unmanaged.passUnretained(client).toOpaque()
    try check(unsafe ccurl_easy_setopt_pointer(setopt, easy, CURLOPT_ERRORBUFFER, message))
    try check(unsafe ccurl_easy_setopt_write(setopt, easy, CURLOPT_WRITEFUNCTION, bodyArrived))
    try check(unsafe ccurl_easy_setopt_pointer(setopt, easy, CURLOPT_WRITEDATA, me))
    try check(unsafe ccurl_easy_setopt_write(setopt, easy, CURLOPT_HEADERFUNCTION, headArrived))
    try check(unsafe ccurl_easy_setopt_pointer(setopt, easy, CURLOPT_HEADERDATA, me))
    try check(unsafe ccurl_easy_setopt_opensocket(setopt, easy, openSocket))
    try check(unsafe ccurl_easy_setopt_pointer(setopt, easy, CURLOPT_OPENSOCKETDATA, me))
    try check(unsafe ccurl_easy_setopt_closesocket(setopt, easy, closeSocket))
    try check(unsafe ccurl_easy_setopt_pointer(setopt, easy, CURLOPT_CLOSESOCKETDATA, owner))
  }

  private func setRequest(
    _ request: HTTPRequest, url: String, origin: HTTPOrigin, timeout: Duration
  ) throws(HTTPError) {
    try check(unsafe ccurl_easy_setopt_protocols(client.library.easySetopt, easy))
    try set(CURLOPT_URL, url)
    try set(CURLOPT_USERAGENT, request.userAgent)
    try set(request.method, body: request.body)
    if request.needsHTTP2 {
      needsHTTP2 = true
      let version = origin.scheme == "https" ? CURL_HTTP_VERSION_2TLS : CURL_HTTP_VERSION_2_PRIOR_KNOWLEDGE
      try set(CURLOPT_HTTP_VERSION, version)
    }
    try set(CURLOPT_TIMEOUT_MS, Self.milliseconds(timeout))
    try set(CURLOPT_CONNECTTIMEOUT_MS, Self.milliseconds(min(request.connectTimeout ?? timeout, timeout)))
    let lines = request.headers.map {
      // libcurl takes a colon without a value as an order to leave the line out; a semicolon sends it empty.
      $0.value.isEmpty ? "\($0.name);" : "\($0.name): \($0.value)"
    }
    try set(CURLOPT_HTTPHEADER, lines)
  }

  private func set(_ method: HTTPRequest.Method, body: [UInt8]) throws(HTTPError) {
    switch method {
    case .get: break
    case .head: try set(CURLOPT_NOBODY, 1)
    case .options: try set(CURLOPT_CUSTOMREQUEST, method.rawValue)
    case .post:
      try set(CURLOPT_POST, 1)
      // The size first: libcurl copies that many bytes.
      try set(CURLOPT_POSTFIELDSIZE, body.count)
      var copy = body + [0]
      let code = unsafe copy.withUnsafeMutableBytes { bytes in
        unsafe ccurl_easy_setopt_pointer(
          client.library.easySetopt, easy, CURLOPT_COPYPOSTFIELDS, bytes.baseAddress)
      }
      try check(code)
    }
  }

  private func setTLS(_ tls: TLSSettings) throws(HTTPError) {
    try set(CURLOPT_SSL_VERIFYPEER, tls.isInsecure ? 0 : 1)
    try set(CURLOPT_SSL_VERIFYHOST, tls.isInsecure ? 0 : 2)
    if let path = tls.authorities {
      try set(CURLOPT_CAINFO, path)
      // Without this the system's folder of authorities would be trusted as well.
      try check(unsafe ccurl_easy_setopt_pointer(client.library.easySetopt, easy, CURLOPT_CAPATH, nil))
    }
    guard let certificate = tls.certificate else { return }
    try set(CURLOPT_SSLCERT, certificate)
    try set(CURLOPT_SSLKEY, tls.key ?? certificate)
    // OpenSSL would ask for a pass phrase on the terminal and wait.
    try set(CURLOPT_KEYPASSWD, "")
  }

  private func setConnection(
    _ request: HTTPRequest, origin: HTTPOrigin, addresses: [SocketAddress]
  ) throws(HTTPError) {
    // Timeouts without SIGALRM, and no SIGPIPE where libcurl can help it.
    try set(CURLOPT_NOSIGNAL, 1)
    // An empty proxy overrules http_proxy and its like in the environment.
    try set(CURLOPT_PROXY, "")
    try set(CURLOPT_FOLLOWLOCATION, 0)
    try set(CURLOPT_FRESH_CONNECT, 1)
    try set(CURLOPT_FORBID_REUSE, 1)
    try setTLS(request.tls)
    if let path = request.unixSocketPath {
      if path.hasPrefix("@") {
        try set(CURLOPT_ABSTRACT_UNIX_SOCKET, String(path.dropFirst()))
      } else {
        try set(CURLOPT_UNIX_SOCKET_PATH, path)
      }
    }
    if !addresses.isEmpty {
      let list = addresses.map { $0.isIPv6 ? "[\($0.host)]" : $0.host }.joined(separator: ",")
      try set(CURLOPT_RESOLVE, ["\(origin.host):\(origin.port):\(list)"])
    }
  }

  private func set(_ option: CURLoption, _ value: Int) throws(HTTPError) {
    try check(unsafe ccurl_easy_setopt_long(client.library.easySetopt, easy, option, value))
  }

  private func set(_ option: CURLoption, _ value: String) throws(HTTPError) {
    try check(unsafe ccurl_easy_setopt_string(client.library.easySetopt, easy, option, value))
  }

  private func set(_ option: CURLoption, _ lines: [String]) throws(HTTPError) {
    guard !lines.isEmpty else { return }
    let list = try LineList(lines, library: client.library)
    lists.append(list)
    try check(unsafe ccurl_easy_setopt_pointer(client.library.easySetopt, easy, option, list.first))
  }

  private func check(_ code: CURLcode) throws(HTTPError) {
    guard code != CURLE_OK else { return }
    throw HTTPError(
      code == CURLE_OUT_OF_MEMORY ? .outOfResources : .invalidRequest,
      "libcurl refused a setting: \(client.library.text(of: code))")
  }

  /// Rounded up, because 0 would mean no limit.
  private static func milliseconds(_ duration: Duration) -> Int {
    max(1, Int(min((duration.microseconds + 999) / 1000, UInt64(Int32.max))))
  }

  /// The handle's address, by which the client finds this object.
  var id: Int { unsafe Int(bitPattern: easy) }

  // MARK: The end

  func wait(_ continuation: CheckedContinuation<Void, Never>) {
    if result == nil { waiter = continuation } else { continuation.resume() }
  }

  func takeAnswer() throws(HTTPError) -> Answer {
    guard let result else { throw HTTPError(.cancelled, "the request has not ended") }
    return try result.get()
  }

  /// Notes the result and wakes the task that waits; the client has taken the handle out already.
  func end(_ result: Result<CURLcode, HTTPError>) {
    switch result {
    case .failure(let error): self.result = .failure(error)
    case .success(CURLE_OK): self.result = checkedAnswer()
    // Our own refusal of more body: all that was asked for is there.
    case .success(CURLE_WRITE_ERROR) where isBodyTruncated: self.result = checkedAnswer()
    case .success(let code): self.result = .failure(error(for: code))
    }
    waiter?.resume()
    waiter = nil
  }

  private func checkedAnswer() -> Result<Answer, HTTPError> {
    guard needsHTTP2 else { return .success(answer()) }
    var version = 0
    unsafe ccurl_easy_getinfo_long(client.library.easyGetinfo, easy, CURLINFO_HTTP_VERSION, &version)
    guard version == CURL_HTTP_VERSION_2_0 else {
      return .failure(HTTPError(.protocolViolation, "the server does not speak HTTP/2"))
    }
    return .success(answer())
  }

  private func answer() -> Answer {
    var answer = Answer(headers: head.headers, body: body, isBodyTruncated: isBodyTruncated)
    let getinfo = unsafe client.library.easyGetinfo
    var text: UnsafePointer<CChar>?
    unsafe ccurl_easy_getinfo_long(getinfo, easy, CURLINFO_RESPONSE_CODE, &answer.status)
    unsafe ccurl_easy_getinfo_string(getinfo, easy, CURLINFO_EFFECTIVE_URL, &text)
    answer.url = unsafe text.map { unsafe String(cString: $0) } ?? ""
    guard Self.redirects.contains(answer.status) else { return answer }
    unsafe text = nil
    unsafe ccurl_easy_getinfo_string(getinfo, easy, CURLINFO_REDIRECT_URL, &text)
    answer.redirect = unsafe text.map { unsafe String(cString: $0) }
    return answer
  }

  private func error(for code: CURLcode) -> HTTPError {
    // libcurl calls a single line beyond its own limit out of memory, as soon as the request has been sent.
    var sent = 0
    unsafe ccurl_easy_getinfo_long(client.library.easyGetinfo, easy, CURLINFO_REQUEST_SIZE, &sent)
    if isHeadTooLarge || code == CURLE_OUT_OF_MEMORY && sent > 0 {
      let limit = HTTPRequest.headLimit / 1024
      return HTTPError(.headTooLarge, "the response's head is larger than \(limit) KiB")
    }
    var number = 0
    unsafe ccurl_easy_getinfo_long(client.library.easyGetinfo, easy, CURLINFO_OS_ERRNO, &number)
    let own = unsafe String(cString: message)
    let text = own.isEmpty ? client.library.text(of: code) : own
    if code == CURLE_COULDNT_CONNECT, socketError != 0 {
      return HTTPError(
        .outOfResources, "\(SystemError(errno: socketError, operation: "socket"))", errno: socketError)
    }
    return HTTPError(HTTPError.Code(code, errno: Int32(number)), text, errno: Int32(number))
  }

  // MARK: What libcurl hands over

  fileprivate func takeBody(_ bytes: UnsafeRawBufferPointer) -> Int {
    let room = bodyLimit - body.count
    unsafe body.append(contentsOf: bytes.prefix(room))
    isBodyTruncated = bytes.count > room
    // Any number but the whole ends the transfer.
    return isBodyTruncated ? -1 : bytes.count
  }

  fileprivate func takeHead(_ line: UnsafeRawBufferPointer) -> Int {
    isHeadTooLarge = unsafe !head.append(line)
    return isHeadTooLarge ? -1 : line.count
  }

  fileprivate func open(family: Int32, type: Int32, protocol: Int32) -> Int32 {
    let flags = Int32(SOCK_CLOEXEC.rawValue | SOCK_NONBLOCK.rawValue)
    let descriptor = socket(family, type | flags, `protocol`)
    // A family that the kernel lacks is no shortage: another address may do.
    if descriptor < 0, errno != EAFNOSUPPORT { socketError = errno }
    return descriptor
  }
}

/// Lines as libcurl's linked list; an option uses it as long as the handle lives.
@LoopActor @safe
private final class LineList {
  private(set) var first: UnsafeMutablePointer<curl_slist>?
  private let library: CurlLibrary

  init(_ lines: [String], library: CurlLibrary) throws(HTTPError) {
    self.library = library
    for line in lines {
      guard let longer = unsafe ccurl_slist_append(library.listAppend, first, line) else {
        throw HTTPError(.outOfResources, "no memory left for a request")
      }
      unsafe first = longer
    }
  }

  isolated deinit { unsafe ccurl_slist_free_all(library.listFree, first) }
}

// MARK: Callbacks

// The userdata is the transfer, which its client keeps as long as libcurl knows the handle.

private let bodyArrived: curl_write_callback = { bytes, _, count, userdata in
  guard let userdata = unsafe userdata else { return 0 }
  let transfer = unsafe Unmanaged<HTTPTransfer>.fromOpaque(userdata).takeUnretainedValue()
  nonisolated(unsafe) let chunk = unsafe UnsafeRawBufferPointer(start: bytes, count: count)
  return LoopActor.assumeIsolated { unsafe transfer.takeBody(chunk) }
}

private let headArrived: curl_write_callback = { bytes, size, count, userdata in
  guard let userdata = unsafe userdata else { return 0 }
  let transfer = unsafe Unmanaged<HTTPTransfer>.fromOpaque(userdata).takeUnretainedValue()
  nonisolated(unsafe) let line = unsafe UnsafeRawBufferPointer(start: bytes, count: size * count)
  return LoopActor.assumeIsolated { unsafe transfer.takeHead(line) }
}

// libcurl's own sockets would be inherited by children: close-on-exec came to it late.
private let openSocket: curl_opensocket_callback = { userdata, _, address in
  guard let userdata = unsafe userdata, let address = unsafe address else { return CURL_SOCKET_BAD }
  let transfer = unsafe Unmanaged<HTTPTransfer>.fromOpaque(userdata).takeUnretainedValue()
  let (family, type, number) = unsafe (
    address.pointee.family, address.pointee.socktype, address.pointee.protocol
  )
  return LoopActor.assumeIsolated { transfer.open(family: family, type: type, protocol: number) }
}

// The watch has to end before the descriptor's number can come back for another file.
private let closeSocket: curl_closesocket_callback = { userdata, socket in
  guard let userdata = unsafe userdata else { return close(socket) }
  let client = unsafe Unmanaged<HTTPClient>.fromOpaque(userdata).takeUnretainedValue()
  LoopActor.assumeIsolated { client.forget(socket) }
  return close(socket)
}
