import UnitFiles

extension LintSubject {
  /// Whether a set of capabilities names one; an inverted set names all others.
  func names(capability: String, in key: String) -> Bool {
    var isNamed = false
    for assignment in values(key) {
      let words = ValueWord.all(of: assignment.value).map { $0.text.uppercased() }
      let isInverted = assignment.value.hasPrefix("~")
      if words.contains(where: { $0.drop { $0 == "~" } == capability }) { isNamed = !isInverted }
    }
    return isNamed
  }

  /// Whether the bounding set is given and leaves a capability out.
  func forbids(capability: String) -> Bool {
    let key = "CapabilityBoundingSet"
    // An empty assignment alone empties the set; values() shows what follows it.
    let all = unit.assignments(in: section ?? "").filter { $0.key == key }
    guard let last = all.last else { return false }
    if last.value.isEmpty { return true }
    let lines = values(key)
    guard let first = lines.first else { return true }
    if first.value.hasPrefix("~") {
      return lines.contains { line in
        line.value.hasPrefix("~")
          && ValueWord.all(of: line.value).contains { $0.text.drop { $0 == "~" }.uppercased() == capability }
      }
    }
    return !names(capability: capability, in: key)
  }

  /// Whether the address families that the service may use leave IP out.
  var lacksInternet: Bool {
    let lines = values("RestrictAddressFamilies")
    guard let first = lines.first else { return false }
    let has = { (line: Assignment) in
      ValueWord.all(of: line.value).contains { word in
        let number = AddressFamily.named(word.text.drop { $0 == "~" })
        return number == 2 || number == 10
      }
    }
    if first.value.hasPrefix("~") {
      return lines.contains { line in
        let names = ValueWord.all(of: line.value).map { AddressFamily.named($0.text.drop { $0 == "~" }) }
        return line.value.hasPrefix("~") && names.contains(2) && names.contains(10)
      }
    }
    return !lines.contains { !$0.value.hasPrefix("~") && has($0) }
  }

  /// What the unit says about a place that the service uses, with the words of its main command and its folders.
  var usedPaths: [(path: String, assignment: Assignment, offset: Int)] {
    var paths: [(String, Assignment, Int)] = []
    if let main {
      for word in main.command.words {
        let text = word.text
        let start =
          text.hasPrefix("/")
          ? text.startIndex : text.firstRange(of: "=/").map { text.index(after: $0.lowerBound) }
        guard let start, !text.contains("%") else { continue }
        let before = text[..<start].unicodeScalars.count
        paths.append((String(text[start...]), main.assignment, word.offset + before))
      }
    }
    for key in ["WorkingDirectory", "PIDFile"] {
      guard let assignment = value(key), !assignment.value.contains("%") else { continue }
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
