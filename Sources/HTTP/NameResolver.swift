import CCurl
import Glibc
import Synchronization
package import Systemd

/// Host names to addresses, without a wait on the loop's thread.
///
/// `localhost` is known and asks nobody. Other names go through getaddrinfo(3) on one helper thread, which exists
/// only while a lookup is under way and answers to the loop; lookups wait for one another.
@LoopActor
package final class NameResolver {
  /// The resolver of this process.
  package static let shared = NameResolver()
  /// How many lookups may wait for the thread.
  package nonisolated static let queueLimit = 64
  /// How many addresses of one name are of use: a probe cannot try more in its time.
  package nonisolated static let addressLimit = 8
  /// The thread's stack, in bytes: name service modules want some room.
  private static let stackSize = 1 << 20

  private let queue = LookupQueue()

  private init() {}

  /// Suspends until the addresses of `host` are known.
  ///
  /// - Parameters:
  ///   - host: a name or a numeric address.
  ///   - port: the port for the addresses.
  ///   - timeout: how long to wait; the lookup itself cannot be stopped, but nobody waits for it then.
  /// - Returns: 1 to ``addressLimit`` addresses, the best first.
  /// - Throws: `noSuchHost`, `resolutionFailed` if the name service gave no answer in time, or `cancelled`.
  package func addresses(
    of host: String, port: UInt16, timeout: Duration
  ) async throws(HTTPError) -> [SocketAddress] {
    if let numeric = SocketAddress(numericHost: host, port: port) { return [numeric] }
    if host.lowercased() == "localhost" {
      return ["127.0.0.1", "::1"].compactMap { SocketAddress(numericHost: $0, port: port) }
    }
    let lookup = Lookup(host: host, port: port)
    switch queue.add(lookup) {
    case .full: throw HTTPError(.outOfResources, "\(Self.queueLimit) host names wait to be looked up")
    case .running: break
    case .needsThread: try startThread()
    }
    lookup.expire(after: timeout)
    await withTaskCancellationHandler {
      await withCheckedContinuation { lookup.wait($0) }
    } onCancel: {
      EventLoop.main.spawn(name: "cancel lookup") {
        lookup.finish(.failure(HTTPError(.cancelled, "the lookup was cancelled")))
      }
    }
    queue.remove(lookup)
    return try lookup.takeResult()
  }

  private func startThread() throws(HTTPError) {
    var attributes = pthread_attr_t()
    unsafe pthread_attr_init(&attributes)
    defer { unsafe pthread_attr_destroy(&attributes) }
    unsafe pthread_attr_setdetachstate(&attributes, Int32(PTHREAD_CREATE_DETACHED))
    unsafe pthread_attr_setstacksize(&attributes, Self.stackSize)
    // The loop takes signals from a descriptor; a thread with an open mask would take them away.
    var (all, before) = (sigset_t(), sigset_t())
    unsafe sigfillset(&all)
    unsafe pthread_sigmask(SIG_SETMASK, &all, &before)
    defer { unsafe pthread_sigmask(SIG_SETMASK, &before, nil) }
    let userdata = unsafe Unmanaged.passRetained(queue).toOpaque()
    var thread = pthread_t()
    let code = unsafe pthread_create(&thread, &attributes, work, userdata)
    guard code != 0 else { return }
    unsafe Unmanaged<LookupQueue>.fromOpaque(userdata).release()
    queue.abandon()
    throw HTTPError(
      .outOfResources, "\(SystemError(errno: code, operation: "pthread_create"))", errno: code)
  }
}

// The helper thread's whole life. Not a closure in the resolver, which would belong to the loop's thread.
private let work: @convention(c) (UnsafeMutableRawPointer?) -> UnsafeMutableRawPointer? = { userdata in
  if let userdata = unsafe userdata {
    unsafe Unmanaged<LookupQueue>.fromOpaque(userdata).takeRetainedValue().work()
  }
  return nil
}

/// The lookups that wait for the helper thread; shared between it and the loop.
private final class LookupQueue: Sendable {
  enum Addition { case running, needsThread, full }

  private struct State {
    var waiting: [Lookup] = []
    var hasThread = false
  }

  private let state = Mutex(State())

  func add(_ lookup: Lookup) -> Addition {
    state.withLock { state in
      guard state.waiting.count < NameResolver.queueLimit else { return .full }
      state.waiting.append(lookup)
      defer { state.hasThread = true }
      return state.hasThread ? .running : .needsThread
    }
  }

  func remove(_ lookup: Lookup) {
    state.withLock { state in state.waiting.removeAll { $0 === lookup } }
  }

  /// Forgets everything after a thread could not be started.
  func abandon() {
    state.withLock { state in state = State() }
  }

  /// The helper thread: answers lookups until none is left, then ends.
  func work() {
    while let lookup = next() {
      let (addresses, code) = SocketAddress.lookUp(lookup.host, port: lookup.port, flags: 0)
      let result: Result<[SocketAddress], HTTPError> =
        if code != 0 {
          .failure(Self.error(code, host: lookup.host))
        } else if addresses.isEmpty {
          .failure(HTTPError(.noSuchHost, "\(lookup.host) has no IP address"))
        } else {
          .success(Array(addresses.prefix(NameResolver.addressLimit)))
        }
      EventLoop.main.spawn(name: "lookup") { lookup.finish(result) }
    }
  }

  private func next() -> Lookup? {
    state.withLock { state in
      guard !state.waiting.isEmpty else {
        state.hasThread = false
        return nil
      }
      return state.waiting.removeFirst()
    }
  }

  private static func error(_ code: Int32, host: String) -> HTTPError {
    // EAI_NODATA and EAI_ADDRFAMILY, which Swift's Glibc does not show.
    let isAbsent = code == EAI_NONAME || code == -5 || code == -9
    let text = unsafe String(cString: gai_strerror(code))
    return HTTPError(isAbsent ? .noSuchHost : .resolutionFailed, "\(host): \(text)")
  }
}

/// One lookup and the task that waits for it.
@LoopActor
private final class Lookup {
  nonisolated let host: String
  nonisolated let port: UInt16
  private var result: Result<[SocketAddress], HTTPError>?
  private var timer: TimerSource?
  private var waiter: CheckedContinuation<Void, Never>?

  nonisolated init(host: String, port: UInt16) {
    self.host = host
    self.port = port
  }

  func expire(after timeout: Duration) {
    let timer = TimerSource { [unowned self] in
      finish(.failure(HTTPError(.resolutionFailed, "\(host): the name service did not answer in time")))
    }
    timer.arm(after: timeout)
    self.timer = timer
  }

  func wait(_ continuation: CheckedContinuation<Void, Never>) {
    if result == nil { waiter = continuation } else { continuation.resume() }
  }

  /// Ends the lookup; only the first end counts.
  func finish(_ result: Result<[SocketAddress], HTTPError>) {
    guard self.result == nil else { return }
    self.result = result
    timer?.disarm()
    waiter?.resume()
    waiter = nil
  }

  func takeResult() throws(HTTPError) -> [SocketAddress] {
    guard let result else { throw HTTPError(.cancelled, "the lookup has not ended") }
    return try result.get()
  }
}
