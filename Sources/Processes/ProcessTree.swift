import Glibc
package import Systemd

/// A process and everything that descends from it, also what double-forked away.
///
/// With a cgroup of its own the kernel knows who belongs to it. Without one, it is every descendant of this process
/// but the trees of other children that the ``ChildReaper`` watches.
@LoopActor
package final class ProcessTree {
  /// How long ``killAll()`` waits for processes that were killed; only one that hangs in the kernel takes longer.
  package static let killTimeout: Duration = .seconds(5)

  /// The tree's first process.
  package let main: ChildWatch
  /// Called once, when nothing of the tree is left.
  package var onEmpty: (@LoopActor () -> Void)? {
    didSet { if onEmpty != nil { noticeEmptiness() } }
  }

  private let reaper: ChildReaper
  let cgroup: DelegatedCgroup?
  private let loop: EventLoop
  private let emptiness = Latch()
  private var observer: Int?

  /// Describes the tree of `main`, which was started through `reaper`, and inside `cgroup` if there is one.
  package init(
    main: ChildWatch, reaper: ChildReaper, cgroup: DelegatedCgroup? = nil, on loop: EventLoop = .main
  ) {
    self.main = main
    self.reaper = reaper
    self.cgroup = cgroup
    self.loop = loop
    observer = reaper.observe { [weak self] in self?.noticeEmptiness() }
    cgroup?.onChange = { [weak self] in self?.noticeEmptiness() }
  }

  isolated deinit {
    if let observer { reaper.forget(observer) }
  }

  /// Whether nothing of the tree is left: one system call when it is so.
  package var isEmpty: Bool {
    guard main.exit != nil else { return false }
    if let cgroup { return !cgroup.isPopulated }
    return !reaper.hasChildren || (!ProcessTable.isBlind && members().isEmpty)
  }

  /// The PIDs of the tree's processes that have not ended; new ones may come up at any time.
  package func members() -> [Int32] {
    if let cgroup { return cgroup.members() }
    return reaper.descendants(where: isOurs)
  }

  /// Sends `signal` to every process of the tree.
  ///
  /// - Parameter signal: its number, such as `SIGTERM`.
  /// - Returns: the processes that refused it, which another user's processes may; those that ended are no matter.
  @discardableResult
  package func signal(_ signal: Int32) -> [SurvivingProcess] {
    if signalsGroup(signal) { return [] }
    var refused: [SurvivingProcess] = []
    for batch in TreeKill.batches(of: members()) {
      refused += TreeKill.send(signal, to: batch, listing: members).refused
    }
    return refused
  }

  /// Kills every process of the tree, again and again until none is left, and collects those that this process must.
  ///
  /// - Returns: what could not be killed within ``killTimeout``: another user's processes and those that hang in the
  ///   kernel. Empty is the rule.
  package func killAll() async -> [SurvivingProcess] {
    if signalsGroup(SIGKILL) { return [] }
    let survivors = await TreeKill.run(
      reaper: reaper, timeout: Self.killTimeout, on: loop, atOnce: { [cgroup] in cgroup?.kill() },
      listing: { [self] in members() })
    // The main process is listed no more once it has ended; its exit must be known as well.
    reaper.reap()
    noticeEmptiness()
    return survivors
  }

  /// Suspends until nothing of the tree is left; returns false if the task was cancelled before.
  package func emptied() async -> Bool {
    noticeEmptiness()
    return await emptiness.wait(on: loop) == .opened
  }

  // MARK: Private

  /// Signals the main process's group where nobody can say who descends from whom: without `/proc` and a cgroup of
  /// its own. What has left the group is out of reach then. Returns whether it did.
  private func signalsGroup(_ signal: Int32) -> Bool {
    guard cgroup == nil, ProcessTable.isBlind else { return false }
    kill(-main.pid, signal)
    return true
  }

  /// Whether a child of this process begins a part of this tree: the main process or something inherited.
  func isOurs(_ child: Int32) -> Bool {
    if child == main.pid { return true }
    if reaper.isWatching(child) { return false }
    // Hidden from us, but a child of ours all the same.
    guard let entry = ProcessTable.entry(of: child) else { return true }
    // What another watched child's session left behind is that child's.
    return entry.session == main.pid || !reaper.isWatching(entry.session)
  }

  private func noticeEmptiness() {
    guard !emptiness.isOpen, main.exit != nil, isEmpty else { return }
    if let observer { reaper.forget(observer) }
    observer = nil
    emptiness.open()
    onEmpty?()
  }
}
