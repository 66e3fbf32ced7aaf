/// What was seen of a main process without heartbeat, before it is ended.
public struct Examination: Sendable, Hashable {
  /// How many threads are told of.
  public static let mostThreads = 64
  /// How many bytes of a text are kept: journald takes 48 KiB for a line too.
  public static let longestText = 49_152

  /// One thread, as the kernel sees it.
  public struct Thread: Sendable, Hashable {
    /// Its number.
    public var id: Int32
    /// Its name, which is whatever the service gave it.
    public var name: String
    /// Its state, one letter as in `proc(5)`; `?` if it is not known.
    public var state: Character
    /// The function of the kernel in which it waits; empty if it does not, or nobody says.
    public var waitsIn: String

    /// Describes a thread.
    public init(id: Int32, name: String, state: Character, waitsIn: String) {
      self.id = id
      self.name = name
      self.state = state
      self.waitsIn = waitsIn
    }
  }

  /// The process's PID.
  public let pid: Int32
  /// `/proc/PID/status`; empty if it could not be read.
  public var status = ""
  /// Its threads, the main one first, ``mostThreads`` of them.
  public var threads: [Thread] = []
  /// How many threads there are in all.
  public var threadCount = 0
  /// How many descriptors are open; nil if they may not be counted.
  public var openFiles: Int?
  /// What `eu-stack` or `gdb` said; empty if nothing did.
  public var stacks = ""
  /// Where the stacks come from, or why there are none.
  public var remark = ""

  /// Nothing was seen yet of this process.
  public init(pid: Int32) { self.pid = pid }

  /// The words of `proc(5)` for a state.
  static func word(for state: Character) -> String {
    switch state {
    case "R": "running"
    case "S": "sleeping"
    case "D": "in uninterruptible sleep"
    case "T": "stopped"
    case "t": "stopped by a tracer"
    case "Z": "ended"
    case "I": "idle"
    default: "in state \(state)"
    }
  }
}

extension ServiceEvent {
  /// What was seen of a main process without heartbeat.
  public static func examined(_ seen: Examination) -> ServiceEvent {
    var fields: [EventField: String] = [.childPID: "\(seen.pid)"]
    func keep(_ field: EventField, _ text: String) {
      guard !text.isEmpty else { return }
      let cut = text.utf8.count > Examination.longestText
      fields[field] =
        cut ? String(decoding: text.utf8.prefix(Examination.longestText), as: UTF8.self) + "..." : text
    }
    keep(.processStatus, seen.status)
    let threads = seen.threads.prefix(Examination.mostThreads).map { thread in
      "\(thread.id) \(thread.name) \(thread.state)" + (thread.waitsIn.isEmpty ? "" : " \(thread.waitsIn)")
    }
    keep(.threads, threads.joined(separator: "\n"))
    keep(.stacks, seen.stacks)
    fields[.openFiles] = seen.openFiles.map { "\($0)" }
    keep(.reason, seen.remark)
    var parts: [String] = []
    if let main = seen.threads.first {
      let place = main.waitsIn.isEmpty ? "" : " in \(main.waitsIn)"
      parts.append("\(Examination.word(for: main.state))\(place)")
    }
    if seen.threadCount > 0 {
      parts.append("\(seen.threadCount) \(seen.threadCount == 1 ? "thread" : "threads")")
    }
    if let count = seen.openFiles { parts.append("\(count) open \(count == 1 ? "file" : "files")") }
    parts.append(seen.remark)
    let text = parts.filter { !$0.isEmpty }.joined(separator: ", ")
    return ServiceEvent(
      .examined, "Main process \(seen.pid) without heartbeat\(text.isEmpty ? "" : ": \(text)")",
      fields: fields)
  }

  /// A command of the policy's that has ended, or could not be run.
  public static func commandRun(
    _ program: String, because reason: String, outcome: String, exitStatus: Int32?
  ) -> ServiceEvent {
    var fields: [EventField: String] = [.command: program, .reason: reason]
    if let exitStatus { fields[.exitStatus] = "\(exitStatus)" }
    return ServiceEvent(
      .commandRun, "Command \(program) run because no longer ready: \(outcome)",
      priority: exitStatus == 0 ? nil : 4, fields: fields)
  }
}
