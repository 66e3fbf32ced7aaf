import Glibc
import Presentation
import Systemd
import SystemdManager

/// A line on the terminal that says what a call still waits for, as long as it waits.
@LoopActor
final class JobProgress {
  private let verb: JobVerb
  private let client: ManagerClient
  private let total: Int
  private let began = ContinuousClock.now
  private var pending: [String]
  private var isShown = false
  private var timer: TimerSource?

  /// Begins; nothing is shown where no person looks, nor before a second is over.
  init(_ verb: JobVerb, _ units: [String], _ client: ManagerClient) {
    self.verb = verb
    self.client = client
    pending = units
    total = units.count
    guard isatty(2) == 1, Terminal.variable("TERM") != "dumb" else { return }
    timer = TimerSource(accuracy: .milliseconds(100)) { [unowned self] in tick() }
    timer?.arm(after: .seconds(1))
  }

  /// A unit's job is over.
  func ended(_ unit: String) { pending.removeAll { $0 == unit } }

  /// Takes the line away again.
  func clear() {
    timer?.disarm()
    timer = nil
    if isShown { Self.write("\r\u{1b}[K") }
  }

  // MARK: Steps

  private func tick() {
    guard timer != nil, let unit = pending.first else { return }
    EventLoop.main.spawn(name: "show progress") { await self.show(unit) }
  }

  private func show(_ unit: String) async {
    let wanted = [UnitProperty("Unit", "ActiveState"), UnitProperty("Unit", "SubState"), .statusText]
    // What cannot be asked is not shown; the call itself tells of failures.
    let asked = try? await client.properties({ _ in wanted }, of: [UnitSummary.path(of: unit)]).first
    guard timer != nil else { return }
    let seconds = UInt64((ContinuousClock.now - began).components.seconds)
    let line = Self.line(verb, unit, pending.count, of: total, seconds: seconds, asked ?? UnitProperties())
    let terminal = Terminal(2)
    let cut = DisplayText.cut(
      line, to: max(terminal.width - 1, 1), ellipsis: terminal.palette.glyph(.ellipsis))
    Self.write("\r\u{1b}[K\(cut)")
    isShown = true
    timer?.arm(after: .seconds(1))
  }

  /// Such as `start: myapp.service is activating (start): starting, waiting for readiness probe ... 12s`.
  nonisolated static func line(
    _ verb: JobVerb, _ unit: String, _ count: Int, of total: Int, seconds: UInt64, _ state: UnitProperties
  ) -> String {
    let left = total > 1 ? " \(count) of \(total) left," : ""
    let now = state.subState.isEmpty ? "" : " is \(state.activeState) (\(state.subState))"
    let text = state.statusText.isEmpty ? "" : ": \(state.statusText)"
    return DisplayText.escaped(
      "\(verb.rawValue):\(left) \(Timestamp.span(seconds: seconds)), \(unit)\(now)\(text)")
  }

  private nonisolated static func write(_ text: String) {
    let bytes = Array(text.utf8)
    // Nobody needs the line; that it is cut short is no failure.
    _ = unsafe bytes.withUnsafeBytes { unsafe Glibc.write(2, $0.baseAddress, $0.count) }
  }
}
