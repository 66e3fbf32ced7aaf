import Glibc
import Supervision
import Systemd
import TestSupport
import Testing

@testable import Probes

@Suite(
  .onLoop,
  .disabled(if: DBusServer.complaint != nil, Comment(rawValue: DBusServer.complaint ?? "")))
struct DBusProbeTests {
  static let driver = BusObject(
    "org.freedesktop.DBus", "/org/freedesktop/DBus", "org.freedesktop.DBus")

  @LoopActor
  private func ask(
    _ name: String, _ address: String, timeout: Duration = .seconds(10)
  ) async -> ProbeOutcome {
    await DBusProbe(name: name, bus: .address(address)).attempt(timeout: timeout)
  }

  @Test("a name is healthy as long as somebody owns it who answers")
  @LoopActor func owner() async throws {
    let server = try await DBusServer()
    let name = "org.upkeep.Owned"
    #expect(await ask(name, server.address) == .unhealthy("nobody owns \(name)"))
    // libsystemd answers Ping for every connection.
    let owner = try Bus.connect(to: server.address)
    let code: UInt32 = try await owner.call(Self.driver, "RequestName", name, UInt32(4))
    #expect(code == 1)
    let outcome = await ask(name, server.address)
    #expect(outcome.kind == "healthy" && outcome.text.hasPrefix("answered in "), "\(outcome)")
    owner.close()
    #expect(await ask(name, server.address) == .unhealthy("nobody owns \(name)"))
  }

  @Test("an owner that hangs gives no answer in time, and one that leaves has left")
  @LoopActor func hung() async throws {
    let server = try await DBusServer()
    let begin = ContinuousClock.now
    let hung = await ask("org.upkeep.Hung", server.address, timeout: .seconds(2))
    #expect(hung == .unhealthy("no answer within 2s"))
    #expect(ContinuousClock.now - begin < .seconds(30))
    #expect(
      await ask("org.upkeep.Short", server.address)
        == .unhealthy("the owner of org.upkeep.Short has left the bus"))
    #expect(await ask("org.upkeep.Odd", server.address) == .healthy("answered, but has no Ping"))
  }

  @Test("a bus that is not there or does not answer says nothing about the service")
  @LoopActor func noBus() async throws {
    #expect(await ask("a.b", "unix:path=/run/upkeep-no-such-bus").kind == "unknown")
    let mute = try LoopbackServer(at: .unix("@upkeep-mute-bus-\(getpid())")) { _ in .silence }
    defer { mute.stop() }
    let outcome = await ask("a.b", "unix:abstract=upkeep-mute-bus-\(getpid())", timeout: .milliseconds(200))
    #expect(outcome.kind == "unknown" && outcome.text.hasPrefix("the bus cannot be asked: "), "\(outcome)")
  }

  @Test("nothing is started by being asked")
  @LoopActor func noActivation() async throws {
    let server = try await DBusServer()
    // On the session bus's own configuration this name is one that can be started, where it is installed.
    let outcome = await ask("org.freedesktop.systemd1", server.address)
    #expect(outcome == .unhealthy("nobody owns org.freedesktop.systemd1"))
  }

  @Test(
    "what the bus forbids is unknown, and words from the bus are made printable",
    arguments: [
      ("org.freedesktop.DBus.Error.AccessDenied", "unknown"),
      ("org.freedesktop.DBus.Error.Failed", "unknown"),
      ("org.freedesktop.DBus.Error.UnknownInterface", "healthy"),
      ("org.freedesktop.DBus.Error.NoReply", "unhealthy"),
    ])
  @LoopActor func errors(name: String, kind: String) {
    let error = BusError(name: name, message: "no\u{1b}[31m", errno: EIO)
    let outcome = DBusProbe.outcome(ofPing: error, name: "a.b")
    #expect(outcome.kind == kind && !outcome.text.contains("\u{1b}"))
    #expect(DBusProbe.outcome(ofLookUp: error, name: "a.b").kind == "unknown")
  }
}
