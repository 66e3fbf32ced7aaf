import Glibc
import LogMatching
import Processes
import Supervision
import Systemd
import SystemdManager
import UnitFiles

/// Carries out the steps of a ``RepairMachine``: actions are tasks of the loop, waits its timers.
@LoopActor
final class RepairRunner {
  /// How much of a command's last line is told, in characters.
  private static let longestOutput = 200

  /// What a repair does to the service; its runner carries it out.
  enum Wish {
    case restart(String)
    case release
    case resumeProbes
    case judge(ProbeKind, String)
    case fail(String)
    case signal(Int32)
    case record(ServiceEvent)
  }

  private(set) var machine: RepairMachine
  private let onWish: @LoopActor (Wish) -> Void
  private let commands: BoundedCommands
  private let template: SpawnRequest
  private let reloadSignal: Int32
  private let scope: ProcessUnit.Scope
  private var timers: [RepairTimer: TimerSource] = [:]
  private var action: Task<Void, Never>?
  // An action that was dropped may still answer; its number tells it from the present one.
  private var number = 0
  // Events wait here while steps are carried out, so that each meets the state that the one before left.
  private var queue: [RepairEvent] = []
  private var isWorking = false
  /// Why nothing may be repaired now; nil if it may. Asked whenever a repair could begin.
  var hindrance: @LoopActor () -> String? = { nil }
  /// Facts that every command of a repair is told, such as the unit's name.
  var facts: [String: String] = [:]

  /// Repairs by the rules of a policy.
  init(
    _ policy: Policy, commands: BoundedCommands, template: SpawnRequest, scope: ProcessUnit.Scope,
    earlier: RepairRunner? = nil, onWish: @escaping @LoopActor (Wish) -> Void
  ) {
    machine = RepairMachine(
      policy.repairs, startTime: policy.startAllowance(isFirst: false), earlier: earlier?.machine)
    machine.isReady = earlier?.machine.isReady ?? false
    self.commands = commands
    self.template = template
    self.scope = scope
    reloadSignal = policy.reloadSignal ?? SIGHUP
    self.onWish = onWish
    for timer in RepairTimer.allCases {
      timers[timer] = TimerSource { [unowned self] in handle(.timerFired(timer)) }
    }
  }

  /// Takes in what happened.
  func handle(_ event: RepairEvent) {
    if case .triggered = event { lookForHindrance() }
    queue.append(event)
    work()
  }

  /// Keeps the machine's picture of the service up to date.
  func update(isReady: Bool) { machine.isReady = isReady }

  /// Lets the machine know whether anything may be repaired at this moment.
  func lookForHindrance() { machine.hindrance = hindrance() }

  /// Keeps the machine's picture of the resources up to date.
  func update(passedMarks: Set<ResourceMark>) { machine.passedMarks = passedMarks }

  /// Takes in a line that counts.
  func count(_ rule: Int, _ lines: () -> [String]) {
    lookForHindrance()
    carryOut(machine.lineCounted(rule, lines: lines, at: .now))
    work()
  }

  /// Takes in that other lines came.
  func miss(_ rule: Int) { machine.lineMissed(rule) }

  /// Ends everything without a word, because other rules take its place.
  func end() {
    cancel()
    for timer in timers.values { timer.disarm() }
  }

  // MARK: Steps

  private func work() {
    guard !isWorking else { return }
    while !queue.isEmpty { carryOut(machine.handle(queue.removeFirst(), at: .now)) }
  }

  private func carryOut(_ steps: [RepairStep]) {
    let wasWorking = isWorking
    isWorking = true
    defer { isWorking = wasWorking }
    for step in steps {
      switch step {
      case .perform(let action, let timeout, let facts): perform(action, timeout, facts)
      case .cancel: cancel()
      case .restart(let reason): onWish(.restart(reason))
      case .release: onWish(.release)
      case .resumeProbes: onWish(.resumeProbes)
      case .judge(let kind, let reason): onWish(.judge(kind, reason))
      case .fail(let reason): onWish(.fail(reason))
      case .arm(let timer, let time): timers[timer]?.arm(after: time)
      case .disarm(let timer): timers[timer]?.disarm()
      case .record(let event): onWish(.record(event))
      }
    }
  }

  private func cancel() {
    number += 1
    action?.cancel()
    action = nil
  }

  private func perform(_ action: RepairAction, _ timeout: Duration, _ facts: [String: String]) {
    number += 1
    let number = number
    // Also what is done at once is answered in a turn of its own: the machine is not asked while it answers.
    self.action = EventLoop.main.spawn(name: "repair") { [weak self] in
      let failure = await self?.carryOut(action, timeout, facts)
      guard let self, self.number == number, !Task.isCancelled else { return }
      self.action = nil
      handle(.acted(failure: failure ?? nil))
    }
  }

  /// Carries an action out. Returns why it failed; nil if it did not.
  private func carryOut(
    _ action: RepairAction, _ timeout: Duration, _ facts: [String: String]
  ) async -> String? {
    switch action {
    case .reload:
      onWish(.signal(reloadSignal))
      return nil
    case .signal(let signal):
      onWish(.signal(signal))
      return nil
    case .command(let words): return await run(words, timeout, facts)
    case .clean(let request): return clean(request)
    case .unit(let verb, let unit): return await ask(verb, unit, timeout)
    // The machine itself answers these.
    case .restart, .alert, .fail: return nil
    }
  }

  private func run(_ words: [[UInt8]], _ timeout: Duration, _ facts: [String: String]) async -> String? {
    var request = template
    request.program = String(decoding: words.first ?? [], as: UTF8.self)
    request.arguments = words
    request.set(facts.merging(self.facts) { own, _ in own })
    let result = await commands.run(request, timeout: timeout)
    guard let failure = result.failure(within: timeout) else { return nil }
    let line = result.output.flatMap { EvidenceLines.last(1, of: $0.bytes).first } ?? ""
    return line.isEmpty ? failure : "\(failure): \(line.prefix(Self.longestOutput))"
  }

  private func clean(_ request: CleanRequest) -> String? {
    do throws(FolderCleaner.Failure) {
      let freed = try FolderCleaner(environment: ProcessEnvironment.value).clean(
        request, now: WallClock.seconds)
      onWish(.record(freed.event(request)))
      return nil
    } catch {
      return error.description
    }
  }

  private func ask(_ verb: RepairAction.UnitVerb, _ unit: String, _ timeout: Duration) async -> String? {
    do throws(BusError) {
      let manager = try ManagerClient.connect(to: scope)
      defer { manager.bus.close() }
      let result =
        switch verb {
        case .start: try await manager.start(unit, timeout: timeout)
        case .stop: try await manager.stop(unit, timeout: timeout)
        case .restart: try await manager.restart(unit, timeout: timeout)
        }
      return result == .done ? nil : "\(verb.rawValue) \(unit): the job ended as \(result.rawValue)"
    } catch {
      return "\(verb.rawValue) \(unit): \(error)"
    }
  }
}
