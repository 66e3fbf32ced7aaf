/// The messages of `grpc.health.v1`, as far as a check needs them: a few bytes of Protocol Buffers by hand.
enum GRPCHealth {
  /// The method that is called.
  static let path = "/grpc.health.v1.Health/Check"
  /// How much of an answer is read, in bytes; a health service's own has seven.
  static let answerLimit = 1024
  /// What precedes each message: whether it is compressed, and its length.
  private static let prefixLength = 5

  /// What a service says of itself.
  enum ServingStatus: UInt64, Sendable, Hashable {
    /// It has said nothing yet.
    case unknown = 0
    /// It does its work.
    case serving = 1
    /// It does not.
    case notServing = 2
    /// The server does not know it; only streams say so.
    case serviceUnknown = 3

    /// The name in the protocol.
    var name: String {
      switch self {
      case .unknown: "UNKNOWN"
      case .serving: "SERVING"
      case .notServing: "NOT_SERVING"
      case .serviceUnknown: "SERVICE_UNKNOWN"
      }
    }
  }

  /// A `HealthCheckRequest` with its prefix; the server as a whole is asked for by an empty name.
  ///
  /// - Parameter service: the service's full name.
  /// - Returns: the bytes to send.
  static func request(for service: String) -> [UInt8] {
    let name = Array(service.utf8)
    var message: [UInt8] = []
    if !name.isEmpty {
      // Field 1, bytes.
      message.append(0x0A)
      append(UInt64(name.count), to: &message)
      message += name
    }
    let length = UInt32(message.count)
    return [0] + [24, 16, 8, 0].map { UInt8(truncatingIfNeeded: length >> $0) } + message
  }

  /// The status in a `HealthCheckResponse` with its prefix; nil if this is none.
  ///
  /// Fields that a later version may add are passed over. A status that it may add counts as unknown.
  static func status(in answer: [UInt8]) -> ServingStatus? {
    // Compression was not offered, and one call has one answer.
    guard answer.count >= prefixLength, answer[0] == 0,
      answer[1..<prefixLength].reduce(0, { $0 << 8 | Int($1) }) == answer.count - prefixLength
    else { return nil }
    var rest = answer[prefixLength...]
    var status = ServingStatus.unknown
    while !rest.isEmpty {
      guard let key = number(&rest), key >> 3 > 0, key >> 3 < 1 << 29 else { return nil }
      switch key & 7 {
      case 0:
        guard let value = number(&rest) else { return nil }
        if key >> 3 == 1 { status = ServingStatus(rawValue: value) ?? .unknown }
      case 1: guard skip(8, &rest) else { return nil }
      case 2: guard let length = number(&rest), skip(length, &rest) else { return nil }
      case 5: guard skip(4, &rest) else { return nil }
      // Groups, which nothing uses any more, and what is not defined.
      default: return nil
      }
      // The status has one wire type.
      if key >> 3 == 1, key & 7 != 0 { return nil }
    }
    return status
  }

  private static func append(_ number: UInt64, to message: inout [UInt8]) {
    var number = number
    while number > 0x7F {
      message.append(UInt8(number & 0x7F) | 0x80)
      number >>= 7
    }
    message.append(UInt8(number))
  }

  /// Takes a varint; nil if it does not end or has more than 64 bits.
  private static func number(_ bytes: inout ArraySlice<UInt8>) -> UInt64? {
    var result: UInt64 = 0
    for shift in stride(from: UInt64(0), to: 70, by: 7) {
      guard let byte = bytes.popFirst(), shift < 63 || byte <= 1 else { return nil }
      result |= UInt64(byte & 0x7F) << shift
      if byte & 0x80 == 0 { return result }
    }
    return nil
  }

  private static func skip(_ count: UInt64, _ bytes: inout ArraySlice<UInt8>) -> Bool {
    guard count <= UInt64(bytes.count) else { return false }
    bytes.removeFirst(Int(count))
    return true
  }
}
