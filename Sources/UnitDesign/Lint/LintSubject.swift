import UnitFiles

/// A unit as the rules see it.
struct LintSubject {
  let unit: Unit
  let context: LintContext
  /// Its name, where the file has one that a unit can have.
  let name: UnitName?
  /// Its type, such as `service`; found by its sections when the name does not say it.
  let type: String
  /// The section that its type has beside `[Unit]` and `[Install]`.
  let section: String?
  /// All its commands that systemd can read, in the order of the settings.
  let commands: [LintCommand]
  /// Its command settings that systemd cannot read.
  let brokenCommands: [(assignment: Assignment, error: ValueError)]

  /// All assignments of all sections, in the order of the files, with what is known of each.
  let settings: [LintSetting]
  /// The index of the last of each key in the unit's own section.
  private let own: [String: Int]

  static let commandKeys = [
    "ExecCondition", "ExecStartPre", "ExecStart", "ExecStartPost", "ExecReload", "ExecReloadPost", "ExecStop",
    "ExecStopPre", "ExecStopPost",
  ]

  init(_ unit: Unit, _ context: LintContext) {
    self.unit = unit
    self.context = context
    name = try? UnitName(unit.name)
    let known = unit.sectionNames(withPrefix: "").compactMap { section in
      UnitName.suffixes.first { Catalogue.section(ofType: $0) == section }
    }
    let type = name?.suffix ?? known.first ?? "service"
    self.type = type
    section = Catalogue.section(ofType: type)
    (settings, own) = Self.settings(of: unit, ownSection: section)
    var commands: [LintCommand] = []
    var broken: [(Assignment, ValueError)] = []
    for key in Self.commandKeys where own[key] != nil {
      for assignment in unit.values(key, in: section ?? "") {
        do {
          commands += try ExecCommand.parse(assignment.value).map {
            LintCommand(assignment: assignment, command: $0)
          }
        } catch {
          broken.append((assignment, error))
        }
      }
    }
    self.commands = commands
    brokenCommands = broken
  }

  private static func settings(
    of unit: Unit, ownSection: String?
  ) -> (all: [LintSetting], own: [String: Int]) {
    var settings: [LintSetting] = []
    var own: [String: Int] = [:]
    own.reserveCapacity(64)
    for file in unit.files {
      for assignment in file.assignments {
        let isOthers = assignment.section.hasPrefix("X-")
        let isOwn = assignment.section == ownSection
        let setting = LintSetting(
          assignment: assignment, directive: Catalogue.directive(assignment.key, in: assignment.section),
          isOwn: isOwn, isOthers: isOthers, isRead: isRead(assignment.section, ownSection: ownSection),
          previous: isOwn ? own[assignment.key] : nil)
        if isOwn { own[assignment.key] = settings.count }
        settings.append(setting)
      }
    }
    return (settings, own)
  }

  // MARK: Settings of the unit's own section

  var isService: Bool { type == "service" }
  var surroundings: any Surroundings { context.surroundings }

  /// The last assignment of a setting, nil when it is empty.
  func value(_ key: String) -> Assignment? {
    guard let last = own[key], !settings[last].value.isEmpty else { return nil }
    return settings[last].assignment
  }
  /// The assignments of a list setting since the last one that is empty.
  func values(_ key: String) -> [Assignment] {
    var values: [Assignment] = []
    var next = own[key]
    while let index = next, !settings[index].value.isEmpty {
      values.append(settings[index].assignment)
      next = settings[index].previous
    }
    values.reverse()
    return values
  }
  func text(_ key: String) -> String? { value(key)?.value }

  /// The words of a list setting with the assignments they stand in.
  func words(_ key: String) -> [(word: ValueWord, assignment: Assignment)] {
    values(key).flatMap { assignment in
      ValueWord.all(of: assignment.value).map { ($0, assignment) }
    }
  }

  /// Whether a boolean is on; a value that is none counts as on when it is another named value, such as `strict`.
  func isOn(_ key: String) -> Bool {
    guard let text = text(key) else { return false }
    return (try? Boolean.parse(text)) ?? (Catalogue.directive(key, in: section ?? "")?.value(text) != nil)
  }

  /// `Type=`, or what systemd takes when it is not given.
  var serviceType: String {
    if let type = text("Type"), Catalogue.directive("Type", in: "Service")?.value(type) != nil { return type }
    if text("BusName") != nil { return "dbus" }
    return values("ExecStart").isEmpty ? "oneshot" : "simple"
  }

  var isNotify: Bool { serviceType == "notify" || serviceType == "notify-reload" }
  var isDynamicUser: Bool { isOn("DynamicUser") }
  /// The user, where it is another one than root.
  var user: String? {
    guard let user = text("User"), user != "root", user != "0" else { return nil }
    return user
  }
  var runsAsRoot: Bool { user == nil && !isDynamicUser && !context.isUser }

  /// The command that stays, of a service that has one.
  var main: LintCommand? { commands.first { $0.key == "ExecStart" } }

  private static func isRead(_ section: String, ownSection: String?) -> Bool {
    section == ownSection || section == "Unit" || section == "Install" || section.hasPrefix("X-")
  }

  /// The type's sections and `X-` sections are read, all others ignored.
  func isRead(section: String) -> Bool {
    Self.isRead(section, ownSection: self.section)
  }

  /// Whether a unit of another type with the same prefix is there, such as the `.socket` of a service.
  func hasSibling(_ suffix: String) -> Bool {
    guard let name else { return false }
    let stem = name.text.dropLast(name.suffix.count)
    if surroundings.hasUnit("\(stem)\(suffix)") == true { return true }
    guard name.instance != nil else { return false }
    return surroundings.hasUnit("\(name.prefix)@.\(suffix)") == true
  }

  /// Whether the file came with a package: what it advises its author is not for its user.
  static func isVendor(_ path: String) -> Bool {
    path.holds("/usr/lib/systemd/") || path.holds("/usr/local/lib/systemd/")
      || path.holds("/lib/systemd/") || path.holds("/run/systemd/generator")
  }
}
