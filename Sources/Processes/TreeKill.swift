import CSpawn
import Glibc
import Systemd

/// A process that is still there although everything was done to end it.
package struct SurvivingProcess: Sendable, Hashable, CustomStringConvertible {
  /// Its PID.
  package let pid: Int32
  /// Its name (`comm`), at most 15 bytes; empty if it is hidden.
  package let name: String
  /// Why the signal was refused, such as `EPERM`; 0 if it was sent, and the process hangs in the kernel.
  package let errno: Int32

  /// Such as `PID 12 (backup): Operation not permitted`.
  package var description: String {
    let reason = errno == 0 ? "killed, but it hangs in the kernel" : unsafe String(cString: strerror(errno))
    return "PID \(pid) (\(name)): \(reason)"
  }
}

/// Kills a set of processes that may grow meanwhile.
@LoopActor
enum TreeKill {
  /// How many processes are signalled at once: each takes a descriptor, of which a service has 1024.
  static let batchSize = 256
  /// How often the set is listed anew. Each round kills all that is listed, so that only a fork bomb needs many.
  static let roundLimit = 100

  /// The descriptors of those that got the signal, and who refused it.
  struct Sent {
    var descriptors: [Int32] = []
    var refused: [SurvivingProcess] = []
  }

  static func batches(of pids: [Int32]) -> [ArraySlice<Int32>] {
    stride(from: 0, to: pids.count, by: batchSize).map { pids[$0..<min($0 + batchSize, pids.count)] }
  }

  /// Signals `pids`. Closes their descriptors unless `keepsDescriptors`.
  static func send(
    _ signal: Int32, to pids: ArraySlice<Int32>, keepsDescriptors: Bool = false, listing: () -> [Int32]
  ) -> Sent {
    let opened = pids.compactMap { pid -> (pid: Int32, descriptor: Int32)? in
      let descriptor = cspawn_pidfd_open(pid)
      return descriptor < 0 ? nil : (pid, descriptor)
    }
    // A PID that was listed may have passed to a stranger before it was opened; one that is listed again has not, or
    // the new process belongs to the set as well.
    let members = Set(listing())
    var sent = Sent()
    for (pid, descriptor) in opened {
      var keeps = keepsDescriptors
      if members.contains(pid) {
        let result = cspawn_pidfd_send_signal(descriptor, signal)
        if result < 0 {
          keeps = false
          if result != -ESRCH {
            let name = ProcessTable.entry(of: pid)?.name ?? ""
            sent.refused.append(SurvivingProcess(pid: pid, name: name, errno: -result))
          }
        }
      }
      if keeps { sent.descriptors.append(descriptor) } else { close(descriptor) }
    }
    return sent
  }

  /// Kills what `listing` lists until it lists nothing, or nothing can be done any more.
  ///
  /// `atOnce` is the kernel's way to kill all of it in one step, where there is one.
  static func run(
    reaper: ChildReaper, timeout: Duration, on loop: EventLoop, atOnce: @LoopActor () -> Void = {},
    listing: @LoopActor () -> [Int32]
  ) async -> [SurvivingProcess] {
    let deadline = ContinuousClock.now + timeout
    var refused: [SurvivingProcess] = []
    for _ in 0..<roundLimit {
      reaper.reap()
      let all = listing()
      if all.isEmpty { return [] }
      refused = []
      var wasSent = false
      atOnce()
      for batch in batches(of: all) {
        let sent = send(SIGKILL, to: batch, keepsDescriptors: true, listing: listing)
        refused += sent.refused
        wasSent = wasSent || !sent.descriptors.isEmpty
        await ended(sent.descriptors, before: deadline, on: loop)
        for descriptor in sent.descriptors { close(descriptor) }
      }
      let left = deadline - ContinuousClock.now
      if left <= .zero || (!wasSent && !refused.isEmpty) { break }
    }
    reaper.reap()
    let reasons = Dictionary(refused.map { ($0.pid, $0.errno) }) { first, _ in first }
    return listing().map { pid in
      SurvivingProcess(pid: pid, name: ProcessTable.entry(of: pid)?.name ?? "", errno: reasons[pid] ?? 0)
    }
  }

  /// Suspends until all of the processes have ended, collected or not, or the deadline has passed.
  private static func ended(_ pidfds: [Int32], before deadline: ContinuousClock.Instant, on loop: EventLoop)
    async
  {
    let latch = Latch()
    var left = pidfds.count
    var sources: [Int32: DescriptorSource] = [:]
    for pidfd in pidfds {
      // One that cannot be watched is simply looked at again in the next round.
      sources[pidfd] = try? DescriptorSource(pidfd, for: .readable, on: loop) { _ in
        sources[pidfd]?.cancel()
        left -= 1
        if left == 0 { latch.open() }
      }
      if sources[pidfd] == nil { left -= 1 }
    }
    guard left > 0 else { return }
    // A cancelled task must not leave half a tree behind, so the wait goes on in a task of its own.
    let timeout = max(deadline - ContinuousClock.now, .zero)
    _ = await loop.spawn(name: "wait for killed") { await latch.wait(timeout: timeout, on: loop) }.value
    for source in sources.values { source.cancel() }
    sources = [:]
  }
}
