import Glibc
import Processes
import Systemd
import TestSupport
import Testing

@Suite("A started program", .onLoop)
struct SpawnTests {
  @Test("gets its arguments byte for byte")
  @LoopActor func arguments() async throws {
    var request = command("/bin/cat", "/proc/self/cmdline", "", "two words", "\n")
    request.arguments.append([0xff, 0xfe, 0x80])
    // The file names that do not exist only make cat complain.
    request.descriptors = [(try nullForWriting(), 2)]
    defer { close(request.descriptors[0].source) }
    let expected = request.arguments.flatMap { $0 + [UInt8(0)] }
    #expect(try await output(of: request).bytes == expected)
  }

  @Test("gets its environment byte for byte and nothing else")
  @LoopActor func environment() async throws {
    var request = command("/bin/cat", "/proc/self/environ")
    request.environment = [bytes("A=1"), bytes("B="), [0x43, 0x3d, 0xff, 0xc0]]
    #expect(try await output(of: request).bytes == request.environment.flatMap { $0 + [UInt8(0)] })
  }

  @Test("finds its own PID in the variables that ask for it")
  @LoopActor func ownPID() async throws {
    var request = shell(
      "echo $LISTEN_PID $WATCHDOG_PID $$; tr '\\0' '\\n' < /proc/$$/environ | grep -c LISTEN_PID")
    request.environment += [bytes("LISTEN_PID=1"), bytes("LISTEN_PIDX=7"), bytes("LISTEN_PID=2")]
    request.ownPIDVariables = ["LISTEN_PID", "WATCHDOG_PID"]
    let lines = try await text(of: request).split(separator: "\n")
    let numbers = lines[0].split(separator: " ")
    #expect(numbers.count == 3 && Set(numbers).count == 1)
    #expect(lines[1] == "2", "LISTEN_PID once and LISTEN_PIDX")
  }

  @Test("starts with default dispositions and an empty signal mask")
  @LoopActor func signals() async throws {
    signal(SIGPIPE, SIG_IGN)
    signal(SIGUSR1, SIG_IGN)
    var set = sigset_t()
    unsafe sigemptyset(&set)
    for number in [SIGTERM, SIGUSR2, 40] { unsafe sigaddset(&set, number) }
    var before = sigset_t()
    unsafe pthread_sigmask(SIG_BLOCK, &set, &before)
    defer {
      unsafe pthread_sigmask(SIG_SETMASK, &before, nil)
      signal(SIGUSR1, SIG_DFL)
    }
    let status = try await text(of: command("/bin/cat", "/proc/self/status")).split(separator: "\n")
    for field in ["SigBlk", "SigIgn", "SigCgt"] {
      #expect(status.contains("\(field):\t0000000000000000"), "\(status.filter { $0.hasPrefix("Sig") })")
    }
    var after = sigset_t()
    unsafe pthread_sigmask(SIG_SETMASK, nil, &after)
    #expect(unsafe sigismember(&after, SIGUSR2) == 1, "the parent's own mask is as it was")
    #expect(unsafe sigismember(&after, SIGSEGV) == 0)
  }

  @Test("has the file mode mask asked for", arguments: [0o000, 0o027, 0o777] as [UInt32])
  @LoopActor func umask(mask: UInt32) async throws {
    var request = shell("umask")
    request.umask = mask
    let octal = String(mask, radix: 8)
    #expect(try await text(of: request) == String(repeating: "0", count: 4 - octal.count) + octal + "\n")
  }

  @Test("starts in the directory asked for")
  @LoopActor func workingDirectory() async throws {
    var request = command("/bin/pwd")
    request.workingDirectory = "/usr/bin"
    #expect(try await text(of: request) == "/usr/bin\n")
  }

  @Test("is alone in its group or session as asked")
  @LoopActor func grouping() async throws {
    // Fields 1, 5 and 6 of stat: PID, process group, session.
    var request = shell(
      "read pid name state parent group session rest < /proc/$$/stat; echo $pid $group $session")
    let own = getsid(0)
    for grouping in [SpawnRequest.Grouping.inherit, .processGroup, .session] {
      request.grouping = grouping
      let numbers = try await text(of: request).split(whereSeparator: \.isWhitespace).compactMap { Int32($0) }
      try #require(numbers.count == 3)
      switch grouping {
      case .inherit: #expect(numbers[1] == getpgrp() && numbers[2] == own)
      case .processGroup: #expect(numbers[1] == numbers[0] && numbers[2] == own)
      case .session: #expect(numbers[1] == numbers[0] && numbers[2] == numbers[0])
      }
    }
  }

  @Test("can be denied new privileges", arguments: [true, false])
  @LoopActor func noNewPrivileges(denied: Bool) async throws {
    var request = command("/bin/grep", "NoNewPrivs", "/proc/self/status")
    request.noNewPrivileges = denied
    let own = try await text(of: command("/bin/grep", "NoNewPrivs", "/proc/\(getpid())/status"))
    #expect(try await text(of: request) == (denied ? "NoNewPrivs:\t1\n" : own))
  }

