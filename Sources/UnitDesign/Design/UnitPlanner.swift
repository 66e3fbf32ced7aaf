public import UnitFiles

/// Makes the files of a service out of a request.
///
/// The same request and facts give the same bytes. One planner may make many services; it remembers what their
/// sandboxes cost.
public struct UnitPlanner {
  private var costs = RelaxationCosts()
  private var gate = VersionGate()
  private var blocks: [SandboxKey: [UInt8]] = [:]

  /// A planner that has made nothing yet.
  public init() {}

  /// Plans the files of a service.
  ///
  /// - Parameters:
  ///   - request: what the options say.
  ///   - facts: what is known of the program; nil where there is no command.
  ///   - existing: the unit that a drop-in is for, if it could be found.
  /// - Returns: the files with remarks.
  /// - Throws: options that contradict each other or the program, and values that no unit file can say.
  public mutating func plan(
    _ request: ServiceRequest, facts: ProgramFacts?, existing: Unit? = nil
  ) throws(RequestError) -> UnitPlan {
    let design = try ServiceDesign(request, facts: facts, existing: existing, costs: &costs)
    var writer = UnitWriter(design, gate: gate, blocks: blocks)
    defer {
      gate = writer.gate
      blocks = writer.blocks
    }
    let service = try writer.serviceFile()
    var files = [service]
    if design.request.dropIn == nil {
      if !request.listen.isEmpty { files.append(try writer.socketFile()) }
      if request.isScheduled { files.append(try writer.timerFile()) }
    }
    files += try writer.companions()
    return UnitPlan(
      scope: request.scope, files: files, remarks: writer.remarks, relaxations: design.relaxations,
      exposure: Double(design.exposure) / 10, enabled: design.enabled, started: design.started)
  }
}

extension ServiceDesign {
  private var socket: String { "\(name).socket" }
  private var service: String { "\(name).service" }
  private var timer: String { "\(name).timer" }

  /// What is enabled: nothing for a template, which needs an instance first.
  var enabled: [String] {
    guard request.dropIn == nil, !name.hasSuffix("@") else { return [] }
    if request.isScheduled { return [timer] }
    return request.listen.isEmpty ? [service] : [socket, service]
  }

  /// What is started.
  var started: [String] {
    if request.dropIn != nil { return [service] }
    return enabled
  }
}
