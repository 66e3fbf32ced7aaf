import Glibc

/// What this process was given at its start.
public enum ProcessEnvironment {
  /// The number of this process.
  public static var processID: Int32 { getpid() }

  /// The value of the environment variable `name`, nil if it is not set.
  public static func value(_ name: String) -> String? {
    guard let text = unsafe getenv(name) else { return nil }
    return unsafe String(cString: text)
  }
}

/// An environment variable whose value makes no sense.
public struct EnvironmentError: Error, Hashable, Sendable, CustomStringConvertible {
  /// The variable's name, such as `LISTEN_FDS`.
  public let variable: String
  /// What it was set to.
  public let value: String
  /// What is wrong and what would be right.
  public let reason: String

  /// Describes a variable that cannot be used.
  public init(variable: String, value: String, reason: String) {
    self.variable = variable
    self.value = value
    self.reason = reason
  }

  /// A line such as `environment variable LISTEN_FDS="x": expected a number of descriptors`.
  public var description: String { "environment variable \(variable)=\"\(value)\": \(reason)" }
}
