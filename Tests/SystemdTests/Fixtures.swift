import CSystemd
import Glibc
import Systemd

/// A pipe that closes itself.
final class Pipe {
  let readEnd: Int32
  private(set) var writeEnd: Int32

  init() throws(SystemError) {
    var ends: [Int32] = [-1, -1]
    try check(unsafe csystemd_pipe(&ends), "pipe2")
    (readEnd, writeEnd) = (ends[0], ends[1])
  }

  deinit {
    close(readEnd)
    closeWriteEnd()
  }

  func closeWriteEnd() {
    if writeEnd >= 0 { close(writeEnd) }
    writeEnd = -1
  }

  /// Whether no write end is open any more, anywhere.
  var isHungUp: Bool {
    var poll = pollfd(fd: readEnd, events: 0, revents: 0)
    return unsafe Glibc.poll(&poll, 1, 0) == 1 && Int32(poll.revents) & POLLHUP != 0
  }
}

/// A child process under watch.
@LoopActor
struct Child {
  let watch: ChildWatch

  init(
    _ arguments: [String], _ environment: [String] = [], output: Int32? = nil,
    _ handler: @escaping @LoopActor (ChildExit) -> Void = { _ in }
  ) throws(SystemError) {
    var attributes = posix_spawnattr_t()
    unsafe posix_spawnattr_init(&attributes)
    defer { unsafe posix_spawnattr_destroy(&attributes) }
    // The loop's thread may have signals blocked; a child starts with none.
    var none = sigset_t()
    unsafe sigemptyset(&none)
    unsafe posix_spawnattr_setsigmask(&attributes, &none)
    unsafe posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETSIGMASK))
    var argv = unsafe arguments.map { unsafe strdup($0) } + [nil]
    var envp = unsafe environment.map { unsafe strdup($0) } + [nil]
    defer { unsafe (argv + envp).forEach { unsafe free($0) } }
    var actions = unsafe posix_spawn_file_actions_t()
    unsafe posix_spawn_file_actions_init(&actions)
    defer { unsafe posix_spawn_file_actions_destroy(&actions) }
    if let output {
      unsafe posix_spawn_file_actions_adddup2(&actions, output, 1)
      unsafe posix_spawn_file_actions_adddup2(&actions, output, 2)
    }
    var pid: pid_t = 0
    let result = unsafe posix_spawn(&pid, arguments[0], &actions, &attributes, &argv, &envp)
    guard result == 0 else {
      throw SystemError(errno: result, operation: "posix_spawn", subject: arguments[0])
    }
    watch = try ChildWatch(pid: pid, handler)
  }
}

/// Sends bytes that no notification would have.
func sendRaw(_ bytes: [UInt8], to address: String, _ descriptors: [Int32] = []) throws(SystemError) {
  let fd = socket(AF_UNIX, Int32(SOCK_DGRAM.rawValue), 0)
  defer { close(fd) }
  var name = sockaddr_un()
  var size: socklen_t = 0
  try check(unsafe csystemd_unix_address(address, address.utf8.count, &name, &size), "address")
  try check(
    unsafe csystemd_send_datagram(fd, &name, size, bytes, bytes.count, descriptors, descriptors.count),
    "sendmsg")
}

/// Binds `fd` to an abstract name.
func bindAbstract(_ fd: Int32, _ name: String) throws(SystemError) {
  var address = sockaddr_un()
  var size: socklen_t = 0
  let text = "@" + name
  try check(unsafe csystemd_unix_address(text, text.utf8.count, &address, &size), "address")
  let bound = unsafe withUnsafePointer(to: &address) { pointer in
    unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { unsafe bind(fd, $0, size) }
  }
  try checkErrno(bound, "bind")
}
