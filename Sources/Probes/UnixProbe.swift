import HTTP
package import Supervision
import Systemd

/// Connects to a Unix stream socket and hangs up; an accepted connection is healthy.
package struct UnixProbe: Probe {
  private let path: String

  /// Makes a probe of the socket at `path`, or of the abstract name behind a leading `@`.
  package init(path: String) { self.path = path }

  /// Asks once. The kernel answers at once: a server too busy to accept is found by its full queue.
  package func attempt(timeout: Duration) async -> ProbeOutcome {
    guard let address = SocketAddress(unixPath: path) else {
      return .unknown(ProbeText.printable("a socket's path has 2 to 107 bytes, this has not: \(path)"))
    }
    let start = ContinuousClock.now
    let result = await ConnectAttempt.run(to: address, timeout: timeout)
    return result.outcome(at: address, timeout: timeout, elapsed: start.duration(to: .now))
  }
}
