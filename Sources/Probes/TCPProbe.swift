import HTTP
package import Supervision
import Systemd

/// Connects to a TCP port and hangs up; an accepted connection is healthy.
///
/// A numeric address and `localhost` (127.0.0.1, then ::1) are connected to directly. Any other name is looked up
/// each time by ``NameResolver``, on its one helper thread, and its addresses are tried one after another.
package struct TCPProbe: Probe {
  private let host: String
  private let port: UInt16

  /// Makes a probe of `port` on `host`, a name, an IPv4 or a bare IPv6 address.
  package init(host: String, port: UInt16) {
    self.host = host
    self.port = port
  }

  /// Asks once.
  package func attempt(timeout: Duration) async -> ProbeOutcome {
    let start = ContinuousClock.now
    let addresses: [SocketAddress]
    do throws(HTTPError) {
      addresses = try await NameResolver.shared.addresses(of: host, port: port, timeout: timeout)
    } catch {
      return HTTPProbe.outcome(of: error, timeout: timeout)
    }
    var outcomes: [ProbeOutcome] = []
    for (index, address) in addresses.enumerated() {
      // An address that never answers must not take the others' time.
      let left = timeout - start.duration(to: .now)
      let result = await ConnectAttempt.run(to: address, timeout: left / (addresses.count - index))
      let elapsed = start.duration(to: .now)
      let outcome = result.outcome(at: address, timeout: timeout, elapsed: elapsed)
      if case .healthy = outcome { return outcome }
      if result == .cancelled { return outcome }
      outcomes.append(outcome)
    }
    return Self.verdict(of: outcomes)
  }

  /// One address that answered badly tells more than any number that could not be asked.
  static func verdict(of outcomes: [ProbeOutcome]) -> ProbeOutcome {
    let telling = outcomes.first { if case .unhealthy = $0 { true } else { false } }
    return telling ?? outcomes.first ?? .unknown("no address to connect to")
  }
}
