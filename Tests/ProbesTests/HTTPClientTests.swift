import Glibc
import HTTP
import Systemd
import TestSupport
import Testing

@Suite(.onLoop)
struct HTTPClientTests {
  @LoopActor
  private func get(
    _ server: LoopbackServer, _ target: String = "/", host: String = "127.0.0.1",
    timeout: Duration = .seconds(10)
  ) async throws(HTTPError) -> HTTPResponse {
    let request = HTTPRequest(
      url: "http://\(host):\(server.port)\(target)", headers: [.init(name: "X-Empty", value: "")],
      userAgent: "upkeep/test", timeout: timeout)
    return try await HTTPClient.shared().perform(request)
  }

  @Test("a response comes with its status, head and body")
  @LoopActor func response() async throws {
    let server = try LoopbackServer { _ in
      .reply("HTTP/1.1 200 OK\r\nX-One:  first \r\nContent-Length: 5\r\n\r\nhello")
    }
    let response = try await get(server, "/health?deep=1")
    #expect(response.status == 200)
    #expect(response.header("x-one") == "first")
    #expect(response.body == Array("hello".utf8))
    #expect(!response.isBodyTruncated)
    #expect(response.effectiveURL == "http://127.0.0.1:\(server.port)/health?deep=1")
  }

  @Test("the request names its target, host, agent and further lines, and nothing else of ours")
  @LoopActor func requestOnTheWire() async throws {
    let server = try LoopbackServer { _ in .reply("HTTP/1.1 204 No Content\r\n\r\n") }
    _ = try await get(server, "/a", host: "localhost")
    let lines = server.requests[0].split(separator: "\r\n").map(String.init)
    #expect(
      lines == [
        "GET /a HTTP/1.1", "Host: localhost:\(server.port)", "User-Agent: upkeep/test", "Accept: */*",
        "X-Empty:",
      ])
  }

  @Test("an interim response is not the response")
  @LoopActor func interim() async throws {
    let server = try LoopbackServer { _ in
      .reply("HTTP/1.1 103 Early Hints\r\nX-A: 1\r\n\r\nHTTP/1.1 204 No Content\r\nX-B: 2\r\n\r\n")
    }
    let response = try await get(server)
    #expect(response.status == 204)
    #expect(response.headers.map(\.name) == ["X-B"])
  }

  @Test("a redirect on the same server is followed")
  @LoopActor func redirectHere() async throws {
    let server = try LoopbackServer { target in
      target == "/new"
        ? .reply("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")
        : .reply("HTTP/1.1 301 Moved\r\nLocation: /new\r\nContent-Length: 0\r\n\r\n")
    }
    let response = try await get(server, "/old")
    #expect(response.status == 200)
    #expect(response.effectiveURL == "http://127.0.0.1:\(server.port)/new")
  }

  @Test(
    "a redirect to another scheme, host or port is the response",
    arguments: [
      "http://localhost:PORT/", "https://127.0.0.1:PORT/", "http://127.0.0.1/", "file:///etc/passwd",
    ])
  @LoopActor func redirectElsewhere(location: String) async throws {
    let server = try LoopbackServer { _ in
      .reply("HTTP/1.1 302 Found\r\nLocation: \(location)\r\nContent-Length: 0\r\n\r\n")
    }
    #expect(try await get(server).status == 302)
    #expect(server.requests.count == 1)
  }

  @Test("redirects without end are refused after the limit")
  @LoopActor func redirectLoop() async throws {
    let server = try LoopbackServer { _ in
      .reply("HTTP/1.1 307 Again\r\nLocation: /again\r\nContent-Length: 0\r\n\r\n")
    }
    let error = await #expect(throws: HTTPError.self) { try await get(server) }
    #expect(error?.code == .tooManyRedirects)
    #expect(server.requests.count == HTTPRequest.redirectLimit + 1)
  }

  @Test("a body is read up to its limit, which is no failure")
  @LoopActor func bodyLimit() async throws {
    let server = try LoopbackServer { _ in
      .endless("HTTP/1.1 200 OK\r\n\r\n", String(repeating: "x", count: 5000))
    }
    let response = try await get(server)
    #expect(response.status == 200)
    #expect(response.isBodyTruncated)
    #expect(response.body.count == HTTPRequest.defaultBodyLimit)
  }

  @Test("a head without end is refused at its limit")
  @LoopActor func headLimit() async throws {
    let server = try LoopbackServer { _ in .endless("HTTP/1.1 200 OK\r\n", "X-Filler: nothing to say\r\n") }
    let error = await #expect(throws: HTTPError.self) { try await get(server) }
    #expect(error?.code == .headTooLarge)
  }

  @Test("a header line without end is refused at its limit")
  @LoopActor func lineLimit() async throws {
    let server = try LoopbackServer { _ in .endless("HTTP/1.1 200 OK\r\nX: ", "aaaaaaaaaaaaaaaaaaaaaaaaaaaa")
    }
    let error = await #expect(throws: HTTPError.self) { try await get(server) }
    #expect(error?.code == .headTooLarge)
  }

  @Test(
    "an answer that does not come or does not end is timed out",
    arguments: [
      Script.silence, .drip("HTTP/1.1 200 OK\r\nX-A: "),
      .drip("HTTP/1.1 200 OK\r\nContent-Length: 9000\r\n\r\n"),
    ])
  @LoopActor func timeout(script: Script) async throws {
    let server = try LoopbackServer { _ in script }
    let start = ContinuousClock.now
    let error = await #expect(throws: HTTPError.self) { try await get(server, timeout: .milliseconds(100)) }
    #expect(error?.code == .timedOut)
    #expect(start.duration(to: .now) >= .milliseconds(100))
  }

  @Test(
    "what is no HTTP response is told apart from a lost connection",
    arguments: [
      (Script.reply("SSH-2.0-OpenSSH_9.2\r\n"), HTTPError.Code.protocolViolation),
      (.reply("\u{0}\u{1}\u{2}garbage"), .protocolViolation),
      (.reply(""), .connectionLost),
      (.hangUp, .connectionLost),
      (.reply("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf"), .connectionLost),
    ])
  @LoopActor func broken(script: Script, code: HTTPError.Code) async throws {
    let server = try LoopbackServer { _ in script }
    let error = await #expect(throws: HTTPError.self) { try await get(server) }
    #expect(error?.code == code, "\(String(describing: error))")
  }

  @Test("a closed port refuses the connection", arguments: ["127.0.0.1", "[::1]", "localhost"])
  @LoopActor func refused(host: String) async throws {
    let server = try LoopbackServer { _ in .silence }
    server.stop()
    let error = await #expect(throws: HTTPError.self) { try await get(server, host: host) }
    #expect(error?.code == .couldNotConnect)
    #expect(error?.errno == ECONNREFUSED)
  }

  @Test("IPv6 is reached by its address and as localhost", arguments: ["[::1]", "localhost", "LOCALHOST"])
  @LoopActor func ipv6(host: String) async throws {
    let server = try LoopbackServer(at: .ipv6) { _ in .reply("HTTP/1.1 204 No Content\r\n\r\n") }
    #expect(try await get(server, host: host).status == 204)
  }

  @Test(
    "a Unix socket is asked instead of the host", arguments: ["@upkeep-http-test", "/tmp/upkeep-http-test"])
  @LoopActor func unixSocket(path: String) async throws {
    let path = "\(path)-\(getpid())"
    defer { _ = unsafe unlink(path) }
    let server = try LoopbackServer(at: .unix(path)) { _ in .reply("HTTP/1.1 204 No Content\r\n\r\n") }
    let request = HTTPRequest(
      .head, url: "http://whatever.invalid/", userAgent: "upkeep/test", timeout: .seconds(10),
      unixSocketPath: path)
    #expect(try await HTTPClient.shared().perform(request).status == 204)
    #expect(server.requests.first?.hasPrefix("HEAD / HTTP/1.1\r\nHost: whatever.invalid\r\n") == true)
  }

  @Test(
    "a request that cannot be sent as written is refused",
    arguments: [
      HTTPRequest(url: "ftp://127.0.0.1/", userAgent: "a", timeout: .seconds(1)),
      HTTPRequest(url: "127.0.0.1", userAgent: "a", timeout: .seconds(1)),
      HTTPRequest(url: "http://", userAgent: "a", timeout: .seconds(1)),
      HTTPRequest(url: "http://127.0.0.1:0/", userAgent: "a", timeout: .seconds(1)),
      HTTPRequest(url: "http://127.0.0.1/a b", userAgent: "a", timeout: .seconds(1)),
      HTTPRequest(url: "http://\u{e4}.example/", userAgent: "a", timeout: .seconds(1)),
      HTTPRequest(url: "http://127.0.0.1/", userAgent: "a\r\nX: y", timeout: .seconds(1)),
      HTTPRequest(
        url: "http://127.0.0.1/", headers: [.init(name: "X", value: "1\r\nY: 2")], userAgent: "a",
        timeout: .seconds(1)),
      HTTPRequest(
        url: "http://127.0.0.1/", headers: [.init(name: "X: y", value: "")], userAgent: "a",
        timeout: .seconds(1)),
      HTTPRequest(
        url: "http://127.0.0.1/", userAgent: "a", timeout: .seconds(1),
        unixSocketPath: String(repeating: "a", count: 108)),
    ])
  @LoopActor func invalid(request: HTTPRequest) async throws {
    let error = await #expect(throws: HTTPError.self) { try await HTTPClient.shared().perform(request) }
    #expect(error?.code == .invalidRequest, "\(String(describing: error))")
  }

  @Test("a missing library is named with the package to install")
  @LoopActor func missingLibrary() {
    let error = #expect(throws: HTTPError.self) { try CurlLibrary(names: ["libcurl-that-is-not-there.so.4"]) }
    #expect(error?.code == .libraryMissing)
    #expect(error?.detail.contains("install libcurl4") == true)
  }

  @Test("a library without libcurl's functions is refused")
  @LoopActor func wrongLibrary() {
    let error = #expect(throws: HTTPError.self) { try CurlLibrary(names: ["libc.so.6"]) }
    #expect(error?.code == .libraryMissing)
  }

  @Test("one transfer more than allowed is refused, and those under way go on")
  @LoopActor func transferLimit() async throws {
    let client = try HTTPClient(library: CurlLibrary())
    let server = try LoopbackServer { _ in .silence }
    let request = HTTPRequest(
      url: "http://127.0.0.1:\(server.port)/", userAgent: "upkeep/test", timeout: .seconds(30))
    let tasks = (0..<HTTPClient.transferLimit).map { _ in
      EventLoop.main.spawn {
        do throws(HTTPError) { return try await client.perform(request).status } catch { return -1 }
      }
    }
    while client.transferCount < HTTPClient.transferLimit { await Task.yield() }
    let error = await #expect(throws: HTTPError.self) { try await client.perform(request) }
    #expect(error?.code == .tooManyTransfers)
    #expect(client.transferCount == HTTPClient.transferLimit)
    for task in tasks { task.cancel() }
    for task in tasks { #expect(await task.value == -1) }
    #expect(client.transferCount == 0)
  }

  @Test("a cancelled request ends at once and closes its connection")
  @LoopActor func cancellation() async throws {
    let server = try LoopbackServer { _ in .silence }
    let task = EventLoop.main.spawn {
      do throws(HTTPError) {
        _ = try await get(server, timeout: .seconds(60))
        return nil as HTTPError?
      } catch { return error }
    }
    while server.requests.isEmpty { await Task.yield() }
    task.cancel()
    #expect(await task.value?.code == .cancelled)
    while server.openConnections > 0 { await Task.yield() }
  }

  @Test("a request of a task that is cancelled already ends as cancelled")
  @LoopActor func cancelledBefore() async throws {
    let server = try LoopbackServer { _ in .silence }
    let task = EventLoop.main.spawn {
      do throws(HTTPError) {
        _ = try await get(server, timeout: .seconds(60))
        return nil as HTTPError?
      } catch { return error }
    }
    // Nothing runs on the loop before this function suspends.
    task.cancel()
    #expect(await task.value?.code == .cancelled)
    #expect(server.requests.isEmpty)
  }
}