  @Test("gets the parent-death signal when the thread that started it ends")
  @LoopActor func parentDeath() async throws {
    let process = try spawnOnThreadThatEnds()
    let child = try ChildWatch(pid: process.pid, pidfd: process.pidfd)
    #expect(await child.ended() == .signaled(SIGUSR1, coreDumped: false))
  }

  @Test("has the limits asked for")
  @LoopActor func limits() async throws {
    var request = command("/bin/cat", "/proc/self/limits")
    request.limits = [
      RawLimit(resource: 7, soft: 64, hard: 128, name: "LimitNOFILE"),
      RawLimit(resource: 4, soft: 0, hard: 0, name: "LimitCORE"),
      RawLimit(resource: 1, soft: 1 << 40, hard: 1 << 41, name: "LimitFSIZE"),
    ]
    let lines = try await text(of: request).split(separator: "\n")
      .map { $0.split(whereSeparator: \.isWhitespace).joined(separator: " ") }
    #expect(lines.contains("Max open files 64 128 files"))
    #expect(lines.contains("Max core file size 0 0 bytes"))
    #expect(lines.contains("Max file size 1099511627776 2199023255552 bytes"))
  }

  @Test("finds descriptors above its own new limit on open files")
  @LoopActor func descriptorsAboveLimit() async throws {
    let pipe = try Pipe()
    var request = shell("echo ok")
    request.limits = [RawLimit(resource: 7, soft: 16, hard: 16, name: "LimitNOFILE")]
    request.descriptors = [(pipe.reading, 40)]
    #expect(try await text(of: request) == "ok\n")
  }

  @Test(
    "is the user and groups asked for", .enabled(if: geteuid() == 0, "only root can become somebody else"))
  @LoopActor func identity() async throws {
    var request = shell("id -u; id -g; id -G; grep -E '^(Uid|Gid)' /proc/self/status")
    request.identity = Identity(uid: 65534, gid: 65533, groups: [65533, 4242])
    let lines = try await text(of: request).split(separator: "\n")
    #expect(
      lines == [
        "65534", "65533", "65533 4242", "Uid:\t65534\t65534\t65534\t65534",
        "Gid:\t65533\t65533\t65533\t65533",
      ])
    #expect(geteuid() == 0, "the parent is still itself")
  }

  @Test(
    "enters its directory with the new user's rights",
    .enabled(if: geteuid() == 0, "only root can become somebody else"))
  @LoopActor func directoryAsUser() async throws {
    let path = try makeFile("")
    defer { removeFile(path) }
    var request = command("/bin/true")
    request.identity = Identity(uid: 65534, gid: 65534, groups: [])
    // mkdtemp makes a folder that its owner alone may enter.
    request.workingDirectory = String(path.dropLast("/file".count))
    let error = #expect(throws: SpawnError.self) { try spawn(request) }
    #expect(error?.step == .workingDirectory && error?.errno == EACCES)
  }

  @Test("starts from many threads at once")
  func manyThreads() async {
    let failures = await withTaskGroup(of: Int.self) { group in
      for _ in 0..<4 {
        group.addTask(executorPreference: globalConcurrentExecutor) {
          (0..<25).reduce(0) { failed, _ in
            guard let process = try? spawn(command("/bin/true")) else { return failed + 1 }
            var status: Int32 = 0
            let pid = unsafe waitpid(process.pid, &status, 0)
            close(process.pidfd)
            return failed + (pid == process.pid && status == 0 ? 0 : 1)
          }
        }
      }
      var failures = 0
      for await failed in group { failures += failed }
      return failures
    }
    #expect(failures == 0)
  }

  private func nullForWriting() throws -> Int32 {
    try checkErrno(unsafe open("/dev/null", O_WRONLY | O_CLOEXEC), "open")
  }
}

/// What a thread leaves behind.
private final class Slot: Sendable {
  nonisolated(unsafe) var process: SpawnedProcess?
}

/// Starts `sleep` with a parent-death signal on a thread that has ended when this returns.
private func spawnOnThreadThatEnds() throws -> SpawnedProcess {
  let slot = Slot()
  var thread = pthread_t()
  let made = unsafe pthread_create(
    &thread, nil,
    { slot in
      guard let slot = unsafe slot else { return nil }
      var request = command("/bin/sleep", "1000")
      request.parentDeathSignal = SIGUSR1
      let started = try? spawn(request)
      unsafe Unmanaged<Slot>.fromOpaque(slot).takeUnretainedValue().process = started
      return nil
    }, unsafe Unmanaged.passUnretained(slot).toOpaque())
  try #require(made == 0)
  pthread_join(thread, nil)
  return try #require(unsafe slot.process)
}
