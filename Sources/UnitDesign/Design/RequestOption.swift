import UnitFiles

/// One option of `upkeep generate`: the single place for the command line, `--from`, help and the manual.
public struct RequestOption: Sendable {
  /// The groups of the manual, in its order.
  public enum Group: String, Sendable, CaseIterable {
    case service = "The service"
    case readiness = "Readiness and health"
    case restarts = "Restarts"
    case stopping = "Starting, stopping and reloading"
    case activation = "Sockets and timers"
    case identity = "Identity and environment"
    case folders = "Folders"
    case limits = "Limits"
    case sandbox = "Sandbox"
    case order = "Order and installation"
    case output = "Target"
  }

  /// The option without its dashes.
  public let name: String
  /// What its value is, for help.
  public let placeholder: String
  /// One sentence for help.
  public let summary: String
  /// Where it stands in help.
  public let group: Group
  /// Whether it may be given several times.
  public let isRepeatable: Bool
  /// The directive it stands for; nil when it does more than that.
  let directive: Directive?
  private let apply: @Sendable (inout ServiceRequest, String) throws(ValueError) -> Void

  /// A directive that an option stands for.
  struct Directive: Sendable {
    /// Where it goes.
    enum Section: Sendable {
      case unit, service, install
    }

    let section: Section
    let key: String
    /// Whether all values stand in one line.
    let isJoined: Bool
    let write: @Sendable (String, UnitValue.Percent) throws(ValueError) -> String
  }

  /// An option that changes the request.
  init(
    _ name: String, _ placeholder: String, _ group: Group, repeatable: Bool = false, _ summary: String,
    _ apply: @escaping @Sendable (inout ServiceRequest, String) throws(ValueError) -> Void
  ) {
    self.name = name
    self.placeholder = placeholder
    self.group = group
    self.summary = summary
    isRepeatable = repeatable
    directive = nil
    self.apply = apply
  }

  /// An option that stands for a directive.
  init(
    _ name: String, _ placeholder: String, _ group: Group, _ section: Directive.Section, _ key: String,
    repeatable: Bool = false, joined: Bool = false, _ summary: String,
    _ write: @escaping @Sendable (String, UnitValue.Percent) throws(ValueError) -> String
  ) {
    self.name = name
    self.placeholder = placeholder
    self.group = group
    self.summary = summary
    isRepeatable = repeatable
    directive = Directive(section: section, key: key, isJoined: joined, write: write)
    apply = { (request, value) throws(ValueError) in
      // Both readings of a percent sign have to be sound; which one holds is known at the end.
      _ = try write(value, .literal)
      request.values[name, default: []].append(value)
    }
  }

  /// Takes a value into the request.
  ///
  /// - Throws: what is wrong with the value, with the option before it.
  public func set(_ value: String, in request: inout ServiceRequest) throws(RequestError) {
    if !isRepeatable, request.values["given:\(name)"] != nil {
      throw RequestError("--\(name)", "is given twice; write it once")
    }
    do throws(ValueError) {
      try apply(&request, value)
    } catch {
      throw RequestError("--\(name)", value: value, error)
    }
    request.values["given:\(name)", default: []].append(value)
  }

  /// The option of this name, without its dashes; nil when there is none.
  public static func named(_ name: String) -> RequestOption? { index[name] }

  /// The options that stand for a directive of a section, in their order.
  static let unitDirectives = all.filter { $0.directive?.section == .unit }
  static let installDirectives = all.filter { $0.directive?.section == .install }
  /// The options of `[Service]` about identity and folders, and about limits.
  static let identities = all.filter { $0.group == .identity || $0.group == .folders }
  static let resources = all.filter { $0.group == .limits }

  private static let index: [String: RequestOption] = all.reduce(into: [:]) { $0[$1.name] = $1 }
}
