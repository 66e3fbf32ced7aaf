import BuildInfo
import Glibc
import Probes
import Processes
import Supervision
import Systemd

/// One service being kept up: takes in what happens, asks the ``Lifecycle`` and carries out what it answers.
@LoopActor
final class ServiceRunner {
  /// Called with the program's exit code when the service is over.
  var onFinish: @LoopActor (Int32) -> Void = { _ in }

  var lifecycle: Lifecycle
  private let plan: SpawnPlan
  private let recorder: EventRecorder
  private let reaper: ChildReaper
  private let commands: BoundedCommands
  private let cgroup: DelegatedCgroup?
  var store: DescriptorStore
  private var identities = IdentityCache()
  var link: ManagerLink?
  // The present instance; the tree outlives its main process until nothing is left of it.
  private var child: ChildWatch?
  var tree: ProcessTree?
  var probes: ProbeRunner?
  var heartbeat: Heartbeat
  var heartbeatTimer: TimerSource?
  private var timers: [LifecycleTimer: TimerSource] = [:]
  private var listener: NotifyListener?
  var ownStatus = ""
  var childIsReloading = false

  // Events wait here, in order but for the answer to a spawn, while actions are carried out, so that each meets the state that the one before left.
  private var queue: [LifecycleEvent] = []
  private var records: [ServiceEvent] = []
  private var isWorking = false

  /// A service that has not been started.
  ///
  /// - Parameter setup: the command, the policy and the place under systemd.
  /// - Throws: a socket for the service's notifications cannot be made.
  init(_ setup: RunnerSetup) throws(SystemError) {
    lifecycle = Lifecycle(setup.policy)
    recorder = EventRecorder(isQuiet: setup.isQuiet)
    reaper = try ChildReaper()
    commands = BoundedCommands(reaper: reaper)
    // Without delegation, which is the rule, the tree is told by ancestry.
    cgroup = try? DelegatedCgroup.make("service")
    store = DescriptorStore(inherited: setup.descriptors)
    heartbeat = Heartbeat(interval: setup.watchdog)
    let mailbox = Mailbox()
    // Without Unix sockets the service cannot notify anybody, but it can be kept up all the same.
    let listener = try? NotifyListener(priority: -5) { message in mailbox.deliver(&message) }
    plan = SpawnPlan(
      command: setup.command, environment: setup.environment, notifyAddress: listener?.address,
      watchdog: setup.watchdog, sharesTerminal: isatty(0) == 1)
    self.listener = listener
    mailbox.receiver = self
    link = ManagerLink(address: setup.managerAddress, watchdog: setup.watchdog) { [unowned self] in
      lifecycle.deservesWatchdogPing
    }
    for timer in LifecycleTimer.allCases {
      timers[timer] = TimerSource { [unowned self] in post(.timerFired(timer)) }
    }
    heartbeatTimer = TimerSource { [unowned self] in
      post(.judged(.heartbeatLost(heartbeat.interval ?? .zero)))
    }
    replaceProbes(setup.policy)
  }

  /// The policy in force.
  var policy: Policy { lifecycle.policy }

  /// Takes in an event and carries out what follows from it.
  func post(_ event: LifecycleEvent) {
    queue.append(event)
    guard !isWorking else { return }
    isWorking = true
    while !queue.isEmpty {
      let event = queue.removeFirst()
      lifecycle.missing = probes?.missing ?? ""
      for action in lifecycle.handle(event, at: .now, random: Double.random(in: 0...1)) { carryOut(action) }
    }
    isWorking = false
    report()
  }

  /// Puts a new policy in force; what needs a new process holds from the next instance on.
  func adopt(_ policy: Policy) {
    let isRunning = lifecycle.deservesWatchdogPing
    let isReady = lifecycle.state == .ready
    let childIsReady = probes?.childIsReady ?? false
    if isRunning { probes?.instanceEnded() }
    lifecycle.policy = policy
    replaceProbes(policy)
    if isRunning {
      // An instance that is still starting begins its probes anew; one that was ready stays so until they differ.
      if lifecycle.state == .starting {
        probes?.instanceStarted()
        if childIsReady { probes?.childBecameReady() }
      } else {
        probes?.adoptInstance(isReady: isReady)
      }
    }
    if let signal = policy.reloadSignal { send(signal) }
    records.append(ServiceEvent(.reloaded, "Policy read anew"))
    report()
  }

