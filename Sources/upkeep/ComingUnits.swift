import UnitDesign

/// A machine on which some more units will be.
struct ComingUnits: Surroundings {
  let machine: any Surroundings
  let units: Set<String>

  func file(at path: String) -> FileFacts? { machine.file(at: path) }
  func unitFile(at path: String) -> FileFacts? { machine.unitFile(at: path) }
  func beginning(of path: String, count: Int) -> [UInt8]? { machine.beginning(of: path, count: count) }
  func hasUser(_ name: String) -> Bool? { machine.hasUser(name) }
  func hasGroup(_ name: String) -> Bool? { machine.hasGroup(name) }
  func hasUnit(_ name: String) -> Bool? { units.contains(name) ? true : machine.hasUnit(name) }
  var systemdVersion: Int? { machine.systemdVersion }
}
