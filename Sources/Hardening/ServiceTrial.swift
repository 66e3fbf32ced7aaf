import Glibc
import Systemd
import SystemdManager
import UnitDesign

/// One service that is restarted and looked at, again and again.
@LoopActor
final class ServiceTrial {
  /// How long to wait after a look that found a port closed.
  private static let pause = Duration.milliseconds(50)
  /// The shortest and longest time that a start is given if nobody says otherwise.
  private static let startLimits = (least: Duration.seconds(10), most: Duration.seconds(300))

  private let unit: String
  private let settle: Duration
  private let checks: ServiceChecks
  private let timeout: Duration?

  /// What was seen of it when it last worked.
  private(set) var sight = ServiceSight(group: "", main: 0)
  /// Where it has to listen.
  private var listeners: Set<String> = []
  // The shapes of what it says anyway.
  private var knownDenials: Set<String> = []
  private var startTime: Duration?
  private var hasTimedOut = false
  private var processes: Set<Int32> = []

  init(_ unit: String, settle: Duration, timeout: Duration?, checks: ServiceChecks) {
    self.unit = unit
    self.settle = settle
    self.timeout = timeout
    self.checks = checks
  }

  /// Restarts the service as it is, and learns how it is when it works; its outcome is the verdict.
  ///
  /// - Parameters:
  ///   - before: what was seen before: where it listened then, it has to listen.
  ///   - client: the manager.
  /// - Returns: whether it works.
  /// - Throws: why nobody can tell.
  func learn(_ before: ServiceSight, with client: ManagerClient) async throws(BusError) -> TrialSearch.Outcome
  {
    listeners = before.listeners
    let begin = ContinuousClock.now
    let outcome = try await restart(with: client, isBaseline: true)
    guard outcome == .works else { return outcome }
    startTime = ContinuousClock.now - begin
    let properties = try await client.properties(of: unit)
    sight = ServiceSight(group: properties.controlGroup, main: properties.mainPID)
    // What it opened late, on demand, is not there yet and may not be waited for; what it opens at once is.
    listeners = sight.listeners
    return .works
  }

  /// Restarts the service and tells whether it works.
  func restart(
    with client: ManagerClient, isBaseline: Bool = false
  ) async throws(BusError) -> TrialSearch.Outcome {
    do throws(BusError) {
      try await client.resetFailed(unit)
    } catch  where error.isNoSuchUnit {
      // It is not in memory, so there is nothing to reset.
    }
    let begin = Self.now
    let stops = try await client.properties(of: unit)["TimeoutStopUSec"]?.unsigned ?? 0
    // A service that hung in its start may hang in its stop too.
    let patience =
      self.patience + (hasTimedOut ? min(.microseconds(Int64(clamping: stops)), .seconds(300)) : .zero)
    hasTimedOut = false
    let result: JobResult
    do throws(BusError) {
      result = try await client.restart(unit, timeout: patience)
    } catch  where error.isTimeout {
      hasTimedOut = true
      return .fails(await evidence(.start(result: "not up within \(patience.components.seconds) s"), begin))
    }
    let properties = try await client.properties(of: unit)
    processes = Set([properties.mainPID, Int32(clamping: properties["ExecMainPID"]?.unsigned ?? 0)])
    guard result.isSuccess else { return .fails(await evidence(Self.failure(properties), begin)) }
    return try await watch(for: settle, since: begin, with: client, isBaseline: isBaseline)
  }

  /// Watches the service for a time, then looks at all else that tells whether it works.
  ///
  /// - Parameters:
  ///   - time: how long it has to stay up.
  ///   - begin: since when it must not have been denied anything new.
  ///   - client: the manager.
  ///   - isBaseline: whether what it is denied is how it is.
  /// - Returns: whether it works.
  /// - Throws: why nobody can tell.
  func watch(
    for time: Duration, since begin: Duration, with client: ManagerClient, isBaseline: Bool = false
  ) async throws(BusError) -> TrialSearch.Outcome {
    if let failure = try await unsteadiness(for: time, with: client) {
      return .fails(await evidence(failure, begin))
    }
    let properties = try await client.properties(of: unit)
    processes.formUnion(ServiceProcesses.list(properties.controlGroup))
    let closed = try await closedListeners(with: client)
    guard closed.isEmpty else { return .fails(await evidence(.closed(closed.sorted()), begin)) }
    if let reason = await checks.failure(patience: settle) {
      try Self.checkCancellation()
      return .fails(await evidence(.check(reason), begin))
    }
    // A check may have been the last thing that it did.
    if let failure = try await unsteadiness(for: .zero, with: client) {
      return .fails(await evidence(failure, begin))
    }
    let evidence = await evidence(.denied, begin)
    try Self.checkCancellation()
    if isBaseline {
      knownDenials.formUnion(evidence.denials.map(DenialText.shape))
      return .works
    }
    return evidence.denials.isEmpty ? .works : .fails(evidence)
  }

