/// The heartbeats that a file's time of change shows.
///
/// A heartbeat is a change of that time, or another file in its place, between two looks. When it came is taken from
/// the file only if the wall clock, by which files are stamped, went along with the monotonic one between the looks.
/// If it was set or slept, or if the stamp does not lie between the looks, the heartbeat counts from the look that
/// found it: it may then be believed for up to one interval longer, but never for less than it is owed.
public struct FileHeartbeat: Sendable, Hashable {
  /// What tells one state of the file from another.
  public struct Stamp: Sendable, Hashable {
    /// The file's number.
    public var inode: UInt64
    /// Its time of change, since the epoch of the wall clock.
    public var modified: Duration

    /// Takes a stamp.
    public init(inode: UInt64, modified: Duration) {
      self.inode = inode
      self.modified = modified
    }
  }

  /// One look at the file.
  public struct Look: Sendable, Hashable {
    /// The file's stamp; nil if there is no file.
    public var stamp: Stamp?
    /// The wall clock.
    public var wall: Duration
    /// The monotonic clock, which stands still while the machine sleeps.
    public var monotonic: Duration

    /// Takes down a look.
    public init(stamp: Stamp?, wall: Duration, monotonic: Duration) {
      self.stamp = stamp
      self.wall = wall
      self.monotonic = monotonic
    }

    /// By how much the wall clock is ahead of the monotonic one.
    fileprivate var offset: Duration { wall - monotonic }
  }

  /// By how much the clocks may part between two looks, besides a thousandth of the time between them: more than
  /// reading one after the other takes, and twice what a clock that is being slewed may gain.
  static let leastDrift = Duration.milliseconds(10)
  /// By how much a stamp may lie before the look that did not see it: files are stamped with the time of the last
  /// tick.
  static let tick = Duration.milliseconds(20)

  private var last: Look
  private let begin: Duration
  private var beat: Duration?

  /// Begins with a first look; how old the file is does not matter, because it may be from an earlier instance.
  public init(_ look: Look) {
    last = look
    begin = look.monotonic
  }

  /// Takes in another look.
  public mutating func look(_ look: Look) -> HeartbeatSighting {
    // A file that is gone is no heartbeat, and it is none when it comes back unchanged.
    var look = look
    if let stamp = look.stamp, stamp != last.stamp {
      beat = moment(of: stamp, look)
    } else {
      look.stamp = look.stamp ?? last.stamp
    }
    last = look
    guard let beat else { return .silent(for: look.monotonic - begin) }
    return .heard(ago: look.monotonic - beat)
  }

  /// When the heartbeat came, on the monotonic clock.
  private func moment(of stamp: Stamp, _ look: Look) -> Duration {
    let span = look.monotonic - last.monotonic
    let drift = look.offset - last.offset
    let limit = Self.leastDrift + span / 1000
    let age = look.wall - stamp.modified
    guard drift <= limit, drift >= .zero - limit, age >= .zero, age <= span + Self.tick else {
      return look.monotonic
    }
    return look.monotonic - min(age, span)
  }
}
