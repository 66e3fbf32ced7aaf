import Glibc

/// The small files of /proc and /sys/fs/cgroup, which never block.
enum KernelFile {
  /// More than a list of all PIDs that a machine can have at once takes up.
  static let sizeLimit = 32 << 20

  /// The whole of `path`, relative to the open directory if one is given; nil if it cannot be read.
  static func read(_ path: String, in directory: Int32 = AT_FDCWD) -> [UInt8]? {
    let file = unsafe openat(directory, path, O_RDONLY | O_CLOEXEC | O_NOCTTY)
    guard file >= 0 else { return nil }
    defer { close(file) }
    var content: [UInt8] = []
    let succeeded = unsafe withUnsafeTemporaryAllocation(byteCount: 4096, alignment: 1) { buffer in
      while content.count < sizeLimit {
        let count = unsafe Glibc.read(file, buffer.baseAddress, buffer.count)
        if count == 0 { return true }
        if count < 0 && errno == EINTR { continue }
        guard count > 0 else { return false }
        unsafe content.append(contentsOf: buffer[..<count])
      }
      return true
    }
    return succeeded ? content : nil
  }

  /// Writes `text` at once; returns 0 or the error number.
  static func write(_ text: String, to path: String, in directory: Int32) -> Int32 {
    let file = unsafe openat(directory, path, O_WRONLY | O_CLOEXEC | O_NOCTTY)
    guard file >= 0 else { return errno }
    defer { close(file) }
    let count = text.utf8.count
    let written = unsafe text.withCString { unsafe Glibc.write(file, $0, count) }
    return written == count ? 0 : errno
  }

  /// The names in a directory but for `.` and `..`; empty if it cannot be read.
  static func names(in path: String) -> [String] {
    guard let directory = unsafe opendir(path) else { return [] }
    defer { unsafe closedir(directory) }
    var names: [String] = []
    while let entry = unsafe readdir(directory) {
      let name = unsafe withUnsafePointer(to: &entry.pointee.d_name) { name in
        unsafe name.withMemoryRebound(to: CChar.self, capacity: 256) { unsafe String(cString: $0) }
      }
      if name != ".", name != ".." { names.append(name) }
    }
    return names
  }

  /// The numbers in a list that blanks or line ends separate.
  static func numbers(in bytes: [UInt8]) -> [Int32] {
    bytes.split { $0 == UInt8(ascii: " ") || $0 == UInt8(ascii: "\n") }
      .compactMap { Int32(String(decoding: $0, as: UTF8.self)) }
  }
}
