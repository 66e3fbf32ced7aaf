import CCurl
import Glibc

/// What is open and running in this process, as the kernel tells it.
enum Census {
  /// How many descriptors are open.
  static func descriptors() -> Int { count("/proc/self/fd") - 1 }

  /// How many threads there are.
  static func threads() -> Int { count("/proc/self/task") }

  /// Descriptors that a child would inherit, but for the first three.
  static func inheritable() -> [Int32] {
    (3..<1024).filter { descriptor in
      let flags = fcntl(descriptor, F_GETFD)
      return flags >= 0 && flags & FD_CLOEXEC == 0
    }
  }

  private static func count(_ path: String) -> Int {
    guard let directory = unsafe opendir(path) else { return -1 }
    defer { unsafe closedir(directory) }
    var count = 0
    while let entry = unsafe readdir(directory) {
      // Numbers only: not "." and "..".
      if unsafe entry.pointee.d_name.0 >= 0x30 { count += 1 }
    }
    return count
  }
}
