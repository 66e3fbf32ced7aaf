import CCurl
import Glibc
import HTTP
import Supervision
import Systemd
import TestSupport
import Testing

@testable import Probes

extension ProbeOutcome {
  /// The outcome's kind, for tests that do not mind the wording.
  var kind: String {
    switch self {
    case .healthy: "healthy"
    case .unhealthy: "unhealthy"
    case .unknown: "unknown"
    }
  }

  /// The outcome's words.
  var text: String {
    switch self {
    case .healthy(let text), .unhealthy(let text), .unknown(let text): text
    }
  }
}

@Suite(.onLoop)
struct HTTPProbeTests {
  @LoopActor
  private func ask(_ server: LoopbackServer, timeout: Duration = .seconds(10)) async -> ProbeOutcome {
    let probe = HTTPProbe(url: "http://127.0.0.1:\(server.port)/", userAgent: "upkeep/test")
    return await probe.attempt(timeout: timeout)
  }

  @Test(
    "200 to 399 are healthy and everything else is not",
    arguments: [
      (200, "healthy"), (204, "healthy"), (299, "healthy"), (301, "healthy"), (304, "healthy"),
      (399, "healthy"),
      (400, "unhealthy"), (404, "unhealthy"), (500, "unhealthy"), (503, "unhealthy"), (999, "unhealthy"),
    ])
  @LoopActor func status(status: Int, kind: String) async throws {
    let server = try LoopbackServer { _ in .reply("HTTP/1.1 \(status) Words\r\nContent-Length: 0\r\n\r\n") }
    let outcome = await ask(server)
    #expect(outcome.kind == kind)
    #expect(outcome.text.hasPrefix(kind == "healthy" ? "\(status) in " : "HTTP \(status)"))
  }

  @Test(
    "a failure is told in words that a person understands",
    arguments: [
      (Script.silence, "no answer within 50ms"),
      (.hangUp, "connection lost: Empty reply from server"),
      (.reply("garbage\r\n"), "no HTTP response: Received HTTP/0.9 when not allowed"),
      (.endless("HTTP/1.1 200 OK\r\n", "X: y\r\n"), "the response's head is larger than 16 KiB"),
      (.reply("HTTP/1.1 302 F\r\nLocation: /\r\nContent-Length: 0\r\n\r\n"), "more than 10 redirects"),
    ])
  @LoopActor func failure(script: Script, text: String) async throws {
    let server = try LoopbackServer { _ in script }
    let timeout: Duration = script == .silence ? .milliseconds(50) : .seconds(10)
    #expect(await ask(server, timeout: timeout) == .unhealthy(text))
  }

  @Test("a refused connection is unhealthy in two words")
  @LoopActor func refused() async throws {
    let server = try LoopbackServer { _ in .silence }
    server.stop()
    #expect(await ask(server) == .unhealthy("connection refused"))
  }

  @Test("a body without end is healthy")
  @LoopActor func endlessBody() async throws {
    let server = try LoopbackServer { _ in .endless("HTTP/1.1 200 OK\r\n\r\n", "xxxxxxxxxxxxxxxx") }
    #expect(await ask(server).kind == "healthy")
  }

  @Test("a hundred probes at once are all answered")
  @LoopActor func hundred() async throws {
    let server = try LoopbackServer { _ in .reply("HTTP/1.1 204 No Content\r\n\r\n") }
    let tasks = (0..<100).map { _ in EventLoop.main.spawn { await ask(server) } }
    for task in tasks { #expect(await task.value.kind == "healthy") }
    #expect(server.requests.count == 100)
  }

  @Test(
    "what kept a probe from being made is unknown, what the service did is unhealthy",
    arguments: HTTPError.Code.allCases)
  @LoopActor func kinds(code: HTTPError.Code) {
    let outcome = HTTPProbe.outcome(of: HTTPError(code, "detail"), timeout: .seconds(1))
    let mine: Set<HTTPError.Code> = [
      .libraryMissing, .invalidRequest, .tooManyTransfers, .outOfResources, .notPermitted, .unusableFile,
      .resolutionFailed, .cancelled,
    ]
    #expect(outcome.kind == (mine.contains(code) ? "unknown" : "unhealthy"))
  }
}

@Suite(.onLoop)
struct ConnectProbeTests {
  @Test("a listening port is healthy", arguments: ["127.0.0.1", "localhost", "LocalHost"])
  @LoopActor func tcp(host: String) async throws {
    let server = try LoopbackServer { _ in .silence }
    let outcome = await TCPProbe(host: host, port: server.port).attempt(timeout: .seconds(10))
    #expect(outcome.kind == "healthy")
    #expect(outcome.text.hasPrefix("connected in "))
  }

  @Test(
    "a port that listens on IPv6 alone is healthy as ::1 and as localhost", arguments: ["::1", "localhost"])
  @LoopActor func tcp6(host: String) async throws {
    let server = try LoopbackServer(at: .ipv6) { _ in .silence }
    #expect(await TCPProbe(host: host, port: server.port).attempt(timeout: .seconds(10)).kind == "healthy")
  }

  @Test("a closed port is unhealthy", arguments: ["127.0.0.1", "::1", "localhost"])
  @LoopActor func tcpRefused(host: String) async throws {
    let server = try LoopbackServer { _ in .silence }
    server.stop()
    let outcome = await TCPProbe(host: host, port: server.port).attempt(timeout: .seconds(10))
    #expect(outcome == .unhealthy("connection refused"))
  }

