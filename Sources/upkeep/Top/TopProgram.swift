import Glibc
import Inspection
import Presentation
import Systemd
import SystemdManager

/// One run of `upkeep top` on a terminal: keys, samples and the log go into the state, and the screen comes out of it.
@LoopActor
final class TopProgram {
  /// The time between two samples unless told.
  static let usualDelay = Duration.seconds(2)
  /// The first rates come sooner than that.
  static let firstDelay = Duration.milliseconds(500)

  private let command: TopCommand
  private let delay: Duration
  private let sampler: UnitSampler
  private var state: TopState
  private var terminal: RawTerminal?
  private var tasks: [Task<Void, Never>] = []
  private var page: Task<Void, Never>?
  private var isOver = false
  private var waiter: CheckedContinuation<Void, Never>?

  init(_ command: TopCommand, _ selection: TopSelection, _ terminal: Terminal) throws {
    self.command = command
    delay = try command.interval() ?? Self.usualDelay
    sampler = UnitSampler(command.manager.address, selection)
    state = TopState(
      width: terminal.width, height: 24, palette: command.outputOptions.palette, order: command.sort,
      isReversed: command.reverse)
  }

  /// Runs until a person ends it, or all samples have been shown.
  func run() async throws {
    do throws(BusError) {
      try await sampler.monitor.connect()
    } catch {
      throw command.manager.failure(error, "watch the units")
    }
    do throws(SystemError) {
      terminal = try RawTerminal(
        onKey: { [unowned self] in take($0) }, onChange: { [unowned self] in fit() },
        onEnd: { [unowned self] in finish() })
    } catch {
      throw ExitError("cannot use the terminal: \(error); --batch needs none")
    }
    // Also if something below throws.
    defer { terminal?.leave() }
    tasks = [
      EventLoop.main.spawn(name: "watch units") { [self] in await follow() },
      EventLoop.main.spawn(name: "take samples") { [self] in await sample() },
    ]
    fit()
    await withTaskCancellationHandler {
      await withCheckedContinuation { continuation in
        if isOver { continuation.resume() } else { waiter = continuation }
      }
    } onCancel: {
      EventLoop.main.spawn(name: "end top") { self.finish() }
    }
    for task in tasks + [page].compactMap(\.self) {
      task.cancel()
      await task.value
    }
    try Task.checkCancellation()
  }

  // MARK: Samples

  private func follow() async {
    while let event = await sampler.monitor.next() {
      sampler.take(event)
      switch event {
      case .connected: state.trouble = nil
      case .disconnected(let error):
        state.trouble = "No connection to systemd (\(error.message)); states are those from before."
      case .unit, .jobNew, .jobRemoved, .reloading, .missed: continue
      }
      draw()
    }
  }

  private func sample() async {
    await look()
    var count = 0
    var pause = min(Self.firstDelay, delay)
    while await sleep(pause) {
      if let limit = command.iterations, count >= limit { return finish() }
      pause = delay
      count += 1
      await look()
    }
  }

  private func sleep(_ time: Duration) async -> Bool {
    do throws(CancellationError) {
      try await EventLoop.main.sleep(for: time)
      return true
    } catch {
      return false
    }
  }

  private func look() async {
    let samples = await sampler.look()
    state.take(samples, at: TopClock.monotonic, clock: TopClock.text)
    draw()
  }

  // MARK: Screen

  private func draw() {
    guard !isOver else { return }
    terminal?.draw(TopScreen(state).lines)
  }

  private func fit() {
    guard let size = terminal?.size else { return }
    state.resize(width: size.width, height: size.height)
    draw()
    // The page is laid out for another width.
    if case .status(let unit) = state.view { open { [self] in await followStatus(of: unit) } }
  }

  private func finish() {
    isOver = true
    waiter?.resume()
    waiter = nil
  }

  // MARK: Keys

  private func take(_ key: Key) {
    guard !isOver else { return }
    let action = state.handle(key)
    switch action {
    case .quit: return finish()
    case .openLog(let unit): open { [self] in await followLog(of: unit) }
    case .openStatus(let unit): open { [self] in await followStatus(of: unit) }
    case .close: page?.cancel()
    case .restart(let unit):
      tasks.append(EventLoop.main.spawn(name: "restart a unit") { [self] in await restart(unit) })
    case .sample: tasks.append(EventLoop.main.spawn(name: "look now") { [self] in await look() })
    case .redraw: terminal?.forget()
    case nil: break
    }
    draw()
  }

  /// Lets a task fill the page, in place of the one that did.
  private func open(_ body: @escaping @LoopActor @Sendable () async -> Void) {
    page?.cancel()
    page = EventLoop.main.spawn(name: "fill a page") { await body() }
  }

  // MARK: Pages

  private func followLog(of unit: String) async {
    do {
      let log = try TopLog(unit, command.manager.address)
      while !Task.isCancelled {
        let lines = try log.lines()
        if !lines.isEmpty {
          state.add(lines)
          draw()
        }
        await log.wait()
      }
    } catch {
      state.message = DisplayText.escaped("\(error)")
      draw()
    }
  }

  private func followStatus(of unit: String) async {
    repeat {
      guard let client = sampler.monitor.client else { continue }
      let address = command.manager.address
      do throws(BusError) {
        let report = try await UnitReport.gather(unit, client, address, lines: state.pageHeight)
        guard !Task.isCancelled else { return }
        let page = UnitPage(report, state.palette, width: state.width)
        state.show(page: page.text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init))
      } catch {
        guard !Task.isCancelled else { return }
        state.message = command.manager.failure(error, "read the state of \(unit)").message
      }
      draw()
    } while await sleep(delay)
  }

  /// Restarts a unit over a connection of its own, which ends with it.
  private func restart(_ unit: String) async {
    let run = JobRun(manager: command.manager, verb: .restart)
    do throws(ExitError) {
      let client = try command.manager.connect()
      let outcome = await run.outcomes([unit], client).first
      client.bus.close()
      let complaint =
        outcome?.complaint(.plain, width: nil, for: command.manager).first
        ?? "\(unit): nothing is known of it"
      state.message = outcome?.failure == nil ? outcome?.line : complaint
    } catch {
      state.message = error.message
    }
    await look()
  }
}

/// The clocks of samples.
enum TopClock {
  /// The time since the boot.
  static var monotonic: Duration {
    var time = timespec()
    unsafe clock_gettime(CLOCK_MONOTONIC, &time)
    return .seconds(Int64(time.tv_sec)) + .nanoseconds(Int64(time.tv_nsec))
  }

  /// The local time of day.
  static var text: String {
    guard let now = ListTable.now else { return "" }
    return now.syslog(offset: Terminal.offset(at: now)).split(separator: " ").last.map(String.init) ?? ""
  }
}
