public import Systemd

extension ManagerClient {
  /// A property with its value.
  public struct NamedValue: Sendable, Hashable {
    /// The name on the bus.
    public let name: String
    /// The value.
    public let value: BusVariant

    /// Describes a property.
    public init(_ name: String, _ value: BusVariant) {
      self.name = name
      self.value = value
    }
  }

  /// All properties of a unit's every interface, in the manager's own order. `Properties.GetAll`.
  ///
  /// - Parameter unit: a unit's name or an alias; it is loaded from disk if it is not in memory.
  /// - Returns: the properties.
  /// - Throws: `org.freedesktop.DBus.Error.UnknownObject` for what is no unit's name.
  public func orderedProperties(of unit: String) async throws(BusError) -> [NamedValue] {
    try await orderedProperties(at: UnitSummary.path(of: unit))
  }

  /// All properties of the manager itself, in its own order. `Properties.GetAll`.
  public func managerProperties() async throws(BusError) -> [NamedValue] {
    try await orderedProperties(at: manager.path)
  }

  // MARK: Steps

  private func orderedProperties(at path: ObjectPath) async throws(BusError) -> [NamedValue] {
    var message = try bus.makeCall(to: manager.at(path, "org.freedesktop.DBus.Properties"), "GetAll")
    // No interface means all of them.
    do throws(SystemError) { try message.append("") } catch { throw BusError(error) }
    var reply = try await bus.call(message)
    do throws(SystemError) {
      var properties: [NamedValue] = []
      guard try reply.enter(.array, "{sv}") else { return [] }
      while try reply.enter(.entry, "sv") {
        properties.append(NamedValue(try reply.read(String.self), try reply.read(BusVariant.self)))
        try reply.leave()
      }
      try reply.leave()
      return properties
    } catch {
      throw BusError(error)
    }
  }
}
