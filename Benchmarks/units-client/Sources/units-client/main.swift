import Glibc
import Systemd
import SystemdManager

// units-client ROUNDS: lists all units that often through SystemdManager, as units.c does through libsystemd alone.
// Prints microseconds for each round.

/// Microseconds of the monotonic clock.
func now() -> Double {
  var time = timespec()
  clock_gettime(CLOCK_MONOTONIC, &time)
  return Double(time.tv_sec) * 1e6 + Double(time.tv_nsec) / 1e3
}

let rounds = CommandLine.arguments.dropFirst().first.flatMap { Int($0) } ?? 100
EventLoop.becomeRuntimeExecutor()
EventLoop.main.spawn(name: "measure") {
  do {
    let client = try ManagerClient.connect(at: .system)
    for _ in 0..<rounds {
      let begin = now()
      let units = try await client.listUnits()
      print(now() - begin)
      precondition(!units.isEmpty, "no units")
    }
  } catch {
    print("units-client: \(error)")
    exit(1)
  }
  EventLoop.main.stop()
}
EventLoop.main.run()
