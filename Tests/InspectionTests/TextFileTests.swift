import Glibc
import Testing

@testable import Inspection

@Suite("Text files")
struct TextFileTests {
  @Test("a file is replaced whole, with its folders and its mode")
  func replaces() throws {
    let folder = "/tmp/upkeep-textfile-\(getpid())"
    let path = "\(folder)/a/b.conf"
    defer {
      _ = unsafe unlink(path)
      _ = unsafe rmdir("\(folder)/a")
      _ = unsafe rmdir(folder)
    }
    try TextFile.replace(path, with: Array("one\n".utf8))
    try TextFile.replace(path, with: Array("two\n".utf8), mode: 0o600)
    #expect(try TextFile.read(path) == Array("two\n".utf8))
    var status = stat()
    #expect(unsafe stat(path, &status) == 0)
    #expect(status.st_mode & 0o7777 == 0o600)
  }

  @Test("a file of the kernel's that tells its text in the first read only is read whole")
  func kernelFile() throws {
    let text = String(decoding: try TextFile.read("/proc/sys/kernel/pid_max"), as: UTF8.self)
    let number = try #require(Int(text.filter(\.isNumber)))
    // No kernel takes less than 301.
    #expect(number > 300)
    #expect(text.hasSuffix("\n"))
  }

  @Test(
    "a file keeps the owner that it had",
    .enabled(if: geteuid() == 0, "only root can give a file away"))
  func keepsOwner() throws {
    let path = "/tmp/upkeep-textfile-owner-\(getpid())"
    defer { _ = unsafe unlink(path) }
    try TextFile.replace(path, with: Array("one\n".utf8))
    #expect(unsafe chown(path, 4321, 1234) == 0)
    try TextFile.replace(path, with: Array("two\n".utf8))
    var status = stat()
    #expect(unsafe stat(path, &status) == 0)
    #expect(status.st_uid == 4321 && status.st_gid == 1234)
  }

  @Test(
    "what is no ordinary file is an error and never waited for",
    arguments: ["/", "/dev/zero", "/no/such"])
  func refuses(path: String) {
    #expect(throws: (any Error).self) { try TextFile.read(path) }
  }
}
