import Glibc
public import Systemd

/// All units of a manager as they are, and every change of them, for as long as the reader wants.
///
/// It takes a list and then listens. When the connection breaks, as it does when dbus or the manager starts anew, it
/// connects again with growing waits, takes a new list and tells what is different, so no change is lost silently:
///
///     let monitor = UnitMonitor(.system)
///     try await monitor.connect()
///     for await event in monitor.events() { ... }
///
/// Nothing happens by itself: all work is done while the reader waits in ``next()``, and no timer runs while there is a
/// connection.
@LoopActor
public final class UnitMonitor {
  /// More events than this are not kept for a slow reader; see ``UnitEvent/missed(_:)``.
  public nonisolated static let eventLimit = 65_536
  /// The longest wait before another connection is tried.
  public nonisolated static let longestWait = Duration.seconds(10)
  /// The properties that are watched unless told: those that tell a run from the next one and how the last one was.
  public nonisolated static let usualProperties: Set<UnitProperty> = [
    .invocation, .restarts, .statusText, .serviceResult,
  ]

  /// Whose units.
  public let address: ManagerAddress
  /// The properties that are kept up for units that are not inactive, besides their states.
  public nonisolated let watched: Set<UnitProperty>
  /// All units as they are now.
  public private(set) var picture: UnitPicture
  /// The client of the present connection, for other calls; nil while there is none.
  public var client: ManagerClient? { link?.client }

  private let loop: EventLoop
  private let open: @LoopActor () throws(BusError) -> ManagerClient
  private var link: MonitorLink?
  private var failures = 0
  // Whether the reader has been told that there is a connection.
  private var isConnected = false
  private var needsList = false
  private var isReloading = false
  // Whether the units have been listed over the present connection: what signals tell before is in the list.
  private var isListed = false
  // Units of which a row of the list is wanted, and when the manager told of them.
  private var unseen: [String: Duration] = [:]
  private let queue = EventQueue()

  /// Makes a monitor, which is not connected yet.
  ///
  /// - Parameters:
  ///   - address: whose units, and where.
  ///   - watched: properties that are kept up too; the fewer, the quicker the start.
  ///   - loop: the loop that serves the connection.
  public convenience init(
    _ address: ManagerAddress, watching watched: Set<UnitProperty> = usualProperties,
    on loop: EventLoop = .main
  ) {
    self.init(address, watching: watched, on: loop) { () throws(BusError) in
      try ManagerClient.connect(at: address, on: loop)
    }
  }

  /// Makes a monitor of what `open` connects to.
  package init(
    _ address: ManagerAddress, watching watched: Set<UnitProperty>, on loop: EventLoop = .main,
    open: @escaping @LoopActor () throws(BusError) -> ManagerClient
  ) {
    self.address = address
    self.watched = watched
    self.loop = loop
    self.open = open
    picture = UnitPicture(watched: watched)
  }

  /// Connects and takes the first list; the first event is then ``UnitEvent/connected``. A reader that wants the picture
  /// at once, or a reason why there is none, calls it before ``next()``.
  public func connect() async throws(BusError) {
    guard link == nil else { return }
    do throws(BusError) {
      let link = try MonitorLink(
        try open(),
        onSignal: { [weak self] in self?.take($0) }, onEnd: { [weak self] in self?.lose($0) })
      self.link = link
      isListed = false
      try await link.client.subscribe()
      try await look()
    } catch {
      drop()
      throw error
    }
    failures = 0
    isConnected = true
    queue.add(.connected)
  }

  /// The next event, once there is one; nil when the task is cancelled. For one reader.
  public func next() async -> UnitEvent? {
    while !Task.isCancelled {
      if let event = queue.next() { return event }
      do throws(BusError) {
        if link == nil {
          try await pause()
          try await connect()
        } else if needsList {
          try await look()
        } else if !unseen.isEmpty {
          try await lookAtNew()
        } else {
          await queue.wait()
        }
      } catch {
        guard !Task.isCancelled else { return nil }
        failures += 1
        if link != nil { lose(error) }
      }
    }
    return nil
  }

  /// The events from here on, until the task of the reader is cancelled; for one reader.
  public func events() -> UnitEvents { UnitEvents(monitor: self) }

  // MARK: Looking

  /// Takes a list of all units, and the watched properties of those that are not inactive.
  private func look() async throws(BusError) {
    guard let client = link?.client else { return }
    needsList = false
    unseen = [:]
    // The first list is the picture itself and no change.
    let isFirst = picture.units.isEmpty
    try await list(client, patterns: []) { [unowned self] units in
      let changes = picture.take(all: units)
      isListed = true
      if !isFirst { for change in changes { tell(change) } }
    }
    try await readWatched(of: Array(picture.units.keys), client)
  }

