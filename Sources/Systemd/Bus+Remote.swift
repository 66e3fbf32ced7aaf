import CSystemd

// Buses of other machines and of containers. Nothing waits here: a machine that cannot be reached shows in the first
// call, which then fails with `ECONNRESET`, and what ssh has to say about it goes to standard error.
extension Bus {
  /// Connects to the system's bus of another host, through `ssh`. `sd_bus_open_system_remote(3)`.
  ///
  /// - Parameters:
  ///   - host: `[USER@]HOST[:PORT][/CONTAINER]`.
  ///   - loop: the loop that serves the connection.
  /// - Returns: the connection, which is still on its way.
  /// - Throws: `EINVAL` for a text that names no host.
  public static func remoteSystem(_ host: String, on loop: EventLoop = .main) throws(BusError) -> Bus {
    try unsafe open(on: loop, 0, "connect to the host \(host)") { bus in
      unsafe sd_bus_open_system_remote(&bus, host)
    }
  }

  /// Connects to the system's bus of a container of this host. `sd_bus_open_system_machine(3)`.
  ///
  /// - Parameters:
  ///   - machine: the container's name as `machinectl` shows it, or `.host` for this host.
  ///   - loop: the loop that serves the connection.
  /// - Returns: the connection, which is still on its way.
  /// - Throws: `EINVAL` for a text that names no container, `EHOSTDOWN` and the like where there is none.
  public static func machineSystem(_ machine: String, on loop: EventLoop = .main) throws(BusError) -> Bus {
    try unsafe open(on: loop, 0, "connect to the container \(machine)") { bus in
      unsafe sd_bus_open_system_machine(&bus, machine)
    }
  }

  /// Connects to a user's bus of a container, or of this host as `USER@.host`. `sd_bus_open_user_machine(3)`;
  /// parameters and errors as for ``machineSystem(_:on:)``.
  public static func machineUser(_ machine: String, on loop: EventLoop = .main) throws(BusError) -> Bus {
    try unsafe open(on: loop, 0, "connect to the user's bus of \(machine)") { bus in
      unsafe sd_bus_open_user_machine(&bus, machine)
    }
  }
}
