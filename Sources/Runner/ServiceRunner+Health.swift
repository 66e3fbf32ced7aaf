import Processes
import Supervision
import Systemd

// What is done about a service that is not well, besides ending it.
extension ServiceRunner {
  /// How long a command of the policy's may run.
  static let commandLimit: Duration = .seconds(30)

  /// Hands what the probes have judged to the repairs, and to the service's life if none of them takes it.
  func judge(_ judgement: Judgement) {
    guard lifecycle.policy.softWatchdog, case .heartbeatLost = judgement, let pid = lifecycle.pid,
      repairWouldTake(judgement)
    else {
      if !repairTakes(judgement) { post(.judged(judgement)) }
      return
    }
    // Before a repair touches it: the service's life has no part in this.
    look(at: pid) { runner in
      guard runner.lifecycle.pid == pid, runner.lifecycle.deservesWatchdogPing else { return }
      if !runner.repairTakes(judgement) { runner.post(.judged(judgement)) }
    }
  }

  /// Finds out about the main process what can be found, and goes on with the service's life.
  func examine(_ pid: Int32) { look(at: pid) { runner in runner.post(.examined(pid: pid)) } }

  /// Finds out about a process what can be found, and writes it down.
  private func look(at pid: Int32, then next: @escaping @LoopActor (ServiceRunner) -> Void) {
    let template: SpawnRequest
    do throws(SpawnError) {
      template = try commandTemplate()
    } catch {
      record(ServiceEvent(.unexpected, "Cannot examine the main process: \(error), ignoring"))
      return next(self)
    }
    EventLoop.main.spawn(name: "examine") { [weak self, examiner] in
      let seen = await examiner.examine(pid, as: template)
      guard let self else { return }
      record(.examined(seen))
      next(self)
    }
  }

  /// Runs a command of the policy's as the service's user; what it has to know it finds in its environment.
  func runCommand(_ words: [[UInt8]], reason: String) {
    let program = String(decoding: words.first ?? [], as: UTF8.self)
    guard command == nil else {
      return record(
        .commandRun(program, because: reason, outcome: "not run, the last one still runs", exitStatus: nil))
    }
    var request: SpawnRequest
    do throws(SpawnError) {
      request = try commandTemplate()
    } catch {
      return record(.commandRun(program, because: reason, outcome: "\(error)", exitStatus: nil))
    }
    request.program = program
    request.arguments = words
    request.set([
      "UPKEEP_EVENT": ServiceEvent.Kind.unready.name, "UPKEEP_REASON": reason,
      "UPKEEP_RESTARTS": "\(lifecycle.restarts)", "MAINPID": "\(lifecycle.pid ?? 0)",
    ])
    let asked = request
    command = EventLoop.main.spawn(name: "command") { [weak self, commands] in
      let result = await commands.run(asked, timeout: Self.commandLimit)
      guard let self else { return }
      command = nil
      let outcome = result.failure(within: Self.commandLimit, cancellation: "ended, the instance is over")
      record(
        .commandRun(program, because: reason, outcome: outcome ?? "exit 0", exitStatus: result.exitCode))
    }
  }
}