  /// The time since 1970.
  static var now: Duration {
    var now = timespec()
    unsafe clock_gettime(CLOCK_REALTIME, &now)
    return .seconds(now.tv_sec) + .nanoseconds(now.tv_nsec)
  }

  // MARK: Steps

  private var patience: Duration {
    if let timeout { return timeout }
    guard let startTime else { return Self.startLimits.most }
    return min(max(startTime * 3 + .seconds(5), Self.startLimits.least), Self.startLimits.most)
  }

  /// How the service ceased to be up within `time`; nil if it did not.
  private func unsteadiness(
    for time: Duration, with client: ManagerClient
  ) async throws(BusError) -> TrialEvidence.Failure? {
    let stream = try await client.changes(of: unit)
    let watch = EventLoop.main.spawn(name: "watch \(unit)") { () -> TrialEvidence.Failure? in
      var first: UnitProperties?
      for await properties in stream {
        if let failure = Self.unsteadiness(properties, since: first) { return failure }
        if first == nil { first = properties }
        if time == .zero { return nil }
      }
      return nil
    }
    let timer = TimerSource { watch.cancel() }
    timer.arm(after: time == .zero ? .seconds(10) : time)
    let failure = await withTaskCancellationHandler {
      await watch.value
    } onCancel: {
      watch.cancel()
    }
    timer.disarm()
    try Self.checkCancellation()
    guard client.bus.isOpen else {
      throw BusError(SystemError(errno: ECONNRESET, operation: "watch \(unit)"))
    }
    return failure
  }

  private static func unsteadiness(
    _ properties: UnitProperties, since first: UnitProperties?
  ) -> TrialEvidence.Failure? {
    let isTask = properties.serviceType == "oneshot" && properties["RemainAfterExit"]?.truth == false
    if properties.activeState.isUp || isTask && properties.activeState == .inactive {
      guard let first else { return nil }
      guard properties.restarts == first.restarts, properties.invocation == first.invocation else {
        return .unsteady("was restarted after it had come up")
      }
      return nil
    }
    return failure(properties)
  }

  private static func failure(_ properties: UnitProperties) -> TrialEvidence.Failure {
    switch (properties.result, properties.mainCode) {
    case ("timeout", _), ("watchdog", _), ("resources", _), ("protocol", _): .start(result: properties.result)
    case (_, CLD_EXITED) where properties.mainStatus != 0: .exited(properties.mainStatus)
    case (_, CLD_KILLED), (_, CLD_DUMPED): .signaled(properties.mainStatus)
    case ("success", _): .unsteady("is \(properties.activeState) (\(properties.subState)) after its start")
    default: .start(result: properties.result)
    }
  }

  // The kernel's numbers are macros or enums, depending on the C library.
  private static let CLD_EXITED: Int32 = 1
  private static let CLD_KILLED: Int32 = 2
  private static let CLD_DUMPED: Int32 = 3

  /// The listeners that are missing; nobody tells when a port is opened, so it is looked at for as long as it settles.
  private func closedListeners(with client: ManagerClient) async throws(BusError) -> Set<String> {
    guard !listeners.isEmpty else { return [] }
    let deadline = ContinuousClock.now + max(settle, .seconds(2))
    while true {
      let properties = try await client.properties(of: unit)
      let now = ServiceSight(group: properties.controlGroup, main: properties.mainPID)
      let missing = listeners.subtracting(now.listeners)
      guard !missing.isEmpty, ContinuousClock.now < deadline else { return missing }
      do { try await EventLoop.main.sleep(for: Self.pause) } catch { try Self.checkCancellation() }
    }
  }

  private func evidence(_ failure: TrialEvidence.Failure, _ begin: Duration) async -> TrialEvidence {
    let journal = await JournalEvidence(of: unit, since: begin, processes: processes)
    return TrialEvidence(
      failure, denials: journal.denials.filter { !knownDenials.contains(DenialText.shape(of: $0)) },
      lastLines: journal.lastLines, deniedFolders: journal.folders)
  }

  private static func checkCancellation() throws(BusError) {
    guard Task.isCancelled else { return }
    throw BusError(SystemError(errno: ECANCELED, operation: "try"))
  }
}
