import CSystemd
import Glibc

extension Bus {
  /// Starts a method call, for a caller that writes its arguments by hand.
  public func makeCall(to object: BusObject, _ member: String) throws(BusError) -> BusMessage {
    try checkOpen()
    return try asBusError { () throws(SystemError) -> BusMessage in
      var message: OpaquePointer?
      try check(
        unsafe sd_bus_message_new_method_call(
          raw, &message, object.destination, object.path.value, object.interface, member),
        "sd_bus_message_new_method_call", "\(object.path) \(object.interface).\(member)")
      guard let message = unsafe message else {
        throw SystemError(errno: ENOMEM, operation: "sd_bus_message_new_method_call")
      }
      return unsafe BusMessage(owning: message)
    }
  }

  /// Sends `message` and suspends until the reply, the timeout or the task's cancellation.
  ///
  /// - Parameters:
  ///   - message: from ``makeCall(to:_:)`` of this bus.
  ///   - timeout: counts from now on and includes the time until the connection stands.
  /// - Returns: the reply, to be read.
  /// - Throws: the other side's error, or a local one: `ETIMEDOUT`, `ECANCELED`, `ECONNRESET`, `ENOBUFS`.
  public func call(
    _ message: consuming BusMessage, timeout: Duration = defaultTimeout
  ) async throws(BusError) -> BusMessage {
    try checkOpen()
    guard !Task.isCancelled else { throw PendingCall.cancelled }
    let call = PendingCall()
    try add(call)
    defer { remove(call) }
    let (bus, request) = unsafe (raw, message.raw)
    try asBusError { () throws(SystemError) in unsafe try call.send(request, over: bus) }
    await call.finish(within: timeout, on: loop)
    return try call.takeReply()
  }

  /// Calls a method and reads its reply: `let job: ObjectPath = try await bus.call(manager, "StartUnit",
  /// name, mode)`.
  ///
  /// - Parameters:
  ///   - object: what to call.
  ///   - member: the method.
  ///   - arguments: its arguments; their types are the signature.
  ///   - timeout: counts from now on and includes the time until the connection stands.
  ///   - reply: the reply's type; several values are ``BusArguments``.
  /// - Returns: the reply's value.
  /// - Throws: as ``call(_:timeout:)`` does; `ENXIO` if the reply is of another type.
  public func call<each Argument: BusValue, Reply: BusValue>(
    _ object: BusObject, _ member: String, _ arguments: repeat each Argument,
    timeout: Duration = defaultTimeout, returning reply: Reply.Type = Reply.self
  ) async throws(BusError) -> Reply {
    var message = try makeCall(to: object, member)
    do throws(SystemError) { try message.append(repeat each arguments) } catch { throw BusError(error) }
    var answer = try await call(message, timeout: timeout)
    do throws(SystemError) { return try answer.read(Reply.self) } catch { throw BusError(error) }
  }

  /// Calls a method whose reply does not matter; parameters and errors as for the other calls.
  public func perform<each Argument: BusValue>(
    _ object: BusObject, _ member: String, _ arguments: repeat each Argument,
    timeout: Duration = defaultTimeout
  ) async throws(BusError) {
    var message = try makeCall(to: object, member)
    do throws(SystemError) { try message.append(repeat each arguments) } catch { throw BusError(error) }
    _ = try await call(message, timeout: timeout)
  }

  // MARK: Properties

  private static var propertiesInterface: String { "org.freedesktop.DBus.Properties" }

  /// Reads a property of the object's interface.
  ///
  /// - Parameters:
  ///   - name: the property.
  ///   - object: whose property.
  ///   - timeout: as for calls.
  ///   - type: the property's type; ``BusVariant`` is not needed here, as any type can be named.
  /// - Returns: the value.
  /// - Throws: as calls do; `ENXIO` if the property is of another type.
  public func property<Value: BusValue>(
    _ name: String, of object: BusObject, timeout: Duration = defaultTimeout,
    as type: Value.Type = Value.self
  ) async throws(BusError) -> Value {
    let target = object.at(object.path, Self.propertiesInterface)
    let box: BusBox<Value> = try await call(target, "Get", object.interface, name, timeout: timeout)
    return box.value
  }

  /// Reads all properties of the object's interface by name; errors as for calls.
  public func properties(
    of object: BusObject, timeout: Duration = defaultTimeout
  ) async throws(BusError) -> [String: BusVariant] {
    try await call(
      object.at(object.path, Self.propertiesInterface), "GetAll", object.interface, timeout: timeout)
  }

  /// Changes a property of the object's interface; errors as for calls.
  public func setProperty<Value: BusValue>(
    _ name: String, of object: BusObject, to value: Value, timeout: Duration = defaultTimeout
  ) async throws(BusError) {
    let target = object.at(object.path, Self.propertiesInterface)
    try await perform(target, "Set", object.interface, name, BusBox(value), timeout: timeout)
  }
}
