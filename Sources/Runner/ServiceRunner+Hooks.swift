import Processes
import Supervision
import Systemd

extension ServiceRunner {
  /// Runs the commands of a moment, as the service's user and in its folder.
  func run(_ call: HookCall) {
    var template: SpawnRequest
    do throws(SpawnError) {
      template = try commandTemplate()
      template.set(call.variables(unit: unit?.name))
    } catch {
      // A command must never run as somebody else instead.
      if let first = call.commands.first {
        record(call.event(first, problem: "\(error)", took: .zero))
      }
      return goOn(call, problem: "\(call.moment.key)= \(error)")
    }
    hooks.run(call, template) { [unowned self] problem in goOn(call, problem: problem) }
  }

  private func goOn(_ call: HookCall, problem: String?) {
    switch call.moment {
    case .start:
      guard let problem else { return post(.prepared) }
      // What a command found today may be better tomorrow, also before the first instance.
      post(.spawnFailed(exitCode: 1, reason: problem, isTransient: true))
    case .stop: post(.prepared)
    case .ready, .unhealthy, .recovered, .failed: return
    }
  }
}
