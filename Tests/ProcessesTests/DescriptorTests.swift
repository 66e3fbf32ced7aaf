import Glibc
import Processes
import Systemd
import TestSupport
import Testing

@Suite("Descriptors of a started program", .onLoop)
struct DescriptorTests {
  /// Moves to numbers that nothing else in this process uses.
  private func numbered(_ content: String, at number: Int32) throws -> (path: String, descriptor: Int32) {
    let path = try makeFile(content)
    let file = try checkErrno(unsafe open(path, O_RDONLY | O_CLOEXEC), "open", path)
    defer { close(file) }
    return (path, try checkErrno(fcntl(file, F_DUPFD_CLOEXEC, number), "fcntl"))
  }

  @Test(
    "arrive under their numbers however sources and targets overlap",
    arguments: [
      [0, 1, 2], [1, 0, 2], [1, 2, 0], [2, 0, 1], [0, 0, 0], [0, 0, 1], [2, 2, 0],
    ])
  @LoopActor func overlap(sources: [Int]) async throws {
    let files = try ["a", "b", "c"].map { try numbered($0, at: 200) }
    defer { for file in files { close(file.descriptor); removeFile(file.path) } }
    var request = command("/bin/cat")
    for (target, source) in zip(files, sources) {
      request.descriptors.append((files[source].descriptor, target.descriptor))
      request.arguments.append(bytes("/proc/self/fd/\(target.descriptor)"))
    }
    #expect(try await text(of: request) == sources.map { ["a", "b", "c"][$0] }.joined())
  }

  @Test("are those that were mapped and the first three, and no other")
  @LoopActor func noLeak() async throws {
    // Left open for children by somebody careless, low and high.
    let careless = try [10, 300, 900].map { try checkErrno(fcntl(0, F_DUPFD, $0), "fcntl") }
    defer { for descriptor in careless { close(descriptor) } }
    let input = try Pipe()
    let output = try Pipe()
    var request = shell("echo ready; read line")
    request.descriptors = [
      (input.reading, 0), (output.writing, 1), (output.writing, 7), (input.reading, 500),
    ]
    let process = try spawn(request)
    // execve lets the parent go on before it closes descriptors.
    #expect(output.readLine() == "ready")
    #expect(descriptors(of: process.pid) == [0, 1, 2, 7, 500])
    for descriptor in careless {
      #expect(fcntl(descriptor, F_GETFD) & FD_CLOEXEC == 0, "the parent's own flags are untouched")
    }
    let child = try ChildWatch(pid: process.pid, pidfd: process.pidfd)
    try child.send(SIGKILL)
    _ = await child.ended()
  }

  @Test("that are not open are refused by number")
  func notOpen() throws {
    var request = command("/bin/true")
    request.descriptors = [(9999, 5)]
    let error = #expect(throws: SpawnError.self) { try spawn(request) }
    #expect(error?.step == .descriptors)
    #expect(error?.errno == EBADF)
    #expect(error?.value == "descriptor 5")
    #expect(error?.exitCode == 202)
  }
}
