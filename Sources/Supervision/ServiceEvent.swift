/// Something that happened to a service, worth an entry in the journal: its kind, its words and its fields.
public struct ServiceEvent: Sendable, Hashable {
  /// The kinds of events; the raw value is the MESSAGE_ID, which never changes.
  public enum Kind: String, Sendable, Hashable, CaseIterable {
    /// An instance of the service was started.
    case started = "c41d5621b46a45639ab003035e04ea30"
    /// An instance could not be started.
    case startFailed = "ea819341efb34738b94f3f6d4bad49f8"
    /// The service became ready.
    case ready = "0a913ddc27a94e31baf65a4172f58349"
    /// The service was ready and no longer is.
    case unready = "1d09b2472d4f43d5b8600cb58daca126"
    /// The service ended by itself.
    case ended = "581c2c61f1044de7bc786569b4ecc416"
    /// What was found out about an end by itself that was not clean.
    case crashed = "cc2da466e6b84195a7f3b4ebfa964d16"
    /// A probe found the service healthy after it was not, or the other way round.
    case probeFlipped = "276b9d3987e64b1cad82d89495cf991e"
    /// The service was judged beyond hope and is being replaced.
    case judged = "b9f6dfe6fd0a4bbab0b61f1e590036bb"
    /// What was seen of a service without heartbeat before it is ended.
    case examined = "7657cabdd135404488ab0fbd6c1ace16"
    /// A command of the policy's was run.
    case commandRun = "cc2790eec8b840f59e616e805c5dcca8"
    /// The next attempt is waited for.
    case backingOff = "ac87d0dff07344f493778c5f03289caf"
    /// The restart limit was reached.
    case limitReached = "31c483f8dfd6473aaec7378c8c44399e"
    /// Somebody asked the service to stop.
    case stopping = "1a4bd25597e244749851e2c7d42452cc"
    /// Processes that did not stop in time were killed.
    case killed = "8d5bb932bad34adfaaf59fc37392ddf5"
    /// The service is over.
    case stopped = "a6008ced670f4e08bd1d2fe9c56536a7"
    /// A command of the policy did what it should.
    case hookRan = "ca230dea7ce244f099e8fa2787aa2b3a"
    /// A command of the policy failed.
    case hookFailed = "ef8292561f634bd398a6d27a938ee1a0"
    /// Somebody works on the service, and repairs of it are held back.
    case maintenanceBegan = "852ca693aeb9467da7014504e5a53277"
    /// Nobody works on the service any more.
    case maintenanceEnded = "bea5776de9104da08ee867e5250aab5a"
    /// A new policy is in force.
    case reloaded = "c3a1608bcb3b4c7c88d585af130f7fd5"
    /// A new policy was refused; the old one stays.
    case reloadRefused = "b93f0404fe5843ca96676dbef0d5f730"
    /// A repair begins.
    case repairing = "e94c980f945d4d6e9e69796db38ebb28"
    /// A repair has helped.
    case repaired = "f4c285d004a248028bdfdd24b29a417c"
    /// A repair has not helped, or was ended.
    case notRepaired = "dc9d0e46af8246119b071818664ecc53"
    /// A repair has deleted files.
    case cleaned = "ee417c84e25049358da1c5f2d41662ee"
    /// A rule's attempts are used up.
    case repairExhausted = "ca75366c87d44d2fb3d47583d5721562"
    /// A repair would have begun, but may not now.
    case repairHeldBack = "1fa6ba23ae6745449724d68fd785cc49"
    /// A rule wants somebody to look.
    case alert = "e4324d7f5ee64a99a44ac8c41b58b656"
    /// An event arrived that cannot happen where the service stands: a defect of Upkeep, which went on.
    case unexpected = "ebee044b533649fcb6bef78ff30d37fe"

    /// The syslog level: 3 error, 4 warning, 5 notice, 6 info.
    public var priority: Int {
      switch self {
      case .alert, .repairExhausted: 1
      case .startFailed, .limitReached, .notRepaired: 3
      case .unready, .ended, .crashed, .judged, .probeFlipped, .examined, .killed, .hookFailed,
        .reloadRefused, .repairing,
        .unexpected:
        4
      case .backingOff, .repaired, .repairHeldBack, .cleaned, .maintenanceBegan, .maintenanceEnded: 5
      case .started, .ready, .stopping, .stopped, .hookRan, .reloaded, .commandRun: 6
      }
    }

    /// The kind's name in the field UPKEEP_EVENT.
    public var name: String { "\(self)" }
  }

  /// What happened.
  public let kind: Kind
  /// The syslog level.
  public let priority: Int
  /// One sentence for people.
  public let message: String
  /// Further facts; only those that ``Kind/fields`` has.
  public let fields: [EventField: String]

  /// An event; its priority is the kind's own unless another is given.
  public init(_ kind: Kind, _ message: String, priority: Int? = nil, fields: [EventField: String] = [:]) {
    self.kind = kind
    self.priority = priority ?? kind.priority
    self.message = message
    self.fields = fields
  }
}

extension Duration {
  /// Whole microseconds, the unit of the journal.
  var wholeMicroseconds: Int64 { components.seconds * 1_000_000 + components.attoseconds / 1_000_000_000_000 }

  /// A value that reads well: whole seconds from ten seconds on, else whole milliseconds.
  var rounded: Duration {
    let milliseconds = wholeMicroseconds / 1000
    return self >= .seconds(10) ? .seconds(milliseconds / 1000) : .milliseconds(milliseconds)
  }
}
