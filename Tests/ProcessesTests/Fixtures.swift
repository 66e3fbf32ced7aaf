import Glibc
import Processes
import Systemd
import Testing

/// The bytes of a text.
func bytes(_ text: String) -> [UInt8] { Array(text.utf8) }

/// A program with text arguments and a small environment.
func command(_ program: String, _ arguments: String...) -> SpawnRequest {
  SpawnRequest(
    program: program, arguments: ([program] + arguments).map(bytes),
    environment: ["PATH=\(ProgramSearch.standardPath)", "LC_ALL=C"].map(bytes))
}

/// A shell script, which is `$0` and has `arguments`.
func shell(_ script: String) -> SpawnRequest { command("/bin/sh", "-c", script) }

/// A pipe whose ends are close-on-exec and closed at the end of the test at the latest.
final class Pipe: Sendable {
  let reading: Int32
  let writing: Int32

  init() throws {
    var ends: [Int32] = [-1, -1]
    try checkErrno(unsafe pipe(&ends), "pipe")
    for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
    (reading, writing) = (ends[0], ends[1])
  }

  deinit {
    close(reading)
    close(writing)
  }

  /// Blocks until a whole line has come.
  func readLine() -> String {
    var line: [UInt8] = []
    var byte: UInt8 = 0
    while unsafe read(reading, &byte, 1) == 1, byte != UInt8(ascii: "\n") { line.append(byte) }
    return String(decoding: line, as: UTF8.self)
  }

  /// Blocks until a line with a PID has come.
  func readPID() throws -> Int32 { try #require(Int32(readLine())) }
}

/// Runs a program to its end and returns what it wrote on standard output.
@LoopActor
func output(of request: SpawnRequest) async throws -> (bytes: [UInt8], exit: ChildExit) {
  var ends: [Int32] = [-1, -1]
  try checkErrno(unsafe pipe(&ends), "pipe")
  for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
  let collected = try BoundedOutput(ends[0], limit: 1 << 20)
  var request = request
  request.descriptors.append((ends[1], 1))
  defer { close(ends[1]) }
  let process = try spawn(request)
  let child = try ChildWatch(pid: process.pid, pidfd: process.pidfd)
  let exit = await child.ended()
  return (collected.finish().bytes, exit)
}

/// As text.
@LoopActor
func text(of request: SpawnRequest) async throws -> String {
  String(decoding: try await output(of: request).bytes, as: UTF8.self)
}

/// A new file of this content in a new folder, which the caller removes with ``removeFile(_:)``.
func makeFile(_ content: String, mode: mode_t = 0o644) throws -> String {
  var template = Array("/tmp/processes-test-XXXXXX".utf8CString)
  let made = unsafe mkdtemp(&template) != nil
  try #require(made)
  let folder = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
  let path = "\(folder)/file"
  // Another process writes it: a child that some other test starts meanwhile would inherit the open descriptor, and
  // the kernel executes no file that is open for writing (ETXTBSY).
  var request = shell("umask 0; printf %s \"$CONTENT\" > \(path) && chmod \(String(mode, radix: 8)) \(path)")
  request.environment.append(bytes("CONTENT=\(content)"))
  let process = try spawn(request)
  close(process.pidfd)
  var status: Int32 = 0
  try #require(unsafe waitpid(process.pid, &status, 0) == process.pid && status == 0)
  return path
}

func removeFile(_ path: String) {
  unsafe unlink(path)
  unsafe rmdir(String(path.dropLast("/file".count)))
}

/// The open descriptors of a process, sorted.
func descriptors(of pid: Int32) -> [Int32] {
  guard let directory = unsafe opendir("/proc/\(pid)/fd") else { return [] }
  defer { unsafe closedir(directory) }
  let own = unsafe pid == getpid() ? dirfd(directory) : -1
  var found: [Int32] = []
  while let entry = unsafe readdir(directory) {
    let name = unsafe withUnsafePointer(to: &entry.pointee.d_name) { name in
      unsafe name.withMemoryRebound(to: CChar.self, capacity: 256) { unsafe String(cString: $0) }
    }
    if let number = Int32(name), number != own { found.append(number) }
  }
  return found.sorted()
}

/// Whether there is no process `pid`, not even one to be collected.
func isGone(_ pid: Int32) -> Bool { kill(pid, 0) < 0 && errno == ESRCH }

/// How many descriptors this process has gained since it had `before`, which should be none.
///
/// Objects may be released some turns after their use. The runtime opens a few for itself at its own time, so tests
/// do often what might leak, and compare with ``runtimeDescriptors``.
@LoopActor
func gainedDescriptors(since before: [Int32]) async -> Int {
  for _ in 0..<100 { await Task.yield() }
  return descriptors(of: getpid()).count - before.count
}

/// More than what the runtime opens for itself: Dispatch's and the loop's own queues and timers.
let runtimeDescriptors = 10
