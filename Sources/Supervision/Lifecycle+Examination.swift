// What is found out about an instance without heartbeat before it is ended (`SoftWatchdog=`).
extension Lifecycle {
  /// How long an examination may take before the instance is killed without its result.
  public static let examinationLimit: Duration = .seconds(15)

  /// Whether an instance that was judged so is examined first.
  func isExamined(after judgement: Judgement) -> Bool {
    guard policy.softWatchdog, pid != nil, case .heartbeatLost = judgement else { return false }
    return true
  }

  /// Examines the instance; it runs on meanwhile.
  mutating func examine() -> [LifecycleAction] {
    isExamining = true
    return [.examine(pid: pid ?? 0)] + stopTimer(Self.examinationLimit)
  }

  /// Asks the instance that is being replaced to end.
  func askToEnd() -> [LifecycleAction] {
    let limit = policy.abortTimeout.map { min($0, policy.stopTimeout ?? $0) }
    return [.signalMain(policy.killSignal)] + stopTimer(limit)
  }

  /// The examination of this process is over; the instance is ended if it is still the one.
  mutating func takeExamination(of process: Int32) -> [LifecycleAction] {
    guard isExamining, process == pid else { return [] }
    isExamining = false
    return askToEnd()
  }

  /// The main process ended while it was examined: what it left behind has the usual time to end.
  mutating func endExamination() -> [LifecycleAction] {
    guard isExamining else { return [] }
    isExamining = false
    return stopTimer(policy.abortTimeout.map { min($0, policy.stopTimeout ?? $0) })
  }
}
