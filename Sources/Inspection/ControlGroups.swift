import Glibc
public import Systemd
import SystemdManager

/// What the units of this machine's manager use, read from the tree of control groups: nobody has to be asked, and
/// looking does not change anything. Only where version 2 of control groups is mounted.
public struct ControlGroups: Sendable {
  /// The folder of the manager's own group.
  public let root: String

  /// Where the tree is mounted, which is where the paths begin that the manager tells.
  public let mount: String

  /// Uses the tree at a folder.
  public init(root: String) {
    self.root = root
    mount = root
  }

  /// Finds the tree of the system's manager or of the caller's own; nil where there is none.
  public init?(_ scope: ProcessUnit.Scope) {
    guard let mount = Self.mountPoint else { return nil }
    self.mount = mount
    switch scope {
    case .system:
      // PID 1 stands in init.scope below the manager's group, which is not the top in some containers.
      guard let own = Self.group(of: "1") else { return nil }
      root = mount + (own.hasSuffix("/init.scope") ? String(own.dropLast("/init.scope".count)) : own)
    case .user:
      let name = "user@\(geteuid()).service"
      guard let own = Self.group(of: "self"), let end = own.range(of: name) else {
        root = "\(mount)/user.slice/user-\(geteuid()).slice/\(name)"
        return
      }
      root = mount + String(own[..<end.upperBound])
    }
  }

  /// The groups of all units that run, by the units' names: slices, and the services, scopes, sockets and mounts in
  /// them. What a unit has below its own group is its own affair.
  ///
  /// - Returns: the folders.
  public func groups() -> [String: String] {
    var groups: [String: String] = [:]
    var slices = [root]
    while let slice = slices.popLast(), groups.count < Directory.entryLimit {
      // One that went away meanwhile has no units.
      for entry in Self.folders(in: slice) {
        let path = "\(slice)/\(entry)"
        // systemd puts an underscore before what could be taken for a file of the kernel's.
        let name = entry.hasPrefix("_") ? String(entry.dropFirst()) : entry
        guard name.contains(".") else { continue }
        groups[name] = path
        if name.hasSuffix(".slice") { slices.append(path) }
      }
    }
    return groups
  }

  // MARK: Figures

  /// A number of a group, such as `memory.current` or `pids.max`; nil if there is none or it is `max`.
  public static func number(_ file: String, of group: String) -> UInt64? {
    content("\(group)/\(file)").flatMap { Self.number($0[...]) }
  }

  /// The bytes of memory that a group uses.
  public static func memory(of group: String) -> UInt64? { number("memory.current", of: group) }

  /// The microseconds of processor time that a group has used.
  public static func processorTime(of group: String) -> UInt64? {
    content("\(group)/cpu.stat").flatMap { value("usage_usec", in: $0) }
  }

  /// The tasks (threads) in a group.
  public static func tasks(in group: String) -> UInt64? { number("pids.current", of: group) }

  /// A count of a group's file with a name and a number on each line, such as `oom_kill` of `memory.events`.
  public static func count(_ key: String, in file: String, of group: String) -> UInt64? {
    content("\(group)/\(file)").flatMap { value(key, in: $0) }
  }

  /// The controllers that a group's children can have: those that the group itself was given.
  public static func controllers(of group: String) -> [String]? {
    content("\(group)/cgroup.controllers").map {
      String(decoding: $0, as: UTF8.self).split(whereSeparator: \.isWhitespace).map(String.init)
    }
  }

  /// The bytes that a group has read from and written to block devices.
  public static func blockBytes(of group: String) -> (read: UInt64, written: UInt64)? {
    guard let content = content("\(group)/io.stat") else { return nil }
    var (read, written) = (UInt64(0), UInt64(0))
    for word in content.split(whereSeparator: { $0 == UInt8(ascii: " ") || $0 == UInt8(ascii: "\n") }) {
      if word.starts(with: "rbytes=".utf8) { read &+= number(word.dropFirst(7)) ?? 0 }
      if word.starts(with: "wbytes=".utf8) { written &+= number(word.dropFirst(7)) ?? 0 }
    }
    return (read, written)
  }

