import Foundation
import Testing

@Suite("A probe asks in its own way", .onMachine, .serialized, .timeLimit(.minutes(10)))
struct ProbeKindTests {
  /// Makes an authority, a server's and a client's certificate in a folder of the machine.
  private func makeCertificates(in folder: String, on machine: TestMachine) async throws {
    let leaf = "-CA ca.crt -CAkey ca.key -addext basicConstraints=critical,CA:FALSE"
    try await machine.require([
      "sh", "-ec",
      """
      mkdir \(folder)
      cd \(folder)
      make() {
        name=$1
        shift
        openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 2 -subj "/CN=$name" \
          -keyout "$name.key" -out "$name.crt" "$@"
      }
      make ca
      make other
      make server \(leaf) -addext subjectAltName=DNS:www.upkeep.test
      make client \(leaf)
      cat client.crt client.key >client.pem
      """,
    ])
  }

  @Test(
    "as with https: by the policy's authority, under the certificate's name, and with a credential",
    .enabled(if: FileManager.default.isExecutableFile(atPath: "/usr/bin/openssl"), "openssl is not installed")
  )
  func https() async throws {
    let machine = try await TestMachine.quiet()
    let folder = "/run/kind-https.files"
    try await makeCertificates(in: folder, on: machine)
    let server = "openssl s_server -accept 127.0.0.1:18011 -www -Verify 1 -verify_return_error -quiet"
    let service = try await TestService(
      "kind-https", on: machine, steps: nil,
      service: """
        ExecStart=\(TestMachine.runner) -- /bin/sh -c 'read line <GATE; exec \(server) \
        -cert \(folder)/server.crt -key \(folder)/server.key -CAfile \(folder)/ca.crt'
        LoadCredential=probe:\(folder)/client.pem
        """,
      policy: """
        ReadinessProbe=https://127.0.0.1:18011/
        ReadinessProbeStatus=200
        ReadinessProbeBody=Ciphers supported
        ProbeHost=www.upkeep.test
        ProbeCertificateAuthority=\(folder)/ca.crt
        ProbeClientCertificate=probe
        """)
    try await service.startLater()
    let awaited = "starting, waiting for readiness probe https://127.0.0.1:18011/ (connection refused)"
    try await service.waitUntil { $0["StatusText"] == awaited }
    try await service.open()
    try await service.event("ready")
    try await service.waitUntil { $0["ActiveState"] == "active" && $0["StatusText"] == "ready" }

    // Another authority, read anew: what was believed is so no longer, and the service runs on.
    try await machine.require([
      "sed", "-i", "-e", "s|^ProbeCertificateAuthority=.*|ProbeCertificateAuthority=\(folder)/other.crt|",
      "-e", "$ a ProbeIntervalSec=100ms",
      "/etc/systemd/system/\(service.unit)",
    ])
    try await service.signalRunner("HUP")
    let unready = try await service.waitUntil {
      $0["StatusText"]?.hasPrefix("not ready: TLS failed: ") == true
    }
    #expect(unready["ActiveState"] == "active")
    try await service.stop()
  }

  @Test("and a wrong key is told with file, line and column")
  func wrongKey() async throws {
    let machine = try await TestMachine.quiet()
    let service = try await TestService(
      "kind-wrong", on: machine, steps: "", service: "Restart=no",
      policy: "ReadinessProbe=https://127.0.0.1:1/\nProbeStatus=200 2xx")
    try await service.startLater()
    try await service.waitUntil { $0["ActiveState"] == "failed" }
    let text = try await machine.require(["cat", "/etc/systemd/system/\(service.unit)"]).stdout
    let line = try #require(
      text.split(separator: "\n", omittingEmptySubsequences: false).firstIndex {
        $0.hasPrefix("ProbeStatus=")
      })
    _ = try await machine.waitForJournal(
      service.unit, containing: "/\(service.unit):\(line + 1):17: ")
  }
}
