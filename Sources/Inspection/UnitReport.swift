import Glibc
public import Supervision
public import Systemd
public import SystemdManager
public import UnitDesign
import UnitFiles

/// All that there is to say about one unit, gathered from its manager, its control group, its files and the journal.
///
/// What is foreign text in it has to be escaped before it is shown.
public struct UnitReport: Sendable {
  /// What a unit uses of something, and how much it may use.
  public struct Use: Sendable, Hashable {
    /// What it uses now.
    public let current: UInt64
    /// The most that it may use; nil for no limit.
    public let limit: UInt64?
  }

  /// The name under which the unit was asked for.
  public let asked: String
  /// Where its manager is.
  public let address: ManagerAddress
  /// Its properties.
  public let unit: UnitProperties
  /// Where it stands in the eyes of its `upkeep-run`; nil for a unit without one.
  public internal(set) var health: StatusReport?
  /// Why it is in its state.
  public internal(set) var explanation: UnitExplanation
  /// The name of the main process's program; nil without one.
  public internal(set) var mainProgram: String?
  /// Threads.
  public internal(set) var threads: Use?
  /// Bytes of memory.
  public internal(set) var memory: Use?
  /// The most memory that it has used, in bytes.
  public internal(set) var memoryPeak: UInt64?
  /// Microseconds of processor time.
  public internal(set) var processorTime: UInt64?
  /// Open files of the main process.
  public internal(set) var openFiles: Use?
  /// Whether its open files are there, but not for us to count.
  public internal(set) var hidesFiles = false
  /// How exposed it is, by its files; nil for what is no service.
  public internal(set) var exposure: Exposure?
  /// What the timers that have to do with it start, and when.
  public internal(set) var tasks: [ScheduledTask] = []
  /// The last entries of the journal of this boot, the oldest first.
  public internal(set) var log: [JournalRecord] = []
  /// The last event of its `upkeep-run` that tells of trouble, from the journal.
  public internal(set) var lastTrouble: JournalRecord?

  /// Whether there is such a unit at all.
  public var exists: Bool { unit.loadState != "not-found" || unit.activeState != .inactive }

  init(asked: String, unit: UnitProperties, requirements: [UnitSummary], at address: ManagerAddress) {
    self.asked = asked
    self.unit = unit
    self.address = address
    explanation = UnitExplanation(of: unit, requirements: requirements, options: address.options)
    if unit.isSupervised { health = StatusReport(unit.statusText) }
  }
}

extension UnitReport {
  /// Gathers what there is to say about a unit.
  ///
  /// - Parameters:
  ///   - name: the unit's name or an alias.
  ///   - client: its manager.
  ///   - address: where the manager is; only of this machine's units more is known than the manager says.
  ///   - lines: how many entries of the journal.
  /// - Returns: the report; ``exists`` tells whether there is such a unit.
  /// - Throws: why the manager did not answer. What else cannot be read is missing.
  @LoopActor
  public static func gather(
    _ name: String, _ client: ManagerClient, _ address: ManagerAddress, lines: Int
  ) async throws(BusError) -> UnitReport {
    var values: [String: BusVariant] = [:]
    for property in try await client.orderedProperties(of: name) { values[property.name] = property.value }
    let unit = UnitProperties(values)
    var report = UnitReport(
      asked: name, unit: unit, requirements: try await unmet(requirementsOf: unit, client), at: address)
    report.takeAccounting()
    report.tasks = try await tasks(of: unit, client)
    guard address.isLocal else { return report }
    if let groups = ControlGroups(address.scope) { report.takeUse(groups) }
    report.takeMainProcess()
    report.rate(address.scope)
    // A journal that cannot be read, or that nobody may read, has nothing to say.
    try? report.readJournal(address.scope, lines: lines)
    return report
  }

  // MARK: Manager

  /// The units that it cannot do without and that have failed or do not exist.
  @LoopActor
  private static func unmet(
    requirementsOf unit: UnitProperties, _ client: ManagerClient
  ) async throws(BusError) -> [UnitSummary] {
    guard !unit.activeState.isUp else { return [] }
    let names = ["Requires", "Requisite", "BindsTo"].flatMap { unit[$0]?.elements?.compactMap(\.text) ?? [] }
    guard !names.isEmpty else { return [] }
    return try await client.listUnits(states: [], patterns: names)
      .filter { $0.activeState == .failed || ($0.loadState != "loaded" && $0.activeState == .inactive) }
      .sorted { $0.name < $1.name }
  }

