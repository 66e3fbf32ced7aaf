import CSpawn
import Glibc

/// Where this process's own cgroup v2 directory is.
struct CgroupLocation: Hashable {
  /// The directory.
  let path: String
  /// Whether it is the root of what this process can see, as in a container.
  let isVisibleRoot: Bool

  /// Finds it in a unified or hybrid set-up; nil if cgroup v2 is not mounted.
  static func own() -> CgroupLocation? {
    guard let membership = KernelFile.read("/proc/self/cgroup"),
      let mounts = KernelFile.read("/proc/self/mountinfo")
    else { return nil }
    return CgroupLocation(
      membership: String(decoding: membership, as: UTF8.self), mounts: String(decoding: mounts, as: UTF8.self)
    )
  }

  /// Reads the texts of `/proc/self/cgroup` and `/proc/self/mountinfo`.
  init?(membership: String, mounts: String) {
    guard let line = membership.split(separator: "\n").first(where: { $0.hasPrefix("0::/") }) else {
      return nil
    }
    let group = String(line.dropFirst(3))
    for mount in mounts.split(separator: "\n") {
      // ID, parent, device, root, mount point, options, optional fields, "-", type, source, options.
      let fields = mount.split(separator: " ")
      guard let dash = fields.firstIndex(of: "-"), dash >= 6, dash + 1 < fields.count,
        fields[dash + 1] == "cgroup2"
      else { continue }
      let root = fields[3] == "/" ? "" : Self.unescape(fields[3])
      let place = Self.unescape(fields[4])
      // A bind mount may show a part of the tree in which we are not.
      guard group == root || group.hasPrefix(root + "/") else { continue }
      let below = String(group.dropFirst(root.count))
      path = below == "/" || below.isEmpty ? place : place + below
      isVisibleRoot = below == "/" || below.isEmpty
      return
    }
    return nil
  }

  /// Whether its manager has handed it over to this process.
  func isDelegated() -> Bool {
    guard unsafe access(path, W_OK) == 0, unsafe access("\(path)/cgroup.procs", W_OK) == 0 else {
      return false
    }
    // systemd marks what it delegates; "trusted." can be read by root alone.
    if hasMark("user.delegate") || hasMark("trusted.delegate") { return true }
    // A container without systemd: its root cgroup is its own. The machine's true root has no cgroup.events.
    let isUnderSystemd = unsafe access("/run/systemd/system", F_OK) == 0 || getenv("INVOCATION_ID") != nil
    guard !isUnderSystemd, isVisibleRoot, geteuid() == 0 else { return false }
    return unsafe access("\(path)/cgroup.events", F_OK) == 0
  }

  private func hasMark(_ name: String) -> Bool {
    unsafe cspawn_is_marked(path, name) == 1
  }

  /// mountinfo writes blanks, tabs, line ends and backslashes as three octal digits.
  private static func unescape(_ text: Substring) -> String {
    var bytes: [UInt8] = []
    var rest = Array(text.utf8)[...]
    while let byte = rest.popFirst() {
      let digits = rest.prefix(3)
      if byte == UInt8(ascii: "\\"), digits.count == 3,
        let code = UInt8(String(decoding: digits, as: UTF8.self), radix: 8)
      {
        bytes.append(code)
        rest = rest.dropFirst(3)
      } else {
        bytes.append(byte)
      }
    }
    return String(decoding: bytes, as: UTF8.self)
  }
}
