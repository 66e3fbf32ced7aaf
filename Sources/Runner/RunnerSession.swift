import Processes
import Supervision
import Systemd

/// One run of `upkeep-run`: from reading the unit to the exit code, with reloads in between.
@LoopActor
final class RunnerSession {
  private let reader: SetupReader
  private let finish: @LoopActor (Int32) -> Void
  private var routes: SignalRoutes?
  private var runner: ServiceRunner?
  private var isOver = false
  private var isReloading = false
  private var wantsReload = false

  /// A session for `options`.
  ///
  /// - Parameters:
  ///   - options: the command line.
  ///   - finish: called once, with the exit code.
  init(_ options: RunnerOptions, finish: @escaping @LoopActor (Int32) -> Void) {
    reader = SetupReader(options)
    self.finish = finish
  }

  /// Reads the setup and starts the service. The session keeps itself alive until it is over.
  func begin() async {
    do throws(SystemError) {
      routes = try SignalRoutes(
        runner: { self.runner }, stopEarly: { self.end(0) }, reload: { self.reload() })
    } catch {
      return fail(SetupError(exitCode: SetupError.system, "\(error)"))
    }
    let setup: RunnerSetup
    do throws(SetupError) { setup = try await reader.setup() } catch { return fail(error) }
    guard !isOver else { return }
    do throws(SystemError) {
      routes?.stopSignals = setup.stopSignals
      routes?.stopsWholeGroup = setup.stopsWholeGroup
      let runner = try ServiceRunner(setup)
      if let warning = setup.warning { runner.record(ServiceEvent(.unexpected, warning)) }
      runner.onFinish = { self.end($0) }
      self.runner = runner
      runner.maintenance.look()
      runner.post(.start)
    } catch {
      fail(SetupError(exitCode: SetupError.system, "\(error)"))
    }
  }

  // MARK: Private steps

  private func fail(_ error: SetupError) {
    EventRecorder.line(
      error.description.split(separator: "\n").map { "upkeep-run: \($0)" }.joined(separator: "\n"))
    Notification([.status(String(error.description.prefix(200)))]).send()
    end(error.exitCode)
  }

  private func end(_ code: Int32) {
    guard !isOver else { return }
    isOver = true
    finish(code)
  }

  /// Reads the policy anew. A broken one is refused whole, and the old one stays.
  private func reload() {
    guard let runner, runner.acceptsPolicy else { return }
    guard !isReloading else {
      // The files may have changed after they were read: once more when this reload is through.
      wantsReload = true
      return
    }
    isReloading = true
    runner.tellReloading()
    EventLoop.main.spawn(name: "reload") {
      await self.replacePolicy(of: runner)
      runner.tellReloaded()
      self.isReloading = false
      if self.wantsReload {
        self.wantsReload = false
        self.reload()
      }
    }
  }

  private func replacePolicy(of runner: ServiceRunner) async {
    let reasons: String
    do throws(SetupError) {
      let policy = try await reader.policy()
      // It may have been asked to stop while the files were read.
      guard runner.acceptsPolicy else { return }
      do throws(SpawnError) {
        return try runner.adopt(policy)
      } catch {
        reasons = error.description
      }
    } catch {
      reasons = error.description
    }
    for line in reasons.split(separator: "\n") {
      runner.record(ServiceEvent(.reloadRefused, "New policy refused, the old one stays: \(line)"))
    }
  }
}
