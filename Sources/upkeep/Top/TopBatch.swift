import Inspection
import Presentation
import Systemd
import SystemdManager

/// `upkeep top` without a terminal: samples as text or JSON, one after the other.
@LoopActor
final class TopBatch {
  private let command: TopCommand
  private let sampler: UnitSampler
  private let pages = PagedOutput(isPaged: false)
  private var state: TopState
  private var work: Task<Bool, Never>?

  init(_ command: TopCommand, _ selection: TopSelection) {
    self.command = command
    sampler = UnitSampler(command.manager.address, selection)
    state = TopState(
      width: 0, height: 0, palette: command.outputOptions.palette, order: command.sort,
      isReversed: command.reverse)
  }

  /// Prints all samples; ends before if nobody reads them any more.
  func run() async throws {
    do throws(BusError) {
      try await sampler.monitor.connect()
    } catch {
      throw command.manager.failure(error, "watch the units")
    }
    let watching = EventLoop.main.spawn(name: "watch units") { [sampler] in
      while let event = await sampler.monitor.next() { sampler.take(event) }
    }
    let delay = try command.interval()
    let work = EventLoop.main.spawn(name: "print samples") { [self] in await print(delay) }
    self.work = work
    let output = OutputWatch { work.cancel() }
    await withTaskCancellationHandler {
      _ = await work.value
    } onCancel: {
      work.cancel()
    }
    output.cancel()
    watching.cancel()
    await watching.value
    try Task.checkCancellation()
  }

  // MARK: Steps

  /// Without a number of samples and a time between them there is one, of half a second.
  private func print(_ delay: Duration?) async -> Bool {
    let count = command.iterations ?? (delay == nil ? 1 : Int.max)
    var before = TopClock.monotonic
    state.take(await sampler.look(), at: before, clock: "")
    var pause = delay ?? TopProgram.firstDelay
    for number in 0..<count {
      do throws(CancellationError) { try await EventLoop.main.sleep(for: pause) } catch { return false }
      pause = delay ?? TopProgram.usualDelay
      let samples = await sampler.look()
      let now = TopClock.monotonic
      state.take(samples, at: now, clock: TopClock.text)
      pages.write(command.outputOptions.output == .text ? text(number) : json(now - before))
      before = now
      if pages.isOver { return false }
    }
    return true
  }

  private func text(_ number: Int) -> String {
    let units = state.shown
    func knows(_ value: (UnitSample) -> UInt64?) -> Bool { units.contains { value($0.sample) != nil } }
    let columns = BatchColumn.all.filter { $0.isShown(units) }
    var table = Table(columns.map(\.column))
    for unit in units { table.add(columns.map { $0.cell(unit) }) }
    let options = command.outputOptions
    let hasLegend = options.style.hasLegend
    let text = table.text(options.palette, width: options.width, hasLegend: hasLegend)
    let head = hasLegend ? "\(state.clock)  \(units.count) \(units.count == 1 ? "unit" : "units")\n" : ""
    return (number > 0 ? "\n" : "") + head + text
  }

  private func json(_ interval: Duration) -> String {
    let value = JSONValue.object([
      .init("time", .time(ListTable.now)), .init("interval_usec", .number(interval.wholeMicroseconds)),
      .init("units", .list(state.shown.map(\.json))),
    ])
    return value.text(isPretty: command.outputOptions.output == .jsonPretty) + "\n"
  }
}

/// A column of the samples that are printed.
private struct BatchColumn {
  let column: Table.Column
  let cell: (UnitUsage) -> Table.Cell
  var isShown: ([UnitUsage]) -> Bool = { _ in true }

  static var all: [BatchColumn] {
    [
      BatchColumn(column: .init("UNIT", yield: 1, leastWidth: 16)) { Table.Cell($0.name) },
      BatchColumn(column: .init("STATE")) { Table.Cell($0.sample.sub, $0.style) },
      BatchColumn(
        column: .init("HEALTH"), cell: { Table.Cell($0.sample.health ?? "-") },
        isShown: { $0.contains { $0.sample.health != nil } }),
      number("CPU%", \.processor) { "\($0 / 10).\($0 % 10)" },
      number("MEMORY", \.sample.memory, ByteCount.text),
      number("TASKS", \.sample.tasks) { "\($0)" },
      number("READ/s", \.readRate, ByteCount.text),
      number("WRITE/s", \.writeRate, ByteCount.text),
      number("RESTARTS", \.sample.restarts) { "\($0)" },
    ]
  }

  /// A number; the column is left out where nobody counts.
  private static func number(
    _ title: String, _ path: KeyPath<UnitUsage, UInt64?>, _ text: @escaping (UInt64) -> String
  ) -> BatchColumn {
    BatchColumn(
      column: .init(title, isNumber: true), cell: { Table.Cell($0[keyPath: path].map(text) ?? "-") },
      isShown: { $0.contains { $0[keyPath: path] != nil } })
  }
}

extension UnitUsage {
  /// For programs: the fields of upkeep-top(1).
  fileprivate var json: JSONValue {
    .object([
      .init("unit", .string(name)), .init("active", .string(sample.active)),
      .init("sub", .string(sample.sub)), .init("health", .text(sample.health)),
      .init("restarts", .count(sample.restarts)),
      .init("cpu_percent", processor.map { .decimal(Double($0) / 10) } ?? .null),
      .init("cpu_usec", .count(sample.processorTime)), .init("memory_bytes", .count(sample.memory)),
      .init("tasks", .count(sample.tasks)), .init("read_bytes", .count(sample.bytesRead)),
      .init("written_bytes", .count(sample.bytesWritten)),
      .init("read_bytes_per_second", .count(readRate)),
      .init("written_bytes_per_second", .count(writeRate)),
    ])
  }
}

extension Duration {
  /// Microseconds, at least 0.
  fileprivate var wholeMicroseconds: UInt64 {
    UInt64(max(components.seconds, 0)) * 1_000_000
      + UInt64(max(components.attoseconds, 0) / 1_000_000_000_000)
  }
}
