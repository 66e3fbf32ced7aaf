import CSystemd
import Glibc

/// Small files that only one user may have written.
public enum TrustedFile {
  /// The content of a file, or nil if there is none.
  ///
  /// Links are not followed, and nothing is waited for.
  ///
  /// - Parameters:
  ///   - path: the file.
  ///   - owner: who must own it, besides root.
  ///   - limit: how many bytes it may have.
  /// - Returns: its bytes.
  /// - Throws: the reason; `EPERM` if somebody else may have written it, `EFBIG` if it is too large, `EINVAL` if it is
  ///   no ordinary file.
  public static func read(_ path: String, owner: UInt32, limit: Int) throws(SystemError) -> [UInt8]? {
    let file = unsafe open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NOCTTY | O_NONBLOCK)
    guard file >= 0 else {
      if errno == ENOENT || errno == ENOTDIR { return nil }
      throw SystemError(errno: errno, operation: "read", subject: path)
    }
    defer { close(file) }
    var status = stat()
    guard unsafe fstat(file, &status) == 0 else {
      throw SystemError(errno: errno, operation: "read", subject: path)
    }
    guard status.st_mode & S_IFMT == S_IFREG else {
      throw SystemError(errno: EINVAL, operation: "read (it is no ordinary file)", subject: path)
    }
    guard status.st_uid == 0 || status.st_uid == owner, status.st_mode & (S_IWGRP | S_IWOTH) == 0 else {
      throw SystemError(errno: EPERM, operation: "believe (others may have written it)", subject: path)
    }
    var content = [UInt8](repeating: 0, count: limit + 1)
    var count = 0
    while count < content.count {
      let got = unsafe content.withUnsafeMutableBytes { room in
        unsafe Glibc.read(file, room.baseAddress.map { unsafe $0 + count }, room.count - count)
      }
      if got < 0 && errno == EINTR { continue }
      guard got >= 0 else { throw SystemError(errno: errno, operation: "read", subject: path) }
      if got == 0 { break }
      count += got
    }
    guard count <= limit else { throw SystemError(errno: EFBIG, operation: "read", subject: path) }
    return Array(content[..<count])
  }
}
