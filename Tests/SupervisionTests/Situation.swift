import Supervision
import Testing

/// Every place a service can stand in, reached by a script.
enum Situation: String, CaseIterable, CustomTestStringConvertible {
  case created, spawning, starting, ready, unhealthy
  case endingWithMain, endingLeftovers, backingOff, stoppingWithMain, stoppingLeftovers, terminated, failed

  var testDescription: String { rawValue }

  var script: Script {
    var script = Script(
      .with {
        $0.backOff.first = .seconds(4)
        $0.stopTimeout = .seconds(90)
      })
    switch self {
    case .created: break
    case .spawning: script.take(.start)
    case .starting: script.start()
    case .ready: script.start(ready: true)
    case .unhealthy:
      script.start(ready: true)
      script.take(.lostReadiness("503"))
    case .endingWithMain:
      script.start(ready: true)
      script.take(.judged(.watchdogTriggered))
    case .endingLeftovers:
      script.start(ready: true)
      script.take(.exited(.exited(1)))
    case .backingOff:
      script.start(ready: true)
      script.crash()
    case .stoppingWithMain:
      script.start(ready: true)
      script.take(.stop(.smooth))
    case .stoppingLeftovers:
      script.start(ready: true)
      script.take(.stop(.smooth))
      script.take(.exited(.exited(0)))
    case .terminated: script.take(.stop(.smooth))
    case .failed:
      script.take(.start)
      script.take(.spawnFailed(exitCode: 203, reason: "no such file", isTransient: false))
    }
    return script
  }
}

/// Every event, one of each.
enum Stimulus: String, CaseIterable {
  case start, prepared, spawned, spawnFailed, becameReady, lostReadiness, judged, exited, examined,
    treeEmptied
  case backOffTimer, startTimer, stopTimer, smooth, immediate, kill, kick, wantsTime, released, giveUp

  var event: LifecycleEvent {
    switch self {
    case .start: .start
    case .prepared: .prepared
    case .spawned: .spawned(pid: 200)
    case .spawnFailed: .spawnFailed(exitCode: 205, reason: "no memory", isTransient: true)
    case .becameReady: .becameReady
    case .lostReadiness: .lostReadiness("timeout")
    case .judged: .judged(.livenessFailed("timeout"))
    case .exited: .exited(.exited(3))
    case .examined: .examined(pid: 100)
    case .treeEmptied: .treeEmptied
    case .backOffTimer: .timerFired(.backOff)
    case .startTimer: .timerFired(.start)
    case .stopTimer: .timerFired(.stop)
    case .smooth: .stop(.smooth)
    case .immediate: .stop(.immediate)
    case .kill: .stop(.kill)
    case .wantsTime: .wantsTime(.seconds(60))
    case .kick: .kick
    case .released: .released
    case .giveUp: .giveUp("repair db: nothing helped")
    }
  }
}
