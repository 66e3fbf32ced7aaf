import Glibc
import Systemd
import TestSupport
import Testing

@testable import Processes

@Suite("A process tree")
struct TreeTests {
  @Test("finds and kills what double-forked away")
  func doubleFork() async {
    await #expect(processExitsWith: .success) {
      try await LoopThread.run {
        let reaper = try ChildReaper()
        let lines = try Pipe()
        // The middle shell ends at once, so that the sleeper in its own session loses its parent.
        var request = shell("echo $(sh -c 'setsid sleep 1000 >/dev/null & echo $!'); exec sleep 1000")
        request.descriptors = [(lines.writing, 1)]
        let main = try reaper.start(request)
        let tree = ProcessTree(main: main, reaper: reaper)
        let grandchild = try lines.readPID()
        #expect(Set(tree.members()).isSuperset(of: [main.pid, grandchild]))

        try main.send(SIGKILL)
        #expect(await main.ended() == .signaled(SIGKILL, coreDumped: false))
        #expect(!tree.isEmpty)
        #expect(tree.members() == [grandchild])
        #expect(await tree.killAll() == [])
        #expect(tree.isEmpty && isGone(grandchild))
        #expect(!reaper.hasChildren)
      }
    }
  }

  @Test("that ignores TERM is killed")
  func ignoresTerm() async {
    await #expect(processExitsWith: .success) {
      try await LoopThread.run {
        let reaper = try ChildReaper()
        let lines = try Pipe()
        var request = shell("trap '' TERM; sleep 1000 & echo $!; while :; do wait; sleep 1000; done")
        request.descriptors = [(lines.writing, 1)]
        let main = try reaper.start(request)
        let tree = ProcessTree(main: main, reaper: reaper)
        let sleeper = try lines.readPID()
        #expect(tree.signal(SIGTERM) == [])
        #expect(!isGone(sleeper) && main.exit == nil)
        #expect(await tree.killAll() == [])
        #expect(main.exit == .signaled(SIGKILL, coreDumped: false))
        #expect(tree.isEmpty && isGone(sleeper))
      }
    }
  }

  @Test("that ends on TERM is told to all of it")
  func term() async {
    await #expect(processExitsWith: .success) {
      try await LoopThread.run {
        let reaper = try ChildReaper()
        let lines = try Pipe()
        var request = shell("setsid sleep 1000 & sleep 1000 & echo $!; exec sleep 1000")
        request.descriptors = [(lines.writing, 1)]
        let tree = ProcessTree(main: try reaper.start(request), reaper: reaper)
        _ = try lines.readPID()
        var calls = 0
        tree.onEmpty = { calls += 1 }
        tree.signal(SIGTERM)
        #expect(await tree.emptied())
        #expect(tree.main.exit == .signaled(SIGTERM, coreDumped: false))
        #expect(calls == 1 && tree.isEmpty)
      }
    }
  }

  @Test("becomes empty when its last orphan ends by itself")
  func lastOrphan() async {
    await #expect(processExitsWith: .success) {
      try await LoopThread.run {
        let reaper = try ChildReaper()
        var ends: [Int32] = [-1, -1]
        try checkErrno(unsafe pipe(&ends), "pipe")
        for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
        // The orphan lives until the other end of its descriptor 3 is closed.
        var request = shell("sh -c 'read line <&3' & exit 3")
        request.descriptors = [(ends[0], 3)]
        let tree = ProcessTree(main: try reaper.start(request), reaper: reaper)
        close(ends[0])
        #expect(await tree.main.ended() == .exited(3))
        #expect(!tree.isEmpty && tree.members().count == 1)
        close(ends[1])
        #expect(await tree.emptied())
        #expect(!reaper.hasChildren)
      }
    }
  }

  @Test("does not take other watched children and their sessions for its own")
  func otherChildren() async {
    await #expect(processExitsWith: .success) {
      try await LoopThread.run {
        let reaper = try ChildReaper()
        let lines = try Pipe()
        var request = shell("sh -c 'sleep 1000 & echo $!'; sleep 1000 & wait")
        request.grouping = .session
        request.descriptors = [(lines.writing, 1)]
        let other = try reaper.start(request)
        let otherOrphan = try lines.readPID()
        let tree = ProcessTree(main: try reaper.start(command("/bin/sleep", "1000")), reaper: reaper)
        #expect(tree.members() == [tree.main.pid])
        #expect(await tree.killAll() == [])
        #expect(tree.isEmpty)
        #expect(other.exit == nil && !isGone(otherOrphan))
        #expect(await ProcessTree(main: other, reaper: reaper).killAll() == [])
        #expect(isGone(otherOrphan))
      }
    }
  }

  @Test("of many orphans is killed to the last")
  func manyOrphans() async {
    await #expect(processExitsWith: .success) {
      try await LoopThread.run {
        let reaper = try ChildReaper()
        let lines = try Pipe()
        var request = shell(
          "i=0; while [ $i -lt 300 ]; do sh -c 'setsid sleep 1000 &'; i=$((i+1)); done; echo $i; exec sleep 1000"
        )
        request.descriptors = [(lines.writing, 1)]
        let tree = ProcessTree(main: try reaper.start(request), reaper: reaper)
        #expect(try lines.readPID() == 300)
        #expect(tree.members().count == 301, "more than one batch")
        #expect(await tree.killAll() == [])
        #expect(!reaper.hasChildren)
      }
    }
  }

  @Test("that grows while it is killed is killed to the last")
  func growing() async {
    await #expect(processExitsWith: .success) {
      try await LoopThread.run {
        let reaper = try ChildReaper()
        let lines = try Pipe()
        // A chain: each link starts the next in a new session and ends.
        var request = shell(
          "export S='setsid sh -c \"$S\" & exit'; setsid sh -c \"$S\" & echo 1; exec sleep 1000")
        request.descriptors = [(lines.writing, 1)]
        let tree = ProcessTree(main: try reaper.start(request), reaper: reaper)
        #expect(try lines.readPID() == 1)
        #expect(await tree.killAll() == [])
        #expect(!reaper.hasChildren)
      }
    }
  }

  @Test(
    "that refuses the signal is reported and not waited for",
    .enabled(if: geteuid() == 0, "only root can start it"))
  func refused() async {
    await #expect(processExitsWith: .success) {
      try await LoopThread.run {
        let reaper = try ChildReaper()
        // It ends with this process, whose signals it will refuse.
        let input = try Pipe()
        var request = command("/bin/cat")
        request.descriptors = [(input.reading, 0)]
        let main = try reaper.start(request)
        // From here on the child is another user's process.
        try checkErrno(seteuid(65534), "seteuid")
        try checkErrno(setreuid(65534, 65534), "setreuid")
        let tree = ProcessTree(main: main, reaper: reaper)
        let expected = [SurvivingProcess(pid: main.pid, name: "cat", errno: EPERM)]
        #expect(tree.signal(SIGTERM) == expected)
        let start = ContinuousClock.now
        #expect(await tree.killAll() == expected)
        #expect(ContinuousClock.now - start < .seconds(2))
        #expect(!tree.isEmpty)
        _ = input
      }
    }
  }

  @Test("leaves neither descriptors nor zombies after 200 programs")
  func manyPrograms() async {
    await #expect(processExitsWith: .success) {
      try await LoopThread.run {
        let reaper = try ChildReaper()
        let before = descriptors(of: getpid())
        for number in 0..<200 {
          let child = try reaper.start(shell("exit \(number)"))
          #expect(await child.ended() == .exited(Int32(number)))
        }
        for _ in 0..<20 { #expect(throws: SpawnError.self) { try reaper.start(command("/nonexistent")) } }
        #expect(!reaper.hasChildren)
        #expect(await gainedDescriptors(since: before) < runtimeDescriptors)
      }
    }
  }

  @Test(
    "in a cgroup of its own is known to the kernel",
    .enabled(if: CgroupFixture.isPossible, "needs root and a writable cgroup v2"))
  func cgroup() async {
    await #expect(processExitsWith: .success) {
      try await LoopThread.run {
        let fixture = try CgroupFixture()
        let reaper = try ChildReaper()
        let lines = try Pipe()
        do {
          let group = try DelegatedCgroup(path: fixture.path + "/main", on: .main)
          var request = shell("echo $(sh -c 'setsid sleep 1000 >/dev/null & echo $!'); exec sleep 1000")
          request.descriptors = [(lines.writing, 1)]
          request.cgroup = group.descriptor
          let tree = ProcessTree(main: try reaper.start(request), reaper: reaper, cgroup: group)
          let orphan = try lines.readPID()
          #expect(Set(tree.members()) == [tree.main.pid, orphan])
          #expect(throws: SystemError.self) { try DelegatedCgroup(path: fixture.path + "/main", on: .main) }
          try tree.main.send(SIGKILL)
          _ = await tree.main.ended()
          #expect(!tree.isEmpty && tree.members() == [orphan])
          async let emptied = tree.emptied()
          #expect(await tree.killAll() == [])
          #expect(await emptied)
          #expect(isGone(orphan) && !group.isPopulated)
          try group.remove()
        }
        try fixture.remove()
      }
    }
  }
}

/// A cgroup as a service manager would delegate it.
struct CgroupFixture {
  let path: String

  static var isPossible: Bool {
    guard geteuid() == 0, let own = CgroupLocation.own() else { return false }
    return unsafe access(own.path, W_OK) == 0
  }

  init() throws {
    path = try #require(CgroupLocation.own()).path + "/processes-test-\(getpid())"
    try checkErrno(unsafe mkdir(path, 0o755), "mkdir", path)
  }

  func remove() throws { try checkErrno(unsafe rmdir(path), "rmdir", path) }
}
