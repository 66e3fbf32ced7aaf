import Glibc

/// How often the service manager wants to hear ``NotificationField/watchdog``.
///
/// The corresponding C function is `sd_watchdog_enabled(3)`.
public struct WatchdogSettings: Sendable, Hashable {
  /// After this long without a sign of life the manager acts.
  public let timeout: Duration

  /// Wraps a timeout.
  public init(timeout: Duration) { self.timeout = timeout }

  /// Half the timeout: the interval for signs of life that systemd recommends.
  public var interval: Duration { timeout / 2 }

  /// Reads `WATCHDOG_USEC` and `WATCHDOG_PID`.
  ///
  /// - Parameters:
  ///   - environment: gives a variable's value.
  ///   - process: the PID that the variables have to be meant for.
  /// - Returns: the settings; nil if no watchdog is set or it is meant for another process.
  /// - Throws: ``EnvironmentError`` naming the variable with garbage in it.
  public static func fromEnvironment(
    _ environment: (String) -> String? = ProcessEnvironment.value,
    process: Int32 = ProcessEnvironment.processID
  ) throws(EnvironmentError) -> WatchdogSettings? {
    guard let text = environment("WATCHDOG_USEC") else { return nil }
    guard let microseconds = Int64(text), microseconds > 0 else {
      throw EnvironmentError(
        variable: "WATCHDOG_USEC", value: text, reason: "expected a number of microseconds above zero")
    }
    if let target = environment("WATCHDOG_PID") {
      guard let pid = Int32(target), pid > 0 else {
        throw EnvironmentError(variable: "WATCHDOG_PID", value: target, reason: "expected a process number")
      }
      guard pid == process else { return nil }
    }
    return WatchdogSettings(timeout: .microseconds(microseconds))
  }
}
