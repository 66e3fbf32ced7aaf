package import Supervision
package import Systemd

/// One way to ask a service whether it is well.
///
/// A probe keeps nothing between attempts; thresholds and intervals are decided elsewhere. An attempt whose task
/// is cancelled ends at once, as unknown.
@LoopActor
package protocol Probe: Sendable {
  /// Asks once.
  ///
  /// - Parameter timeout: the time for the whole attempt; an answer that comes later is none.
  /// - Returns: what was found. It is `unknown` if the attempt could not be made: no descriptor, library, thread or
  ///   process was to be had, or the name service gave no answer. Its text is printable and bounded.
  func attempt(timeout: Duration) async -> ProbeOutcome
}
