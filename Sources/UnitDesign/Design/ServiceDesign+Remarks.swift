import Supervision
import UnitFiles

extension ServiceDesign {
  /// Says what a person should know beyond what was decided.
  mutating func remark() {
    if let facts, !facts.isPresent, request.kinds == nil {
      remarks.append(
        "\(facts.path) is not on this machine, so it is taken for \(facts.kind.title); --runtime says otherwise"
      )
    }
    if let note = known?.note, role == .rootMaster || known?.role == .plain { remarks.append(note) }
    if request.scope == .user, profile != .off {
      remarks.append(
        "a user's manager cannot hide files or devices: the sandbox is what the kernel lets anybody do")
    }
    if kinds.contains(.php), sandbox.value("MemoryDenyWriteExecute") != nil,
      !words.contains(where: { $0.contains("pcre.jit=0") })
    {
      remarks.append("PHP says once a request that PCRE's compiler is off; '-d pcre.jit=0' keeps it quiet")
    }
    remarkOnSockets()
    for value in request.values["environment"] ?? [] {
      let name = value.prefix { $0 != "=" }.uppercased()
      if ["PASSWORD", "PASSWD", "SECRET", "TOKEN", "_KEY", "APIKEY"].contains(where: { name.contains($0) }) {
        remarks.append(
          "\(value.prefix { $0 != "=" }) can be read by anybody on the machine; --credential is for secrets")
      }
    }
    if request.percent == .literal, words.contains(where: { $0.contains("%i") || $0.contains("%I") }) {
      remarks.append(
        "%i is written as it is, since \(name) is no template; --specifiers yes gives it its meaning")
    }
    if let program = words.first,
      let home = [program, facts?.script].compactMap({ $0 }).first(where: HomeFolders.hold),
      request.user == nil, request.scope == .system, isDynamic
    {
      remarks.append("\(home) has to be readable for a user of the service's own: homes are often not")
    }
  }

  private mutating func remarkOnSockets() {
    guard !request.listen.isEmpty else { return }
    if known?.socketVariable == nil {
      remarks.append(
        "\(subject) has to take its socket from systemd ($LISTEN_FDS, descriptor 3), and cannot open one of its own"
      )
    }
    for setting in policy where setting.key.hasSuffix("Probe") {
      guard let target = try? ProbeTarget.parse(setting.value), case .tcp(_, let port) = target,
        request.listen.contains(where: { $0.port == port })
      else { continue }
      remarks.append(
        "\(setting.value) always answers, as systemd itself listens there; ask http:// or exec: instead")
    }
  }
}
