import Glibc
import Supervision
import Systemd
import SystemdManager
import UnitFiles

/// Where a service's unit comes from: a file named on the command line, or the unit this program is the main process of.
struct ServiceSource: Sendable {
  /// How long systemd may take to say which files a unit consists of, before they are looked for on disk. Short,
  /// because the bus may itself be waiting for this service.
  static let busTimeout: Duration = .milliseconds(250)
  /// The largest unit file that is read, in bytes.
  static let largestFile = 1 << 20

  /// The kinds of places.
  enum Place: Sendable, Hashable {
    /// A file and, beside it, `FILE.d/*.conf`.
    case file(String)
    /// A unit of the running systemd.
    case unit(ProcessUnit)
    /// Nowhere: the command line says everything.
    case none
  }

  let place: Place

  /// The place that `options` and the environment point to.
  init(_ options: RunnerOptions) {
    if let path = options.unitFile {
      place = .file(path)
    } else if Self.isMainProcess, let unit = ProcessUnit.of(), unit.name.hasSuffix(".service") {
      place = .unit(unit)
    } else {
      place = .none
    }
  }

  /// Whether the service is run without systemd, so that the unit's own settings have to be carried out here.
  var isStandalone: Bool { if case .file = place { true } else { false } }

  // Anything started from a terminal is in some unit too; only the process that systemd itself executed is meant.
  private static var isMainProcess: Bool {
    ProcessEnvironment.value("SYSTEMD_EXEC_PID") == "\(ProcessEnvironment.processID)"
      || (ProcessEnvironment.value("SYSTEMD_EXEC_PID") == nil
        && ProcessEnvironment.value("NOTIFY_SOCKET") != nil)
  }

  /// What was read: the unit, if there is one, and what a person should know about how it was found.
  struct Found: Sendable {
    var unit: Unit?
    var warning: String?
  }

  /// Reads the unit with its drop-ins.
  ///
  /// - Throws: a file that should be read and cannot be: to go on without it would be to drop the policy in silence.
  @LoopActor
  func load() async throws(SetupError) -> Found {
    switch place {
    case .none: return Found()
    case .file(let path):
      var files = [try Self.read(path)]
      for dropIn in Self.dropIns(of: path) { files.append(try Self.read(dropIn)) }
      return Found(unit: Unit(name: Self.name(of: path), files: files))
    case .unit(let unit):
      let paths = await Self.locate(unit)?.paths ?? []
      // systemd's files are out of sight for a service with a root directory of its own, for example.
      guard let first = paths.first, !Self.isMissing(first) else {
        return Found(warning: "No file of \(unit.name) was found, so its [X-Upkeep] is not read")
      }
      var files: [UnitFile] = []
      for path in paths { files.append(try Self.read(path)) }
      return Found(unit: Unit(name: unit.name, files: files))
    }
  }

  // MARK: Private steps

  @LoopActor
  private static func locate(_ unit: ProcessUnit) async -> UnitLocation? {
    do throws(BusError) {
      let manager = try ManagerClient.connect(to: unit.scope)
      defer { manager.bus.close() }
      return try await manager.location(of: unit.name, timeout: busTimeout)
    } catch {
      // No bus, or one that does not answer yet: systemd's own search order finds the same files.
      guard let name = try? UnitName(unit.name) else { return nil }
      return try? UnitSearch(unit.scope).locate(name)
    }
  }

  private static func isMissing(_ path: String) -> Bool { unsafe access(path, F_OK) != 0 && errno == ENOENT }

  private static func read(_ path: String) throws(SetupError) -> UnitFile {
    guard let bytes = contents(of: path, limit: largestFile) else {
      let reason = unsafe String(cString: strerror(errno))
      throw SetupError(
        exitCode: SetupError.configuration,
        "cannot read \(path): \(reason); make it readable for the user that upkeep-run is started as")
    }
    return UnitFile(parsing: bytes, path: path)
  }

  private static func dropIns(of path: String) -> [String] {
    guard let folder = unsafe opendir(path + ".d") else { return [] }
    defer { unsafe closedir(folder) }
    var names: [String] = []
    while let entry = unsafe readdir(folder) {
      let name = unsafe withUnsafeBytes(of: &entry.pointee.d_name) { bytes in
        unsafe String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
      }
      if name.hasSuffix(".conf") { names.append(name) }
    }
    return names.sorted().map { "\(path).d/\($0)" }
  }

  private static func name(of path: String) -> String {
    path.split(separator: "/").last.map(String.init) ?? path
  }

  /// The first `limit` bytes of a file; nil with `errno` set if it cannot be read.
  static func contents(of path: String, limit: Int) -> [UInt8]? {
    let descriptor = unsafe open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK)
    guard descriptor >= 0 else { return nil }
    defer { close(descriptor) }
    var contents: [UInt8] = []
    var chunk = [UInt8](repeating: 0, count: 16384)
    while contents.count < limit {
      let count = unsafe Glibc.read(descriptor, &chunk, min(chunk.count, limit - contents.count))
      if count < 0 { return nil }
      if count == 0 { break }
      contents += chunk[..<count]
    }
    return contents
  }
}
