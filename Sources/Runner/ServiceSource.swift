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

  /// Reads the unit with its drop-ins; nil if there is none.
  ///
  /// - Throws: a file named on the command line that cannot be read.
  @LoopActor
  func load() async throws(SetupError) -> Unit? {
    switch place {
    case .none: return nil
    case .file(let path):
      guard let file = Self.read(path) else {
        let reason = unsafe String(cString: strerror(errno))
        throw SetupError(exitCode: SetupError.configuration, "cannot read the unit file \(path): \(reason)")
      }
      let dropIns = Self.dropIns(of: path).compactMap(Self.read)
      return Unit(name: Self.name(of: path), files: [file] + dropIns)
    case .unit(let unit):
      let paths = await Self.locate(unit)?.paths ?? []
      return Unit(name: unit.name, files: paths.compactMap(Self.read))
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

  private static func read(_ path: String) -> UnitFile? {
    guard let bytes = contents(of: path, limit: largestFile) else { return nil }
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
