public import Systemd

// Properties of one unit and of many. Anybody may read them. A read of a unit that is not in memory loads it.
extension ManagerClient {
  /// One property of one unit. `Properties.Get`.
  ///
  /// - Parameters:
  ///   - property: which.
  ///   - unit: the unit's name or an alias.
  /// - Returns: its value.
  /// - Throws: `org.freedesktop.DBus.Error.UnknownInterface` or `...UnknownProperty` for one that the unit or the
  ///   manager does not have.
  public func property(_ property: UnitProperty, of unit: String) async throws(BusError) -> BusVariant {
    let object = manager.at(UnitSummary.path(of: unit), "org.freedesktop.DBus.Properties")
    return try await bus.call(object, "Get", property.fullInterface, property.name)
  }

  /// Some properties of many units, asked for without waiting for one answer after the other. `Properties.Get`.
  ///
  /// - Parameters:
  ///   - wanted: gives the properties of the unit with this index; those that its kind does not have, it may leave out
  ///     or not.
  ///   - paths: the units' objects, as ``UnitSummary/path`` has them.
  /// - Returns: the values in the order of the units. What a unit or an older manager does not have is missing.
  /// - Throws: what ends all of it: no connection, no answer.
  public func properties(
    _ wanted: (Int) -> [UnitProperty], of paths: [ObjectPath]
  ) async throws(BusError) -> [UnitProperties] {
    let questions = paths.indices.flatMap { unit in wanted(unit).map { (unit: unit, property: $0) } }
    let answers = Answers(count: paths.count)
    try await ask(questions.map { (paths[$0.unit], $0.property) }) { index, value in
      let (unit, property) = questions[index]
      answers.values[unit].merge([property.name: value])
    }
    return answers.values
  }

  /// All properties of many units, asked for without waiting for one answer after the other. `Properties.GetAll`.
  ///
  /// - Parameter units: names or aliases.
  /// - Returns: the values in the order of the units; none for what is no unit's name.
  /// - Throws: what ends all of it: no connection, no answer.
  public func allProperties(of units: [String]) async throws(BusError) -> [UnitProperties] {
    let kinds = units.map(Self.kind)
    return try await allProperties(
      units.indices.flatMap { [($0, "Unit"), ($0, kinds[$0] ?? "Unit")] }, of: units)
  }

  /// The properties of many units' own kinds, without those that every unit has, asked for without waiting for one
  /// answer after the other. `Properties.GetAll`.
  ///
  /// - Parameter units: names or aliases.
  /// - Returns: the values in the order of the units; none for what is no unit's name.
  /// - Throws: what ends all of it: no connection, no answer.
  public func kindProperties(of units: [String]) async throws(BusError) -> [UnitProperties] {
    let kinds = units.map(Self.kind)
    return try await allProperties(
      units.indices.compactMap { index in kinds[index].map { (index, $0) } }, of: units)
  }

  // MARK: Steps

  /// The last part of the interface of the unit's kind; nil for what is no unit's name.
  private static func kind(of unit: String) -> String? {
    unit.split(separator: ".").last.flatMap { interface(ofKind: String($0)) }
  }

  /// Asks for whole interfaces of units.
  private func allProperties(
    _ questions: [(unit: Int, interface: String)], of units: [String]
  ) async throws(BusError) -> [UnitProperties] {
    let answers = Answers(count: units.count)
    let (bus, manager) = (bus, manager)
    // All answers are large; few of them at once keep the manager's queue short.
    try await bus.pipeline(count: questions.count, width: 64) { (index: Int) throws(BusError) in
      let (unit, interface) = questions[index]
      let object = manager.at(UnitSummary.path(of: units[unit]), "org.freedesktop.DBus.Properties")
      var message = try bus.makeCall(to: object, "GetAll")
      do throws(SystemError) {
        try message.append("org.freedesktop.systemd1.\(interface)")
      } catch {
        throw BusError(error)
      }
      return message
    } _: { (index: Int, reply: consuming Result<BusMessage, BusError>) in
      guard case .success(var message) = reply,
        let values = try? message.read([String: BusVariant].self)
      else { return }
      answers.values[questions[index].unit].merge(values)
    }
    return answers.values
  }

  /// Asks many properties; what fails for itself alone is left out.
  func ask(
    _ questions: [(path: ObjectPath, property: UnitProperty)],
    _ receive: @escaping @LoopActor (Int, BusVariant) -> Void
  ) async throws(BusError) {
    let (bus, manager) = (bus, manager)
    try await bus.pipeline(count: questions.count) { (index: Int) throws(BusError) in
      let (path, property) = questions[index]
      var message = try bus.makeCall(to: manager.at(path, "org.freedesktop.DBus.Properties"), "Get")
      do throws(SystemError) {
        try message.append(property.fullInterface, property.name)
      } catch {
        throw BusError(error)
      }
      return message
    } _: { (index: Int, reply: consuming Result<BusMessage, BusError>) in
      guard case .success(var message) = reply, let value = try? message.read(BusVariant.self) else { return }
      receive(index, value)
    }
  }
}

/// What has been answered so far.
@LoopActor
private final class Answers {
  var values: [UnitProperties]

  init(count: Int) { values = Array(repeating: UnitProperties(), count: count) }
}