  private func lookAtNew() async throws(BusError) {
    guard let client = link?.client else { return }
    let asked = unseen
    unseen = [:]
    // Many patterns cost the manager more than all units.
    guard asked.count <= 64 else { return needsList = true }
    let names = asked.keys.sorted()
    try await list(client, patterns: names) { [unowned self] units in
      // A state in the row is older than any change that is told later, and the question older than the row.
      for change in picture.take(units, asked: Set(names)) {
        tell(change, noticed: change.before == nil ? asked[change.name] : nil)
      }
    }
    try await readWatched(of: names, client)
  }

  /// Lists units and hands them over in the order of the connection. Names are patterns too: none has a character that
  /// means something in one.
  private func list(
    _ client: ManagerClient, patterns: [String], _ receive: @escaping @LoopActor ([UnitSummary]) -> Void
  ) async throws(BusError) {
    let outcome = Outcome()
    try await client.bus.pipeline(count: 1) { _ throws(BusError) in
      try client.listCall([], patterns)
    } _: { (_: Int, reply: consuming Result<BusMessage, BusError>) in
      do throws(BusError) {
        var message = try reply.get()
        receive(try ManagerClient.units(in: &message))
      } catch {
        outcome.error = error
      }
    }
    if let error = outcome.error { throw error }
  }

  private func readWatched(of names: [String], _ client: ManagerClient) async throws(BusError) {
    var questions: [(path: ObjectPath, property: UnitProperty)] = []
    var units: [String] = []
    for name in names {
      guard let unit = picture.units[name], unit.activeState != .inactive else { continue }
      for property in watched where property.exists(forKind: unit.kind) {
        questions.append((unit.path, property))
        units.append(name)
      }
    }
    let asked = questions
    try await client.ask(asked) { [unowned self] index, value in
      let change = picture.take(asked[index].property.name, value, ofUnit: units[index])
      if let change { tell(change) }
    }
  }

  /// Hands a change to the reader, who may come to it later.
  private func tell(_ change: UnitChange, noticed: Duration? = nil) {
    var change = change
    change.noticed = noticed ?? Self.now
    queue.add(.unit(change))
  }

  /// The present moment, in time since 1970.
  static var now: Duration {
    var time = timespec()
    unsafe clock_gettime(CLOCK_REALTIME, &time)
    return .seconds(Int64(time.tv_sec)) + .nanoseconds(Int64(time.tv_nsec))
  }

  // MARK: Signals

  private func take(_ signal: ManagerSignal) {
    switch signal {
    case .unitNew(let name, _):
      if isListed, !isReloading, unseen[name] == nil { unseen[name] = Self.now }
    case .unitRemoved(let name, _):
      guard isListed, !isReloading else { return }
      unseen[name] = nil
      if let change = picture.remove(name) { tell(change) }
    case .jobNew(let job): queue.add(.jobNew(job))
    case .jobRemoved(let job, let result): queue.add(.jobRemoved(job, result))
    case .reloading(let isActive):
      isReloading = isActive
      // All units leave the memory and come back during a reload; only the list afterwards counts.
      if !isActive { needsList = true }
      queue.add(.reloading(isActive))
    case .propertiesChanged(let properties):
      guard isListed, let change = picture.take(properties) else { return }
      if change.before == nil, unseen[change.name] == nil { unseen[change.name] = Self.now }
      tell(change)
    }
    queue.wake()
  }

  private func lose(_ error: BusError?) {
    guard link != nil else { return }
    drop()
    guard isConnected else { return queue.wake() }
    isConnected = false
    let reason = SystemError(errno: ECONNRESET, operation: "listen to \(address)")
    queue.add(.disconnected(error ?? BusError(reason)))
  }

  private func drop() {
    link?.close()
    link = nil
    isReloading = false
    needsList = false
    unseen = [:]
  }

  /// The first attempt is made at once, the next after 0.1 s, then after twice the time.
  private func pause() async throws(BusError) {
    guard failures > 0 else { return }
    let wait = min(Duration.milliseconds(100) * (1 << min(failures - 1, 10)), Self.longestWait)
    do throws(CancellationError) {
      try await loop.sleep(for: wait)
    } catch {
      throw BusError(SystemError(errno: ECANCELED, operation: "wait for a connection"))
    }
  }
}

/// The events of a ``UnitMonitor`` as a sequence.
public struct UnitEvents: AsyncSequence, Sendable {
  /// What comes.
  public typealias Element = UnitEvent
  /// It ends, but does not fail.
  public typealias Failure = Never

  let monitor: UnitMonitor

  /// Reads on from where the monitor is.
  public func makeAsyncIterator() -> Iterator { Iterator(monitor: monitor) }

  /// Reads event after event.
  public struct Iterator: AsyncIteratorProtocol {
    let monitor: UnitMonitor

    /// The next event, once there is one; nil when the task is cancelled.
    public mutating func next() async -> UnitEvent? { await monitor.next() }

    /// The next event, once there is one; nil when the task is cancelled.
    public mutating func next(isolation actor: isolated (any Actor)?) async -> UnitEvent? {
      await monitor.next()
    }
  }
}

/// What an answer that was handed over has failed with.
@LoopActor
private final class Outcome {
  var error: BusError?
}
