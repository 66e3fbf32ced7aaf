import Inspection
import Presentation
import Supervision
import Systemd
import SystemdManager
import UnitDesign
import UnitFiles

/// The page of `upkeep status` about one unit.
struct UnitPage {
  private let report: UnitReport
  private let maintenance: Maintenance?
  private let palette: Palette
  private let width: Int?
  private var lines: [String] = []
  private let now = ListTable.now

  /// Lays a report out for a terminal.
  init(_ report: UnitReport, _ palette: Palette, width: Int?, maintenance: Maintenance? = nil) {
    self.report = report
    self.maintenance = maintenance
    self.palette = palette
    self.width = width
    addTitle()
    addState()
    addOrigin()
    addProcess()
    addUse()
    addTimers()
    addLog()
  }

  /// The page; each line ends in a newline.
  var text: String { lines.map { $0 + "\n" }.joined() }

  private var unit: UnitProperties { report.unit }
  private var options: String { report.address.options }

  // MARK: Lines

  /// A named line. The text is made harmless and wrapped under its beginning.
  private mutating func add(_ name: String, _ text: String, _ style: Palette.Style? = nil) {
    guard !text.isEmpty else { return }
    let indent = 13
    let heading =
      String(repeating: " ", count: max(indent - 2 - name.count, 0)) + name + (name.isEmpty ? "  " : ": ")
    let parts = Self.wrapped(DisplayText.escaped(text), width.map { max($0 - indent, 20) })
    for (index, part) in parts.enumerated() {
      let start = index == 0 ? heading : String(repeating: " ", count: indent)
      lines.append((index == 0 ? palette.styled(start, .faint) : start) + palette.styled(part, style))
    }
  }

  /// Text cut into lines at blanks; a word that is longer than a line is broken.
  private static func wrapped(_ text: String, _ width: Int?) -> [String] {
    guard let width, DisplayText.width(text) > width else { return [text] }
    var lines: [String] = []
    var line = ""
    for word in text.split(separator: " ", omittingEmptySubsequences: false) {
      var word = String(word)
      if !line.isEmpty, DisplayText.width(line) + 1 + DisplayText.width(word) <= width {
        line += " " + word
        continue
      }
      if !line.isEmpty { lines.append(line) }
      while DisplayText.width(word) > width {
        let part = DisplayText.cut(word, to: width, ellipsis: "")
        guard !part.isEmpty else { break }
        lines.append(part)
        word = String(word.dropFirst(part.count))
      }
      line = word
    }
    return line.isEmpty ? lines : lines + [line]
  }

  private func instant(_ microseconds: UInt64?) -> String? {
    guard let moment = Timestamp(microseconds: microseconds ?? 0), let now else { return nil }
    return "\(moment.text(offset: Terminal.offset(at: moment))); \(moment.distance(from: now))"
  }

  // MARK: Parts

  private mutating func addTitle() {
    let style = Palette.Style(unit.activeState, load: unit.loadState)
    let isQuiet = unit.activeState == .inactive && unit.loadState == "loaded"
    let name = DisplayText.escaped(unit.name)
    let description = DisplayText.escaped(unit.unitDescription)
    let title = description.isEmpty || description == name ? "" : " - \(description)"
    let glyph = palette.styled(palette.glyph(isQuiet ? .circle : .dot), style)
    // A name is never cut: somebody may want to copy it.
    let names = width.map { DisplayText.pieces(name, of: max($0 - 2, 1)) } ?? [name]
    for (index, piece) in names.enumerated() {
      lines.append((index == 0 ? "\(glyph) " : "  ") + palette.styled(piece, .strong))
    }
    let room = width.map { max($0 - DisplayText.width(names.last ?? "") - 2, 0) }
    let shown = room.map { DisplayText.cut(title, to: $0, ellipsis: palette.glyph(.ellipsis)) } ?? title
    lines[lines.count - 1] += shown
  }

