import Processes
package import Supervision
package import Systemd

/// Makes the probe or the listener that a policy asks for.
@LoopActor
package enum ProbeFactory {
  /// Makes a probe; nil for a target that is not asked but speaks up itself.
  ///
  /// - Parameters:
  ///   - target: what is asked.
  ///   - check: what an HTTP probe sends and expects.
  ///   - context: what probes need besides.
  /// - Returns: the probe.
  package static func make(
    _ target: ProbeTarget, check: HTTPCheck = HTTPCheck(), context: ProbeContext
  ) -> (any Probe)? {
    switch target {
    case .http(let url):
      HTTPProbe(url: url, userAgent: context.userAgent, check: check, credentials: context.credentials)
    case .httpSocket(let path, let location):
      HTTPProbe(
        url: "http://localhost\(location)", socket: path, userAgent: context.userAgent, check: check)
    case .tcp(let host, let port): TCPProbe(host: host, port: port)
    case .grpc(let endpoint):
      GRPCProbe(endpoint, userAgent: context.userAgent, check: check, credentials: context.credentials)
    case .dbus(let name): DBusProbe(name: name, bus: context.bus)
    case .unix(let path): UnixProbe(path: path)
    case .exec(let arguments):
      ExecProbe(arguments, template: context.command, commands: context.commands)
    case .heartbeat, .notify: nil
    }
  }

  /// Makes a listener to heartbeats; nil for a target that is none.
  package static func makeListener(
    _ target: ProbeTarget, context: ProbeContext
  ) -> (any HeartbeatListener)? {
    guard case .heartbeat(let source) = target else { return nil }
    return switch source {
    case .file(let path): FileListener(path: path)
    case .fifo(let path):
      FIFOListener(
        path: path, runtimeDirectories: context.runtimeDirectories, owner: context.command.identity)
    case .notify: NotificationListener(isReachable: context.hearsNotifications)
    }
  }
}
