import Glibc

extension ProcessUnit {
  /// The largest `/proc/PID/cgroup` that is read, in bytes: a line for each hierarchy.
  private static let largestFile = 16384

  /// The unit whose control group `path` is or lies in, such as `/system.slice/x.service/sub`; nil if there is none.
  ///
  /// systemd's rule: slices come first, then the unit; what runs for a user is in units below `user@UID.service`.
  init?(controlGroup path: some StringProtocol) {
    var parts = path.split(separator: "/").map { $0.hasPrefix("_") ? $0.dropFirst() : $0 }[...]
    func takeUnit() -> String? {
      parts = parts.drop { $0.hasSuffix(".slice") }
      guard let part = parts.popFirst(), part.hasSuffix(".service") || part.hasSuffix(".scope") else {
        return nil
      }
      return String(part)
    }
    guard let unit = takeUnit() else { return nil }
    if unit.hasPrefix("user@"), let inner = takeUnit() {
      self.init(name: inner, scope: .user)
    } else {
      self.init(name: unit, scope: .system)
    }
  }

  /// The unit of `process` as the kernel tells it; 0 means the caller.
  static func fromControlGroup(of process: Int32) -> ProcessUnit? {
    let path = "/proc/\(process == 0 ? "self" : "\(process)")/cgroup"
    let descriptor = unsafe open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { return nil }
    defer { close(descriptor) }
    var bytes = [UInt8](repeating: 0, count: largestFile)
    let count = unsafe read(descriptor, &bytes, bytes.count)
    guard count > 0 else { return nil }
    // NUMBER:CONTROLLERS:PATH; systemd's own hierarchy is version 2, or in version 1 the one of its name.
    for line in String(decoding: bytes[..<count], as: UTF8.self).split(separator: "\n") {
      let parts = line.split(separator: ":", maxSplits: 2, omittingEmptySubsequences: false)
      guard parts.count == 3, parts[1].isEmpty || parts[1] == "name=systemd" else { continue }
      if let unit = ProcessUnit(controlGroup: parts[2]) { return unit }
    }
    return nil
  }
}
