import Foundation
import Glibc
import Processes

/// A program of the host that runs beside the tests.
///
/// Foundation's Process hands what it uses to learn of a child's end to every program that is started at the same
/// moment; a daemon among them then keeps it from ever learning. Ours hands over what is named here and nothing else.
struct HostProcess: Sendable {
  let pid: Int32
  private let pidfd: Int32

  /// Starts `command`, looked up in PATH; what is not given as a descriptor is `/dev/null`, or our own standard error.
  init(_ command: [String], input: Int32? = nil, output: Int32? = nil, errors: Int32? = nil) throws {
    let null = unsafe open("/dev/null", O_RDWR | O_CLOEXEC)
    defer { close(null) }
    let environment = ProcessInfo.processInfo.environment.map { Array("\($0.key)=\($0.value)".utf8) }
    var request = SpawnRequest(
      program: "/usr/bin/env", arguments: (["env"] + command).map { Array($0.utf8) },
      environment: environment)
    request.descriptors = [(input ?? null, 0), (output ?? null, 1), (errors ?? 2, 2)]
    let process = try spawn(request)
    pid = process.pid
    pidfd = process.pidfd
  }

  /// Blocks until its end: its exit status, or 128 and the number of the signal that killed it.
  func waitForEnd() -> Int32 {
    var status: Int32 = 0
    while unsafe waitpid(pid, &status, 0) < 0, errno == EINTR { continue }
    close(pidfd)
    let signal = status & 0x7f
    return signal == 0 ? (status >> 8) & 0xff : 128 + signal
  }

  /// Waits for its end on a thread of its own.
  func ended() async -> Int32 {
    await withCheckedContinuation { done in
      Thread.detachNewThread { done.resume(returning: waitForEnd()) }
    }
  }

  /// Sends a signal; the process was not waited for yet.
  func send(_ signal: Int32) { kill(pid, signal) }
}
