import Glibc
import Processes
import Systemd
import Testing

@Suite("A program that cannot be started")
struct SpawnFailureTests {
  private func failure(_ request: SpawnRequest) throws -> SpawnError {
    try #require(#expect(throws: SpawnError.self) { try spawn(request) })
  }

  @Test("because it is missing is told with its path")
  func missing() throws {
    let error = try failure(command("/nonexistent/program"))
    #expect(error.step == .program && error.errno == ENOENT && error.exitCode == 203)
    #expect(
      error.description
        == "cannot execute /nonexistent/program: No such file or directory; install it or correct the path")
  }

  @Test("because it is no program for execution is told with the reason")
  func notExecutable() throws {
    let path = try makeFile("#!/bin/sh\n", mode: 0o644)
    defer { removeFile(path) }
    let error = try failure(command(path))
    #expect(error.step == .program && error.errno == EACCES && error.value == path)
    #expect(error.description.contains("execute permission"))
    #expect(try failure(command("/usr")).errno == EACCES, "a directory")
  }

  @Test("because its interpreter is missing is told with the interpreter")
  func badInterpreter() throws {
    let path = try makeFile("#! /nonexistent/interpreter -x\nexit\n", mode: 0o755)
    defer { removeFile(path) }
    let error = try failure(command(path))
    #expect(error.step == .program && error.errno == ENOENT)
    #expect(error.description.contains("its interpreter /nonexistent/interpreter is not"))
  }

  @Test("because it has no known format is told how a script begins")
  func unknownFormat() throws {
    let path = try makeFile("just text\n", mode: 0o755)
    defer { removeFile(path) }
    let error = try failure(command(path))
    #expect(error.step == .program && error.errno == ENOEXEC)
    #expect(error.description.contains("#!"))
  }

  @Test("because an argument has a zero byte is told before anything starts")
  func zeroByte() throws {
    var request = command("/bin/true")
    request.arguments.append([0x61, 0, 0x62])
    let error = try failure(request)
    #expect(error.step == .program && error.errno == EINVAL)
  }

  @Test("because its directory is missing is told with the directory")
  func missingDirectory() throws {
    var request = command("/bin/true")
    request.workingDirectory = "/nonexistent/folder"
    let error = try failure(request)
    #expect(error.step == .workingDirectory && error.errno == ENOENT && error.exitCode == 200)
    #expect(error.description.contains("/nonexistent/folder"))
  }

  @Test("because the cgroup is none is told as such")
  func wrongCgroup() throws {
    let folder = try checkErrno(unsafe open("/usr", O_RDONLY | O_DIRECTORY | O_CLOEXEC), "open")
    defer { close(folder) }
    var request = command("/bin/true")
    request.cgroup = folder
    let error = try failure(request)
    #expect(error.step == .cgroup && error.errno == ENOENT && error.exitCode == 219)
  }

  @Test("because a soft limit is above the hard one is told with both")
  func softAboveHard() throws {
    var request = command("/bin/true")
    request.limits = [RawLimit(resource: 7, soft: 20, hard: 10, name: "LimitNOFILE")]
    let error = try failure(request)
    #expect(error.step == .limits && error.errno == EINVAL && error.exitCode == 205)
    #expect(error.description.contains("LimitNOFILE=20:10"))
  }

  @Test("because the kernel allows nobody such a limit is told with the present one")
  func aboveKernelBound() throws {
    var request = command("/bin/true")
    // Above fs.nr_open, which binds root as well.
    request.limits = [RawLimit(resource: 7, soft: 1 << 40, hard: 1 << 40, name: "LimitNOFILE")]
    let error = try failure(request)
    #expect(error.step == .limits && error.errno == EPERM)
    #expect(error.value == "LimitNOFILE=1099511627776:1099511627776")
    #expect(error.description.contains("present") || error.description.contains("now"))
  }

  @Test(
    "because an unprivileged user asks too much is told before anything starts",
    .enabled(if: geteuid() == 0, "only root can give up privileges"))
  func unprivileged() async {
    await #expect(processExitsWith: .success) {
      var present = rlimit()
      try checkErrno(unsafe getrlimit(__rlimit_resource_t(7), &present), "getrlimit")
      try checkErrno(setgid(65534), "setgid")
      try checkErrno(setuid(65534), "setuid")
      let more = UInt64(present.rlim_max) + 1
      let limit = RawLimit(resource: 7, soft: 1, hard: more, name: "LimitNOFILE")
      let error = #expect(throws: SpawnError.self) { try limit.check() }
      #expect(error?.errno == EPERM && error?.exitCode == 205)
      #expect(error?.description.contains("LimitNOFILE=1:\(more)") == true)
      #expect(error?.description.contains("is \(present.rlim_max) now") == true)

      var request = command("/bin/true")
      request.identity = Identity(uid: 0, gid: 0, groups: [])
      let refused = #expect(throws: SpawnError.self) { try spawn(request) }
      #expect(refused?.step == .group && refused?.errno == EPERM && refused?.exitCode == 216)

      // To be what one is already takes no privilege.
      request.identity = try Identity.look(up: "65534", group: "65534")
      request.identity = Identity(uid: getuid(), gid: getgid(), groups: ownGroups())
      let process = try spawn(request)
      #expect(waitpid(process.pid, nil, 0) == process.pid)
    }
  }

  @Test("leaves no process behind")
  func nothingLeft() async {
    await #expect(processExitsWith: .success) {
      for _ in 0..<20 { #expect(throws: SpawnError.self) { try spawn(command("/nonexistent/program")) } }
      #expect(waitpid(-1, nil, WNOHANG) == -1 && errno == ECHILD)
    }
  }
}

private func ownGroups() -> [UInt32] {
  var groups = [gid_t](repeating: 0, count: 1024)
  let count = unsafe getgroups(1024, &groups)
  return Array(groups.prefix(Int(max(count, 0))))
}
