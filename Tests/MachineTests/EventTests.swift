import Foundation
import Testing

/// Tests wait for what happens on the machine; here they wait for what systemd alone can do.
@Suite("Waiting on the machine", .onMachine, .withMachine, .serialized, .timeLimit(.minutes(10)))
struct EventTests {
  @Test("a status text is seen as soon as it is sent, without asking in between")
  func seesStatusText() async throws {
    let machine = try await TestMachine.shared()
    try await machine.install(
      unit: "talker.service",
      """
      [Service]
      Type=notify
      NotifyAccess=all
      ExecStart=/bin/sh -c 'systemd-notify --ready --status=first; read line </run/talker; \
      systemd-notify --status="$line"; sleep infinity'
      ExecStartPre=mkfifo /run/talker
      """)
    try await machine.daemonReload()
    try await machine.require(["systemctl", "start", "talker.service"])
    try await machine.waitUntil("talker.service") { $0["StatusText"] == "first" }
    async let second = machine.waitUntil("talker.service") { $0["StatusText"] == "second" }
    try await machine.require(["sh", "-c", "echo second >/run/talker"])
    #expect(try await second["ActiveState"] == "active")
    try await machine.require(["systemctl", "stop", "talker.service"])
  }

  @Test("a change of a property that nobody logs arrives as a signal")
  func countsSignals() async throws {
    let name = "signals\(ProcessInfo.processInfo.processIdentifier)"
    // A machine of its own: on the shared one the other tests' journal lines would do.
    let machine = try await TestMachine.boot(name: name)
    // Late enough that the first look finds nothing; after it nothing but the signal says "look again".
    try await machine.require([
      "systemd-run", "-q", "--unit=late", "-p", "NotifyAccess=all", "sh", "-c",
      "sleep 2; systemd-notify --status=late; sleep infinity",
    ])
    try await machine.waitUntil("late.service") { $0["StatusText"] == "late" }
    try await machine.down()
  }

  @Test("a unit's lines and systemd's lines about it are both in its journal")
  func readsJournal() async throws {
    let machine = try await TestMachine.shared()
    try await machine.install(
      unit: "chatty.service", "[Service]\nType=oneshot\nExecStart=/bin/sh -c 'echo one; echo two'\n")
    try await machine.daemonReload()
    try await machine.require(["systemctl", "start", "chatty.service"])
    try await machine.waitForJournal("chatty.service", containing: "two")
    let messages = try await machine.journal("chatty.service").map(\.message)
    #expect(messages.filter { ["one", "two"].contains($0) } == ["one", "two"])
    #expect(messages.contains { $0.hasPrefix("Finished chatty.service") })
  }

  @Test("waiting for what does not come ends in time and shows the journal")
  func givesUp() async throws {
    let machine = try await TestMachine.shared()
    await #expect(throws: NotInTime.self) {
      try await machine.waitUntil("no-such.service", within: .milliseconds(200)) {
        $0["ActiveState"] == "active"
      }
    }
    await #expect(throws: NotInTime.self) {
      try await machine.waitForJournal("no-such.service", containing: "x", within: .milliseconds(200))
    }
  }

  @Test("a unit's processes are listed with what they do, and no others")
  func listsProcesses() async throws {
    let machine = try await TestMachine.shared()
    try await machine.write(
      "/usr/local/bin/family",
      """
      sh -c 'kill -STOP $$; true' &
      until grep -q stopped /proc/$!/status; do :; done
      echo up
      wait
      """)
    try await machine.install(
      unit: "family.service", "[Service]\nExecStart=/bin/sh /usr/local/bin/family\n")
    try await machine.daemonReload()
    try await machine.require(["systemctl", "start", "family.service"])
    try await machine.waitForJournal("family.service", containing: "up")
    let main = try await machine.show("family.service")["MainPID"]
    let tree = try await machine.processTree("family.service")
    #expect(tree.count == 2)
    let child = try #require(tree.first { $0.command.hasPrefix("sh -c kill") })
    #expect("\(child.parent)" == main)
    #expect(child.state == "T")
    try await machine.require(["systemctl", "stop", "family.service"])
    #expect(try await machine.processTree("family.service") == [])
  }
}
