import CSystemd
import Glibc

extension Journal {
  /// Where journald takes questions.
  private static let varlinkPath = "/run/systemd/journal/io.systemd.journal"

  /// Waits until everything that was written before is in the journal's files, as `journalctl --sync` does.
  ///
  /// It asks journald over Varlink (`io.systemd.Journal.Synchronize`), which takes what a service wrote to its output
  /// and what systemd says of it in any order otherwise. Root only.
  ///
  /// - Parameter timeout: how long to wait.
  /// - Returns: whether journald answered. If it did not, the newest entries may be missing.
  @LoopActor
  public static func synchronize(timeout: Duration = .seconds(2)) async -> Bool {
    let fd = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue | SOCK_NONBLOCK.rawValue), 0)
    guard fd >= 0 else { return false }
    defer { close(fd) }
    guard let address = try? UnixAddress(varlinkPath) else { return false }
    let connected = unsafe address.withPointer { pointer, size in
      unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { unsafe connect(fd, $0, size) }
    }
    let question = Array(#"{"method":"io.systemd.Journal.Synchronize","parameters":{}}"#.utf8) + [0]
    guard connected == 0, unsafe write(fd, question, question.count) == question.count else { return false }
    let answer = SyncAnswer()
    let source = try? DescriptorSource(fd, for: .readable) { [unowned answer] _ in answer.finish(true) }
    guard let source else { return false }
    let timer = TimerSource { [unowned answer] in answer.finish(false) }
    timer.arm(after: timeout)
    let isThere = await withTaskCancellationHandler {
      await answer.wait()
    } onCancel: {
      EventLoop.main.spawn(name: "cancel journal sync") { answer.finish(false) }
    }
    timer.disarm()
    source.cancel()
    // What the answer says does not matter: an error too comes after everything before it.
    return isThere
  }
}

/// A task that waits for journald's answer.
@LoopActor
private final class SyncAnswer {
  private var isThere: Bool?
  private var waiter: CheckedContinuation<Void, Never>?

  func wait() async -> Bool {
    if isThere == nil { await withCheckedContinuation { waiter = $0 } }
    return isThere ?? false
  }

  func finish(_ isThere: Bool) {
    guard self.isThere == nil else { return }
    self.isThere = isThere
    waiter?.resume()
    waiter = nil
  }
}
