import UnitFiles

extension UnitWriter {
  var restart: String { request.restart ?? (design.type == .oneshot ? "no" : "on-failure") }
  var restartDelay: String { request.restartDelay ?? "2s" }

  /// Sizes the limit of starts so that restarts by themselves do not hit it, unless somebody waits for the failure.
  mutating func startLimit() throws(RequestError) {
    if let limit = request.startLimit {
      try set("StartLimitIntervalSec", limit.interval)
      if limit.burst > 0 { try set("StartLimitBurst", String(limit.burst)) }
      return
    }
    guard design.type != .oneshot, restart != "no" else { return }
    let delay = (try? TimeSpan.parse(restartDelay)) ?? .seconds(2)
    if has("on-failure") {
      // The failure is to come when five restarts did not help; upkeep-run alone takes minutes for one of them.
      let window = max(design.usesWrapper ? .seconds(3600) : .seconds(600), delay * 20)
      try set("StartLimitIntervalSec", TimeSpan.format(window))
      try set("StartLimitBurst", "5")
      return
    }
    let interval = Duration.seconds(10)
    let paced = delay > .zero ? Int(interval / delay) + 2 : 1000
    try set("StartLimitIntervalSec", TimeSpan.format(interval))
    try set("StartLimitBurst", String(min(max(5, paced), 1000)))
  }

  mutating func restarts() throws(RequestError) {
    let isDropIn = request.dropIn != nil
    if design.type == .oneshot, request.restart == nil { return }
    if isDropIn, request.restart == nil, request.restartDelay == nil, request.restartDelayMaximum == nil {
      return
    }
    if !isDropIn || request.restart != nil { try set("Restart", restart) }
    guard restart != "no" || request.restartDelay != nil else { return }
    try set("RestartSec", restartDelay)
    guard !design.usesWrapper, request.restartDelay == nil || request.restartDelayMaximum != nil else {
      return
    }
    let longest = request.restartDelayMaximum ?? "30s"
    guard request.version >= 254 else {
      let gap = "systemd \(request.version) has no RestartSteps= (254 has): every wait is \(restartDelay)"
      if request.restartDelayMaximum != nil { say(gap) }
      comment(gap + ".")
      return
    }
    try set("RestartSteps", "4")
    try set("RestartMaxDelaySec", longest)
  }
}