  private mutating func addState() {
    let entered: UInt64? =
      switch unit.activeState {
      case .inactive, .failed: unit["InactiveEnterTimestamp"]?.unsigned
      case .activating: unit["InactiveExitTimestamp"]?.unsigned
      case .deactivating: unit["ActiveExitTimestamp"]?.unsigned
      default: unit["ActiveEnterTimestamp"]?.unsigned
      }
    let since = instant(entered).map { " since \($0)" } ?? ""
    let load = unit.loadState == "loaded" ? "" : "\(unit.loadState), "
    let style = Palette.Style(unit.activeState, load: unit.loadState)
    add("State", "\(load)\(unit.activeState.rawValue) (\(unit.subState))\(since)", style)
    addHealth()
    if let maintenance {
      let author = maintenance.author.isEmpty ? "" : " (\(maintenance.author))"
      add("Maintenance", "until \(maintenance.endText): \(maintenance.reason)\(author)", .warning)
    }
    for (index, sentence) in report.explanation.sentences.enumerated() {
      add(index == 0 ? "Why" : "", sentence, unit.activeState == .failed && index == 0 ? .bad : nil)
    }
    if let event = report.lastTrouble, unit.activeState != .active {
      add("Last event", "\(clock(event)) \(event.message)")
    }
    if let job = unit["Job"]?.elements?.first?.unsigned, job > 0 {
      add(
        "Job", "number \(job) waits or runs for it; 'upkeep list \(options)--columns job' shows which",
        .warning)
    }
  }

  /// What probes have found, window by window.
  private static func words(_ report: ProbeReport) -> String {
    var parts = report.windows.map { window in
      let names = zip(["p50", "p95", "p99"], window.latencies).map { name, time in
        "\(name) \(TimeSpan.format(time))"
      }
      return "\(window.successRate) of \(window.attempts) in \(window.length)"
        + (names.isEmpty ? "" : " (\(names.joined(separator: ", ")))")
    }
    if let interval = report.interval, let timeout = report.timeout {
      parts.append("now every \(interval) within \(timeout)")
    }
    return parts.joined(separator: "; ")
  }

  private mutating func addHealth() {
    if let health = report.health {
      var text = health.state.rawValue
      if let reason = health.reason { text += ": \(reason)" }
      if let waiting = health.waitingFor { text += ", waiting for \(waiting)" }
      if let attempt = health.attempt { text += ", \(attempt)" }
      if let next = health.nextAttempt {
        text += ", next attempt at \(next) ('upkeep kick \(options)\(unit.name)' makes it now)"
      }
      let style: Palette.Style =
        switch health.state {
        case .ready: .good
        case .failed, .notReady: .bad
        case .starting, .restarting, .ending, .backingOff, .stopping, .stopped: .warning
        }
      add("Health", text, style)
      if let probes = health.probes { add("Probes", Self.words(probes)) }
      if let own = health.own { add("Status", own) }
    } else {
      add("Status", unit.statusText)
    }
    let own = health?.restarts ?? 0
    guard unit.restarts > 0 || own > 0 else { return }
    var text = own > 0 ? "\(own) by upkeep-run" : "\(unit.restarts) by systemd"
    if own > 0, unit.restarts > 0 { text += ", \(unit.restarts) by systemd" }
    if let cause = health?.lastCause {
      text += "; last: \(cause)" + (health?.lastTime.map { " at \($0)" } ?? "")
    }
    add("Restarts", text, .warning)
  }

  private var health: StatusReport? { report.health }

  private mutating func addOrigin() {
    let state = unit.unitFileState.isEmpty ? "" : " (\(unit.unitFileState))"
    if let path = unit.fragmentPath { add("File", path + state) }
    for (index, path) in unit.dropInPaths.enumerated() { add(index == 0 ? "Drop-ins" : "", path) }
    add("Docs", unit["Documentation"]?.elements?.compactMap(\.text).joined(separator: " ") ?? "")
    let triggers = unit["TriggeredBy"]?.elements?.compactMap(\.text) ?? []
    add("Started by", triggers.joined(separator: " "))
    add("Starts", unit["Triggers"]?.elements?.compactMap(\.text).joined(separator: " ") ?? "")
    for listen in SocketUnit(unit.name, unit).listens { add("Listens", "\(listen.address) (\(listen.kind))") }
    if let exposure = report.exposure {
      add(
        "Exposure",
        "\(exposure) of 10 (\(exposure.level.rawValue)); 'upkeep score \(options)\(unit.name)' shows why")
    }
  }

