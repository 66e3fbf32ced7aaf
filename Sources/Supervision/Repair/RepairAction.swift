public import UnitFiles

/// Something that may help a service, as written behind `Action=`.
public enum RepairAction: Sendable, Hashable {
  /// A verb for another unit.
  public enum UnitVerb: String, Sendable, Hashable, CaseIterable {
    case start, stop, restart
  }

  /// Replace the instance by a new one.
  case restart
  /// Send `ReloadSignal=`, SIGHUP unless it says otherwise, to the main process.
  case reload
  /// Send this signal to the main process.
  case signal(Int32)
  /// Run this command as the service's user; the first word is an absolute path, no shell is involved.
  case command([[UInt8]])
  /// Delete files that the pattern finds below folders of the unit.
  case clean(CleanRequest)
  /// Have systemd start, stop or restart another unit.
  case unit(UnitVerb, String)
  /// Write an event that somebody has to read.
  case alert
  /// End the service with a failure.
  case fail

  /// Reads an action as it stands in a policy.
  ///
  /// - Throws: what is wrong and how a right value looks.
  public static func parse(_ text: String) throws(ValueError) -> RepairAction {
    let verb = text.prefix { $0 != " " && $0 != "\t" }
    let rest = text.dropFirst(verb.count).drop { $0 == " " || $0 == "\t" }
    switch verb {
    case "restart" where rest.isEmpty: return .restart
    case "reload" where rest.isEmpty: return .reload
    case "alert" where rest.isEmpty: return .alert
    case "fail" where rest.isEmpty: return .fail
    case "signal": return .signal(try SignalName.number(of: String(rest)))
    case "command":
      let words = try WordList.parse(String(rest))
      guard let program = words.first, program.first == UInt8(ascii: "/") else {
        throw ValueError(message: "\"\(text)\" has no program: write command /ABSOLUTE/PATH ARGUMENTS")
      }
      return .command(words)
    case "clean": return .clean(try CleanRequest.parse(String(rest)))
    case "start", "stop", "restart":
      guard let verb = UnitVerb(rawValue: String(verb)), let unit = try? UnitName(String(rest)) else {
        throw ValueError(message: "\"\(rest)\" is no name of a unit: write \(verb) NAME.service")
      }
      return .unit(verb, unit.text)
    default:
      throw ValueError(
        message: "\"\(text)\" is no action: write restart, reload, signal NAME, command /PROGRAM ARGUMENTS, "
          + "clean PATTERN older-than TIME keep COUNT, start|stop|restart UNIT, alert or fail")
    }
  }
}

extension RepairAction: CustomStringConvertible {
  /// The action in a few words, without a command's arguments.
  public var description: String {
    switch self {
    case .restart: "restart"
    case .reload: "reload"
    case .signal(let number): "signal \(SignalName.name(of: number))"
    case .command(let words): "command " + String(decoding: words.first ?? [], as: UTF8.self)
    case .clean(let request): "clean \(request.pattern)"
    case .unit(let verb, let unit): "\(verb.rawValue) \(unit)"
    case .alert: "alert"
    case .fail: "fail"
    }
  }
}
