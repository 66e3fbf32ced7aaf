import Glibc
import HTTP
import Supervision
import Systemd
import TestSupport
import Testing

@testable import Probes

@Suite(.onLoop)
struct HTTPCheckTests {
  @LoopActor
  private func ask(
    _ server: LoopbackServer, _ change: (inout HTTPCheck) throws -> Void
  ) async rethrows -> ProbeOutcome {
    var check = HTTPCheck()
    try change(&check)
    let probe = HTTPProbe(url: "http://127.0.0.1:\(server.port)/", userAgent: "upkeep/test", check: check)
    return await probe.attempt(timeout: .seconds(10))
  }

  private func reply(_ status: String, _ body: String = "") -> Script {
    .reply("HTTP/1.1 \(status)\r\nContent-Length: \(body.utf8.count)\r\n\r\n\(body)")
  }

  @Test("only the statuses of the set are healthy, whatever is healthy otherwise")
  @LoopActor func statuses() async throws {
    var policy = Policy()
    policy.targets[.liveness] = [.notify]
    try #require(PolicyKey.named("ProbeStatus")).set("204 503", in: &policy)
    let set = try #require(policy.probes.first?.http.statuses)
    for (status, kind) in [(204, "healthy"), (503, "healthy"), (200, "unhealthy"), (302, "unhealthy")] {
      let server = try LoopbackServer { _ in reply("\(status) Words") }
      #expect(await ask(server) { $0.statuses = set }.kind == kind, "\(status)")
    }
  }

  @Test("a body has to match besides the status")
  @LoopActor func bodies() async throws {
    let server = try LoopbackServer { _ in reply("200 OK", #"{"status": "UP"}"#) }
    #expect(try await ask(server) { $0.body = try TextPattern(#""status": *"UP""#) }.kind == "healthy")
    let other = try await ask(server) { $0.body = try TextPattern("DOWN") }
    #expect(other == .unhealthy("HTTP 200, but the body does not match"))
    let failing = try LoopbackServer { _ in reply("500 No", "UP") }
    #expect(try await ask(failing) { $0.body = try TextPattern("UP") } == .unhealthy("HTTP 500"))
    let empty = try LoopbackServer { _ in reply("200 OK") }
    let head = try await ask(empty) {
      $0.body = try TextPattern("UP")
      $0.method = .head
    }
    #expect(head == .unhealthy("the answer to HEAD has no body to match"))
  }

  @Test("a body without end is looked through up to its limit, and no pattern makes that slow")
  @LoopActor func endless() async throws {
    let server = try LoopbackServer { _ in .endless("HTTP/1.1 200 OK\r\n\r\n", "aaaaaaaaaaaaaaaa") }
    let begin = ContinuousClock.now
    let outcome = try await ask(server) { $0.body = try TextPattern("(a*)*(a|a)*(aa)*b") }
    #expect(outcome == .unhealthy("HTTP 200, but the body's first 10 KiB do not match"))
    #expect(ContinuousClock.now - begin < .seconds(5))
  }

  @Test(
    "each method asks in its own way",
    arguments: [
      (HTTPCheck.Method.get, "GET / HTTP/1.1"), (.head, "HEAD / HTTP/1.1"), (.options, "OPTIONS / HTTP/1.1"),
      (.post, "POST / HTTP/1.1"),
    ])
  @LoopActor func methods(method: HTTPCheck.Method, line: String) async throws {
    let server = try LoopbackServer { _ in reply("200 OK") }
    #expect(await ask(server) { $0.method = method }.kind == "healthy")
    let lines = try #require(server.requests.first).components
    #expect(lines.first == line)
    #expect(lines.contains("Content-Length: 0") == (method == .post))
  }

  @Test("a POST is not repeated where it is redirected")
  @LoopActor func postRedirect() async throws {
    let server = try LoopbackServer { _ in
      .reply("HTTP/1.1 302 Found\r\nLocation: /again\r\nContent-Length: 0\r\n\r\n")
    }
    #expect(await ask(server) { $0.method = .post }.kind == "healthy")
    #expect(server.requests.count == 1)
  }

  @Test("headers and the host are sent as the policy has them")
  @LoopActor func headers() async throws {
    let server = try LoopbackServer { _ in reply("200 OK") }
    let outcome = await ask(server) {
      $0.headers = [.init(name: "X-One", value: "a b"), .init(name: "Accept", value: "text/plain")]
      $0.host = "www.upkeep.test"
    }
    #expect(outcome.kind == "healthy")
    let lines = try #require(server.requests.first).components
    #expect(lines.contains("X-One: a b") && lines.contains("Accept: text/plain"))
    #expect(lines.contains("Host: www.upkeep.test:\(server.port)") && !lines.contains("Accept: */*"))
  }

  @Test("headers never leave for another server")
  @LoopActor func headersStay() async throws {
    let other = try LoopbackServer { _ in reply("200 OK") }
    let server = try LoopbackServer { _ in
      .reply("HTTP/1.1 302 Found\r\nLocation: http://127.0.0.1:\(other.port)/\r\nContent-Length: 0\r\n\r\n")
    }
    let outcome = await ask(server) { $0.headers = [.init(name: "X-Token", value: "x")] }
    #expect(outcome.text.hasPrefix("302 in "))
    #expect(other.requests.isEmpty)
  }

  @Test(
    "HTTP is spoken over a Unix socket", arguments: ["/tmp/upkeep-http-probe", "@upkeep-http-probe"])
  @LoopActor func unixSocket(path: String) async throws {
    let path = "\(path)-\(getpid())"
    defer { _ = unsafe unlink(path) }
    let server = try LoopbackServer(at: .unix(path)) { reply($0 == "/health" ? "200 OK" : "404 Not Found") }
    for (location, check, kind) in [
      ("/health", HTTPCheck(), "healthy"), ("/", HTTPCheck(), "unhealthy"),
    ] {
      let probe = HTTPProbe(
        url: "http://localhost\(location)", socket: path, userAgent: "upkeep/test", check: check)
      #expect(await probe.attempt(timeout: .seconds(10)).kind == kind)
    }
    var named = HTTPCheck()
    named.host = "www.upkeep.test"
    let probe = HTTPProbe(
      url: "http://localhost/health", socket: path, userAgent: "upkeep/test", check: named)
    #expect(await probe.attempt(timeout: .seconds(10)).kind == "healthy")
    #expect(server.requests.map { $0.components.contains("Host: www.upkeep.test") } == [false, false, true])
    server.stop()
    #expect(await probe.attempt(timeout: .seconds(10)).kind == "unhealthy")
  }
}

extension String {
  /// The lines of a request's head.
  fileprivate var components: [String] { split(separator: "\r\n").map(String.init) }
}
