import CSystemd
import Glibc

/// One D-Bus message. It has one owner, who writes it and sends it, or receives it and reads it.
///
/// Writing and reading move libsystemd's own cursor; see `sd_bus_message_append(3)` and
/// `sd_bus_message_read(3)`.
@safe
public struct BusMessage: ~Copyable {
  let raw: OpaquePointer

  /// Takes over a reference.
  init(owning raw: OpaquePointer) { unsafe self.raw = raw }

  /// Adds a reference, for a message that libsystemd lends to a callback.
  init(retaining raw: OpaquePointer) { unsafe self.raw = sd_bus_message_ref(raw) }

  deinit { unsafe sd_bus_message_unref(raw) }

  /// The D-Bus signature of all its values, such as `su`.
  public var signature: String { unsafe Self.text(sd_bus_message_get_signature(raw, 1)) ?? "" }
  /// The object that it comes from or goes to, nil for replies.
  public var path: ObjectPath? { unsafe Self.text(sd_bus_message_get_path(raw)).map { ObjectPath($0) } }
  /// The interface, nil for replies.
  public var interface: String? { unsafe Self.text(sd_bus_message_get_interface(raw)) }
  /// The method or signal, nil for replies.
  public var member: String? { unsafe Self.text(sd_bus_message_get_member(raw)) }
  /// The sender's unique name; nil on a connection without a bus in between.
  public var sender: String? { unsafe Self.text(sd_bus_message_get_sender(raw)) }

  @unsafe private static func text(_ pointer: UnsafePointer<CChar>?) -> String? {
    unsafe pointer.map { unsafe String(cString: $0) }
  }

  // MARK: Values

  /// Writes values one after the other.
  public mutating func append<each Value: BusValue>(_ values: repeat each Value) throws(SystemError) {
    repeat try (each values).write(to: &self)
  }

  /// Reads the next value; a value of another type is `ENXIO`, and the end of the message too.
  public mutating func read<Value: BusValue>(_: Value.Type = Value.self) throws(SystemError) -> Value {
    try Value(from: &self)
  }

  /// Ends the writing of a message that is to be read here, and goes to its first value.
  public mutating func rewind() throws(SystemError) {
    if unsafe sd_bus_message_is_empty(raw) == 0 {
      // Sealing makes it read-only; the cookie is of no meaning for a message that stays here.
      let sealed = unsafe sd_bus_message_seal(raw, 1, 0)
      if sealed != -EPERM { try check(sealed, "sd_bus_message_seal") }
    }
    try check(unsafe sd_bus_message_rewind(raw, 1), "sd_bus_message_rewind")
  }

  /// Leaves out the next value, whatever it is.
  public mutating func skip() throws(SystemError) {
    try check(unsafe sd_bus_message_skip(raw, nil), "sd_bus_message_skip")
  }

  /// The type of the next value and, for containers, the signature of what is in it; nil at the end.
  public var next: (type: BusType, contents: String)? {
    var type: CChar = 0
    var contents: UnsafePointer<CChar>?
    guard unsafe sd_bus_message_peek_type(raw, &type, &contents) > 0 else { return nil }
    return (BusType(code: type), unsafe Self.text(contents) ?? "")
  }

  // MARK: Containers, for types that describe themselves

  /// Starts to read an array, struct, variant or dictionary entry; `contents` nil accepts any.
  ///
  /// - Returns: false at the end of the container around it.
  public mutating func enter(_ type: BusType, _ contents: String? = nil) throws(SystemError) -> Bool {
    let result = unsafe sd_bus_message_enter_container(raw, type.code, contents)
    return try check(result, "sd_bus_message_enter_container") > 0
  }

  /// Ends the reading of a container, which must have been read to its end.
  public mutating func leave() throws(SystemError) {
    try check(unsafe sd_bus_message_exit_container(raw), "sd_bus_message_exit_container")
  }

  /// Starts to write a container of values of the signature `contents`.
  public mutating func open(_ type: BusType, _ contents: String) throws(SystemError) {
    try check(
      unsafe sd_bus_message_open_container(raw, type.code, contents), "sd_bus_message_open_container",
      contents)
  }

  /// Ends the writing of a container.
  public mutating func close() throws(SystemError) {
    try check(unsafe sd_bus_message_close_container(raw), "sd_bus_message_close_container")
  }

  /// Whether the innermost container has been read to its end.
  public var isAtEnd: Bool { unsafe sd_bus_message_at_end(raw, 0) != 0 }

  // MARK: Basic values

  @unsafe mutating func appendBasic(_ type: BusType, _ value: UnsafeRawPointer?) throws(SystemError) {
    try check(unsafe sd_bus_message_append_basic(raw, type.code, value), "sd_bus_message_append_basic")
  }

  @unsafe mutating func readBasic(
    _ type: BusType, into value: UnsafeMutableRawPointer
  ) throws(SystemError) {
    let result = try check(
      unsafe sd_bus_message_read_basic(raw, type.code, value), "sd_bus_message_read_basic")
    guard result > 0 else { throw SystemError(errno: ENXIO, operation: "read past the end of a message") }
  }

  mutating func appendText(_ type: BusType, _ text: String) throws(SystemError) {
    // A C string would end at the zero byte, and the receiver would see another value than the one given.
    guard !text.utf8.contains(0) else {
      throw SystemError(
        errno: EINVAL, operation: "sd_bus_message_append_basic", subject: "text with a zero byte")
    }
    let result = unsafe text.withCString { unsafe sd_bus_message_append_basic(raw, type.code, $0) }
    try check(result, "sd_bus_message_append_basic", text)
  }

  mutating func readText(_ type: BusType) throws(SystemError) -> String {
    var text: UnsafePointer<CChar>?
    try unsafe readBasic(type, into: &text)
    return unsafe Self.text(text) ?? ""
  }
}

/// A D-Bus type code.
public struct BusType: Hashable, Sendable {
  let code: CChar

  init(code: CChar) { self.code = code }
  private init(_ letter: Unicode.Scalar) { code = CChar(letter.value) }

  /// `y`: 8 bits.
  public static let byte = BusType("y")
  /// `b`: true or false.
  public static let boolean = BusType("b")
  /// `n`: a signed number of 16 bits.
  public static let int16 = BusType("n")
  /// `q`: an unsigned number of 16 bits.
  public static let uint16 = BusType("q")
  /// `i`: a signed number of 32 bits.
  public static let int32 = BusType("i")
  /// `u`: an unsigned number of 32 bits.
  public static let uint32 = BusType("u")
  /// `x`: a signed number of 64 bits.
  public static let int64 = BusType("x")
  /// `t`: an unsigned number of 64 bits.
  public static let uint64 = BusType("t")
  /// `d`: a floating-point number of 64 bits.
  public static let double = BusType("d")
  /// `s`: text.
  public static let string = BusType("s")
  /// `o`: the path of an object.
  public static let objectPath = BusType("o")
  /// `g`: a signature.
  public static let signature = BusType("g")
  /// `h`: a descriptor.
  public static let descriptor = BusType("h")
  /// `a`: an array; of dictionary entries, it is a dictionary.
  public static let array = BusType("a")
  /// `v`: a value with its type.
  public static let variant = BusType("v")
  /// `r`, written as `(...)`: a struct.
  public static let structure = BusType("r")
  /// `e`, written as `{..}`: a key and its value.
  public static let entry = BusType("e")
}
