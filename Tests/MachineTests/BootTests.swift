import Foundation
import Testing

/// The machine itself: what it boots, and that nothing outlives it.
@Suite("The test machine", .onMachine, .withMachine, .timeLimit(.minutes(10)))
struct BootTests {
  @Test("systemd is PID 1 and has finished booting")
  func boots() async throws {
    let machine = try await TestMachine.shared()
    let state = try await machine.systemctl("is-system-running").stdout
    #expect(["running\n", "degraded\n"].contains(state))
    let comm = try await machine.run(["cat", "/proc/1/comm"])
    #expect(comm.stdout == "systemd\n")
  }

  @Test("a command runs as a child of PID 1 and gives its output, its input and its exit status")
  func runsCommands() async throws {
    let machine = try await TestMachine.shared()
    let result = try await machine.run(["sh", "-c", "cat; echo $PPID >&2; exit 7"], input: "in")
    #expect(result.status == 7)
    #expect(result.stdout == "in")
    #expect(result.stderr == "1\n")
  }

  @Test(
    "settings of the host's kernel cannot be written",
    arguments: [
      "echo 1 >/proc/sys/kernel/panic", "echo 1 >/proc/sysrq-trigger", "date -s 2020-01-01",
      "echo 1 >/sys/kernel/profiling",
      "echo h >/proc/sys/kernel/core_pattern",
    ])
  func hostIsOutOfReach(attempt: String) async throws {
    let machine = try await TestMachine.shared()
    let result = try await machine.run(["sh", "-c", attempt])
    #expect(!result.succeeded, "\(attempt): \(result)")
    let direct = try await machine.runDirectly(["sh", "-c", attempt])
    #expect(!direct.succeeded, "\(attempt), directly: \(direct)")
  }

  @Test("a neighbour on the network neither answers nor refuses, and all else is unreachable at once")
  func networkLeadsNowhere() async throws {
    let machine = try await TestMachine.shared()
    let silent = try await machine.run(["curl", "-sS", "-m", "0.3", "http://192.0.2.99/"])
    #expect(silent.status == 28, "\(silent)")
    let unreachable = try await machine.run(["curl", "-sS", "-m", "20", "http://198.51.100.1/"])
    #expect(unreachable.status == 7, "\(unreachable)")
  }

  @Test("a machine whose owner is killed leaves no process, control group, mount or file")
  func vanishesWithItsOwner() async throws {
    let input = Pipe()
    // Ends with this process too, should that be killed first.
    let owner = try HostProcess(["cat"], input: input.fileHandleForReading.fileDescriptor)
    defer { try? input.fileHandleForWriting.close() }
    let name = "gone\(ProcessInfo.processInfo.processIdentifier)"
    let machine = try await TestMachine.boot(name: name, owner: owner.pid)
    #expect(try await !remains(of: name).isEmpty)
    // Programs that would not go by themselves.
    try await machine.systemctl("start", "systemd-logind")
    try await machine.require([
      "systemd-run", "-q", "sh", "-c", "trap '' TERM; sleep infinity; sleep infinity",
    ])

    owner.send(SIGKILL)
    #expect(owner.waitForEnd() == 128 + SIGKILL)
    // The lock is free when the last process of the machine is gone; where it is gone already, so is its file.
    let lock = "/run/upkeep-machine/\(name).lock"
    _ = try await HostCommand.run(["bash", "-c", "exec 9<\"$0\" && flock 9", lock])
    let left = try await remains(of: name)
    #expect(left == [])
  }

  /// Every trace of the machine on the host, one line each.
  private func remains(of name: String) async throws -> [String] {
    let listing = try await HostCommand.run([
      "bash", "-c",
      """
      find /sys/fs/cgroup -maxdepth 2 -name "upkeep-machine-$0"; find /run/upkeep-machine -name "$0*"
      grep -h "/$0[/ ]" /proc/self/mounts
      for line in /proc/[0-9]*/cmdline; do
        [[ $line == */$$/* ]] || tr '\\0' ' ' 2>/dev/null <"$line" | grep -E -- "-[Mn] $0( |$)"
      done
      """, name,
    ])
    return listing.stdout.split(separator: "\n").map(String.init)
  }
}
