import BuildInfo
import Glibc
import Processes
import Synchronization
import Systemd

/// `upkeep-run` put together: reads its command line, keeps the service up on the event loop and exits with its code.
package enum RunnerProgram {
  private static let exitCode = Atomic<Int32>(0)

  /// Runs the program and never comes back; the process's only thread becomes the event loop's.
  package static func main() -> Never {
    let options: RunnerOptions
    do throws(RunnerOptions.UsageError) {
      options = try RunnerOptions(parsing: OwnArguments.bytes)
    } catch {
      EventRecorder.line("upkeep-run: \(error)\nTry upkeep-run --help.")
      exit(SetupError.usage)
    }
    switch options.mode {
    case .help: print(RunnerHelp.text, terminator: "")
    case .version:
      let info = BuildInfo.current
      print(options.wantsJSON ? info.json(program: "upkeep-run") : info.line(program: "upkeep-run"))
    case .explain:
      EventLoop.becomeRuntimeExecutor()
      EventLoop.main.spawn(name: "explain") {
        exitCode.store(await PolicyText.print(SetupReader(options)), ordering: .relaxed)
        EventLoop.main.stop()
      }
      EventLoop.main.run()
      exit(exitCode.load(ordering: .relaxed))
    case .run:
      EventLoop.becomeRuntimeExecutor()
      EventLoop.main.spawn(name: "upkeep-run") {
        await RunnerSession(options) { code in
          exitCode.store(code, ordering: .relaxed)
          EventLoop.main.stop()
        }.begin()
      }
      EventLoop.main.run()
      exit(exitCode.load(ordering: .relaxed))
    }
    exit(0)
  }
}
