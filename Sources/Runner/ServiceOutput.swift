import Glibc
import Processes
import Supervision
import Systemd

/// The service's standard output and error, when somebody looks at them: pipes to this program, and on to where they
/// would have gone.
@LoopActor @safe
final class ServiceOutput {
  /// How many pipes of earlier instances are read on, which something that left the service may still hold.
  static let mostOld = 8

  /// Called with whole lines.
  var onLines: OutputRelay.Lines = { _ in }

  private let sinks: [OutputSink]
  private var relays: [OutputRelay] = []
  private var old: [OutputRelay] = []

  /// Finds out where this program's own output goes.
  init() {
    // Where both go to the same place one pipe keeps the order between them too.
    sinks = Self.isSame(1, 2) ? [OutputSink(1)] : [OutputSink(1), OutputSink(2)]
  }

  /// Makes the pipes of a new instance.
  ///
  /// - Returns: the writing ends and the numbers under which the service has them; the caller closes them.
  func open() throws(SystemError) -> [(source: Int32, target: Int32)] {
    old = (old + relays).filter { !$0.isOver }.suffix(Self.mostOld)
    relays = []
    var ends: [(source: Int32, target: Int32)] = []
    do throws(SystemError) {
      for (index, sink) in sinks.enumerated() {
        let (relay, end) = try unsafe OutputRelay.pipe(to: sink) { [unowned self] lines in
          unsafe onLines(lines)
        }
        relays.append(relay)
        ends.append((end, Int32(index) + 1))
      }
    } catch {
      for end in ends { close(end.source) }
      throw error
    }
    if sinks.count == 1, let end = ends.first { ends.append((end.source, 2)) }
    return ends
  }

  /// Reads what the instance has written up to now.
  func drain() { for relay in relays { relay.drain() } }

  /// Passes all on that was written, at the end of this program.
  func finish() { for relay in old + relays { relay.finish() } }

  private static func isSame(_ one: Int32, _ other: Int32) -> Bool {
    var (first, second) = (stat(), stat())
    guard unsafe fstat(one, &first) == 0, unsafe fstat(other, &second) == 0 else { return false }
    return first.st_dev == second.st_dev && first.st_ino == second.st_ino
  }
}