  /// Writes an event that happened outside the service's life.
  func record(_ event: ServiceEvent) {
    records.append(event)
    report()
  }

  /// Tells systemd that a reload begins, unless it is still waiting for the first READY=1.
  func tellReloading() {
    guard lifecycle.state != .created, lifecycle.hasBeenReady else { return }
    link?.pass(Notification.reloading())
  }

  /// Tells systemd that a reload is over.
  func tellReloaded() {
    guard lifecycle.hasBeenReady else { return }
    link?.tell(.ready)
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

  // MARK: Actions

  private func carryOut(_ action: LifecycleAction) {
    switch action {
    case .spawn: spawn()
    case .startProbes:
      heartbeat.instanceStarted()
      probes?.instanceStarted()
    case .stopProbes:
      heartbeatTimer?.disarm()
      probes?.instanceEnded()
    case .signalMain(let signal):
      send(signal)
      // A stopped process would keep the signal for later.
      send(SIGCONT)
    case .signalTree(let signal): end { tree in tree.signal(signal) }
    case .killTree:
      end { tree in
        EventLoop.main.spawn(name: "kill tree") { [weak self] in self?.report(survivors: await tree.killAll())
        }
      }
    case .arm(let timer, let delay): timers[timer]?.arm(after: delay)
    case .disarm(let timer): timers[timer]?.disarm()
    case .notifyReady: link?.tell(.ready)
    case .notifyStopping: link?.tell(.stopping)
    case .extendTimeout(let duration): link?.tell(.extendTimeout(duration))
    case .suspendWatchdog(let duration): link?.suspendWatchdog(for: duration)
    case .resumeWatchdog: link?.resumeWatchdog()
    case .record(let event): records.append(event)
    case .finish(let code): finish(code)
    }
  }

  private func spawn() {
    do throws(SpawnError) {
      var request = try plan.request(
        policy: lifecycle.policy, descriptors: store.descriptors, identities: &identities)
      request.cgroup = cgroup?.descriptor
      let child = try reaper.start(request) { [unowned self] exit in ended(exit) }
      self.child = child
      tree = ProcessTree(main: child, reaper: reaper, cgroup: cgroup)
      ownStatus = ""
      childIsReloading = false
      queue.insert(.spawned(pid: child.pid), at: 0)
    } catch {
      queue.insert(
        .spawnFailed(exitCode: error.exitCode, reason: error.description, isTransient: error.isTransient),
        at: 0)
    }
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
    child = nil
    post(.exited(ExitCause(exit)))
  }

  private func finish(_ code: Int32) {
    report(isLast: true)
    onFinish(code)
  }

  private func replaceProbes(_ policy: Policy) {
    let context = ProbeContext(
      userAgent: "upkeep/\(BuildInfo.current.version)",
      command: plan.probeTemplate(policy: policy, identities: &identities), commands: commands)
    probes = ProbeRunner(policy.probes, context: context) { [unowned self] step in
      switch step {
      case .ready: post(.becameReady)
      case .unready(let reason): post(.lostReadiness(reason))
      case .judged(let judgement): post(.judged(judgement))
      case .started, .attempt, .wait, .cancel: report()
      }
    }
  }

  /// Says what has come of a turn: first to systemd, then to the journal. Nothing here delays a restart, which was
  /// carried out before.
  func report(isLast: Bool = false) {
    guard !isWorking || isLast else { return }
    lifecycle.missing = probes?.missing ?? ""
    let status = lifecycle.statusText(own: ownStatus, clock: WallClock.text)
    if isLast { link?.sayLastWords(status: status) } else { link?.flush(status: status) }
    for event in records { recorder.record(event) }
    records = []
  }
}
