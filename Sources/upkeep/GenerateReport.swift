import UnitDesign

/// A plan for programs: stable field names.
struct GenerateReport: Encodable {
  /// A file of the plan.
  struct File: Encodable {
    let path: String
    let name: String
    let kind: String
    let purpose: String
    let mode: String
    let content: String
  }

  /// A place where the sandbox gives way.
  struct Relaxation: Encodable {
    let cause: String
    let reason: String
    let cost: Double?
    let changes: [String]
  }

  let files: [File]
  let exposure: Double?
  let relaxations: [Relaxation]
  let remarks: [String]
  let enable: [String]
  let start: [String]

  /// Reports a plan.
  init(_ plan: UnitPlan) {
    files = plan.files.map { file in
      let octal = String(file.mode, radix: 8)
      return File(
        path: plan.path(of: file), name: file.name, kind: file.kind.rawValue, purpose: file.purpose,
        mode: String(repeating: "0", count: max(0, 4 - octal.count)) + octal,
        content: String(decoding: file.bytes, as: UTF8.self))
    }
    exposure = plan.exposure
    relaxations = plan.relaxations.map { relaxation in
      Relaxation(
        cause: relaxation.cause, reason: relaxation.reason,
        cost: relaxation.cost.map { ($0 * 1000).rounded() / 1000 }, changes: relaxation.changes.map(Self.text)
      )
    }
    remarks = plan.remarks
    enable = plan.enabled
    start = plan.started
  }

  private static func text(_ change: SandboxChange) -> String {
    switch change {
    case .drop(let directive): "no \(directive)="
    case .set(let directive, let value), .add(let directive, let value): "\(directive)=\(value)"
    case .capability(let name): "CAP_\(name)"
    case .family(let name): name
    case .calls(let names): "SystemCallFilter=\(names)"
    }
  }
}
