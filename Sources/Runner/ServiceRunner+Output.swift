import LogMatching
import Processes
import Supervision
import Systemd

extension ServiceRunner {
  /// The pipes for a new instance's output; none while nobody looks at it.
  func outputs() throws(SpawnError) -> [(source: Int32, target: Int32)] {
    guard logs != nil || output != nil else { return [] }
    let output = self.output ?? ServiceOutput()
    logs?.forget()
    unsafe output.onLines = { [unowned self] lines in unsafe take(output: lines) }
    self.output = output
    do throws(SystemError) {
      return try output.open()
    } catch {
      throw SpawnError(step: .descriptors, errno: error.errno, value: "a pipe", advice: "raise LimitNOFILE=")
    }
  }

  /// Takes in lines of the service's output.
  func take(output lines: UnsafeRawBufferPointer) {
    unsafe logs?.take(
      lines,
      onHit: { rule, lines in repairs?.count(rule, lines) },
      onMiss: { rule in repairs?.miss(rule) })
  }
}
