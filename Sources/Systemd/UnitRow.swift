import CSystemd

/// A unit as the service manager's lists tell it: one element of `a(ssssssouso)`.
package struct UnitRow {
  /// The primary name.
  package let name: String
  /// `Description=`, foreign text.
  package let description: String
  /// `LoadState`.
  package let loadState: String
  /// `ActiveState`.
  package let activeState: String
  /// `SubState`.
  package let subState: String
  /// The unit that this one follows in its state; empty for most.
  package let following: String
  /// The unit's object.
  package let path: ObjectPath
  /// The number of the job that waits or runs; 0 for none.
  package let job: UInt32
  /// The job's type, such as `start`.
  package let jobType: String
}

extension BusMessage {
  /// Reads an array of units; another type is `ENXIO`.
  ///
  /// A machine has hundreds of them with ten values each: one call reads a whole unit, and states are so short that
  /// they need no memory of their own.
  package mutating func readUnitRows(_ body: (UnitRow) -> Void) throws(SystemError) {
    try enterOrFail(.array, "(ssssssouso)")
    var unit = unsafe csystemd_unit()
    while try check(unsafe csystemd_read_unit(raw, &unit), "sd_bus_message_read") > 0 {
      body(
        unsafe UnitRow(
          name: String(cString: unit.name), description: String(cString: unit.description),
          loadState: String(cString: unit.load_state), activeState: String(cString: unit.active_state),
          subState: String(cString: unit.sub_state), following: String(cString: unit.following),
          path: ObjectPath(String(cString: unit.path)), job: unit.job,
          jobType: unit.job == 0 ? "" : String(cString: unit.job_type)))
    }
    try leave()
  }
}
