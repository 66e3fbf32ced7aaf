import Supervision
import Testing

@Suite("What follows lost readiness and lost heartbeats")
struct HealthReactionTests {
  private static func ready(_ change: @escaping (inout Policy) -> Void) -> Script {
    var script = Script(
      .with {
        $0.stopTimeout = .seconds(90)
        change(&$0)
      })
    script.start(ready: true)
    return script
  }

  // MARK: OnUnready

  @Test("lost readiness is told, and that is all by default")
  func none() {
    var script = Self.ready { _ in }
    #expect(script.take(.lostReadiness("503")) == ["record unready"])
    #expect(script.life.state == .unhealthy)
  }

  @Test("a service may be replaced because it is no longer ready, by the rules of liveness")
  func restart() {
    var script = Self.ready { $0.onUnready = .restart }
    #expect(
      script.take(.lostReadiness("503")) == [
        "record unready", "stopProbes", "disarm start", "record judged", "signalMain 15", "arm stop 10s",
        "suspend 20s",
      ])
    #expect(script.status() == "restarting after no longer ready: 503")
    #expect(script.crash(.terminated).contains("spawn"))

    var never = Self.ready {
      $0.onUnready = .restart
      $0.restart = .no
    }
    never.take(.lostReadiness("503"))
    #expect(never.crash(.terminated).last == "finish 1")
  }

  @Test("a command may be run each time readiness is lost, and the service is left alone")
  func command() {
    let words = ["/bin/tell", "me"].map { Array($0.utf8) }
    var script = Self.ready { $0.onUnready = .command(words) }
    for _ in 1...2 {
      #expect(script.take(.lostReadiness("503")) == ["record unready", "run /bin/tell"])
      #expect(script.life.state == .unhealthy)
      script.take(.becameReady)
    }
    // It was never ready: nothing is lost.
    var starting = Script(.with { $0.onUnready = .command(words) })
    starting.start()
    #expect(starting.take(.lostReadiness("503")) == [])
  }

  // MARK: SoftWatchdog

  private static func silent() -> Script { ready { $0.softWatchdog = true } }
  private static let lost = LifecycleEvent.judged(.heartbeatLost(.seconds(30)))

  @Test("a service without heartbeat is examined before it is asked to end")
  func examined() {
    var script = Self.silent()
    #expect(
      script.take(Self.lost) == [
        "stopProbes", "disarm start", "record judged", "examine 100", "arm stop 15s", "suspend 25s",
      ])
    #expect(script.status() == "restarting after no heartbeat for 30s")
    #expect(script.take(.examined(pid: 100)) == ["signalMain 15", "arm stop 10s", "suspend 20s"])
    #expect(script.take(.examined(pid: 100)) == [])
    #expect(script.crash(.terminated).contains("spawn"))
  }

  @Test("nothing else is examined", arguments: [Judgement.livenessFailed("503"), .watchdogTriggered])
  func notExamined(judgement: Judgement) {
    var script = Self.silent()
    #expect(script.take(.judged(judgement)).contains("signalMain 15"))
    var hard = Self.ready { _ in }
    #expect(hard.take(Self.lost).contains("signalMain 15"))
  }

  @Test("an examination that does not end is not waited for")
  func endless() {
    var script = Self.silent()
    script.take(Self.lost)
    #expect(
      script.take(.timerFired(.stop), after: .seconds(15)) == ["record killed", "arm stop 5s", "killTree"])
    #expect(script.take(.examined(pid: 100)) == [])
    #expect(script.crash(.killed).contains("spawn"))
  }

  @Test(
    "an instance that ends while it is examined is followed by another, which the result does not concern")
  func endsMeanwhile() {
    var script = Self.silent()
    script.take(Self.lost)
    #expect(
      script.take(.exited(.exited(1))) == ["record ended", "arm stop 10s", "suspend 20s", "signalTree 15"])
    #expect(script.take(.treeEmptied).contains("spawn"))
    script.take(.spawned(pid: 101))
    script.take(.becameReady)
    #expect(script.take(.examined(pid: 100)) == [])
    script.take(Self.lost)
    // Late news of the one before.
    #expect(script.take(.examined(pid: 100)) == [])
    #expect(script.take(.examined(pid: 101)).contains("signalMain 15"))
  }

  @Test("a stop does not wait for an examination")
  func stopped() {
    var script = Self.silent()
    script.take(Self.lost)
    #expect(script.take(.stop(.smooth)).contains("signalMain 15"))
    #expect(script.take(.examined(pid: 100)) == [])
    #expect(script.life.state == .stopping)
  }

  // MARK: Events

  @Test("what was seen is told in a sentence and in bounded fields")
  func event() {
    var seen = Examination(pid: 7)
    #expect(ServiceEvent.examined(seen).message == "Main process 7 without heartbeat")
    seen.status = "Name:\tmyapp"
    seen.threads = (0..<100).map {
      Examination.Thread(
        id: 7 + $0, name: "t \($0)", state: $0 == 0 ? "D" : "S", waitsIn: $0 == 0 ? "" : "futex")
    }
    seen.threadCount = 100
    seen.openFiles = 1
    seen.stacks = String(repeating: "x", count: 50_000)
    seen.remark = "stacks by gdb"
    let event = ServiceEvent.examined(seen)
    #expect(
      event.message
        == "Main process 7 without heartbeat: in uninterruptible sleep, 100 threads, 1 open file, "
        + "stacks by gdb")
    #expect(event.fields[.threads]?.split(separator: "\n").count == 64)
    #expect(event.fields[.threads]?.hasPrefix("7 t 0 D\n8 t 1 S futex\n") == true)
    #expect(event.fields[.stacks]?.utf8.count == 49_155)
    #expect(event.fields[.openFiles] == "1" && event.fields[.processStatus] == "Name:\tmyapp")
    #expect(Set(event.fields.keys).isSubset(of: event.kind.fields))
  }

  @Test("a command that failed is a warning")
  func commandEvents() {
    let good = ServiceEvent.commandRun("/bin/x", because: "503", outcome: "exit 0", exitStatus: 0)
    #expect(good.message == "Command /bin/x run because no longer ready: exit 0" && good.priority == 6)
    let bad = ServiceEvent.commandRun("/bin/x", because: "503", outcome: "killed", exitStatus: nil)
    #expect(bad.priority == 4 && bad.fields == [.command: "/bin/x", .reason: "503"])
  }
}
