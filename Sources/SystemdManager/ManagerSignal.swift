public import Systemd

/// What the manager tells by itself. See `org.freedesktop.systemd1(5)` for the signals of these names.
public enum ManagerSignal: Sendable, Hashable {
  /// `Manager.UnitNew`: a unit came into memory.
  case unitNew(name: String, path: ObjectPath)
  /// `Manager.UnitRemoved`: a unit left it.
  case unitRemoved(name: String, path: ObjectPath)
  /// `Manager.JobNew`: a job was queued; of its type nothing is told.
  case jobNew(UnitJob)
  /// `Manager.JobRemoved`: a job ended.
  case jobRemoved(UnitJob, JobResult)
  /// `Manager.Reloading`: true before the manager reads all files anew, false after it.
  case reloading(Bool)
  /// `Properties.PropertiesChanged` of a unit's object.
  case propertiesChanged(PropertyChange)

  /// New values of one interface of one unit.
  public struct PropertyChange: Sendable, Hashable {
    /// The unit's object.
    public let path: ObjectPath
    /// The last part of the interface, such as `Unit` or `Service`. A change is told for the unit's own kind first and
    /// for `Unit` directly after it.
    public let interface: String
    /// The new values.
    public let values: [String: BusVariant]
    /// Names whose values are not known any more.
    public let invalidated: [String]

    /// Describes a change.
    public init(
      path: ObjectPath, interface: String, values: [String: BusVariant], invalidated: [String] = []
    ) {
      self.path = path
      self.interface = interface
      self.values = values
      self.invalidated = invalidated
    }
  }

  /// Reads a signal; nil for one that is none of these or has other values.
  init?(_ message: inout BusMessage) {
    typealias Named = BusArguments<String, ObjectPath>
    switch message.member {
    case "UnitNew":
      guard let values = try? message.read(Named.self).values else { return nil }
      self = .unitNew(name: values.0, path: values.1)
    case "UnitRemoved":
      guard let values = try? message.read(Named.self).values else { return nil }
      self = .unitRemoved(name: values.0, path: values.1)
    case "JobNew":
      guard let values = try? message.read(BusArguments<UInt32, ObjectPath, String>.self).values else {
        return nil
      }
      self = .jobNew(UnitJob(id: values.0, unit: values.2, path: values.1))
    case "JobRemoved":
      guard let values = try? message.read(BusArguments<UInt32, ObjectPath, String, String>.self).values
      else { return nil }
      self = .jobRemoved(
        UnitJob(id: values.0, unit: values.2, path: values.1), JobResult(rawValue: values.3))
    case "Reloading":
      guard let isActive = try? message.read(Bool.self) else { return nil }
      self = .reloading(isActive)
    case "PropertiesChanged":
      guard let path = message.path, path.value.hasPrefix("/org/freedesktop/systemd1/unit/"),
        let interface = try? message.read(String.self), interface.hasPrefix("org.freedesktop.systemd1."),
        let values = try? message.read(BusArguments<[String: BusVariant], [String]>.self).values
      else { return nil }
      self = .propertiesChanged(
        PropertyChange(
          path: path, interface: String(interface.dropFirst("org.freedesktop.systemd1.".count)),
          values: values.0, invalidated: values.1))
    default: return nil
    }
  }
}
