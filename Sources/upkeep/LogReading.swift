import Glibc
import Inspection
import Presentation
import Systemd

/// One run of a command that reads the journal: a place in it, and what is printed from there on.
@LoopActor
final class LogReading {
  /// The last entries that are shown before new ones are followed, unless told.
  static let followedCount = 10
  /// So many bytes are put together for one write.
  private static let batchSize = 128 * 1024

  private let options: JournalOptions
  private let filter: LogFilter
  private let reader: JournalReader
  private let pages: PagedOutput
  private let subject: any LogSubject
  private var isEmpty = true
  private var units: LogUnits?
  // Whether the reader stands on an entry that is wanted, rather than before it.
  private var isStanding = false

  /// Reads what `subject` wants.
  ///
  /// - Parameters:
  ///   - options: which part of the journal.
  ///   - hasUnits: whether single units are asked for, which may log into a namespace.
  ///   - subject: which entries, and how they are written.
  /// - Throws: why the journal cannot be read.
  init(_ options: JournalOptions, hasUnits: Bool, _ subject: any LogSubject) throws {
    self.options = options
    filter = try options.filter()
    reader = try LogPlace.open(options, hasUnits: hasUnits)
    pages = PagedOutput(isPaged: !options.noPager && !options.follow && !subject.isRaw)
    // The pager gets Ctrl-C too, and this process is to outlive it.
    if pages.isPaging { signal(SIGINT, SIG_IGN) }
    self.subject = subject
  }

  func run() async throws {
    defer { pages.finish() }
    do {
      let match = try wanted()
      try reader.set(match)
      try options.reverse ? printBackwards() : printForwards()
      let absent = try await absent()
      remark(absent)
      if options.follow { try await follow() }
      flush()
      if !absent.isEmpty { throw ExitError("", code: ManagerFailure.noSuchUnit) }
    } catch let error as SystemError {
      throw ExitError(DisplayText.escaped("cannot read the journal: \(error)"))
    }
  }

  // MARK: What is wanted

  private func wanted() throws -> JournalMatch {
    let units = try subject.units(reader)
    self.units = units
    if !units.missing.isEmpty, !options.quiet {
      let list = units.missing.map(DisplayText.escaped).joined(separator: ", ")
      StandardError.line("upkeep: no unit with entries matches \(list)")
    }
    var match = units.match
    if let boot = options.boot { match = match.and(.boot(try id(of: boot))) }
    if let priority = options.priority { match = match.and(.priorities(priority.range)) }
    return match
  }

  private func id(of boot: LogBoot) throws -> MessageID {
    switch boot {
    case .id(let id): return id
    case .relative(0) where options.isLocal: return try Self.presentBoot()
    case .relative(let number):
      let boots = try reader.boots()
      guard let boot = boots.dropLast(-number).last else { throw Self.missingBoot(number, boots.count) }
      return boot.id
    case .absolute(let number):
      let boots = try reader.boots()
      guard number <= boots.count else { throw Self.missingBoot(number, boots.count) }
      return boots[number - 1].id
    }
  }

  private static func missingBoot(_ number: Int, _ count: Int) -> ExitError {
    ExitError(
      "the journal has no boot \(number): it has \(count), from \(count > 0 ? 1 - count : 0) to 0;"
        + " is it kept over boots (Storage=persistent in journald.conf)?")
  }

  /// The kernel's ID of this boot.
  private static func presentBoot() throws(ExitError) -> MessageID {
    let path = "/proc/sys/kernel/random/boot_id"
    let file = unsafe open(path, O_RDONLY | O_CLOEXEC)
    defer { if file >= 0 { close(file) } }
    var bytes = [UInt8](repeating: 0, count: 64)
    let count = file < 0 ? 0 : unsafe read(file, &bytes, bytes.count)
    let text = String(decoding: bytes.prefix(max(count, 0)), as: UTF8.self)
    guard let id = MessageID(String(text.prefix(36))) else {
      throw ExitError("cannot read this boot's ID from \(path)")
    }
    return id
  }

  // MARK: Printing

