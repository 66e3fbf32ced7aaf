import UnitFiles

/// Where a service shows that it is alive, in its own time: what a heartbeat probe listens to.
public enum HeartbeatSource: Sendable, Hashable {
  /// The time of this file's last change moves on.
  case file(path: String)
  /// A line comes through this FIFO.
  case fifo(path: String)
  /// The service sends `WATCHDOG=1`.
  case notify

  /// Reads what stands behind `heartbeat:`.
  ///
  /// - Throws: what is wrong and how a right value looks.
  static func parse(_ text: Substring) throws(ValueError) -> HeartbeatSource {
    if text == "notify" { return .notify }
    for (prefix, make) in [("file:", Self.file), ("fifo:", Self.fifo)] where text.hasPrefix(prefix) {
      return make(try PolicyValue.absolutePath(String(text.dropFirst(prefix.count))))
    }
    throw ValueError(
      message: "\"heartbeat:\(text)\" is no heartbeat: write heartbeat:file:/PATH, heartbeat:fifo:/PATH or "
        + "heartbeat:notify")
  }

  /// The source as it is written, without `heartbeat:`.
  var text: String {
    switch self {
    case .file(let path): "file:\(path)"
    case .fifo(let path): "fifo:\(path)"
    case .notify: "notify"
    }
  }

  /// Whether nobody tells when a heartbeat comes, so that it has to be looked for.
  var hasToBeLookedFor: Bool {
    switch self {
    case .file: true
    case .fifo, .notify: false
    }
  }
}

/// What a look at a source of heartbeats found.
public enum HeartbeatSighting: Sendable, Hashable {
  /// The last heartbeat came this long ago.
  case heard(ago: Duration)
  /// None has come in the time since the source is listened to, which is this long.
  case silent(for: Duration)
  /// The source cannot be listened to; with the reason.
  case unknown(String)
}
