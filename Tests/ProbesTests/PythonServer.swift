import CCurl
import Glibc
import Systemd
import Testing

/// A server written in Python, in a process of its own: for what takes a library that this process has not, such as
/// the other side of TLS.
///
/// The script prints one line when it is ready, with what the test has to know, and ends when its standard input does.
@LoopActor
final class PythonServer {
  private nonisolated static let interpreter = "/usr/bin/python3"

  /// Why no server can be started here; nil if one can. `tools` are programs that the script needs.
  nonisolated static func complaint(needing tools: [String] = []) -> String? {
    ([interpreter] + tools).first { unsafe access($0, X_OK) != 0 }.map { "there is no \($0)" }
  }

  /// The words of the line that the script printed.
  private(set) var words: [String] = []
  private var pid: pid_t = 0
  private var input: Int32 = -1
  private var output: Int32 = -1
  private var source: DescriptorSource?
  private var line: [UInt8] = []
  private var waiter: CheckedContinuation<Void, Never>?

  /// Starts the script and suspends until its line is there.
  init(_ script: String, _ arguments: String...) async throws {
    var (toChild, fromChild) = ([Int32](repeating: -1, count: 2), [Int32](repeating: -1, count: 2))
    try Self.makePair(&toChild)
    try Self.makePair(&fromChild)
    (input, output) = (toChild[1], fromChild[0])
    var actions = unsafe posix_spawn_file_actions_t()
    unsafe posix_spawn_file_actions_init(&actions)
    defer { unsafe posix_spawn_file_actions_destroy(&actions) }
    unsafe posix_spawn_file_actions_adddup2(&actions, toChild[0], 0)
    unsafe posix_spawn_file_actions_adddup2(&actions, fromChild[1], 1)
    let words = [Self.interpreter, "-I", "-c", script] + arguments
    var copies = unsafe words.map { unsafe strdup($0) } + [nil]
    defer { unsafe copies.forEach { unsafe free($0) } }
    let code = unsafe posix_spawn(&pid, Self.interpreter, &actions, nil, &copies, environ)
    close(toChild[0])
    close(fromChild[1])
    guard code == 0 else { throw SystemError(errno: code, operation: "posix_spawn") }
    _ = fcntl(output, F_SETFL, O_NONBLOCK)
    source = try DescriptorSource(output, for: .readable) { [unowned self] _ in take() }
    await withCheckedContinuation { waiter = $0 }
    self.words = String(decoding: line, as: UTF8.self).split(separator: " ").map(String.init)
    try #require(!self.words.isEmpty, "the server did not start; it has told why on standard error")
  }

  isolated deinit { stop() }

  /// A number among the words, most often a port.
  func port(_ index: Int) throws -> UInt16 { try #require(UInt16(words[index])) }

  /// Ends the server and waits for its end.
  func stop() {
    guard input >= 0 else { return }
    source?.cancel()
    close(input)
    close(output)
    input = -1
    var status: Int32 = 0
    while unsafe waitpid(pid, &status, 0) < 0, errno == EINTR {}
  }

  // Sockets rather than pipes: they are close-on-exec from the beginning, also for children of other tests.
  private static func makePair(_ ends: inout [Int32]) throws {
    let kind = Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue)
    try checkErrno(unsafe socketpair(AF_UNIX, kind, 0, &ends), "socketpair")
  }

  private func take() {
    var byte: UInt8 = 0
    while true {
      let count = unsafe read(output, &byte, 1)
      if count < 0 && errno == EAGAIN { return }
      guard count > 0, byte != 0x0A else { break }
      line.append(byte)
    }
    source?.cancel()
    waiter?.resume()
    waiter = nil
  }
}
