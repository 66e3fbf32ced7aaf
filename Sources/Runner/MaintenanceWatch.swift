import Glibc
import Supervision
import Systemd
import UnitFiles

/// Knows whether somebody works on the service, and records when that is over.
///
/// The file is read when it matters; nothing is watched and nothing asked at intervals. Whoever changes it tells by a
/// signal.
@LoopActor
final class MaintenanceWatch {
  /// How long what was read is believed.
  private static let freshness: Duration = .milliseconds(50)

  private let unit: ProcessUnit?
  private let record: @LoopActor (ServiceEvent) -> Void
  private let onEnd: @LoopActor () -> Void
  private var known: Maintenance?
  private var timer: TimerSource?
  private var lastTrouble = ""
  private var lastLook: ContinuousClock.Instant?

  /// Looks after the maintenance of `unit`; outside systemd there is none.
  ///
  /// - Parameters:
  ///   - unit: the unit.
  ///   - record: takes the events.
  ///   - onEnd: called when a maintenance is over, in time or early.
  init(
    of unit: ProcessUnit?, record: @escaping @LoopActor (ServiceEvent) -> Void,
    onEnd: @escaping @LoopActor () -> Void
  ) {
    self.unit = unit
    self.record = record
    self.onEnd = onEnd
    timer = TimerSource { [unowned self] in look() }
  }

  /// The maintenance that is on at this moment, from its file; nil if none is. A flood of lines that all could set a
  /// repair off reads the file now and then only.
  func current() -> Maintenance? {
    if lastLook.map({ ContinuousClock.now - $0 < Self.freshness }) != true { look() }
    return known
  }

  /// Reads the file, and records an end by itself that has come.
  func look() {
    guard let unit, let path = Self.path(of: unit) else { return }
    lastLook = .now
    let now = Self.now
    var found: Maintenance?
    do throws(SystemError) {
      let bytes = try TrustedFile.read(path, owner: Self.owner(unit.scope), limit: Maintenance.largestFile)
      do throws(ValueError) {
        found = try bytes.map { (bytes) throws(ValueError) in try Maintenance(parsing: bytes) }
      } catch {
        tell("\(path): \(error.message), ignoring")
      }
    } catch {
      tell("\(error), ignoring")
    }
    if let known, !known.isOn(at: now) { record(.maintenanceEnded(known, of: unit.name, early: false)) }
    let wasOn = known != nil
    known = found.flatMap { $0.isOn(at: now) ? $0 : nil }
    if let known {
      // A clock that is set meanwhile shows when the timer has fired: then it is armed anew.
      timer?.arm(after: .microseconds(known.until - now))
    } else {
      timer?.disarm()
      if wasOn { onEnd() }
    }
  }

  // MARK: Private steps

  private func tell(_ trouble: String) {
    guard trouble != lastTrouble else { return }
    lastTrouble = trouble
    record(ServiceEvent(.unexpected, "Cannot use the maintenance: \(trouble)"))
  }

  private static func path(of unit: ProcessUnit) -> String? {
    guard !unit.name.contains("/") else { return nil }
    return switch unit.scope {
    case .system: "\(Maintenance.systemFolder)/\(unit.name)"
    case .user:
      Maintenance.userFolder(
        stateHome: ProcessEnvironment.value("XDG_STATE_HOME"), home: ProcessEnvironment.value("HOME")
      ).map { "\($0)/\(unit.name)" }
    }
  }

  private static func owner(_ scope: ProcessUnit.Scope) -> UInt32 {
    switch scope {
    case .system: 0
    case .user: geteuid()
    }
  }

  private static var now: Int64 {
    var time = timespec()
    unsafe clock_gettime(CLOCK_REALTIME, &time)
    return Int64(time.tv_sec) * 1_000_000 + Int64(time.tv_nsec) / 1000
  }
}
