extension UnitWriter {
  /// The sandbox with the places where it gives way, each with its reason and cost.
  mutating func sandbox() throws(RequestError) {
    guard design.profile != .off else {
      if request.dropIn == nil { comment("No sandbox.") }
      return
    }
    guard let key = design.sandboxKey else { return }
    if let block = blocks[key] {
      try append(block)
      return
    }
    let before = bytes.count
    let remarked = remarks.count
    try writeSandbox()
    // What was left out with a remark has to be said for each service.
    if remarks.count == remarked { blocks[key] = Array(bytes[before...]) }
  }

  private mutating func writeSandbox() throws(RequestError) {
    if request.dropIn == nil { blankLine() }
    let exposure = "exposure \(design.exposure / 10).\(design.exposure % 10)"
    let ending = design.relaxations.isEmpty ? "." : "; it gives way here:"
    comment("Sandbox: \(design.profile.rawValue), \(exposure)\(ending)")
    for relaxation in design.relaxations {
      let cost = relaxation.costText.isEmpty ? "" : "; exposure \(relaxation.costText)"
      comment("- \(relaxation.cause): \(relaxation.reason)\(cost)")
    }
    if !design.missing.isEmpty {
      let names = design.missing.map { "\($0.directive)= (\($0.since))" }.joined(separator: ", ")
      comment("Left out, as systemd \(request.version) came before them: \(names).")
    }
    var emptied: Set<String> = []
    for setting in design.sandbox.settings {
      let isFirst = emptied.insert(setting.directive).inserted
      // The words of a drop-in would be added to the unit's own.
      if request.dropIn != nil, isFirst, !setting.value.isEmpty,
        Self.listDirectives.contains(setting.directive)
      {
        try set(setting.directive, "")
      }
      try set(setting.directive, setting.value)
    }
  }
}
