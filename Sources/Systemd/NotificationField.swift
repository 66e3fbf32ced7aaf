/// One field of a ``Notification``; the meanings are those of `sd_notify(3)`.
public enum NotificationField: Sendable, Hashable {
  /// `READY=1`: start-up or a reload is complete.
  case ready
  /// `RELOADING=1`: a reload has begun; see ``Notification/reloading(_:)``.
  case reloading
  /// `MONOTONIC_USEC=`: when the reload began, on `CLOCK_MONOTONIC`.
  case monotonicTime(microseconds: UInt64)
  /// `STOPPING=1`: the service is on its way out.
  case stopping
  /// `STATUS=`: a line for people, cut at ``Notification/statusLimit`` bytes.
  case status(String)
  /// `ERRNO=`: the error number behind a failure.
  case errno(Int32)
  /// `BUSERROR=`: the D-Bus error name behind a failure.
  case busError(String)
  /// `EXIT_STATUS=`: the exit status of a service or of the manager itself.
  case exitStatus(Int32)
  /// `MAINPID=`: the service's main process.
  case mainProcess(Int32)
  /// `WATCHDOG=1`: the service lives.
  case watchdog
  /// `WATCHDOG=trigger`: the service has failed; the manager is to act as if the watchdog had run out.
  case watchdogTrigger
  /// `WATCHDOG_USEC=`: a new watchdog timeout.
  case watchdogTimeout(Duration)
  /// `EXTEND_TIMEOUT_USEC=`: the start, stop or run timeout is to last at least this much longer.
  case extendTimeout(Duration)
  /// `FDSTORE=1`: the descriptors sent along are to be kept for the next start.
  case storeDescriptors
  /// `FDSTOREREMOVE=1`: stored descriptors of the given name are to be closed.
  case removeDescriptors
  /// `FDNAME=`: the name of the descriptors; ASCII without control characters and `:`, at most 255 bytes.
  case descriptorName(String)
  /// `FDPOLL=0`: stored descriptors are kept even after an error or hang-up.
  case withoutPolling
  /// `BARRIER=1`: the descriptor sent along is closed once everything before it has been dealt with.
  case barrier
  /// Any other assignment, also one of the above whose value does not fit its type.
  case other(name: String, value: String)

  /// The longest name of a field.
  static let nameLimit = 64

  static func isValidName(_ name: String) -> Bool {
    !name.isEmpty && name.utf8.count <= nameLimit
      && name.utf8.allSatisfy { byte in
        (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(byte) || byte == UInt8(ascii: "_")
          || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
      }
  }

  /// Whether the value is free text, which is cut rather than refused.
  var isText: Bool {
    switch self {
    case .status: true
    default: false
    }
  }

  var assignment: (name: String, value: String) {
    switch self {
    case .ready: ("READY", "1")
    case .reloading: ("RELOADING", "1")
    case .monotonicTime(let microseconds): ("MONOTONIC_USEC", "\(microseconds)")
    case .stopping: ("STOPPING", "1")
    case .status(let text): ("STATUS", text)
    case .errno(let number): ("ERRNO", "\(number)")
    case .busError(let name): ("BUSERROR", name)
    case .exitStatus(let status): ("EXIT_STATUS", "\(status)")
    case .mainProcess(let pid): ("MAINPID", "\(pid)")
    case .watchdog: ("WATCHDOG", "1")
    case .watchdogTrigger: ("WATCHDOG", "trigger")
    case .watchdogTimeout(let duration): ("WATCHDOG_USEC", "\(duration.microseconds)")
    case .extendTimeout(let duration): ("EXTEND_TIMEOUT_USEC", "\(duration.microseconds)")
    case .storeDescriptors: ("FDSTORE", "1")
    case .removeDescriptors: ("FDSTOREREMOVE", "1")
    case .descriptorName(let name): ("FDNAME", name)
    case .withoutPolling: ("FDPOLL", "0")
    case .barrier: ("BARRIER", "1")
    case .other(let name, let value): (name, value)
    }
  }

  /// Reads one assignment; a value that does not fit stays as it is in ``other(name:value:)``.
  init(name: String, value: String) {
    self = Self.known(name, value) ?? .other(name: name, value: value)
  }

  private static func known(_ name: String, _ value: String) -> NotificationField? {
    switch (name, value) {
    case ("READY", "1"): .ready
    case ("RELOADING", "1"): .reloading
    case ("MONOTONIC_USEC", _): decimal(value).map { .monotonicTime(microseconds: $0) }
    case ("STOPPING", "1"): .stopping
    case ("STATUS", _): .status(value)
    case ("ERRNO", _): decimal(value).map { .errno($0) }
    case ("BUSERROR", _): .busError(value)
    case ("EXIT_STATUS", _): decimal(value).map { .exitStatus($0) }
    case ("MAINPID", _): decimal(value).flatMap { $0 > 0 ? .mainProcess($0) : nil }
    case ("WATCHDOG", "1"): .watchdog
    case ("WATCHDOG", "trigger"): .watchdogTrigger
    case ("WATCHDOG_USEC", _): duration(value).map { .watchdogTimeout($0) }
    case ("EXTEND_TIMEOUT_USEC", _): duration(value).map { .extendTimeout($0) }
    case ("FDSTORE", "1"): .storeDescriptors
    case ("FDSTOREREMOVE", "1"): .removeDescriptors
    case ("FDNAME", _): isDescriptorName(value) ? .descriptorName(value) : nil
    case ("FDPOLL", "0"): .withoutPolling
    case ("BARRIER", "1"): .barrier
    default: nil
    }
  }

  private static func decimal<Number: FixedWidthInteger>(_ text: String) -> Number? {
    // Number(_:) would also take a plus sign, which nobody sends.
    text.first == "+" ? nil : Number(text)
  }

  private static func duration(_ text: String) -> Duration? {
    // Duration counts attoseconds in 128 bits, but microseconds(_:) takes an Int64.
    guard let microseconds: Int64 = decimal(text), microseconds >= 0 else { return nil }
    return .microseconds(microseconds)
  }

  private static func isDescriptorName(_ name: String) -> Bool {
    name.utf8.count <= 255 && name.utf8.allSatisfy { $0 > 0x1F && $0 < 0x7F && $0 != UInt8(ascii: ":") }
  }
}