  // MARK: Processes

  /// More processes than this are not listed.
  public static let processLimit = 10_000

  /// The processes in a group and in those below it, at most ``processLimit``.
  public static func processes(in group: String) -> [Int32] {
    var (processes, groups) = ([Int32](), [group])
    while let next = groups.popLast(), processes.count < processLimit {
      // One that went away meanwhile has no processes.
      let lines = (content("\(next)/cgroup.procs", isList: true) ?? []).split(separator: UInt8(ascii: "\n"))
      processes += lines.compactMap { Int32(String(decoding: $0, as: UTF8.self)) }
      groups += folders(in: next).map { "\(next)/\($0)" }
    }
    return Array(processes.prefix(processLimit))
  }

  // MARK: Files

  /// A file of the kernel's, of at most 64 KiB. A list comes in pieces; any other file comes whole, and looking for its
  /// end would cost another call.
  static func content(_ path: String, isList: Bool = false) -> [UInt8]? {
    let descriptor = unsafe open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { return nil }
    defer { close(descriptor) }
    return unsafe withUnsafeTemporaryAllocation(byteCount: 65_536, alignment: 1) { room in
      var length = 0
      repeat {
        let count = unsafe read(descriptor, room.baseAddress?.advanced(by: length), room.count - length)
        guard count >= 0 else { return length > 0 ? unsafe Array(room[..<length]) : nil }
        if count == 0 { break }
        length += count
      } while isList && length < room.count
      return unsafe Array(room[..<length])
    }
  }

  private static func value(_ key: String, in content: [UInt8]) -> UInt64? {
    for line in content.split(separator: UInt8(ascii: "\n")) where line.starts(with: key.utf8) {
      let rest = line.dropFirst(key.utf8.count)
      if rest.first == UInt8(ascii: " ") { return number(rest.dropFirst()) }
    }
    return nil
  }

  private static func number(_ bytes: ArraySlice<UInt8>) -> UInt64? {
    var number: UInt64 = 0
    var isEmpty = true
    for byte in bytes {
      guard byte >= UInt8(ascii: "0"), byte <= UInt8(ascii: "9") else {
        return isEmpty || byte != UInt8(ascii: "\n") ? nil : number
      }
      isEmpty = false
      number = number &* 10 &+ UInt64(byte - UInt8(ascii: "0"))
    }
    return isEmpty ? nil : number
  }

  /// The folders in a group; its files are the kernel's.
  private static func folders(in path: String) -> [String] {
    guard let directory = unsafe opendir(path) else { return [] }
    defer { unsafe closedir(directory) }
    var names: [String] = []
    while let entry = unsafe readdir(directory) {
      guard unsafe entry.pointee.d_type == UInt8(DT_DIR),
        unsafe entry.pointee.d_name.0 != CChar(UInt8(ascii: "."))
      else { continue }
      let name = unsafe withUnsafePointer(to: &entry.pointee.d_name) { pointer in
        unsafe pointer.withMemoryRebound(to: CChar.self, capacity: 256) { unsafe String(cString: $0) }
      }
      names.append(name)
    }
    return names
  }

  /// Where version 2 is mounted: `/sys/fs/cgroup`, or a folder in it beside version 1.
  private static var mountPoint: String? {
    for path in ["/sys/fs/cgroup", "/sys/fs/cgroup/unified"] {
      if unsafe access("\(path)/cgroup.controllers", F_OK) == 0 { return path }
    }
    return nil
  }

  private static func group(of process: String) -> String? {
    guard let content = content("/proc/\(process)/cgroup") else { return nil }
    for line in String(decoding: content, as: UTF8.self).split(separator: "\n") where line.hasPrefix("0::") {
      let path = line.dropFirst(3)
      return path == "/" ? "" : String(path)
    }
    return nil
  }
}

extension String {
  /// The first place of a text.
  fileprivate func range(of text: String) -> Range<Index>? {
    var start = startIndex
    while start < endIndex {
      if self[start...].hasPrefix(text) { return start..<index(start, offsetBy: text.count) }
      start = index(after: start)
    }
    return nil
  }
}
