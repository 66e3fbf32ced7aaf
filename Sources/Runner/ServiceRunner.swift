import BuildInfo
import Glibc
import LogMatching
import Probes
import Processes
import Supervision
import Systemd

/// One service being kept up: takes in what happens, asks the ``Lifecycle`` and carries out what it answers.
@LoopActor
final class ServiceRunner {
  /// Called with the program's exit code when the service is over.
  var onFinish: @LoopActor (Int32) -> Void = { _ in }
  /// The signal that systemd has sent to every process of the unit already, so that nobody gets it twice.
  var systemdSignalled: Int32?

  var lifecycle: Lifecycle
  let link: ManagerLink
  var store: DescriptorStore
  let plan: SpawnPlan
  private let recorder: EventRecorder
  private let reaper: ChildReaper
  let commands: BoundedCommands
  /// The unit this program is the main process of; nil if it is none.
  let unit: ProcessUnit?
  let examiner: ProcessExaminer
  private(set) var crashes: CrashReporter?
  let hooks: HookRunner
  /// Whether somebody works on the service; asked before each repair.
  let maintenance: MaintenanceWatch
  private let cgroup: DelegatedCgroup?
  let bus: ProbeContext.MessageBus
  var identities = IdentityCache()
  private var timers: [LifecycleTimer: TimerSource] = [:]
  var listener: NotifyListener?

  // The present instance; the tree outlives its main process until nothing is left of it.
  var child: ChildWatch?
  var tree: ProcessTree?
  var probes: ProbeRunner?
  var heartbeat: Heartbeat
  var heartbeatTimer: TimerSource?
  var heartbeatDeadline: SuspendingClock.Instant?
  var ownStatus = ""
  // Repairs and what they look at; the output is the program's own as long as nobody looks at it.
  var repairs: RepairRunner?
  var logs: LogWatch?
  var resources: ResourceWatch?
  var sources: LogSources?
  private var pendingRepair: RepairEvent?
  var output: ServiceOutput?
  var childIsReloading = false
  // A command of the policy's that runs.
  var command: Task<Void, Never>?

  // Events wait here, in order but for the answer to a spawn, while actions are carried out, so that each meets the
  // state that the one before left.
  private var queue: [LifecycleEvent] = []
  var records: [ServiceEvent] = []
  private var isWorking = false
  // Nothing is said any more but the last words, which are being put together.
  var isFinishing = false

  /// A service that has not been started.
  ///
  /// - Parameter setup: the command, the policy and the place under systemd.
  /// - Throws: the reason why children or systemd's notifications cannot be watched.
  init(_ setup: RunnerSetup) throws(SystemError) {
    lifecycle = Lifecycle(setup.policy)
    unit = setup.unit
    recorder = EventRecorder(usesJournal: setup.isUnit, isQuiet: setup.isQuiet)
    reaper = try ChildReaper()
    commands = BoundedCommands(reaper: reaper)
    examiner = ProcessExaminer(reaper: reaper)
    let vouch = Vouch()
    hooks = HookRunner(reaper: reaper) { event in vouch.runner?.recordLate(event) }
    maintenance = MaintenanceWatch(
      of: setup.unit, record: { event in vouch.runner?.record(event) },
      onEnd: { vouch.runner?.repairAfterMaintenance() })
    // Without delegation, which is the rule, the tree is told by ancestry.
    cgroup = try? DelegatedCgroup.make("service")
    store = DescriptorStore(inherited: setup.descriptors)
    heartbeat = Heartbeat(interval: setup.watchdog)
    bus = setup.isUserUnit ? .user : .system
    let mailbox = Mailbox()
    // Without Unix sockets the service cannot notify anybody, but it can be kept up all the same. Behind everything
    // else, because strangers can reach it; the service's last words are asked for when it has ended.
    let listener = try? NotifyListener(priority: 10) { message in mailbox.deliver(&message) }
    self.listener = listener
    plan = SpawnPlan(
      command: setup.command, environment: setup.environment, notifyAddress: listener?.address,
      watchdog: setup.watchdog, sharesTerminal: isatty(0) == 1,
      parentDeathSignal: setup.managerAddress == nil ? SIGTERM : 0)
    link = ManagerLink(address: setup.managerAddress, watchdog: setup.watchdog) {
      vouch.runner?.lifecycle.deservesWatchdogPing == true
    }
    vouch.runner = self
    mailbox.receiver = self
    link.onTrouble = { [unowned self] reason in record(ServiceEvent(.unexpected, reason)) }
    for timer in LifecycleTimer.allCases {
      timers[timer] = TimerSource { [unowned self] in post(.timerFired(timer)) }
    }
    crashes = Self.crashReporter(setup) { [unowned self] event in recordLate(event) }
    heartbeatTimer = TimerSource { [unowned self] in missHeartbeat() }
  }

  /// Takes in an event and carries out what follows from it.
  func post(_ event: LifecycleEvent) {
    if isFinishing, case .stop = event { hooks.end() }
    queue.append(event)
    guard !isWorking else { return }
    isWorking = true
    while !queue.isEmpty {
      let event = queue.removeFirst()
      lifecycle.missing = probes?.missing ?? ""
      updateLifecycle()
      for action in lifecycle.handle(event, at: .now, random: Double.random(in: 0...1)) { carryOut(action) }
      updateRepairs()
      // Behind the end that sets it off, and before what follows from that.
      if let event = pendingRepair {
        pendingRepair = nil
        beginRepair(event)
      }
    }
    isWorking = false
    report()
  }

