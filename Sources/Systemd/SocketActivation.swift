import Glibc

/// A descriptor that the service manager opened for this process.
public struct PassedDescriptor: Sendable, Hashable {
  /// Its name: the socket unit's `FileDescriptorName=`, `stored`, or `unknown` if none was given.
  public let name: String
  /// The open descriptor, 3 or higher.
  public let descriptor: Int32

  /// Pairs a descriptor with its name.
  public init(name: String, descriptor: Int32) {
    self.name = name
    self.descriptor = descriptor
  }
}

/// The descriptors of socket activation and of the descriptor store.
///
/// The corresponding C function is `sd_listen_fds_with_names(3)`.
public enum SocketActivation {
  /// The first descriptor that the manager passes.
  public static let firstDescriptor: Int32 = 3
  /// More descriptors than this are taken for garbage.
  public static let countLimit: Int32 = 65_536

  private static let variables = ["LISTEN_PID", "LISTEN_FDS", "LISTEN_FDNAMES"]

  /// Reads `LISTEN_PID`, `LISTEN_FDS` and `LISTEN_FDNAMES` without touching any descriptor.
  ///
  /// - Parameters:
  ///   - environment: gives a variable's value.
  ///   - process: the PID that the variables have to be meant for.
  /// - Returns: names and descriptors in order; empty if there are none or they are for another process.
  /// - Throws: ``EnvironmentError`` naming the variable with garbage in it.
  public static func parse(
    _ environment: (String) -> String? = ProcessEnvironment.value,
    process: Int32 = ProcessEnvironment.processID
  ) throws(EnvironmentError) -> [PassedDescriptor] {
    guard let target = environment("LISTEN_PID") else { return [] }
    guard let pid = Int32(target), pid > 0 else {
      throw EnvironmentError(variable: "LISTEN_PID", value: target, reason: "expected a process number")
    }
    guard pid == process, let text = environment("LISTEN_FDS") else { return [] }
    guard let count = Int32(text), (0...countLimit).contains(count) else {
      throw EnvironmentError(
        variable: "LISTEN_FDS", value: text, reason: "expected a number of descriptors, 0 to \(countLimit)")
    }
    var names = [String](repeating: "unknown", count: Int(count))
    if let list = environment("LISTEN_FDNAMES") {
      // No text is one empty name, or none where there is nothing to name.
      let given =
        count == 0 && list.isEmpty ? [] : list.split(separator: ":", omittingEmptySubsequences: false)
      guard given.count == names.count else {
        throw EnvironmentError(
          variable: "LISTEN_FDNAMES", value: list, reason: "\(given.count) names for \(count) descriptors")
      }
      names = given.map(String.init)
    }
    return names.enumerated().map { index, name in
      PassedDescriptor(name: name, descriptor: firstDescriptor + Int32(index))
    }
  }

  /// Takes the descriptors over: checks that they are open and marks them close-on-exec.
  ///
  /// - Parameters:
  ///   - environment: gives a variable's value.
  ///   - process: the PID that the variables have to be meant for.
  ///   - unsetEnvironment: also removes the variables from this process's environment, so that no child takes
  ///     them for its own; only while no other thread uses the environment.
  /// - Returns: names and descriptors in order; empty if there are none or they are for another process.
  /// - Throws: ``EnvironmentError`` naming the variable with garbage in it, also one that promises a
  ///   descriptor
  ///   that is not open.
  public static func take(
    _ environment: (String) -> String? = ProcessEnvironment.value,
    process: Int32 = ProcessEnvironment.processID,
    unsetEnvironment: Bool = false
  ) throws(EnvironmentError) -> [PassedDescriptor] {
    let passed = try parse(environment, process: process)
    for passed in passed { try setCloseOnExec(passed.descriptor, of: environment("LISTEN_FDS") ?? "") }
    if unsetEnvironment {
      for variable in variables { unsafe unsetenv(variable) }
    }
    return passed
  }

  static func setCloseOnExec(_ descriptor: Int32, of value: String) throws(EnvironmentError) {
    let flags = fcntl(descriptor, F_GETFD)
    guard flags >= 0, fcntl(descriptor, F_SETFD, flags | FD_CLOEXEC) >= 0 else {
      throw EnvironmentError(
        variable: "LISTEN_FDS", value: value, reason: "descriptor \(descriptor) is not open")
    }
  }
}
