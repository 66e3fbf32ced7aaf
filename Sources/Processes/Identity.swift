import Glibc

/// The user and the groups that a program runs as, and what the user database says about that user.
package struct Identity: Sendable, Hashable {
  /// The user's number.
  package let uid: UInt32
  /// The number of the primary group.
  package let gid: UInt32
  /// The supplementary groups, in full.
  package let groups: [UInt32]
  /// The user's name; nil for a number without an entry in the user database.
  package let name: String?
  /// The home directory, for `HOME`; nil without an entry.
  package let home: String?
  /// The login shell, for `SHELL`; nil without an entry.
  package let shell: String?

  /// Describes an identity by its numbers; nothing is looked up.
  package init(
    uid: UInt32, gid: UInt32, groups: [UInt32], name: String? = nil, home: String? = nil, shell: String? = nil
  ) {
    self.uid = uid
    self.gid = gid
    self.groups = groups
    self.name = name
    self.home = home
    self.shell = shell
  }

  /// The longest entry of the user or group database that is read, in bytes; a group with thousands of members fits.
  private static let entryLimit = 1 << 20
  /// The kernel takes no more supplementary groups (`NGROUPS_MAX`).
  private static let groupLimit = 65536

  /// Looks names or numbers up in the user and group databases. It may block on them (NSS), so it is for start-up.
  ///
  /// - Parameters:
  ///   - user: a name or number; nil for the present user.
  ///   - group: a name or number; nil for the user's own primary group.
  ///   - supplementary: names or numbers of groups to add to those that the database gives the user.
  /// - Returns: the identity; a number without an entry is taken as it is.
  /// - Throws: ``SpawnStep/user`` (exit code 217) or ``SpawnStep/group`` (216) with the name that is not known.
  package static func look(
    up user: String?, group: String?, supplementary: [String] = []
  ) throws(SpawnError) -> Identity {
    let account = try Account.look(up: user ?? String(geteuid()))
    let gid: UInt32
    if let group {
      gid = try number(ofGroup: group)
    } else if let own = account.gid {
      gid = own
    } else if user == nil {
      gid = getegid()
    } else {
      throw SpawnError(
        step: .group, errno: ENOENT, value: "of user \(account.uid)",
        advice: "the user database has no entry for that number, so say which group with Group=")
    }
    var groups = account.name.map { Self.groups(of: $0, primary: gid) } ?? [gid]
    for name in supplementary {
      let number = try number(ofGroup: name)
      if !groups.contains(number) { groups.append(number) }
    }
    return Identity(
      uid: account.uid, gid: gid, groups: groups, name: account.name, home: account.home, shell: account.shell
    )
  }

  /// Whether this process is exactly this already, so that nothing needs to be set, which would take privileges.
  var isOwn: Bool {
    guard uid == getuid(), uid == geteuid(), gid == getgid(), gid == getegid() else { return false }
    return hasOwnGroups
  }

  /// Whether this process has exactly these supplementary groups; the primary one may be among them or not.
  private var hasOwnGroups: Bool {
    let count = getgroups(0, nil)
    guard count >= 0 else { return false }
    var present = [gid_t](repeating: 0, count: Int(count))
    let read = unsafe getgroups(count, &present)
    return read == count && Set(present).union([gid]) == Set(groups).union([gid])
  }

  // MARK: Databases

  private static func number(ofGroup name: String) throws(SpawnError) -> UInt32 {
    if let number = UInt32(name), number != UInt32.max { return number }
    var entry = unsafe Glibc.group()
    var gid: UInt32?
    let failure = unsafe withGrowingBuffer { buffer, size in
      var found: UnsafeMutablePointer<Glibc.group>?
      let result = unsafe getgrnam_r(name, &entry, buffer, size, &found)
      if result == 0, unsafe found != nil { gid = unsafe entry.gr_gid }
      return result
    }
    if let gid { return gid }
    throw SpawnError(
      step: .group, errno: failure == 0 ? ENOENT : failure, value: name,
      advice: "the group database does not know it; create the group or correct the name")
  }

  private static func groups(of user: String, primary: UInt32) -> [UInt32] {
    var capacity: Int32 = 64
    while true {
      var found = [gid_t](repeating: 0, count: Int(capacity))
      var count = capacity
      let result = unsafe getgrouplist(user, primary, &found, &count)
      if result >= 0 { return Array(found.prefix(Int(max(count, 0)))) }
      // The databases may change between two calls, so do not trust the count alone.
      guard Int(capacity) < groupLimit else { return Array(found.prefix(Int(capacity))) }
      capacity = min(max(count, capacity * 2), Int32(groupLimit))
    }
  }

  /// Calls `body` with ever larger buffers for as long as it answers `ERANGE`.
  fileprivate static func withGrowingBuffer(
    _ body: (UnsafeMutablePointer<CChar>, Int) -> Int32
  ) -> Int32 {
    var size = 1024
    while true {
      let result = unsafe withUnsafeTemporaryAllocation(of: CChar.self, capacity: size) { buffer in
        guard let start = buffer.baseAddress else { return ENOMEM }
        return unsafe body(start, size)
      }
      guard result == ERANGE, size < entryLimit else { return result }
      size *= 4
    }
  }
}

/// What the user database says about one user.
private struct Account {
  var uid: UInt32
  var gid: UInt32?
  var name: String?
  var home: String?
  var shell: String?

  static func look(up user: String) throws(SpawnError) -> Account {
    var entry = unsafe passwd()
    var account: Account?
    let number = UInt32(user)
    let failure = unsafe Identity.withGrowingBuffer { buffer, size in
      var found: UnsafeMutablePointer<passwd>?
      let result =
        if let number {
          unsafe getpwuid_r(number, &entry, buffer, size, &found)
        } else {
          unsafe getpwnam_r(user, &entry, buffer, size, &found)
        }
      if result == 0, unsafe found != nil { account = unsafe Account(entry) }
      return result
    }
    if let account { return account }
    if let number, number != UInt32.max { return Account(uid: number) }
    throw SpawnError(
      step: .user, errno: failure == 0 ? ENOENT : failure, value: user,
      advice: "the user database does not know it; create the user or correct the name")
  }

  private init(uid: UInt32) { self.uid = uid }

  private init(_ entry: passwd) {
    uid = unsafe entry.pw_uid
    gid = unsafe entry.pw_gid
    name = unsafe String(cString: entry.pw_name)
    home = unsafe String(cString: entry.pw_dir)
    shell = unsafe String(cString: entry.pw_shell)
  }
}
