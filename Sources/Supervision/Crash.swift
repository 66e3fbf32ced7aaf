import UnitFiles

/// An end of an instance by itself that was not clean.
public struct Crash: Sendable, Hashable {
  /// How the main process ended.
  public let cause: ExitCause
  /// Its PID.
  public let pid: Int32
  /// How long it ran.
  public let ran: Duration
  /// How often the service had been restarted before.
  public let restarts: Int

  /// Describes a crash.
  public init(_ cause: ExitCause, pid: Int32, ran: Duration, restarts: Int) {
    self.cause = cause
    self.pid = pid
    self.ran = ran
    self.restarts = restarts
  }

  /// Whether the kernel wrote a core dump.
  public var hasCoreDump: Bool {
    switch cause {
    case .exited: false
    case .signaled(_, _, let coreDumped): coreDumped
    }
  }

  /// What was found out about a crash after it happened.
  public struct Evidence: Sendable, Hashable {
    /// How many lines are kept.
    public static let mostLines = 20
    /// How many bytes of a line are kept.
    public static let longestLine = 512

    /// The last lines that the service wrote, the oldest first; empty if they are not known.
    public let output: [String]
    /// The file of the core dump; nil if there is none or it is not known.
    public let coreDumpFile: String?
    /// The place in the journal of systemd-coredump's entry; nil if there is none.
    public let coreDumpEntry: String?

    /// Puts together what was found, cut down to ``mostLines`` and ``longestLine``.
    public init(output: [String] = [], coreDumpFile: String? = nil, coreDumpEntry: String? = nil) {
      self.output = output.suffix(Self.mostLines).map { line in
        line.utf8.count <= Self.longestLine
          ? line : String(decoding: line.utf8.prefix(Self.longestLine), as: UTF8.self) + "..."
      }
      self.coreDumpFile = coreDumpFile
      self.coreDumpEntry = coreDumpEntry
    }
  }
}

extension ServiceEvent {
  /// The end of an instance by itself: its cause, how long it ran, whether that was clean.
  static func ended(_ crash: Crash, clean: Bool) -> ServiceEvent {
    ServiceEvent(
      .ended, "Main process \(crash.pid) ended: \(crash.cause), after \(TimeSpan.format(crash.ran.rounded))",
      priority: clean ? 6 : nil, fields: crash.fields)
  }

  /// The report of a crash, with what was found out about it.
  public static func crashed(_ crash: Crash, _ evidence: Crash.Evidence) -> ServiceEvent {
    var fields = crash.fields
    fields[.restarts] = "\(crash.restarts)"
    if !evidence.output.isEmpty { fields[.output] = evidence.output.joined(separator: "\n") }
    fields[.coreDumpFile] = evidence.coreDumpFile
    fields[.coreDumpEntry] = evidence.coreDumpEntry
    var message =
      "Main process \(crash.pid) crashed: \(crash.cause), after \(TimeSpan.format(crash.ran.rounded))"
    if let file = evidence.coreDumpFile { message += ", core dump in \(file)" }
    return ServiceEvent(.crashed, message, fields: fields)
  }
}

extension Crash {
  fileprivate var fields: [EventField: String] {
    var fields: [EventField: String] = [.childPID: "\(pid)", .runTime: "\(ran.wholeMicroseconds)"]
    switch cause {
    case .exited(let code): fields[.exitStatus] = "\(code)"
    case .signaled(let number, let name, let coreDumped):
      fields[.exitSignal] = "\(number)"
      fields[.exitSignalName] = name
      fields[.coreDumped] = coreDumped ? "yes" : "no"
    }
    return fields
  }
}
