/// What is known of a daemon beyond what its file tells.
public struct KnownProgram: Sendable, Hashable {
  /// When a program tells systemd that it is ready.
  public enum Readiness: Sendable, Hashable {
    /// It never does.
    case never
    /// It does whenever systemd asks for it.
    case always
    /// It does when one of these stands in its command line.
    case with([String])
  }

  /// When a program puts itself into the background, where systemd loses it.
  public enum Background: Sendable, Hashable {
    /// It stays where it is.
    case never
    /// It goes when one of these stands in its command line.
    case with([String])
    /// It goes unless one of these does; the first is the one to add.
    case unless([String])
  }

  /// How it divides its work among users and processes.
  public enum Role: String, Sendable, Hashable, CaseIterable {
    /// One user.
    case plain
    /// A master that runs as root and starts workers as another user.
    case rootMaster = "root-master"
    /// It starts and watches other programs, and sets their priorities and limits.
    case supervisor
    /// It starts programs for anybody, as anybody: no sandbox fits them.
    case host
  }

  /// The names of its program.
  public let names: [String]
  /// When it says that it is ready.
  public let readiness: Readiness
  /// When it goes into the background.
  public let background: Background
  /// Its role.
  public let role: Role
  /// What it needs whoever it runs as.
  public let needs: [Need]
  /// What it needs besides when it is a root master.
  public let rootNeeds: [Need]
  /// The signal by which it stops in an orderly way, if not by SIGTERM.
  public let stopSignal: String?
  /// The signal by which it reads its configuration anew.
  public let reloadSignal: String?
  /// What in its arguments makes it do without making code while it runs; nil when it makes none.
  public let interpreting: String?
  /// How it takes over a systemd socket with a variable of its own: the text before and between the descriptors.
  public let socketVariable: String?
  /// What a person should know.
  public let note: String?

  init(
    _ names: String..., readiness: Readiness = .never, background: Background = .never, role: Role = .plain,
    needs: [Need] = [], rootNeeds: [Need] = [], stop: String? = nil, reload: String? = nil,
    interpreting: String? = nil, socketVariable: String? = nil, note: String? = nil
  ) {
    self.names = names
    self.readiness = readiness
    self.background = background
    self.role = role
    self.needs = needs
    self.rootNeeds = rootNeeds
    stopSignal = stop
    reloadSignal = reload
    self.interpreting = interpreting
    self.socketVariable = socketVariable
    self.note = note
  }

  /// The entry for a program by one of its names: its script's, its own, its file's.
  public static func named(_ names: [String]) -> KnownProgram? {
    for name in names {
      if let known = index[name] { return known }
      // `php-fpm8.2`, `python3.11`: a name and a version.
      let stem = String(name.reversed().drop { $0.isNumber || $0 == "." || $0 == "-" }.reversed())
      if let known = index[stem] { return known }
    }
    return nil
  }

  private static let index: [String: KnownProgram] = all.reduce(into: [:]) { index, program in
    for name in program.names { index[name] = program }
  }

  /// Whether it says that it is ready when it is started by this command.
  func notifies(_ command: [String]) -> Bool {
    switch readiness {
    case .never: false
    case .always: true
    case .with(let marks): Self.holds(command, marks)
    }
  }

  /// What has to change in a command that would go into the background; nil when it stays.
  func backgroundFix(_ command: [String]) -> String? {
    switch background {
    case .never: nil
    case .with(let marks): Self.holds(command, marks) ? "leave out '\(marks.joined(separator: "', '"))'" : nil
    case .unless(let marks): Self.holds(command, marks) ? nil : "add \(marks.first ?? "")"
    }
  }

  /// Whether one of the marks stands in the arguments: as words that follow each other, or inside of one.
  private static func holds(_ command: [String], _ marks: [String]) -> Bool {
    let arguments = command.dropFirst()
    let line = " " + arguments.joined(separator: " ") + " "
    return marks.contains { mark in
      let bare = mark.filter { $0 != "'" }
      guard bare.hasPrefix("-"), !bare.contains(" ") else { return line.contains(bare) }
      return arguments.contains { $0 == bare || bare.hasPrefix("--") && $0.hasPrefix(bare + "=") }
    }
  }
}
