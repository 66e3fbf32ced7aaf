import CSystemd

extension Bus {
  /// Lets the other side ask the person at the machine whether a call is all right, by a polkit agent, instead of
  /// refusing it. It counts for calls that are made from now on; whoever asks may take longer than a call's timeout.
  ///
  /// The corresponding C function is `sd_bus_set_allow_interactive_authorization(3)`.
  ///
  /// - Throws: `ENOTCONN` for a closed connection.
  public func allowInteractiveAuthorization() throws(BusError) {
    try checkOpen()
    let result = unsafe sd_bus_set_allow_interactive_authorization(raw, 1)
    guard result < 0 else { return }
    throw BusError(SystemError(errno: -result, operation: "sd_bus_set_allow_interactive_authorization"))
  }
}
