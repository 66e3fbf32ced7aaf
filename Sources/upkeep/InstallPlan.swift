import Inspection
import Presentation
import Systemd
import SystemdManager
import UnitDesign
import UnitFiles

/// Unit files that are to be installed: what they are, what stands in their places, and what lint says of them.
struct InstallPlan {
  /// A file.
  struct Entry {
    let name: UnitName
    let unit: Unit
    let item: InstallFolder.Item
    let state: InstallFolder.State
  }

  let entries: [Entry]
  let session: LintSession

  /// Reads the files and looks at them.
  ///
  /// - Throws: why a file cannot be read or is no unit's file, status 2.
  init(_ files: [String], _ installed: InstalledUnits, isUser: Bool) throws(ExitError) {
    var entries: [Entry] = []
    for file in files {
      let path = file.contains("/") ? file : "./\(file)"
      do {
        let name = try UnitName(UnitArguments.lastPart(path))
        let content = try TextFile.read(path)
        let item = InstallFolder.Item(path: installed.path(of: name), content: content)
        guard !entries.contains(where: { $0.name == name }) else {
          throw ExitError("\(name) is named twice", code: ExitError.unusable)
        }
        let unit = Unit(name: name.text, files: [UnitFile(parsing: content, path: path)])
        entries.append(
          Entry(name: name, unit: unit, item: item, state: try InstallFolder.state(of: item)))
      } catch let error as ExitError {
        throw error
      } catch {
        throw ExitError(DisplayText.escaped("\(file): \(error)"), code: ExitError.unusable)
      }
    }
    self.entries = entries
    let machine = MachineSurroundings(isUser ? .user : .system)
    let surroundings = CachedSurroundings(
      ComingUnits(machine: machine, units: Set(entries.map(\.name.text))))
    let context = LintContext(
      surroundings: surroundings, version: machine.systemdVersion ?? Catalogue.newestVersion, isUser: isUser)
    var session = LintSession()
    for entry in entries {
      let results = Lint.findings(in: entry.unit, context: context).map { finding in
        LintSession.Result(
          finding: finding, unit: entry.name.text,
          file: entry.unit.files.first { $0.path == finding.position.path })
      }
      session.add(.success(LintLook.Seen(identity: [entry.name.text], results: results)))
    }
    self.session = session
  }

  /// Whether lint finds an error.
  var hasErrors: Bool { session.results.contains { $0.finding.severity == .error } }

  /// Whether a unit is enabled: it says where, and a template says for which instance.
  func isEnabled(_ entry: Entry) -> Bool {
    guard entry.unit.sectionNames(withPrefix: "Install").contains("Install") else { return false }
    return !entry.name.isTemplate || entry.unit.value("DefaultInstance", in: "Install") != nil
  }

  /// Whether a unit is started: it is no template, and no other one of the files starts it.
  func isStarted(_ entry: Entry) -> Bool {
    guard !entry.name.isTemplate else { return false }
    guard !isEnabled(entry) else { return true }
    return !entries.contains { Self.activated(by: $0).contains(entry.name.text) }
  }

  /// The service that a socket, a timer or a path starts.
  private static func activated(by entry: Entry) -> [String] {
    let (section, key): (String, String)
    switch entry.name.suffix {
    case "socket": (section, key) = ("Socket", "Service")
    case "timer": (section, key) = ("Timer", "Unit")
    case "path": (section, key) = ("Path", "Unit")
    default: return []
    }
    return [entry.unit.value(key, in: section)?.value ?? "\(entry.name.prefix).service"]
  }

  // MARK: JSON

  /// Stable field names, as the manual has them; `more` is added.
  func json(isDone: Bool, _ more: [JSONValue.Field]) -> JSONValue {
    let files = entries.map { entry in
      let state =
        switch entry.state {
        case .absent: "absent"
        case .same: "same"
        case .different: "different"
        }
      return JSONValue.object([
        .init("unit", .string(entry.name.text)), .init("path", .string(entry.item.path)),
        .init("before", .string(state)), .init("enable", .boolean(isEnabled(entry))),
        .init("start", .boolean(isStarted(entry))),
      ])
    }
    let findings = session.results.map { result in
      JSONValue.object([
        .init("rule", .string(result.finding.rule)),
        .init("severity", .string(result.finding.severity.rawValue)), .init("unit", .string(result.unit)),
        .init("file", .string(result.finding.position.path)),
        .init("line", .integer(Int64(result.finding.position.line))),
        .init("column", .integer(Int64(result.finding.position.column))),
        .init("message", .string(result.finding.message)),
        .init("fix", .text(result.finding.fix.isEmpty ? nil : result.finding.fix)),
      ])
    }
    return .object(
      [
        .init("files", .list(files)), .init("findings", .list(findings)),
        .init("installed", .boolean(isDone)),
      ]
        + more)
  }
}
