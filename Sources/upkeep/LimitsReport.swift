import Glibc
import Inspection
import Presentation
import Systemd
import UnitDesign
import UnitFiles

/// What came of changing limits, or would come of it.
struct LimitsReport {
  /// A process whose limit was to be changed.
  struct Step {
    let process: Int32
    let name: String
    /// What held before; nil if that could not be told.
    var before: ResourceLimit?
    /// Why it was not changed.
    var error: SystemError?
  }

  /// More processes than this have no lines of their own.
  private static let mostLines = 8

  private let isDry: Bool
  private let options: OutputOptions
  private var lines: [String] = []
  private var complaints: [String] = []
  private var rows: [JSONValue] = []
  private var code: Int32 = 0

  init(isDry: Bool, _ options: OutputOptions) {
    self.isDry = isDry
    self.options = options
  }

  /// Adds what came of one limit of processes.
  mutating func add(_ limit: ResourceLimit, keepsHard: Bool, unit: String?, _ steps: [Step]) {
    let what =
      keepsHard
      ? "the soft limit \(limit.resource.directive)=\(limit.valueText)"
      : LimitChange.resource(limit, keepsHard: false).line
    tell(of: steps.filter { $0.error == nil }, limit, keepsHard, unit)
    for step in steps {
      guard let error = step.error else { continue }
      let process = "process \(step.process) (\(DisplayText.escaped(step.name)))"
      complaints.append("cannot set \(what) of \(process): \(Self.reason(error, limit))")
      let status = error.errno == EPERM || error.errno == EACCES ? ExitError.notPermitted : ExitError.failure
      if code == 0 { code = status }
    }
    let failed = steps.filter { $0.error != nil }.count
    if let unit, failed > 0, steps.count > 1 {
      complaints.append(
        "\(what) holds for \(steps.count - failed) of the \(steps.count) processes of \(DisplayText.escaped(unit))"
      )
    }
    rows.append(
      .object([
        .init("unit", .text(unit)), .init("setting", .string(limit.resource.directive)),
        .init("value", .string(limit.valueText + (keepsHard ? ":" : ""))),
        .init(
          "processes",
          .list(
            steps.map { step in
              .object([
                .init("pid", .integer(Int64(step.process))), .init("name", .string(step.name)),
                .init("ok", .boolean(step.error == nil)), .init("before", .text(step.before?.valueText)),
                .init("reason", .text(step.error.map { Self.reason($0, limit) })),
              ])
            })), .init("path", .null), .init("lasts", .boolean(false)),
      ]))
  }

  /// Adds lines about processes whose limit was changed: one each for a few, else one for all that had the same before.
  private mutating func tell(
    of steps: [Step], _ limit: ResourceLimit, _ keepsHard: Bool, _ unit: String?
  ) {
    guard steps.count > Self.mostLines, let unit else {
      for step in steps {
        let what = done(limit, keepsHard, before: step.before)
        lines.append("process \(step.process) (\(DisplayText.escaped(step.name))): \(what)")
      }
      return
    }
    let groups = Dictionary(grouping: steps) { done(limit, keepsHard, before: $0.before) }
    for (what, group) in groups.sorted(by: { $0.key < $1.key }) {
      lines.append("\(group.count) processes of \(DisplayText.escaped(unit)): \(what)")
    }
  }

  /// What was done to a process, with both limits as they are now.
  private func done(_ limit: ResourceLimit, _ keepsHard: Bool, before: ResourceLimit?) -> String {
    var now = limit
    if keepsHard, let before {
      now = ResourceLimit(resource: limit.resource, soft: limit.soft, hard: before.hard)
    }
    let what = "\(limit.resource.directive)=\(now.valueText)"
    if now == before { return "\(what) holds already" }
    return "\(what) \(isDry ? "would be set" : "set")" + (before.map { ", was \($0.valueText)" } ?? "")
  }

  /// Adds a limit of a unit's control group.
  mutating func add(_ setting: GroupSetting, _ value: UInt64?, unit: String, lasts: Bool) {
    let what = LimitChange.group(setting, value).line
    let how = lasts ? "for good" : "until the next boot"
    lines.append("\(DisplayText.escaped(unit)): \(what) \(isDry ? "would be set" : "set") \(how)")
    rows.append(
      .object([
        .init("unit", .string(unit)), .init("setting", .string(setting.rawValue)),
        .init("value", .string(setting.text(value))), .init("processes", .list([])), .init("path", .null),
        .init("lasts", .boolean(lasts)),
      ]))
  }

  /// Adds the file that makes limits last.
  mutating func add(path: String, _ limits: [ResourceLimit], unit: String, isSame: Bool) {
    let what =
      isSame
      ? "is as it should be"
      : isDry ? "would be written, and read by systemd" : "written, and read by systemd"
    let later = limits.map { "\($0.resource.directive)=\($0.valueText)" }.joined(separator: " ")
    lines.append("\(DisplayText.escaped(path)) \(what); each later start has \(later)")
    for limit in limits {
      rows.append(
        .object([
          .init("unit", .string(unit)), .init("setting", .string(limit.resource.directive)),
          .init("value", .string(limit.valueText)), .init("processes", .list([])),
          .init("path", .string(path)), .init("lasts", .boolean(true)),
        ]))
    }
  }

  /// Adds a warning.
  mutating func warn(_ text: String) {
    complaints.append(text)
    if code == 0 { code = ExitError.failure }
  }

  /// Shows it.
  ///
  /// - Throws: the status, if something could not be changed.
  func show() throws(ExitError) {
    if options.output == .text {
      if !options.quiet { StandardOutput.write(lines.map { "\($0)\n" }.joined()) }
      for line in complaints { StandardError.line("upkeep: \(line)") }
    } else {
      let answer = JSONValue.object([
        .init("dry_run", .boolean(isDry)), .init("changes", .list(rows)),
        .init("complaints", .list(complaints.map { .string($0) })),
      ])
      StandardOutput.write("\(answer.text(isPretty: options.output == .jsonPretty))\n")
    }
    if code != 0 { throw ExitError("", code: code) }
  }

  private static func reason(_ error: SystemError, _ limit: ResourceLimit) -> String {
    switch error.errno {
    case EPERM where limit.resource == .nofile:
      guard let most = mostFiles, (limit.hard ?? .max) > most || (limit.soft ?? .max) > most else {
        return noRight
      }
      return "fs.nr_open allows no more than \(most), for root too"
    case EPERM, EACCES: return noRight
    case EINVAL: return "the soft limit would be above the hard one"
    case ESRCH: return "it has ended"
    default: return DisplayText.escaped("\(error)")
    }
  }

  private static var noRight: String {
    geteuid() == 0
      ? "the capability CAP_SYS_RESOURCE is missing here"
      : "it takes root (CAP_SYS_RESOURCE) to change another user's process or to raise a hard limit; use sudo"
  }

  /// How many open files the kernel allows a process at most.
  private static var mostFiles: UInt64? {
    guard let content = try? TextFile.read("/proc/sys/fs/nr_open") else { return nil }
    return UInt64(String(decoding: content.prefix { $0 >= 0x30 && $0 <= 0x39 }, as: UTF8.self))
  }
}
