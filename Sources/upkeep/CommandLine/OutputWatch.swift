import Systemd

/// Tells when nobody reads standard output any more, so that a command that mostly waits ends with its reader.
@LoopActor
final class OutputWatch {
  private var source: DescriptorSource?

  /// Calls `onEnd` once. Files never go away, and cannot be watched.
  init(_ onEnd: @escaping @LoopActor () -> Void) {
    source = try? DescriptorSource(1, for: []) { [weak self] _ in
      self?.cancel()
      onEnd()
    }
  }

  /// Ends the watch.
  func cancel() {
    source?.cancel()
    source = nil
  }
}
