import UnitFiles

/// Whose rights the service has.
extension LintRule {
  static let users: [LintRule] = [
    LintRule(
      "L21", .error, "The user or the group does not exist",
      why: "A service whose user or group is not there fails at the start with 217/USER or 216/GROUP.",
      bad: "[Service]\nExecStart=/usr/bin/server\nUser=nosuchuser\n",
      good: "[Service]\nExecStart=/usr/bin/server\nUser=app\n",
      ignore: "When the user is made by something else than sysusers.d before the service starts."
    ) { unit, report in
      guard !unit.isDynamicUser, !unit.hasOtherRoot else { return }
      if let user = unit.value("User"), isName(user.value), unit.surroundings.hasUser(user.value) == false {
        report.value(
          user, "there is no user '\(user.value)', so the start fails with 217/USER",
          fix: "make it with a sysusers.d line 'u \(user.value) -', or set DynamicUser=yes")
      }
      let groups =
        (unit.value("Group").map { [(ValueWord(plain: $0.value), $0)] } ?? [])
        + unit.words("SupplementaryGroups").map { ($0.word, $0.assignment) }
      for (word, assignment) in groups where isName(word.text) && !report.isFull {
        guard unit.surroundings.hasGroup(word.text) == false else { continue }
        report.word(
          word, of: assignment, "there is no group '\(word.text)', so the start fails with 216/GROUP",
          fix: "make it with a sysusers.d line 'g \(word.text) -'")
      }
    },
    LintRule(
      "L22", .warning, "The service runs as root",
      why: """
        Nothing says which user the service is to be, so it is root: whoever takes it over owns the machine. A user \
        of its own, static or dynamic, costs nothing.
        """,
      bad: "[Service]\nExecStart=/usr/bin/server\n", good: "[Service]\nExecStart=/usr/bin/server\nUser=app\n",
      ignore:
        "When the program needs root: to change users itself, or to manage the machine. Then say User=root.",
      isAdvice: true
    ) { unit, report in
      guard unit.isService, unit.runsAsRoot, unit.value("User") == nil, unit.serviceType != "oneshot",
        let main = unit.values("ExecStart").first, unit.text("PAMName") == nil
      else { return }
      report.key(
        main, "the service runs as root, because no User= is set",
        fix: "set User= or DynamicUser=yes, or User=root if it has to be root")
    },
    LintRule(
      "L23", .error, "The user is nobody",
      why: """
        Every service that runs as nobody may signal, trace and read the files of all others that do, and of what \
        NFS and containers map to it.
        """,
      bad: "[Service]\nExecStart=/usr/bin/server\nUser=nobody\n",
      good: "[Service]\nExecStart=/usr/bin/server\nDynamicUser=yes\n",
      ignore: "Never for a service of your own.", isAdvice: true
    ) { unit, report in
      guard let user = unit.value("User"), user.value == "nobody" || user.value == "65534" else { return }
      report.value(
        user, "the user 'nobody' is shared with other services, which may then meddle with this one",
        fix: "set DynamicUser=yes, or make a user of its own")
    },
    LintRule(
      "L24", .error, "DynamicUser= together with root",
      why:
        "A dynamic user is made for the service; with User=root there is none to make, and systemd takes root.",
      bad: "[Service]\nExecStart=/usr/bin/server\nDynamicUser=yes\nUser=root\n",
      good: "[Service]\nExecStart=/usr/bin/server\nDynamicUser=yes\n",
      ignore: "Never: the two contradict each other."
    ) { unit, report in
      guard unit.isDynamicUser, let user = unit.value("User"), user.value == "root" || user.value == "0"
      else {
        return
      }
      report.value(
        user, "DynamicUser=yes asks for a user of its own, and this for root", fix: "remove one of the two")
    },
  ]

  /// Whether the text is a name that can be looked up, and no number or specifier.
  private static func isName(_ text: String) -> Bool {
    !text.isEmpty && !text.holds("%") && !text.holds(" ") && !text.allSatisfy(\.isNumber)
  }
}
