import Glibc
import Testing

@testable import Systemd

@Suite("What the manager passes in the environment")
struct EnvironmentTests {
  @Test(
    "descriptors come with their names",
    arguments: [
      (["LISTEN_PID": "7", "LISTEN_FDS": "2", "LISTEN_FDNAMES": "web:admin"], ["web", "admin"]),
      (["LISTEN_PID": "7", "LISTEN_FDS": "2"], ["unknown", "unknown"]),
      (["LISTEN_PID": "7", "LISTEN_FDS": "1", "LISTEN_FDNAMES": ""], [""]),
      (["LISTEN_PID": "7", "LISTEN_FDS": "0", "LISTEN_FDNAMES": ""], []),
      (["LISTEN_PID": "8", "LISTEN_FDS": "2"], []),
      (["LISTEN_PID": "8", "LISTEN_FDS": "garbage"], []),
      (["LISTEN_PID": "7"], []),
      (["LISTEN_FDS": "2"], []),
      ([:], []),
    ] as [([String: String], [String])])
  func listen(environment: [String: String], names: [String]) throws {
    let passed = try SocketActivation.parse({ environment[$0] }, process: 7)
    #expect(passed.map(\.name) == names)
    #expect(passed.map(\.descriptor) == names.indices.map { 3 + Int32($0) })
  }

  @Test(
    "garbage is an error that names the variable",
    arguments: [
      (["LISTEN_PID": "x", "LISTEN_FDS": "1"], "LISTEN_PID"),
      (["LISTEN_PID": "0", "LISTEN_FDS": "1"], "LISTEN_PID"),
      (["LISTEN_PID": "7", "LISTEN_FDS": "-1"], "LISTEN_FDS"),
      (["LISTEN_PID": "7", "LISTEN_FDS": "2147483647"], "LISTEN_FDS"),
      (["LISTEN_PID": "7", "LISTEN_FDS": "1x"], "LISTEN_FDS"),
      (["LISTEN_PID": "7", "LISTEN_FDS": "2", "LISTEN_FDNAMES": "one"], "LISTEN_FDNAMES"),
      (["LISTEN_PID": "7", "LISTEN_FDS": "1", "LISTEN_FDNAMES": "a:b"], "LISTEN_FDNAMES"),
      (["WATCHDOG_USEC": ""], "WATCHDOG_USEC"),
      (["WATCHDOG_USEC": "0"], "WATCHDOG_USEC"),
      (["WATCHDOG_USEC": "18446744073709551615"], "WATCHDOG_USEC"),
      (["WATCHDOG_USEC": "5", "WATCHDOG_PID": "me"], "WATCHDOG_PID"),
    ] as [([String: String], String)])
  func garbage(environment: [String: String], variable: String) {
    let error = #expect(throws: EnvironmentError.self) {
      _ = try SocketActivation.parse({ environment[$0] }, process: 7)
      _ = try WatchdogSettings.fromEnvironment({ environment[$0] }, process: 7)
    }
    #expect(error?.variable == variable && error?.value == environment[variable])
  }

  @Test("a promised descriptor that is not open is an error")
  func notOpen() {
    let error = #expect(throws: EnvironmentError.self) {
      try SocketActivation.setCloseOnExec(1 << 20, of: "5")
    }
    #expect(error?.variable == "LISTEN_FDS" && error?.value == "5")
  }

  @Test("a descriptor that is taken over is close-on-exec")
  func closeOnExec() throws {
    let fd = dup(2)
    defer { close(fd) }
    try #require(fcntl(fd, F_GETFD) & FD_CLOEXEC == 0)
    try SocketActivation.setCloseOnExec(fd, of: "1")
    #expect(fcntl(fd, F_GETFD) & FD_CLOEXEC != 0)
  }

  @Test("taking the descriptors removes the variables only when asked")
  func unset() async {
    await #expect(processExitsWith: .success) {
      unsafe setenv("LISTEN_PID", "\(getpid())", 1)
      unsafe setenv("LISTEN_FDS", "0", 1)
      _ = try SocketActivation.take()
      precondition(ProcessEnvironment.value("LISTEN_FDS") == "0")
      _ = try SocketActivation.take(unsetEnvironment: true)
      precondition(
        ProcessEnvironment.value("LISTEN_FDS") == nil && ProcessEnvironment.value("LISTEN_PID") == nil)
    }
  }

  @Test(
    "the watchdog is set for this process or for all",
    arguments: [
      (["WATCHDOG_USEC": "1500000"], .milliseconds(1500)),
      (["WATCHDOG_USEC": "1500000", "WATCHDOG_PID": "7"], .milliseconds(1500)),
      (["WATCHDOG_USEC": "1500000", "WATCHDOG_PID": "8"], nil),
      (["WATCHDOG_PID": "7"], nil),
      ([:], nil),
    ] as [([String: String], Duration?)])
  func watchdog(environment: [String: String], timeout: Duration?) throws {
    let settings = try WatchdogSettings.fromEnvironment({ environment[$0] }, process: 7)
    #expect(settings?.timeout == timeout)
    #expect(settings?.interval == timeout.map { $0 / 2 })
  }
}
