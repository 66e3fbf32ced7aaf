import Glibc
import Processes
import Supervision
import Systemd
import Testing

@testable import Probes

/// What probes cost the process that makes them. Other suites open descriptors and start threads meanwhile, so the
/// measurements run in processes of their own.
@Suite
struct FootprintTests {
  @Test("probes of numeric hosts, localhost and Unix sockets start no thread and leave no descriptor open")
  func footprint() async {
    let result = await #expect(processExitsWith: .success, observing: [\.standardOutputContent]) {
      await onFreshLoop { try await Footprint.measure(rounds: 100) }
    }
    expectFine(result)
  }

  @Test("a host name is looked up on one thread, which ends with the last lookup")
  func resolver() async {
    let result = await #expect(processExitsWith: .success, observing: [\.standardOutputContent]) {
      await onFreshLoop { try await Footprint.resolve() }
    }
    expectFine(result)
  }

  @Test("without a descriptor left a probe is unknown, and the next one is made again")
  func noDescriptors() async {
    let result = await #expect(processExitsWith: .success, observing: [\.standardOutputContent]) {
      await onFreshLoop { try await Footprint.exhaust() }
    }
    expectFine(result)
  }
}

@LoopActor
private enum Footprint {
  static func require(_ condition: Bool, _ text: @autoclosure () -> String) throws {
    guard condition else { throw Unexpected(description: text()) }
  }

  static func measure(rounds: Int) async throws {
    let path = "@upkeep-footprint-\(getpid())"
    let server = try LoopbackServer { $0 == "/slow" ? .silence : .reply("HTTP/1.1 204 No Content\r\n\r\n") }
    let local = try LoopbackServer(at: .unix(path)) { _ in .silence }
    let base = "http://127.0.0.1:\(server.port)"
    let probes: [any Probe] = [
      HTTPProbe(url: "\(base)/", userAgent: "upkeep/test"),
      HTTPProbe(url: "http://localhost:\(server.port)/", userAgent: "upkeep/test"),
      HTTPProbe(url: "\(base)/slow", userAgent: "upkeep/test"),
      TCPProbe(host: "localhost", port: server.port),
      UnixProbe(path: path),
    ]
    func round() async {
      for probe in probes { _ = await probe.attempt(timeout: .milliseconds(20)) }
    }
    let threads = Census.threads()
    let inheritable = Set(Census.inheritable())
    // The first round opens libcurl with what it keeps open for ever.
    await round()
    while server.openConnections + local.openConnections > 0 { await Task.yield() }
    let descriptors = Census.descriptors()
    for _ in 1...rounds {
      await round()
      try require(
        Census.threads() <= threads, "\(Census.threads()) threads, \(threads) before")
    }
    while server.openConnections + local.openConnections > 0 { await Task.yield() }
    try require(
      Census.descriptors() == descriptors, "\(Census.descriptors()) descriptors, \(descriptors) before")
    let new = Census.inheritable().filter { !inheritable.contains($0) }
    try require(new.isEmpty, "children would inherit \(new)")
  }

  static func resolve() async throws {
    let threads = Census.threads()
    var left = 8
    var most = threads
    for index in 0..<left {
      EventLoop.main.spawn {
        let probe = TCPProbe(host: "no-such-host-\(index).invalid", port: 1)
        if await probe.attempt(timeout: .seconds(30)).kind != "healthy" { left -= 1 }
      }
    }
    while left > 0 {
      most = max(most, Census.threads())
      await Task.yield()
    }
    try require(most <= threads + 1, "\(most) threads, \(threads) before")
    while Census.threads() > threads { await Task.yield() }
  }

  static func exhaust() async throws {
    let server = try LoopbackServer { _ in .reply("HTTP/1.1 204 No Content\r\n\r\n") }
    let http = HTTPProbe(url: "http://127.0.0.1:\(server.port)/", userAgent: "upkeep/test")
    let tcp = TCPProbe(host: "127.0.0.1", port: server.port)
    try require(await http.attempt(timeout: .seconds(10)).kind == "healthy", "not healthy before")
    var taken: [Int32] = []
    var limit = rlimit()
    unsafe getrlimit(__rlimit_resource_t(7), &limit)
    limit.rlim_cur = 64
    unsafe setrlimit(__rlimit_resource_t(7), &limit)
    while true {
      let copy = dup(0)
      guard copy >= 0 else { break }
      taken.append(copy)
    }
    let starved = [await http.attempt(timeout: .seconds(10)), await tcp.attempt(timeout: .seconds(10))]
    for descriptor in taken { close(descriptor) }
    for outcome in starved { try require(outcome.kind == "unknown", "\(outcome)") }
    try require(await http.attempt(timeout: .seconds(10)).kind == "healthy", "not healthy afterwards")
  }
}
