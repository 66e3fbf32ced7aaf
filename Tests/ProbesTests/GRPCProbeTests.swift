import HTTP
import Supervision
import Systemd
import TestSupport
import Testing

@testable import Probes

@Suite("Health messages of gRPC")
struct GRPCHealthTests {
  @Test(
    "a request is what the protocol says",
    arguments: [
      ("", [0, 0, 0, 0, 0]), ("a", [0, 0, 0, 0, 3, 0x0A, 1, 0x61]),
      (
        String(repeating: "s", count: 200),
        [0, 0, 0, 0, 203, 0x0A, 0xC8, 0x01] + [UInt8](repeating: 0x73, count: 200)
      ),
    ] as [(String, [UInt8])])
  func request(service: String, bytes: [UInt8]) {
    #expect(GRPCHealth.request(for: service) == bytes)
  }

  static let answers: [([UInt8], GRPCHealth.ServingStatus?)] = [
    ([0x08, 1], .serving), ([0x08, 2], .notServing), ([0x08, 3], .serviceUnknown), ([0x08, 0], .unknown),
    ([], .unknown), ([0x08, 0x63], .unknown), ([0x08, 2, 0x08, 1], .serving), ([0x08, 0x81, 0x00], .serving),
    ([0x10, 5, 0x08, 1], .serving), ([0x1A, 2, 9, 9, 0x08, 1], .serving),
    ([0x21, 1, 2, 3, 4, 5, 6, 7, 8, 0x08, 1], .serving), ([0x2D, 1, 2, 3, 4, 0x08, 1], .serving),
    ([0x08] + [UInt8](repeating: 0xFF, count: 9) + [1], .unknown),
    // Cut off, too long, of another type, or nothing that the protocol has.
    ([0x08], nil), ([0x08, 0x80], nil), ([0x0A, 1, 1], nil), ([0x0A, 9, 1], nil), ([0x1A, 2, 9], nil),
    ([0x21, 1], nil), ([0x2D, 1], nil), ([0x0B, 0x0C], nil), ([0x0E], nil), ([0x00, 1], nil),
    ([UInt8](repeating: 0xFF, count: 12), nil), ([0x08] + [UInt8](repeating: 0xFF, count: 9) + [2], nil),
    ([0x08] + [UInt8](repeating: 0x80, count: 10) + [0], nil),
    ([0x1A] + [UInt8](repeating: 0xFF, count: 9) + [1], nil),
  ]

  @Test("a response is read as it is meant, and nothing else is taken for one", arguments: answers)
  func response(message: [UInt8], status: GRPCHealth.ServingStatus?) {
    #expect(GRPCHealth.status(in: [0, 0, 0, 0, UInt8(message.count)] + message) == status)
  }

  @Test(
    "a prefix that does not fit its message is refused",
    arguments: [
      [], [0], [0, 0, 0, 0], [1, 0, 0, 0, 2, 8, 1], [0, 0, 0, 0, 1, 8, 1], [0, 0, 0, 0, 3, 8, 1],
      [0, 0xFF, 0xFF, 0xFF, 0xFF, 8, 1], [0, 0, 0, 0, 2, 8, 1, 0],
    ] as [[UInt8]])
  func prefix(answer: [UInt8]) {
    #expect(GRPCHealth.status(in: answer) == nil)
  }

  @Test("no bytes crash the reader", arguments: 0..<50 as Range<UInt64>)
  func random(seed: UInt64) {
    var generator = SeededGenerator(seed: seed)
    for _ in 0..<200 {
      let count = Int.random(in: 0...16, using: &generator)
      let message = (0..<count).map { _ in UInt8.random(in: 0...255, using: &generator) }
      let status = GRPCHealth.status(in: [0, 0, 0, 0, UInt8(count)] + message)
      #expect(status != .serving || message.contains(0x08))
    }
  }
}

@Suite(
  .onLoop,
  .disabled(if: PythonServer.complaint() != nil, Comment(rawValue: PythonServer.complaint() ?? "")))