  private mutating func addProcess() {
    if unit.mainPID > 0 {
      add("Process", "\(unit.mainPID)" + (report.mainProgram.map { " (\($0))" } ?? ""))
    } else if unit.activeState != .failed,
      let end = unit.mainEnd
    {
      add("Process", end)
    }
    if let interval = unit["WatchdogUSec"]?.unsigned, interval > 0, interval != .max {
      let span = TimeSpan.format(.microseconds(Int64(clamping: interval)))
      let last = Timestamp(microseconds: unit["WatchdogTimestamp"]?.unsigned ?? 0)
      let ping = now.flatMap { now in last?.distance(from: now) }.map { ", last ping \($0)" } ?? ""
      add("Watchdog", "every \(span)\(ping)")
    }
  }

  private mutating func addUse() {
    if let threads = report.threads { add("Tasks", use(threads) { "\($0)" }, style(threads)) }
    if let files = report.openFiles { add("Files", use(files) { "\($0)" } + " open", style(files)) }
    if report.hidesFiles { add("Files", "only root and the user of the process may count them", .faint) }
    if let memory = report.memory {
      let peak = report.memoryPeak.map { ", at most \(ByteCount.text($0)) so far" } ?? ""
      add("Memory", use(memory, ByteCount.text) + peak, style(memory))
    }
    if let time = report.processorTime { add("CPU", ProcessorTime.text(microseconds: time)) }
    add("Group", unit.controlGroup)
  }

  private func use(_ use: UnitReport.Use, _ text: (UInt64) -> String) -> String {
    text(use.current) + (use.limit.map { " of \(text($0))" } ?? "")
  }

  /// Near a limit there is something to be done.
  private func style(_ use: UnitReport.Use) -> Palette.Style? {
    guard let limit = use.limit, limit > 0 else { return nil }
    return use.current >= limit - limit / 10 ? .bad : use.current >= limit - limit / 4 ? .warning : nil
  }

  private mutating func addTimers() {
    for task in report.tasks {
      let next = instant(task.timer.next(monotonicStart: Terminal.monotonicStart)) ?? "none"
      add("Next run", next + (task.timer.name == unit.name ? "" : " by \(task.timer.name)"))
      let last = instant(task.lastRun).map { moment in
        task.outcome == .unknown ? moment : "\(moment), \(task.outcome.rawValue)"
      }
      add("Last run", last ?? "never", task.outcome == .failed ? .bad : nil)
    }
  }

  private mutating func addLog() {
    guard !report.log.isEmpty else { return }
    lines.append("")
    for record in report.log {
      let source = record["SYSLOG_IDENTIFIER"] ?? record["_COMM"] ?? "?"
      let process = record["SYSLOG_PID"] ?? record["_PID"] ?? ""
      let message = DisplayText.escaped(record.message.split(separator: "\n").joined(separator: " "))
      let head = "\(clock(record)) \(DisplayText.escaped(source))[\(DisplayText.escaped(process))]: "
      let line = head + message
      let shown = width.map { DisplayText.cut(line, to: $0, ellipsis: palette.glyph(.ellipsis)) } ?? line
      lines.append(palette.styled(shown, Self.style(record.priority)))
    }
  }

  private static func style(_ priority: JournalPriority?) -> Palette.Style? {
    guard let level = priority?.rawValue else { return nil }
    return level <= 3 ? .bad : level == 4 ? .warning : level == 7 ? .faint : nil
  }

  /// `Nov 24 14:03:22`: the time of a log line.
  private func clock(_ record: JournalRecord) -> String {
    let parts = record.realtime.components
    guard let moment = Timestamp(microseconds: UInt64(max(parts.seconds, 0)) * 1_000_000) else { return "" }
    let text = moment.text(offset: Terminal.offset(at: moment)).split(separator: " ")
    let months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
    let date = text[1].split(separator: "-")
    guard let month = Int(date[1]), months.indices.contains(month - 1) else { return "" }
    return "\(months[month - 1]) \(date[2]) \(text[2])"
  }
}
