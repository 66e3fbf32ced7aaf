import Glibc
import HTTP
import Supervision
import Systemd
import TestSupport
import Testing

@testable import Probes

@Suite(
  .onLoop,
  .disabled(if: TLSServer.complaint != nil, Comment(rawValue: TLSServer.complaint ?? "")))
struct TLSProbeTests {
  @LoopActor
  private func ask(
    _ url: String, timeout: Duration = .seconds(10), credentials: String? = nil,
    _ change: (inout HTTPCheck) -> Void
  ) async -> ProbeOutcome {
    var check = HTTPCheck()
    change(&check)
    let probe = HTTPProbe(url: url, userAgent: "upkeep/test", check: check, credentials: credentials)
    return await probe.attempt(timeout: timeout)
  }

  @Test("a certificate is believed if the policy's own authority has signed it, and not otherwise")
  @LoopActor func authorities() async throws {
    let server = try await TLSServer()
    let url = try "https://127.0.0.1:\(server.port)/"
    #expect(await ask(url) { $0.certificateAuthority = "\(server.folder)/ca.pem" }.kind == "healthy")
    #expect(await ask(url) { _ in }.text.hasPrefix("TLS failed: "))
    #expect(
      await ask(url) { $0.certificateAuthority = "\(server.folder)/other.pem" }.text.hasPrefix("TLS failed: ")
    )
    // One answer was believed; that says nothing about the next.
    #expect(await ask(url) { $0.isInsecure = true }.kind == "healthy")
    #expect(await ask(url) { _ in }.text.hasPrefix("TLS failed: "))
  }

  @Test("a certificate for another host is refused, and taken when that host is asked for")
  @LoopActor func hostNames() async throws {
    let server = try await TLSServer()
    let (port, authority) = (try server.port, "\(server.folder)/ca.pem")
    let wrong = await ask("https://localhost:\(port)/") { $0.certificateAuthority = authority }
    #expect(wrong.kind == "unhealthy" && wrong.text.hasPrefix("TLS failed: "))
    for host in ["localhost", "127.0.0.1"] {
      let right = await ask("https://\(host):\(port)/") {
        $0.certificateAuthority = authority
        $0.host = "www.upkeep.test"
        $0.body = try? TextPattern("^name=www\\.upkeep\\.test Host: www\\.upkeep\\.test:\(port)$")
      }
      #expect(right.kind == "healthy", "\(right)")
    }
    let other = await ask("https://127.0.0.1:\(port)/") {
      $0.certificateAuthority = authority
      $0.host = "mail.upkeep.test"
    }
    #expect(other.text.hasPrefix("TLS failed: "))
  }

  @Test("a server that wants a certificate gets the credential")
  @LoopActor func clientCertificate() async throws {
    let server = try await TLSServer()
    let url = try "https://127.0.0.1:\(server.mutualPort)/"
    func ask(_ certificate: String?, key: String? = nil, in folder: String? = nil) async -> ProbeOutcome {
      await self.ask(url, credentials: folder ?? server.folder) {
        $0.certificateAuthority = "\(server.folder)/ca.pem"
        $0.clientCertificate = certificate
        $0.clientKey = key
      }
    }
    #expect(await ask("client.pem").kind == "healthy")
    #expect(await ask("client.crt", key: "client.key").kind == "healthy")
    #expect(await ask(nil).kind == "unhealthy")
    #expect(await ask("stranger.pem").kind == "unhealthy")
    // This side's own fault, and nothing that a person would be asked for on a terminal.
    #expect(await ask("client.crt", key: "locked.key").kind == "unknown")
    #expect(await ask("client.crt").kind == "unknown")
    #expect(
      await ask("absent.pem")
        == .unknown("cannot read \(server.folder)/absent.pem: No such file or directory"))
    let none = await self.ask(url) { $0.clientCertificate = "probe" }
    #expect(
      none == .unknown("there is no credential probe: add LoadCredential=probe:/PATH to [Service]"))
  }

  @Test("a file of authorities that is no file is refused at once")
  @LoopActor func strangeFiles() async throws {
    let fifo = "/tmp/upkeep-tls-fifo-\(getpid())"
    try checkErrno(unsafe mkfifo(fifo, 0o600), "mkfifo")
    defer { _ = unsafe unlink(fifo) }
    for path in [fifo, "/dev/zero", "/dev/null", "/tmp"] {
      let outcome = await ask("https://127.0.0.1:1/") { $0.certificateAuthority = path }
      #expect(outcome.kind == "unknown" && outcome.text.contains(path), "\(outcome)")
    }
    let text = await ask("https://127.0.0.1:1/") { $0.certificateAuthority = "/absent" }
    #expect(text == .unknown("cannot read /absent: No such file or directory"))
  }

  @Test("a handshake that does not come, does not end or is none keeps nobody waiting")
  @LoopActor func handshakes() async throws {
    let server = try await TLSServer()
    for port in [try server.silentPort, try server.drippingPort] {
      let begin = ContinuousClock.now
      let outcome = await ask("https://127.0.0.1:\(port)/", timeout: .milliseconds(300)) { _ in }
      #expect(outcome == .unhealthy("no answer within 300ms"))
      #expect(ContinuousClock.now - begin < .seconds(5))
    }
    let plain = try await ask("https://127.0.0.1:\(server.plainPort)/") { $0.isInsecure = true }
    #expect(plain.text.hasPrefix("TLS failed: "), "\(plain)")
  }
}
