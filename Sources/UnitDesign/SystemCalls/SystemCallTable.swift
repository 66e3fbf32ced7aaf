/// The system calls and groups of one version of systemd.
///
/// The text it is read from is known for 252, 257 and 262; a version between them gets the next newer one.
struct SystemCallTable: Sendable {
  /// The names of the groups, with their `@`, in systemd's order.
  let groupNames: [String]
  /// What systemd lists under a group: system calls, and other groups.
  let members: [String: [String]]
  /// How many system calls there are.
  let count: Int

  private let places: [String: Int]
  private let sets: [String: SystemCallSet]

  /// The table of a version.
  static func of(version: Int) -> SystemCallTable {
    version <= 252 ? table252 : version <= 257 ? table257 : table262
  }

  /// Where a system call stands; nil for one that this version does not list.
  func place(of name: some StringProtocol) -> Int? { places[String(name)] }

  /// All system calls of a group, those of the groups in it too; nil when there is no such group.
  func set(of group: some StringProtocol) -> SystemCallSet? { sets[String(group)] }

  // MARK: Steps

  // Read when first needed: most units that are rated have no filter.
  private static let table252 = SystemCallTable(upTo: 252)
  private static let table257 = SystemCallTable(upTo: 257)
  private static let table262 = SystemCallTable(upTo: 262)

  private init(upTo version: Int) {
    var names: [String] = []
    var members: [String: [String]] = [:]
    for line in Self.text.split(separator: "\n") {
      if let first = Int(line) {
        if first > version { break }
        continue
      }
      let words = line.split(separator: " ")
      guard let group = words.first.map(String.init) else { continue }
      if members[group] == nil { names.append(group) }
      var list = members[group] ?? []
      for word in words.dropFirst() {
        switch word.first {
        case "+": list.append(String(word.dropFirst()))
        case "-": list.removeAll { $0 == word.dropFirst() }
        default: list.append(String(word))
        }
      }
      members[group] = list
    }
    var places: [String: Int] = [:]
    for name in names {
      for member in members[name] ?? [] where !member.hasPrefix("@") && places[member] == nil {
        places[member] = places.count
      }
    }
    groupNames = names
    self.members = members
    self.places = places
    count = places.count
    var sets: [String: SystemCallSet] = [:]
    for name in names { sets[name] = Self.set(of: name, members, places) }
    self.sets = sets
  }

  private static func set(
    of group: String, _ members: [String: [String]], _ places: [String: Int]
  ) -> SystemCallSet {
    var set = SystemCallSet(capacity: places.count)
    for member in members[group] ?? [] {
      if let place = places[member] { set.insert(place) }
      // The groups are nested two deep at most, and never in a circle.
      if member.hasPrefix("@") { set.formUnion(Self.set(of: member, members, places)) }
    }
    return set
  }
}
