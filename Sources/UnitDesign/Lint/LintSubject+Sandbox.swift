import UnitFiles

extension LintSubject {
  /// What its settings come to, with what they imply for each other.
  private var sandbox: EffectiveSandbox {
    EffectiveSandbox(of: unit, version: context.version, scope: context.isUser ? .user : .system)
  }

  /// Whether it starts with a capability in hand.
  func holds(capability: String) -> Bool {
    sandbox.ambientCapabilities.intersects(CapabilitySet.mask(capability))
  }

  /// Whether it can never have a capability.
  func forbids(capability: String) -> Bool {
    !sandbox.capabilityBoundingSet.intersects(CapabilitySet.mask(capability))
  }

  /// Whether the address families that the service may use leave IP out.
  var lacksInternet: Bool {
    // The whole sandbox takes longer to read than all that is asked here.
    var families = AddressFamilyFilter()
    for assignment in values("RestrictAddressFamilies") {
      families.apply(assignment.value, version: context.version)
    }
    return !families.allowsIPv4 && !families.allowsIPv6
  }

  /// What the unit says about a place that the service uses, with the words of its main command and its folders.
  var usedPaths: [(path: String, assignment: Assignment, offset: Int)] {
    var paths: [(String, Assignment, Int)] = []
    if let main {
      for word in main.command.words {
        let text = word.text
        guard let path = text.argumentPath, !text.holds("%") else { continue }
        let before = text.unicodeScalars.count - path.unicodeScalars.count
        paths.append((String(path), main.assignment, word.offset + before))
      }
    }
    for key in ["WorkingDirectory", "PIDFile"] {
      guard let assignment = value(key), !assignment.value.holds("%") else { continue }
      let path = assignment.value.drop { $0 == "-" }
      paths.append((String(path), assignment, assignment.value.count - path.count))
    }
    return paths
  }

  /// Whether a folder is bound into the view of the service.
  func isBound(_ path: String) -> Bool {
    for key in ["BindPaths", "BindReadOnlyPaths"] {
      for (word, _) in words(key) {
        let parts = word.text.drop { $0 == "-" }.split(separator: ":").map(String.init)
        if Self.isBelow(path, parts.count > 1 ? parts[1] : parts.first ?? "/") { return true }
      }
    }
    return false
  }
}
