import SystemdManager

/// A command line read without reflection, for what is typed most: building the whole tree of commands and options
/// takes longer than asking systemd.
///
/// It knows the plain forms of options and nothing else. Whatever it does not understand, it leaves to the full parser,
/// which also has all messages and help; so nothing is ever refused here.
enum QuickLine {
  /// The request of an `upkeep list` in plain forms; nil for anything else.
  static func list(_ arguments: [String]) -> ListRequest? {
    guard arguments.first == "list" else { return nil }
    var request = ListRequest(target: ManagerTarget(address: .system), style: OutputStyle())
    var rest = arguments.dropFirst()
    while let argument = rest.popFirst() {
      guard argument.hasPrefix("-") else {
        request.patterns.append(argument)
        continue
      }
      if let set = flags[argument] {
        set(&request)
        continue
      }
      let name = argument.prefix { $0 != "=" }
      guard let set = options[String(name)] else { return nil }
      let value: String
      if name.count < argument.count {
        value = String(argument.dropFirst(name.count + 1))
      } else if let next = rest.popFirst(), !next.hasPrefix("-") {
        value = next
      } else {
        return nil
      }
      guard set(&request, value) else { return nil }
    }
    return request.timers && request.sockets ? nil : request
  }

  // MARK: Options

  private static let flags: [String: @Sendable (inout ListRequest) -> Void] = [
    "-a": { $0.all = true }, "--all": { $0.all = true },
    "--failed": { $0.add(states: "failed") },
    "--timers": { $0.timers = true }, "--sockets": { $0.sockets = true },
    "--no-legend": { $0.style.noLegend = true }, "--no-pager": { $0.style.noPager = true },
    "--plain": { $0.style.plain = true },
    "-q": { $0.style.quiet = true }, "--quiet": { $0.style.quiet = true },
    "-l": { $0.style.full = true }, "--full": { $0.style.full = true },
  ]

  /// Each says whether the value can be used.
  private static let options: [String: @Sendable (inout ListRequest, String) -> Bool] = [
    "-t": { add($1, to: &$0) }, "--type": { add($1, to: &$0) },
    "--state": {
      $0.add(states: $1)
      return true
    },
    "-o": { show($1, in: &$0) }, "--output": { show($1, in: &$0) },
    "--sort": {
      guard let order = ListOrder(rawValue: $1) else { return false }
      $0.sort = order
      return true
    },
    "--columns": { (try? $0.choose(columns: $1)) != nil },
  ]

  private static func add(_ kinds: String, to request: inout ListRequest) -> Bool {
    (try? request.add(kinds: kinds)) != nil
  }

  private static func show(_ format: String, in request: inout ListRequest) -> Bool {
    guard let output = OutputFormat(rawValue: format) else { return false }
    request.style.output = output
    return true
  }
}
