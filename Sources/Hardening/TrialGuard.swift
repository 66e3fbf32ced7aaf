import Glibc
import Systemd
import SystemdManager
import UnitFiles

/// A process of systemd's that waits for the end of ours, and cleans up if we could not.
///
/// It is a child of PID 1, so that nothing that ends us and what we started, such as the end of a session, ends it. It
/// waits for the lock of the unit, which the kernel takes from us when we die.
package enum TrialGuard {
  /// How often the guard asks systemd, which may be restarting itself, before it gives up.
  private static let attempts = 10

  /// Starts the guard of a unit.
  ///
  /// - Throws: why it does not run.
  @LoopActor
  static func start(_ unit: String, with client: ManagerClient) async throws(BusError) {
    let name = "upkeep-harden-guard-\(UnitName.escape(String(unit.dropLast(".service".count)))).service"
    // It must not be ours alone: a program that was replaced by an update has no path any more.
    let program = try ownPath()
    let command = BusVariant.structure([
      .string(program),
      .array(of: "s", [program, "harden", "--guard", unit].map { .string($0) }),
      .boolean(false),
    ])
    let properties: [(String, BusVariant)] = [
      ("Description", .string("Cleans up after upkeep harden \(unit)")),
      ("Type", .string("exec")),
      ("CollectMode", .string("inactive-or-failed")),
      ("ExecStart", .array(of: "(sasb)", [command])),
    ]
    // One that waited for an earlier run is about to end by itself.
    do throws(BusError) {
      try await client.stop(name)
    } catch  where error.isNoSuchUnit {
      // There is none, which is the rule.
    }
    let result = try await client.startTransient(name, properties: properties)
    guard result.isSuccess else {
      throw BusError(
        SystemError(errno: ECHILD, operation: "start \(name)", subject: "its job ended with \"\(result)\""))
    }
  }

  /// What the guard does: waits, and undoes what is left of a trial.
  ///
  /// - Parameter unit: the unit's primary name.
  /// - Throws: why it could not be undone.
  @LoopActor
  package static func run(_ unit: String) async throws(HardenError) {
    let lock: TrialLock?
    do throws(SystemError) {
      // Blocks the only thread, which has nothing else to do.
      lock = try TrialLock.take(unit, waits: true)
    } catch {
      throw HardenError(error)
    }
    guard let lock else { return }
    var failure: HardenError?
    for _ in 0..<attempts {
      do throws(HardenError) {
        let client = try HardenSession.connect()
        try await HardenSession.undo(unit, wasUp: lock.wasUp ?? true, with: client)
        lock.remove()
        return
      } catch {
        failure = error
        do { try await EventLoop.main.sleep(for: .seconds(1)) } catch { break }
      }
    }
    if let failure { throw failure }
  }

  private static func ownPath() throws(BusError) -> String {
    var buffer = [CChar](repeating: 0, count: Int(PATH_MAX))
    let count = unsafe readlink("/proc/self/exe", &buffer, buffer.count)
    let path = String(decoding: buffer[..<max(count, 0)].map { UInt8(bitPattern: $0) }, as: UTF8.self)
    guard count > 0, unsafe access(path, X_OK) == 0 else {
      throw BusError(SystemError(errno: ENOENT, operation: "find this program's own file", subject: path))
    }
    return path
  }
}
