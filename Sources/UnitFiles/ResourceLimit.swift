/// A resource limit: what `Limit...=` of a unit or `--limit` on a command line says, see `setrlimit(2)`.
public struct ResourceLimit: Sendable, Hashable, CustomStringConvertible {
  /// What is limited.
  public var resource: Resource
  /// The limit that holds, in the kernel's unit of the resource; nil for infinity.
  public var soft: UInt64?
  /// How far a process may raise the soft limit itself; nil for infinity.
  public var hard: UInt64?

  /// Makes a limit without comparing its parts.
  public init(resource: Resource, soft: UInt64?, hard: UInt64?) {
    self.resource = resource
    self.soft = soft
    self.hard = hard
  }

  /// Reads `nofile=4096:8192`: a resource by its short name or by its directive, and its value.
  ///
  /// An unknown name is an error that suggests the nearest one.
  public static func parse(_ text: String) throws(ValueError) -> ResourceLimit {
    guard let equals = text.utf8.firstIndex(of: ASCII.equals) else {
      throw ValueError(
        message: "'\(text)' is no limit; write NAME=SOFT[:HARD], for example 'nofile=4096:8192'")
    }
    let name = String(text[..<equals])
    guard let resource = Resource(name: name) else {
      let names = Resource.allCases.flatMap { [$0.rawValue, $0.directive] }
      let hint =
        Suggestion.nearest(to: name, among: names).map { "; did you mean '\($0)'?" }
        ?? "; resources are \(Resource.allCases.map(\.rawValue).joined(separator: ", "))"
      throw ValueError(message: "there is no resource '\(name)'\(hint)")
    }
    let value = String(text[text.utf8.index(after: equals)...])
    do {
      return try parse(value, for: resource)
    } catch {
      let offset = name.unicodeScalars.count + 1 + error.offset
      throw ValueError(message: "\(name): \(error.message)", offset: offset)
    }
  }

  /// Reads the value of a `Limit...=`: one limit for both, or `soft:hard`, see `systemd.exec(5)`.
  ///
  /// `infinity`, K/M/G/T/P/E for sizes, time spans for `cpu` (rounded up to seconds) and `rttime` (a bare number is
  /// in microseconds), `+5`, `-5` or 1 to 40 for `nice`. A soft limit above the hard one is an error.
  public static func parse(_ value: String, for resource: Resource) throws(ValueError) -> ResourceLimit {
    let parts = value.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
    let soft = try resource.value(of: parts[0])
    guard parts.count > 1 else { return ResourceLimit(resource: resource, soft: soft, hard: soft) }
    let hardOffset = parts[0].unicodeScalars.count + 1
    let hard: UInt64?
    do {
      hard = try resource.value(of: parts[1])
    } catch {
      throw ValueError(message: error.message, offset: error.offset + hardOffset)
    }
    if let hard, soft.map({ $0 > hard }) ?? true {
      throw ValueError(
        message: "the soft limit \(parts[0]) is above the hard limit \(parts[1]); the order is SOFT:HARD")
    }
    return ResourceLimit(resource: resource, soft: soft, hard: hard)
  }

  /// `nofile=4096:8192`, in the kernel's units, or times with theirs: `cpu=1min 30s`.
  ///
  /// `parse(_:)` reads it back.
  public var description: String {
    let text = { (limit: UInt64?) in limit.map(resource.text) ?? "infinity" }
    return "\(resource)=\(text(soft))" + (soft == hard ? "" : ":\(text(hard))")
  }
}
