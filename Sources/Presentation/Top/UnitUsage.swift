/// A unit and how fast it uses what it uses, from two samples.
public struct UnitUsage: Sendable, Hashable {
  /// The unit as it was seen last.
  public let sample: UnitSample
  /// Tenths of a per cent of one processor; nil where it is not known, as after the first look.
  public let processor: UInt64?
  /// Bytes read a second.
  public let readRate: UInt64?
  /// Bytes written a second.
  public let writeRate: UInt64?

  /// Compares two looks at a unit.
  ///
  /// - Parameters:
  ///   - sample: the unit now.
  ///   - before: the unit at the look before; nil if it was not there.
  ///   - interval: the time between the looks; without any there are no rates.
  public init(_ sample: UnitSample, since before: UnitSample?, _ interval: Duration) {
    self.sample = sample
    let parts = interval.components
    let microseconds = Double(parts.seconds) * 1e6 + Double(parts.attoseconds) / 1e12
    func rate(_ path: KeyPath<UnitSample, UInt64?>, _ scale: Double) -> UInt64? {
      guard let new = sample[keyPath: path], let old = before?[keyPath: path], microseconds > 0 else {
        return nil
      }
      // A counter that went back began anew with another run of the unit.
      let growth = new >= old ? new - old : new
      return UInt64(exactly: (Double(growth) * scale / microseconds).rounded())
    }
    processor = rate(\.processorTime, 1000)
    readRate = rate(\.bytesRead, 1e6)
    writeRate = rate(\.bytesWritten, 1e6)
  }

  /// The name.
  public var name: String { sample.name }
  /// Bytes read and written a second.
  public var traffic: UInt64? {
    guard readRate != nil || writeRate != nil else { return nil }
    return (readRate ?? 0) &+ (writeRate ?? 0)
  }
  /// One word on how it fares: what `upkeep-run` says, else systemd's state.
  public var word: String { sample.health ?? sample.sub }

  /// What its state means; nil for one that is just not running.
  public var style: Palette.Style? {
    switch sample.health ?? "" {
    case "failed", "not ready": return .bad
    case "starting", "restarting", "ending", "backing off", "stopping": return .warning
    default: break
    }
    switch sample.active {
    case "active", "reloading", "refreshing": return .good
    case "failed": return .bad
    case "activating", "deactivating", "maintenance": return .warning
    default: return nil
    }
  }
}
