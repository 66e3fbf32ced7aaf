import Glibc
import Inspection
import Presentation
import Supervision
import Systemd
import UnitFiles

/// The files of the maintenances of a manager's units.
struct MaintenanceFolder {
  /// How many files are looked at.
  private static let mostFiles = 10_000

  /// Its path.
  let path: String
  private let owner: UInt32

  /// The system's folder, or the user's own.
  ///
  /// - Throws: that the user has no home.
  init(isUser: Bool) throws(ExitError) {
    guard isUser else {
      path = Maintenance.systemFolder
      owner = 0
      return
    }
    let folder = Maintenance.userFolder(
      stateHome: ProcessEnvironment.value("XDG_STATE_HOME"), home: ProcessEnvironment.value("HOME"))
    guard let folder else {
      throw ExitError("there is no place for the state of your units: set HOME or XDG_STATE_HOME")
    }
    path = folder
    owner = geteuid()
  }

  /// The file of a unit.
  func file(of unit: String) -> String { "\(path)/\(unit)" }

  /// The maintenance of a unit that is on now; nil if none is, or its file cannot be used.
  func maintenance(of unit: String) -> Maintenance? {
    guard !unit.contains("/"), !unit.hasPrefix("."),
      let bytes = try? TrustedFile.read(file(of: unit), owner: owner, limit: Maintenance.largestFile),
      let maintenance = try? Maintenance(parsing: bytes), maintenance.isOn(at: Self.now)
    else { return nil }
    return maintenance
  }

  /// All that are on now, by their units.
  func all() -> [(unit: String, maintenance: Maintenance)] {
    guard let stream = unsafe opendir(path) else { return [] }
    defer { unsafe closedir(stream) }
    var names: [String] = []
    while names.count < Self.mostFiles, let entry = unsafe readdir(stream) {
      let name = unsafe withUnsafeBytes(of: &entry.pointee.d_name) { bytes in
        unsafe String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
      }
      if (try? UnitName(name)) != nil { names.append(name) }
    }
    return names.sorted().compactMap { name in maintenance(of: name).map { (name, $0) } }
  }

  /// Microseconds since 1970.
  static var now: Int64 {
    var time = timespec()
    unsafe clock_gettime(CLOCK_REALTIME, &time)
    return Int64(time.tv_sec) * 1_000_000 + Int64(time.tv_nsec) / 1000
  }
}

extension Maintenance {
  /// When it ends, as people write it.
  var endText: String {
    guard let end = Timestamp(microseconds: UInt64(clamping: until)) else { return "-" }
    return end.text(offset: Terminal.offset(at: end))
  }

  /// The maintenance for programs.
  var json: JSONValue {
    .object([
      .init("began", .time(Timestamp(microseconds: UInt64(clamping: began)))),
      .init("until", .time(Timestamp(microseconds: UInt64(clamping: until)))),
      .init("reason", .string(reason)), .init("by", author.isEmpty ? .null : .string(author)),
    ])
  }
}