  private func printForwards() throws(SystemError) {
    let count =
      options.lines?.number ?? (options.lines == nil && options.follow && filter.since == nil ? 10 : nil)
    if let count {
      try rewind(count)
    } else if let since = filter.since {
      try reader.seek(to: .realtime(.microseconds(since)))
    } else {
      try reader.seek(to: .beginning)
    }
    try printOn()
  }

  /// Prints from here to the present end, or to what is no longer wanted.
  private func printOn() throws(SystemError) {
    while try step() {
      if let until = filter.until, try reader.realtime() > .microseconds(until) { return flush() }
      guard try isWanted() else { continue }
      try print()
      if pages.isOver { return }
    }
    flush()
  }

  private func printBackwards() throws(SystemError) {
    var rest = options.lines?.number ?? .max
    try seekToEnd()
    while rest > 0, try reader.retreat() {
      if let since = filter.since, try reader.realtime() < .microseconds(since) { break }
      guard try isWanted() else { continue }
      try print()
      rest -= 1
      if pages.isOver { return }
    }
    flush()
  }

  /// Goes to the oldest of the last entries.
  private func rewind(_ count: Int) throws(SystemError) {
    try seekToEnd()
    var rest = count
    while rest > 0, try reader.retreat() {
      isStanding = true
      if let since = filter.since, try reader.realtime() < .microseconds(since) {
        isStanding = false
        return
      }
      if try isWanted() { rest -= 1 }
    }
  }

  private func isWanted() throws(SystemError) -> Bool {
    guard try filter.matches(reader) else { return false }
    return try subject.wants(reader)
  }

  private func seekToEnd() throws(SystemError) {
    if let until = filter.until {
      try reader.seek(to: .realtime(.microseconds(until)))
    } else {
      try reader.seek(to: .end)
    }
  }

  private func step() throws(SystemError) -> Bool {
    guard isStanding else { return try reader.advance() }
    isStanding = false
    return true
  }

  private func print() throws(SystemError) {
    do throws(SystemError) {
      try subject.add(reader)
      isEmpty = false
    } catch  where error.errno == ENOENT || error.errno == EADDRNOTAVAIL || error.errno == EBADMSG {
      // The file with the entry was rotated away between two calls, or the entry is broken; the others are not.
    }
    if subject.buffer.count >= Self.batchSize { flush() }
  }

  private func flush() {
    unsafe subject.buffer.withBytes { unsafe pages.write($0) }
    subject.buffer.removeAll()
  }

  /// The named units that do not exist and have no entries in any journal of this machine.
  private func absent() async throws -> [String] {
    guard options.isLocal, let units, !units.named.isEmpty else { return [] }
    // A reader of its own: the other one may go on from where it is.
    return try await units.absent(isUser: options.user, try LogPlace.open(options, hasUnits: true))
  }

  /// Says what a person might miss.
  private func remark(_ absent: [String]) {
    guard !options.quiet else { return }
    if options.isLocal, let hint = LogRights.hint { StandardError.line("upkeep: \(hint)") }
    for name in absent {
      let wait = options.follow ? "; its \(subject.noun) are shown as they come" : ""
      let count = JournalOptions.standsForCount(name) ? "; -n takes a number, or all" : ""
      StandardError.line("upkeep: \(DisplayText.escaped(name)): there is no such unit\(count)\(wait)")
    }
    if isEmpty, !options.follow, absent.isEmpty || absent.count < (units?.named.count ?? 0) {
      StandardError.line("upkeep: no \(subject.noun)")
    }
  }

  // MARK: Following

  /// Prints entries as they come until the task is cancelled or nobody reads them any more.
  private func follow() async throws(SystemError) {
    let watch = OutputWatch { [unowned self] in
      isAbandoned = true
      waiting?.cancel()
    }
    defer { watch.cancel() }
    while !pages.isOver, !Task.isCancelled, !isAbandoned {
      try printOn()
      let wait = EventLoop.main.spawn(name: "wait for entries") { [reader] in await reader.wait() }
      waiting = wait
      await withTaskCancellationHandler {
        await wait.value
      } onCancel: {
        wait.cancel()
      }
    }
  }

  private var isAbandoned = false
  private var waiting: Task<Void, Never>?
}
