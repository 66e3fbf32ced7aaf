import CCurl
import Glibc
package import Systemd

/// HTTP requests on the event loop, by libcurl's multi interface: no thread but the caller's.
///
/// Each request makes its own connection, asks no proxy, keeps no cookie and checks certificates. A numeric host
/// and `localhost` never start a thread; other names go through ``NameResolver`` and its one short-lived thread,
/// because libcurl's own resolver would start a thread a lookup and wait for it when a request is given up.
/// The program has to ignore SIGPIPE: the TLS library may write to a connection that is gone.
@LoopActor @safe
package final class HTTPClient {
  /// How many transfers may be under way at once; each holds a descriptor and buffers.
  package static let transferLimit = 256

  /// How far descriptors are looked through when libcurl starts. The kernel gives out the lowest free number, so
  /// only a program with more files open than this would miss one.
  private static let descriptorScanLimit: Int32 = 256

  private static var sharedClient: HTTPClient?

  /// The client of this process, made on first use; tried again on the next use if libcurl was missing.
  package static func shared() throws(HTTPError) -> HTTPClient {
    if let sharedClient { return sharedClient }
    let client = try HTTPClient(library: CurlLibrary())
    sharedClient = client
    return client
  }

  let library: CurlLibrary
  private let multi: UnsafeMutableRawPointer
  private var sources: [Int32: DescriptorSource] = [:]
  private var timer: TimerSource?
  // By the address of their easy handle, as libcurl names them.
  private var transfers: [Int: HTTPTransfer] = [:]
  // Transfers whose socket the loop could not watch; they end once libcurl has returned.
  private var unwatchable: [Int: SystemError] = [:]

  /// Makes a client on an opened library.
  package init(library: CurlLibrary) throws(HTTPError) {
    self.library = library
    let before = Self.openDescriptors()
    guard let multi = unsafe ccurl_multi_init(library.multiInit) else {
      throw HTTPError(.outOfResources, "libcurl could not start: no memory or descriptor left")
    }
    // Its own wake-up, which older versions leave open for children.
    for descriptor in Self.openDescriptors().subtracting(before) {
      _ = fcntl(descriptor, F_SETFD, FD_CLOEXEC)
    }
    unsafe self.multi = multi
    let userdata = unsafe Unmanaged.passUnretained(self).toOpaque()
    let code = unsafe [
      ccurl_multi_setopt_socket(library.multiSetopt, multi, socketChanged, userdata),
      ccurl_multi_setopt_timer(library.multiSetopt, multi, timerChanged, userdata),
      // No two requests share a connection.
      ccurl_multi_setopt_long(library.multiSetopt, multi, CURLMOPT_PIPELINING, 0),
    ].first { $0 != CURLM_OK }
    if code != nil { throw HTTPError(.outOfResources, "libcurl refused its own options") }
    timer = TimerSource { [unowned self] in act(on: CURL_SOCKET_BAD, events: 0) }
  }

  isolated deinit {
    // A transfer under way keeps its client alive, so there is none here.
    unsafe ccurl_multi_cleanup(library.multiCleanup, multi)
    for source in sources.values { source.cancel() }
    timer?.disarm()
  }

  /// How many transfers are under way.
  package var transferCount: Int { transfers.count }

  /// Sends `request` and suspends until its response, following redirects on the same server only.
  ///
  /// A redirect elsewhere, and one of another method than GET and HEAD, is the response. A body longer than the request's limit is cut off there; that is no
  /// failure. Cancelling the task ends the transfer at once.
  ///
  /// - Parameter request: what to ask.
  /// - Returns: the last response, whatever its status.
  /// - Throws: why there is no response; `timedOut` when the request's time is over.
  package func perform(_ request: HTTPRequest) async throws(HTTPError) -> HTTPResponse {
    try request.validate()
    let start = ContinuousClock.now
    var url = request.url
    var origin = try HTTPOrigin(of: url, library: library)
    let addresses = try await addresses(of: origin, for: request)
    if let name = request.hostName {
      url = try HTTPOrigin.replacingHost(of: url, by: name, library: library)
      origin = try HTTPOrigin(of: url, library: library)
    }
    for _ in 0...HTTPRequest.redirectLimit {
      let left = request.timeout - start.duration(to: .now)
      guard left > .zero else { throw HTTPError(.timedOut, "the time is over") }
      let transfer = try HTTPTransfer(
        request, url: url, origin: origin, addresses: addresses, timeout: left, client: self)
      try await run(transfer)
      let answer = try transfer.takeAnswer()
      if request.method.followsRedirects, let next = answer.redirect,
        (try? HTTPOrigin(of: next, library: library)) == origin
      {
        url = next
        continue
      }
      return HTTPResponse(
        status: answer.status, headers: answer.headers, body: answer.body,
        isBodyTruncated: answer.isBodyTruncated, effectiveURL: answer.url,
        duration: start.duration(to: .now))
    }
    throw HTTPError(.tooManyRedirects, "more than \(HTTPRequest.redirectLimit) redirects")
  }

  /// Where to connect to; empty if libcurl reads the address from the URL.
  private func addresses(
    of origin: HTTPOrigin, for request: HTTPRequest
  ) async throws(HTTPError) -> [SocketAddress] {
    guard request.unixSocketPath == nil else { return [] }
    // libcurl would ask itself too, but the order is ours: most services that listen on one listen on IPv4.
    let host = origin.host.hasPrefix("[") ? String(origin.host.dropFirst().dropLast()) : origin.host
    if let address = SocketAddress(numericHost: host, port: origin.port) {
      return request.hostName == nil ? [] : [address]
    }
    return try await NameResolver.shared.addresses(of: host, port: origin.port, timeout: request.timeout)
  }

  /// What is open below ``descriptorScanLimit``.
  private static func openDescriptors() -> Set<Int32> {
    Set((0..<descriptorScanLimit).filter { fcntl($0, F_GETFD) >= 0 })
  }

  // MARK: Transfers

  private func run(_ transfer: HTTPTransfer) async throws(HTTPError) {
    guard transfers.count < Self.transferLimit else {
      throw HTTPError(.tooManyTransfers, "\(Self.transferLimit) HTTP requests are under way already")
    }
    guard unsafe ccurl_multi_add_handle(library.multiAdd, multi, transfer.easy) == CURLM_OK else {
      throw HTTPError(.outOfResources, "libcurl could not begin the request")
    }
    transfers[transfer.id] = transfer
    await withTaskCancellationHandler {
      await withCheckedContinuation { transfer.wait($0) }
    } onCancel: {
      EventLoop.main.spawn(name: "cancel HTTP request") {
        self.end(transfer.id, .failure(HTTPError(.cancelled, "the request was cancelled")))
      }
    }
  }

  /// Takes a transfer out of libcurl; nothing happens if it has ended.
  private func end(_ id: Int, _ result: Result<CURLcode, HTTPError>) {
    guard let transfer = transfers.removeValue(forKey: id) else { return }
    unwatchable[id] = nil
    unsafe ccurl_multi_remove_handle(library.multiRemove, multi, transfer.easy)
    transfer.end(result)
  }

  /// Lets libcurl work, then ends what it has finished. Never called from one of libcurl's own callbacks.
  private func act(on socket: Int32, events: Int32) {
    unsafe ccurl_multi_socket_action(library.multiSocketAction, multi, socket, events)
    var code = CURLE_OK
    while let easy = unsafe ccurl_multi_next_ended(library.multiInfoRead, multi, &code) {
      end(Int(bitPattern: easy), .success(code))
    }
    for (id, error) in unwatchable {
      end(id, .failure(HTTPError(.outOfResources, "\(error)", errno: error.errno)))
    }
  }

  // MARK: What libcurl asks for

  // Called while libcurl works: these two only note what to do, and never call libcurl.

  fileprivate func watch(_ socket: Int32, for what: Int32, of id: Int) {
    let events: DescriptorEvents
    switch what {
    case CURL_POLL_IN: events = .readable
    case CURL_POLL_OUT: events = .writable
    case CURL_POLL_INOUT: events = [.readable, .writable]
    default:
      forget(socket)
      return
    }
    do throws(SystemError) {
      if let source = sources[socket] {
        try source.watch(for: events)
      } else {
        sources[socket] = try DescriptorSource(socket, for: events) { [unowned self] in
          act(on: socket, events: Self.bits($0))
        }
      }
    } catch {
      unwatchable[id] = error
    }
  }

  fileprivate func setTimer(_ milliseconds: Int) {
    if milliseconds < 0 { timer?.disarm() } else { timer?.arm(after: .milliseconds(milliseconds)) }
  }

  /// Ends the watch on a socket that libcurl is about to close.
  func forget(_ socket: Int32) {
    sources.removeValue(forKey: socket)?.cancel()
  }

  private static func bits(_ events: DescriptorEvents) -> Int32 {
    var bits: Int32 = 0
    if events.contains(.readable) { bits |= CURL_CSELECT_IN }
    if events.contains(.writable) { bits |= CURL_CSELECT_OUT }
    if !events.isDisjoint(with: [.error, .hangUp]) { bits |= CURL_CSELECT_ERR }
    return bits
  }
}

// MARK: Callbacks

// The userdata is the client, which outlives its multi handle.

private let socketChanged: curl_socket_callback = { easy, socket, what, userdata, _ in
  guard let userdata = unsafe userdata else { return 0 }
  let client = unsafe Unmanaged<HTTPClient>.fromOpaque(userdata).takeUnretainedValue()
  let id = Int(bitPattern: easy)
  LoopActor.assumeIsolated { client.watch(socket, for: what, of: id) }
  return 0
}

private let timerChanged: curl_multi_timer_callback = { _, milliseconds, userdata in
  guard let userdata = unsafe userdata else { return 0 }
  let client = unsafe Unmanaged<HTTPClient>.fromOpaque(userdata).takeUnretainedValue()
  LoopActor.assumeIsolated { client.setTimer(milliseconds) }
  return 0
}
