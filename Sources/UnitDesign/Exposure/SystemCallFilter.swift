import UnitFiles

/// `SystemCallFilter=`, line after line, in the terms of one version's table.
struct SystemCallFilter: Sendable, Hashable {
  /// How a filter treats a group.
  enum Verdict: Sendable, Hashable {
    /// There is no filter.
    case unfiltered
    /// An allow list that holds none of the group's calls.
    case notAllowed
    /// An allow list that holds at least one of them.
    case allowed
    /// A deny list that holds all of them.
    case denied
    /// A deny list that lacks at least one of them.
    case notDenied
  }

  private let version: Int
  private var isAllowList = false
  private var lists: Lists?

  private struct Lists: Hashable {
    var listed: SystemCallSet
    /// Those of an allow list that were taken out again with an error number of their own.
    var refused: SystemCallSet
  }

  init(version: Int) {
    self.version = version
  }

  /// Applies a line; words that systemd does not know are left out.
  mutating func apply(_ value: String) {
    guard !value.isEmpty else {
      lists = nil
      isAllowList = false
      return
    }
    let table = SystemCallTable.of(version: version)
    let inverts = value.hasPrefix("~")
    if lists == nil {
      let empty = SystemCallSet(capacity: table.count)
      lists = Lists(listed: empty, refused: empty)
      isAllowList = !inverts
      if isAllowList { put("@default", error: false, inverts: false, table) }
    }
    for word in SettingWords(value.dropFirst(inverts ? 1 : 0), .literal) {
      let parts = word.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
      guard let name = parts.first, !name.isEmpty else { continue }
      if parts.count > 1 {
        // An allow list's calls take no error number: systemd leaves the word out.
        guard inverts, parts[1] == "kill" || ErrorName.isValid(parts[1]) else { continue }
      }
      put(name, error: parts.count > 1, inverts: inverts, table)
    }
  }

  /// What the filter says of a group; the group has to be one that each version has.
  func verdict(on group: String) -> Verdict {
    let table = SystemCallTable.of(version: version)
    guard let lists, let members = table.set(of: group) else { return .unfiltered }
    if isAllowList {
      var allowed = lists.listed
      allowed.subtract(lists.refused)
      return allowed.intersects(members) ? .allowed : .notAllowed
    }
    return members.isSubset(of: lists.listed) ? .denied : .notDenied
  }

  private mutating func put(
    _ name: some StringProtocol, error: Bool, inverts: Bool, _ table: SystemCallTable
  ) {
    var set = SystemCallSet(capacity: table.count)
    if name.hasPrefix("@") {
      guard let group = table.set(of: name) else { return }
      set = group
    } else {
      guard let place = table.place(of: name) else { return }
      set.insert(place)
    }
    if inverts != isAllowList || error {
      lists?.listed.formUnion(set)
      if error { lists?.refused.formUnion(set) } else { lists?.refused.subtract(set) }
    } else {
      lists?.listed.subtract(set)
      lists?.refused.subtract(set)
    }
  }
}