  @Test("a port whose queue is full gives no answer in time")
  @LoopActor func tcpTimeout() async throws {
    var port: UInt16 = 0
    let listener = try LoopbackServer.listen(at: .ipv4, port: &port, backlog: 0)
    defer { close(listener) }
    let probe = TCPProbe(host: "127.0.0.1", port: port)
    // The kernel takes one connection more than the backlog says, then drops what comes.
    var outcome = ProbeOutcome.healthy("")
    for _ in 0..<8 where outcome.kind == "healthy" {
      outcome = await probe.attempt(timeout: .milliseconds(100))
    }
    #expect(outcome == .unhealthy("no answer within 100ms"))
  }

  @Test("a name that cannot be looked up is not healthy")
  @LoopActor func unknownHost() async {
    let outcome = await TCPProbe(host: "no-such-host.invalid", port: 1).attempt(timeout: .seconds(20))
    // Without a network the name service cannot even say no.
    #expect(outcome.kind != "healthy")
    #expect(outcome.text.contains("no-such-host.invalid"))
  }

  @Test("the machine's own name is looked up by the helper thread")
  @LoopActor func namedHost() async throws {
    var name = utsname()
    unsafe uname(&name)
    let host = unsafe withUnsafeBytes(of: &name.nodename) {
      unsafe String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self)
    }
    do throws(HTTPError) {
      let addresses = try await NameResolver.shared.addresses(of: host, port: 7, timeout: .seconds(20))
      #expect((1...NameResolver.addressLimit).contains(addresses.count))
    } catch {
      // A machine need not know its own name; the answer has to be one all the same.
      #expect([.noSuchHost, .resolutionFailed].contains(error.code))
    }
  }

  @Test("a cancelled connection attempt is unknown")
  @LoopActor func cancelled() async throws {
    var port: UInt16 = 0
    let listener = try LoopbackServer.listen(at: .ipv4, port: &port, backlog: 0)
    defer { close(listener) }
    let probe = TCPProbe(host: "127.0.0.1", port: port)
    // As above, until one attempt has to wait.
    var last: Task<ProbeOutcome, Never>?
    for _ in 0..<8 { last = EventLoop.main.spawn { await probe.attempt(timeout: .seconds(60)) } }
    for _ in 0..<100 { await Task.yield() }
    last?.cancel()
    #expect(await last?.value == .unknown("the probe was cancelled"))
  }

  @Test("one address that answers badly outweighs those that could not be asked")
  @LoopActor func verdict() {
    #expect(TCPProbe.verdict(of: [.unknown("a"), .unhealthy("b"), .unhealthy("c")]) == .unhealthy("b"))
    #expect(TCPProbe.verdict(of: [.unknown("a"), .unknown("b")]) == .unknown("a"))
    #expect(TCPProbe.verdict(of: []).kind == "unknown")
  }

  @Test("a listening Unix socket is healthy", arguments: ["/tmp/upkeep-probe-test", "@upkeep-probe-test"])
  @LoopActor func unix(path: String) async throws {
    let path = "\(path)-\(getpid())"
    defer { _ = unsafe unlink(path) }
    let server = try LoopbackServer(at: .unix(path)) { _ in .silence }
    #expect(await UnixProbe(path: path).attempt(timeout: .seconds(10)).kind == "healthy")
    server.stop()
    // The path is still there, an abstract name goes with its socket; the kernel refuses both. A child that another
    // test starts at this moment keeps the socket open until it executes its program.
    var outcome = await UnixProbe(path: path).attempt(timeout: .seconds(10))
    for _ in 0..<10_000 where outcome.kind == "healthy" {
      outcome = await UnixProbe(path: path).attempt(timeout: .seconds(10))
    }
    #expect(outcome == .unhealthy("connection refused"))
  }

  @Test("a Unix socket that is not there is unhealthy", arguments: ["/nowhere/socket", "/etc/passwd/socket"])
  @LoopActor func unixMissing(path: String) async {
    #expect(await UnixProbe(path: path).attempt(timeout: .seconds(10)) == .unhealthy("no such socket"))
  }

  @Test("a Unix socket whose queue is full is unhealthy")
  @LoopActor func unixFull() async throws {
    let path = "@upkeep-probe-full-\(getpid())"
    var port: UInt16 = 0
    let listener = try LoopbackServer.listen(at: .unix(path), port: &port, backlog: 0)
    defer { close(listener) }
    var outcome = ProbeOutcome.healthy("")
    for _ in 0..<8 where outcome.kind == "healthy" {
      outcome = await UnixProbe(path: path).attempt(timeout: .seconds(10))
    }
    #expect(outcome == .unhealthy("its queue of connections is full"))
  }

  @Test("a path too long for a socket is unknown")
  @LoopActor func unixTooLong() async {
    let path = "/" + String(repeating: "a", count: 107)
    #expect(await UnixProbe(path: path).attempt(timeout: .seconds(10)).kind == "unknown")
  }

  @Test(
    "a shortage or a lack of rights on this side is unknown",
    arguments: [EMFILE, ENFILE, ENOBUFS, ENOMEM, EACCES, EPERM])
  @LoopActor func shortage(code: Int32) throws {
    let address = try #require(SocketAddress(unixPath: "/run/x"))
    let result = ConnectAttempt.Result.failed(code)
    #expect(result.outcome(at: address, timeout: .seconds(1), elapsed: .zero).kind == "unknown")
  }
}
