import Glibc
import Processes
import Supervision
import Systemd

/// Looks at the resources that repair rules have marks for, from time to time.
@LoopActor
final class ResourceWatch {
  /// How often it looks.
  static let interval: Duration = .seconds(5)

  /// Called with the marks that are passed now and the rules that are set off.
  typealias Handler = @LoopActor (Set<ResourceMark>, [RepairTrigger]) -> Void

  private let rules: [RepairRule]
  private let usage = CgroupUsage()
  private let mainProcess: @LoopActor () -> Int32?
  private let onReading: Handler
  private let onTrouble: @LoopActor (String) -> Void
  // Marks that cannot be looked at, told once each.
  private var unseen: Set<ResourceMark> = []
  private var timer: TimerSource?
  private var track = MarkTrack()
  private var kills: UInt64?
  private var processorTime: (used: UInt64, at: ContinuousClock.Instant)?

  /// Begins to look; nil if no rule needs it.
  init?(
    _ rules: [RepairRule], mainProcess: @escaping @LoopActor () -> Int32?, onReading: @escaping Handler,
    onTrouble: @escaping @LoopActor (String) -> Void
  ) {
    guard rules.contains(where: { !$0.marks.isEmpty || $0.onOutOfMemory }) else { return nil }
    self.rules = rules
    self.mainProcess = mainProcess
    self.onReading = onReading
    self.onTrouble = onTrouble
    kills = usage?.outOfMemoryKills
    if kills == nil, rules.contains(where: \.onOutOfMemory) {
      onTrouble("Kills for want of memory cannot be seen: the unit has no memory controller of cgroup v2")
    }
    timer = TimerSource(accuracy: Self.interval / 10) { [unowned self] in
      look()
      timer?.arm(after: Self.interval)
    }
    timer?.arm(after: Self.interval)
  }

  /// Whether the kernel has killed a process for want of memory since this was asked last.
  func sawOutOfMemory() -> Bool {
    let now = usage?.outOfMemoryKills
    defer { kills = now ?? kills }
    guard let now, let kills else { return false }
    return now > kills
  }

  // MARK: Steps

  private func look() {
    let now = ContinuousClock.now
    let part = processorPart(at: now)
    var passed: [ResourceMark: String] = [:]
    for mark in Set(rules.flatMap(\.marks)) {
      if let reading = reading(of: mark, part) {
        if reading.isAbove { passed[mark] = reading.text }
      } else if let reason = reasonUnseen(mark), unseen.insert(mark).inserted {
        onTrouble("\(mark) cannot be seen: \(reason)")
      }
    }
    var triggers = track.take(passed, rules, at: now)
    if rules.contains(where: \.onOutOfMemory), sawOutOfMemory(), mainProcess() != nil,
      let trigger = RepairTrigger.outOfMemory(in: rules)
    {
      triggers.append(trigger)
    }
    onReading(Set(passed.keys), triggers)
  }

  private func reading(of mark: ResourceMark, _ processor: Double?) -> ResourceMark.Reading? {
    func reading(_ part: Double?, _ mark: Double) -> ResourceMark.Reading? {
      part.map { ResourceMark.reading($0, above: mark) }
    }
    func reading(_ used: UInt64?, _ limit: UInt64?, _ mark: ResourceMark.Level) -> ResourceMark.Reading? {
      used.flatMap { ResourceMark.reading($0, of: limit, above: mark) }
    }
    switch mark {
    case .disk(let path, let mark): return reading(Self.disk(path), mark)
    case .processor(let mark): return reading(processor, mark)
    case .pressure(let kind, let mark): return reading(usage?.pressure(of: kind.rawValue), mark)
    case .memory(let mark): return reading(usage?.memory, usage?.memoryLimit, mark)
    case .tasks(let mark): return reading(usage?.tasks, usage?.taskLimit, mark)
    case .descriptors(let mark):
      guard let pid = mainProcess() else { return nil }
      return reading(OpenDescriptors.count(of: pid), OpenDescriptors.limit(of: pid), mark)
    }
  }

  /// Why there is no reading of a mark; nil if the next look may have one.
  private func reasonUnseen(_ mark: ResourceMark) -> String? {
    switch mark {
    case .disk: unsafe String(cString: strerror(errno))
    case .memory:
      usage?.memory == nil ? "the unit has no memory controller of cgroup v2" : "there is no limit"
    case .tasks: usage?.tasks == nil ? "the unit has no pids controller of cgroup v2" : "there is no limit"
    case .processor: usage?.processorTime == nil ? "the unit has no cgroup v2" : nil
    case .pressure: "the kernel tells no pressure of the unit's cgroup"
    case .descriptors:
      mainProcess().map {
        OpenDescriptors.count(of: $0) == nil ? "/proc does not show them" : "there is no limit"
      }
    }
  }

  private func processorPart(at now: ContinuousClock.Instant) -> Double? {
    guard let used = usage?.processorTime else { return nil }
    defer { processorTime = (used, now) }
    guard let before = processorTime, used >= before.used, now > before.at else { return nil }
    return .microseconds(used - before.used) / (now - before.at)
  }

  /// The blocks or inodes in use, whichever is more, as df(1) counts them.
  private static func disk(_ path: String) -> Double? {
    var status = statvfs()
    guard unsafe statvfs(path, &status) == 0 else { return nil }
    let used = Double(status.f_blocks - status.f_bfree)
    let blocks = used / max(used + Double(status.f_bavail), 1)
    let inodes = status.f_files > 0 ? Double(status.f_files - status.f_ffree) / Double(status.f_files) : 0
    return max(blocks, inodes)
  }
}