struct GRPCProbeTests {
  static let verdicts: [(String, ProbeOutcome?)] = [
    ("", nil), ("serving", nil), ("extended", nil), ("not-serving", .unhealthy("NOT_SERVING")),
    ("never-said", .unhealthy("UNKNOWN")), ("service-unknown", .unhealthy("SERVICE_UNKNOWN")),
    ("not-found", .unhealthy("no service \"not-found\" there (NOT_FOUND)")),
    ("unimplemented", .unhealthy("the server has no health service (UNIMPLEMENTED)")),
    ("deadline", .unhealthy("gRPC DEADLINE_EXCEEDED: Deadline Exceeded")),
    ("unavailable", .unhealthy("gRPC UNAVAILABLE: no?[31m way%2")),
    ("strange-status", .unhealthy("gRPC status 77")),
    ("no-number", .unhealthy("the gRPC answer has no status")),
    ("html", .unhealthy("no gRPC answer: its type is \"text/html\"")),
    ("http-404", .unhealthy("no gRPC answer: HTTP 404")),
    ("no-trailers", .unhealthy("the gRPC answer has no status")),
    ("compressed", .unhealthy("the gRPC answer is no HealthCheckResponse")),
    ("garbage", .unhealthy("the gRPC answer is no HealthCheckResponse")),
    ("short", .unhealthy("the gRPC answer is no HealthCheckResponse")),
    ("two", .unhealthy("the gRPC answer is no HealthCheckResponse")),
    ("group", .unhealthy("the gRPC answer is no HealthCheckResponse")),
    ("large", .unhealthy("the gRPC answer is larger than 1024 bytes")),
    ("body-flood", .unhealthy("the gRPC answer is larger than 1024 bytes")),
  ]

  @LoopActor
  private func ask(_ port: UInt16, _ service: String, timeout: Duration = .seconds(10)) async -> ProbeOutcome
  {
    await GRPCProbe(
      GRPCEndpoint(host: "127.0.0.1", port: port, service: service), userAgent: "upkeep/test"
    ).attempt(timeout: timeout)
  }

  @Test("each answer has its verdict in words of its own")
  @LoopActor func verdict() async throws {
    let server = try await HTTP2Server()
    for (service, outcome) in Self.verdicts {
      let found = await ask(try server.port, service)
      if let outcome {
        #expect(found == outcome, "\(service)")
      } else {
        #expect(found.kind == "healthy" && found.text.hasPrefix("SERVING in "), "\(service): \(found)")
      }
    }
  }

  @Test("an answer that does not come or does not end is timed out, whatever is sent meanwhile")
  @LoopActor func floods() async throws {
    let server = try await HTTP2Server()
    for service in ["silence", "drip", "ping-flood", "settings-flood", "head-flood", "interim-flood"] {
      let begin = ContinuousClock.now
      let outcome = await ask(try server.port, service, timeout: .milliseconds(300))
      #expect(outcome.kind == "unhealthy", "\(service): \(outcome)")
      #expect(ContinuousClock.now - begin < .seconds(5), "\(service)")
      if ["silence", "drip"].contains(service) { #expect(outcome == .unhealthy("no answer within 300ms")) }
    }
  }

  @Test("a connection that ends, and what is no HTTP/2, is unhealthy")
  @LoopActor func breaks() async throws {
    let server = try await HTTP2Server()
    for service in ["reset", "goaway", "bad-frame", "close"] {
      let outcome = await ask(try server.port, service)
      #expect(outcome.kind == "unhealthy", "\(service): \(outcome)")
    }
    let old = try LoopbackServer { _ in .reply("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n") }
    #expect(await ask(old.port, "").kind == "unhealthy")
    let mute = try LoopbackServer { _ in .silence }
    let silent = await ask(mute.port, "", timeout: .milliseconds(200))
    #expect(silent == .unhealthy("no answer within 200ms"))
    mute.stop()
    #expect(await ask(mute.port, "") == .unhealthy("connection refused"))
  }

  @Test(
    "with TLS a server is believed as with https, and has to speak HTTP/2",
    .disabled(if: TLSServer.complaint != nil))
  @LoopActor func secure() async throws {
    let server = try await TLSServer()
    var check = HTTPCheck()
    check.certificateAuthority = "\(server.folder)/ca.pem"
    let endpoint = GRPCEndpoint(host: "127.0.0.1", port: try server.port, isSecure: true)
    let outcome = await GRPCProbe(endpoint, userAgent: "upkeep/test", check: check).attempt(
      timeout: .seconds(10))
    #expect(outcome == .unhealthy("no gRPC answer: the server does not speak HTTP/2"))
    let secure = try await HTTP2Server(certificates: server.folder)
    let right = GRPCEndpoint(host: "127.0.0.1", port: try secure.port, service: "serving", isSecure: true)
    let spoken = await GRPCProbe(right, userAgent: "upkeep/test", check: check).attempt(timeout: .seconds(10))
    #expect(spoken.kind == "healthy", "\(spoken)")
    let doubted = await GRPCProbe(endpoint, userAgent: "upkeep/test").attempt(timeout: .seconds(10))
    #expect(doubted.text.hasPrefix("TLS failed: "))
  }
}