  /// Writes an event that happened outside the service's life.
  func record(_ event: ServiceEvent) {
    records.append(event)
    report()
  }

  /// Sends `signal` to the service's main process; nothing happens if there is none.
  func send(_ signal: Int32) {
    do throws(SystemError) {
      try child?.send(signal)
    } catch {
      record(ServiceEvent(.unexpected, "Cannot signal the main process: \(error), ignoring"))
    }
  }

  /// Says what has come of a turn: first to systemd, then to the journal. Nothing here delays a restart, which was
  /// carried out before.
  func report(isLast: Bool = false) {
    guard !isWorking && !isFinishing || isLast else { return }
    lifecycle.missing = probes?.missing ?? ""
    updateLifecycle()
    lifecycle.figures = probes?.figuresText ?? ""
    let status = lifecycle.statusText(own: ownStatus, clock: WallClock.text)
    let events = records
    records = []
    guard isLast else {
      link.flush(status: status)
      for event in events { recorder.record(event) }
      return
    }
    // journald looks the unit up while this process lives; systemd's answer to the barrier gives it that time.
    for (index, event) in events.enumerated() { recorder.record(event, isLast: index == events.count - 1) }
    link.sayLastWords(status: status)
  }

  // MARK: Actions

  private func carryOut(_ action: LifecycleAction) {
    switch action {
    case .spawn: spawn()
    case .startProbes:
      expectHeartbeat(within: nil)
      heartbeat.instanceStarted()
      // Before the probes, which may find it ready at once.
      repairs?.handle(.instanceStarted)
      probes?.instanceStarted()
    case .stopProbes:
      expectHeartbeat(within: nil)
      probes?.instanceEnded()
      command?.cancel()
    case .runCommand(let words, let reason): runCommand(words, reason: reason)
    case .examine(let pid): examine(pid)
    case .signalMain(let signal): signalMain(signal)
    case .signalTree(let signal): end { tree in tree.signal(signal) }
    case .killTree:
      end { tree in
        EventLoop.main.spawn(name: "kill tree") { [weak self] in
          self?.report(survivors: await tree.killAll())
        }
      }
    case .arm(let timer, let delay): timers[timer]?.arm(after: delay)
    case .disarm(let timer): timers[timer]?.disarm()
    case .notifyReady: link.tell(.ready)
    case .notifyStopping: link.tell(.stopping)
    case .extendTimeout(let duration): link.tell(.extendTimeout(duration))
    case .suspendWatchdog(let duration): link.suspendWatchdog(for: duration)
    case .resumeWatchdog: link.resumeWatchdog()
    case .repairLimit(let reason): repairLimit(after: reason)
    case .record(let event):
      records.append(event)
      hear(event)
    case .reportCrash(let crash): crashes?.report(crash)
    case .runHooks(let call): run(call)
    case .endHooks: hooks.end()
    case .finish(let code):
      output?.finish()
      finish(code)
    }
  }

  private func spawn() {
    do throws(SpawnError) {
      if probes == nil { try replaceProbes(lifecycle.policy) }
      probes?.prepare()
      var request = try plan.request(
        policy: lifecycle.policy, descriptors: store.descriptors, identities: &identities)
      request.cgroup = cgroup?.descriptor
      let outputs = try outputs()
      defer { for end in Set(outputs.map(\.source)) { close(end) } }
      request.descriptors += outputs
      let child = try reaper.start(request) { [unowned self] exit in ended(exit) }
      self.child = child
      tree = ProcessTree(main: child, reaper: reaper, cgroup: cgroup)
      ownStatus = ""
      crashes?.instanceStarted()
      queue.insert(.spawned(pid: child.pid), at: 0)
    } catch {
      queue.insert(
        .spawnFailed(exitCode: error.exitCode, reason: error.description, isTransient: error.isTransient),
        at: 0)
    }
  }

  private func signalMain(_ signal: Int32) {
    if lifecycle.state == .stopping, signal == systemdSignalled { return }
    send(signal)
    // A stopped process would keep the signal for later.
    send(SIGCONT)
  }

  /// Does something to end what is left of the instance, and sees to it that the end is heard of.
  private func end(by action: (ProcessTree) -> Void) {
    guard let tree else { return post(.treeEmptied) }
    // The common case at a crash: nothing was left behind, which one system call tells.
    guard !tree.isEmpty else { return forgetTree() }
    action(tree)
    guard child == nil else { return }
    tree.onEmpty = { [unowned self] in forgetTree() }
  }

  private func forgetTree() {
    tree = nil
    post(.treeEmptied)
  }

  private func report(survivors: [SurvivingProcess]) {
    guard !survivors.isEmpty else { return }
    let names = survivors.map { "\($0)" }.joined(separator: ", ")
    record(ServiceEvent(.killed, "Could not kill \(names)"))
  }

  private func ended(_ exit: ChildExit) {
    // Its last words, such as a STATUS with the reason, may still wait in the socket.
    listener?.receive()
    output?.drain()
    child = nil
    endChildReload()
    pendingRepair = repairEvent(after: ExitCause(exit))
    post(.exited(ExitCause(exit)))
  }
}

/// The runner that a link asks, and that records; it exists after those who know it.
@LoopActor
private final class Vouch {
  weak var runner: ServiceRunner?
}