  /// Itself if it is a timer, else the timers that start it.
  @LoopActor
  private static func tasks(
    of unit: UnitProperties, _ client: ManagerClient
  ) async throws(BusError) -> [ScheduledTask] {
    let triggers = unit["TriggeredBy"]?.elements?.compactMap(\.text) ?? []
    let timers = ([unit.name] + triggers).filter { $0.hasSuffix(".timer") }
    return timers.isEmpty ? [] : try await ScheduledTask.gather(timers, client)
  }

  private mutating func takeAccounting() {
    func number(_ name: String) -> UInt64? { unit[name]?.unsigned.flatMap { $0 == .max ? nil : $0 } }
    threads = number("TasksCurrent").map { Use(current: $0, limit: number("TasksMax")) }
    memory = number("MemoryCurrent").map {
      Use(current: $0, limit: number("MemoryMax") ?? number("MemoryHigh"))
    }
    memoryPeak = number("MemoryPeak")
    processorTime = number("CPUUsageNSec").map { $0 / 1000 }
  }

  // MARK: This machine

  private mutating func takeUse(_ groups: ControlGroups) {
    guard !unit.controlGroup.isEmpty, memoryPeak == nil else { return }
    // Older managers do not tell it.
    let folder = groups.mount + unit.controlGroup
    memoryPeak = ControlGroups.number("memory.peak", of: folder)
  }

  private mutating func takeMainProcess() {
    let process = unit.mainPID
    guard process > 0 else { return }
    mainProgram = (try? TextFile.read("/proc/\(process)/comm")).map {
      String(decoding: $0.prefix { $0 != UInt8(ascii: "\n") }, as: UTF8.self)
    }
    do throws(SystemError) {
      let open = try Directory.entries(of: "/proc/\(process)/fd").count
      if open > 0 { openFiles = Use(current: UInt64(open), limit: Self.openFilesLimit(of: process)) }
    } catch {
      hidesFiles = error.errno == EACCES
    }
  }

  /// The soft limit of open files.
  private static func openFilesLimit(of process: Int32) -> UInt64? {
    guard let content = try? TextFile.read("/proc/\(process)/limits") else { return nil }
    let line = String(decoding: content, as: UTF8.self).split(separator: "\n").first {
      $0.hasPrefix("Max open files")
    }
    return line?.split(separator: " ").dropFirst(3).first.flatMap { UInt64($0) }
  }

  private mutating func rate(_ scope: ProcessUnit.Scope) {
    guard unit.name.hasSuffix(".service"), unit.fragmentPath != nil,
      let loaded = try? UnitLoader(scope).load(unit.name), let version = MachineSurroundings().systemdVersion
    else { return }
    exposure = Exposure(of: loaded, systemd: version, scope: scope == .user ? .user : .system)
  }

  @LoopActor
  private mutating func readJournal(_ scope: ProcessUnit.Scope, lines: Int) throws {
    guard let boot = try? TextFile.read("/proc/sys/kernel/random/boot_id"),
      let id = MessageID(String(decoding: boot.prefix(36), as: UTF8.self))
    else { return }
    let own: JournalMatch =
      switch scope {
      case .system: .unit(unit.name)
      case .user: .userUnit(unit.name)
      }
    let match = own.and(.boot(id))
    let reader = try JournalReader(match, namespace: .all)
    log = try reader.last(lines)
    let field = scope == .user ? "_SYSTEMD_USER_UNIT" : "_SYSTEMD_UNIT"
    if log.contains(where: { $0[field] == unit.name }) { explanation.hasWritten() }
    guard unit.isSupervised, health == nil || health?.state == .failed else { return }
    let kinds: [ServiceEvent.Kind] = [.ended, .judged, .startFailed, .limitReached]
    let events = JournalMatch(alternatives: kinds.map { [JournalMatch.Term("MESSAGE_ID", $0.rawValue)] })
    try reader.set(JournalMatch.field("_SYSTEMD_UNIT", unit.name).and(.boot(id)).and(events))
    lastTrouble = try reader.last(1).first
  }
}

extension JournalMatch {
  /// Entries of a user's unit, of the caller's own manager.
  static func userUnit(_ name: String) -> JournalMatch {
    let user = Term("_UID", "\(geteuid())")
    return JournalMatch(alternatives: [
      [user, Term("_SYSTEMD_USER_UNIT", name)], [user, Term("USER_UNIT", name)],
    ])
  }
}
