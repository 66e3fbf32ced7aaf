import Inspection
import Presentation
import Supervision
import Systemd
import SystemdManager

/// Looks at all units again and again: their states are kept up by signals, and what they use is read from the control
/// groups. The manager is asked only for what no file tells.
@LoopActor
final class UnitSampler {
  /// What a unit uses.
  private enum Figure: String, CaseIterable {
    case memory = "MemoryCurrent"
    case tasks = "TasksCurrent"
    case processorTime = "CPUUsageNSec"
    case bytesRead = "IOReadBytes"
    case bytesWritten = "IOWriteBytes"

    /// Where it stands in a sample.
    var path: WritableKeyPath<UnitSample, UInt64?> {
      switch self {
      case .memory: \.memory
      case .tasks: \.tasks
      case .processorTime: \.processorTime
      case .bytesRead: \.bytesRead
      case .bytesWritten: \.bytesWritten
      }
    }
  }

  /// The units; whoever reads its events hands them to ``take(_:)``.
  let monitor: UnitMonitor
  private let selection: TopSelection
  private let groups: ControlGroups?
  // The groups' folders by the units' names, as long as no unit has changed.
  private var folders: [String: String]?
  // What has been learned of where figures are: nil before the first look.
  private var inFiles: Set<Figure>?
  private var askable = Set(Figure.allCases)
  // Whether a unit's status line is that of upkeep-run, as far as that had to be asked.
  private var supervised: [String: Bool] = [:]
  private var reports: [String: (text: String, report: StatusReport?)] = [:]

  init(_ address: ManagerAddress, _ selection: TopSelection) {
    monitor = UnitMonitor(address, watching: [.restarts, .statusText])
    self.selection = selection
    groups = address.isLocal ? ControlGroups(address.scope) : nil
  }

  /// Takes what the monitor tells.
  func take(_ event: UnitEvent) {
    switch event {
    case .unit(let change):
      if change.isStateChange || change.before == nil { folders = nil }
      if change.after == nil {
        supervised[change.name] = nil
        reports[change.name] = nil
      }
    case .connected, .missed: folders = nil
    case .reloading(let isActive):
      // A unit's command may be another one now.
      if !isActive { supervised = [:] }
    case .disconnected, .jobNew, .jobRemoved: break
    }
  }

  /// What is to be seen now. While there is no connection, states are those of its end.
  func look() async -> [UnitSample] {
    let units = monitor.picture.units.values.filter(selection.contains)
    await askForCommands(units)
    var samples = units.map(sample)
    var missing = askable
    if let groups {
      let folders = folders ?? groups.groups()
      self.folders = folders
      read(folders, &samples)
      missing.subtract(inFiles ?? [])
    }
    if !missing.isEmpty { await ask(missing, units, &samples) }
    return samples
  }

  // MARK: States

  private func sample(_ unit: UnitSummary) -> UnitSample {
    var sample = UnitSample(name: unit.name, active: unit.activeState.rawValue, sub: unit.subState)
    sample.summary = unit.unitDescription
    let properties = monitor.picture.properties[unit.name]
    if unit.kind == "service" { sample.restarts = properties?.restarts ?? 0 }
    if let report = report(of: unit.name), supervised[unit.name] == true {
      sample.health = report.state.rawValue
      sample.restarts = (sample.restarts ?? 0) + UInt64(report.restarts)
    }
    if unit.activeState == .failed { sample.health = "failed" }
    return sample
  }

  private func report(of unit: String) -> StatusReport? {
    let text = monitor.picture.properties[unit]?.statusText ?? ""
    guard !text.isEmpty else { return nil }
    if let known = reports[unit], known.text == text { return known.report }
    let report = StatusReport(text)
    reports[unit] = (text, report)
    return report
  }

  /// Any program may say "ready": what reads as a word of `upkeep-run` counts only if its unit runs that. Asked once a
  /// unit.
  private func askForCommands(_ units: [UnitSummary]) async {
    let doubtful = units.filter { supervised[$0.name] == nil && report(of: $0.name) != nil }
    guard !doubtful.isEmpty, let client = monitor.client else { return }
    // Without an answer they are asked for again the next time.
    guard let commands = try? await client.properties({ _ in [.execStart] }, of: doubtful.map(\.path)) else {
      return
    }
    for (unit, properties) in zip(doubtful, commands) { supervised[unit.name] = properties.isSupervised }
  }

  // MARK: Figures

  private func read(_ folders: [String: String], _ samples: inout [UnitSample]) {
    let wanted = inFiles ?? Set(Figure.allCases)
    var found: Set<Figure> = []
    var isAny = false
    for index in samples.indices {
      guard let folder = folders[samples[index].name] else { continue }
      isAny = true
      if wanted.contains(.memory) { samples[index].memory = ControlGroups.memory(of: folder) }
      if wanted.contains(.tasks) { samples[index].tasks = ControlGroups.tasks(in: folder) }
      if wanted.contains(.processorTime) {
        samples[index].processorTime = ControlGroups.processorTime(of: folder)
      }
      if wanted.contains(.bytesRead), let bytes = ControlGroups.blockBytes(of: folder) {
        (samples[index].bytesRead, samples[index].bytesWritten) = (bytes.read, bytes.written)
      }
      if inFiles == nil {
        found.formUnion(Figure.allCases.filter { samples[index][keyPath: $0.path] != nil })
      }
    }
    // A controller that no group has is not there for any.
    if inFiles == nil, isAny { inFiles = found }
  }

  private func ask(_ figures: Set<Figure>, _ units: [UnitSummary], _ samples: inout [UnitSample]) async {
    let asked = units.indices.filter {
      units[$0].activeState != .inactive && Self.interfaces[String(units[$0].kind)] != nil
    }
    guard !asked.isEmpty, let client = monitor.client else { return }
    let wanted = { (index: Int) -> [UnitProperty] in
      guard let interface = Self.interfaces[String(units[asked[index]].kind)] else { return [] }
      return figures.map { UnitProperty(interface, $0.rawValue) }
    }
    // Without an answer there are no figures this time.
    guard let answers = try? await client.properties(wanted, of: asked.map { units[$0].path }) else { return }
    var found: Set<Figure> = []
    for (index, properties) in zip(asked, answers) {
      for figure in figures {
        guard let value = properties[figure.rawValue]?.unsigned, value != .max else { continue }
        found.insert(figure)
        samples[index][keyPath: figure.path] = figure == .processorTime ? value / 1000 : value
      }
    }
    // Nobody counts it: it is not asked for again.
    askable.subtract(figures.subtracting(found))
  }

  /// The kinds of units that have a control group.
  private static let interfaces = [
    "service": "Service", "scope": "Scope", "slice": "Slice", "socket": "Socket", "mount": "Mount",
    "swap": "Swap",
  ]
}
