import Glibc
import Inspection
import Presentation
import Supervision
import Systemd
import SystemdManager

/// Which entries the units that were asked for have.
struct LogUnits {
  /// What kind of entries.
  enum Role {
    /// What `journalctl -u` shows.
    case entries
    /// Upkeep's events of these kinds, as far as the journal can tell.
    case events([ServiceEvent.Kind])
  }

  /// What the journal is to look for.
  let match: JournalMatch
  /// Patterns of which no unit has entries.
  let missing: [String]
  /// The units that were named.
  let named: [String]

  /// Looks in the journal for the units that the arguments name; patterns are held against all units that have entries,
  /// whether systemd knows them still or not.
  ///
  /// - Throws: what is wrong with a name, status 2; what reading the journal fails with.
  @LoopActor
  init(_ arguments: [String], isUser: Bool, _ reader: JournalReader, of role: Role) throws {
    guard !arguments.isEmpty else {
      missing = []
      named = []
      match = (isUser ? Self.allOfUser : .all).and(role.match)
      return
    }
    var names: [String] = []
    var named: [String] = []
    var missing: [String] = []
    var known: Set<String>?
    for argument in arguments {
      guard Glob.isPattern(argument) else {
        let name = try UnitArguments.name(argument)
        names.append(name)
        named.append(name)
        continue
      }
      let all = try known ?? Self.known(isUser, role, reader)
      known = all
      let found = all.filter { Glob.matches($0, argument) }
      if found.isEmpty { missing.append(argument) }
      names += found.sorted()
    }
    self.missing = missing
    self.named = named
    guard names.count <= Self.limit else {
      throw ExitError(
        "the patterns match \(names.count) units, and at most \(Self.limit) are looked for at once; write narrower ones",
        code: ExitError.unusable)
    }
    var alternatives: [[JournalMatch.Term]] = []
    for name in Set(names) {
      alternatives += role.match(of: name, isUser).alternatives
    }
    // Without any unit that has entries nothing is to be found, and not everything.
    match = (alternatives.isEmpty ? .unit("-.none") : JournalMatch(alternatives: alternatives)).and(
      role.match)
  }

  /// The named units that do not exist and of which there is no entry.
  ///
  /// - Parameters:
  ///   - isUser: whether they are units of the user's manager.
  ///   - reader: stands anywhere afterwards, and looks for something else.
  /// - Returns: the names; none where the manager does not answer, for then nobody knows.
  /// - Throws: what reading the journal fails with.
  @LoopActor
  func absent(isUser: Bool, _ reader: JournalReader) async throws(SystemError) -> [String] {
    let missing: [String]
    do {
      let client = try ManagerTarget(address: isUser ? .user : .system).connect()
      missing = try await UnitArguments.missing(named, client)
    } catch {
      return []
    }
    var absent: [String] = []
    for name in missing {
      try reader.set(Role.entries.match(of: name, isUser))
      try reader.seek(to: .end)
      if try !reader.retreat() { absent.append(name) }
    }
    return absent
  }

  // MARK: Steps

  /// The journal looks for each of them at every step.
  private static let limit = 500

  /// All units of the user's manager.
  private static var allOfUser: JournalMatch { .field("_UID", "\(getuid())") }

  /// All units of which there is an entry.
  @LoopActor
  private static func known(
    _ isUser: Bool, _ role: Role, _ reader: JournalReader
  ) throws(SystemError) -> Set<String> {
    let fields =
      switch role {
      case .entries where isUser:
        ["_SYSTEMD_USER_UNIT", "USER_UNIT", "OBJECT_SYSTEMD_USER_UNIT", "COREDUMP_USER_UNIT"]
      case .entries: ["_SYSTEMD_UNIT", "UNIT", "OBJECT_SYSTEMD_UNIT", "COREDUMP_UNIT", "_SYSTEMD_SLICE"]
      case .events where isUser: ["_SYSTEMD_USER_UNIT", "OBJECT_SYSTEMD_USER_UNIT"]
      case .events: ["_SYSTEMD_UNIT", "OBJECT_SYSTEMD_UNIT"]
      }
    var names: Set<String> = []
    for field in fields { names.formUnion(try reader.uniqueValues(of: field)) }
    return names
  }
}

extension LogUnits.Role {
  /// What all wanted entries have, whatever their unit.
  fileprivate var match: JournalMatch {
    switch self {
    case .entries: .all
    case .events(let kinds):
      JournalMatch(alternatives: [kinds.map { JournalMatch.Term("MESSAGE_ID", $0.rawValue) }])
    }
  }

  /// What the wanted entries of a unit have; an event is the unit's own by journald's word alone.
  fileprivate func match(of name: String, _ isUser: Bool) -> JournalMatch {
    switch self {
    case .entries: isUser ? .userUnit(name, user: getuid()) : .unit(name)
    case .events where isUser:
      JournalMatch.field("_SYSTEMD_USER_UNIT", name).or(.field("OBJECT_SYSTEMD_USER_UNIT", name))
        .and(.field("_UID", "\(getuid())"))
    case .events:
      JournalMatch(alternatives: [
        [.init("_SYSTEMD_UNIT", name)], [.init("_UID", "0"), .init("OBJECT_SYSTEMD_UNIT", name)],
      ])
    }
  }
}
