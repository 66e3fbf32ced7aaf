import TestSupport
import Testing
import UnitDesign
import UnitFiles

@Suite("The search for a sandbox")
struct TrialSearchTests {
  @Test("a service that bears everything needs one trial")
  func nothing() {
    let (conclusion, settings) = TrialOracle(clauses: []).conclude()
    #expect(conclusion.trials == 1 && conclusion.isProven)
    #expect(conclusion.candidate.levels == settings.map { _ in 0 })
  }

  @Test("without any setting there is nothing to try")
  func empty() {
    var search = TrialSearch([])
    let conclusion = TrialOracle(clauses: []).conclude(&search)
    #expect(conclusion.trials == 0 && conclusion.isProven)
  }

  @Test("one culprit of any name gives way alone, to the strictest value that works")
  func one() {
    var trials: [Int] = []
    for setting in TrialOracle.settings {
      for level in 1...setting.off {
        let (conclusion, settings) = TrialOracle(clauses: [[setting.name: level]]).conclude()
        let expected = settings.map { $0.name == setting.name ? level : 0 }
        #expect(conclusion.candidate.levels == expected && conclusion.isProven)
        #expect(conclusion.culprits.count == 1)
      }
      let (conclusion, _) = TrialOracle(clauses: [[setting.name: setting.off]]).conclude()
      trials.append(conclusion.trials)
    }
    #expect(trials.max() ?? 0 <= 12)
    let likely = zip(TrialOracle.settings, trials).map { $0.weight * $1 }.reduce(0, +)
    let weight = TrialOracle.settings.map { $0.weight }.reduce(0, +)
    #expect(Double(likely) / Double(weight) <= 8)
  }

  @Test("three culprits cost at most twenty trials on average, as likely as they are")
  func three() {
    var generator = SeededGenerator(seed: 3)
    // Each as often as its weight says.
    let lots = TrialOracle.settings.flatMap { Array(repeating: $0, count: $0.weight) }
    var trials = 0
    for _ in 0..<200 {
      var clauses: [String: [String: Int]] = [:]
      while clauses.count < 3, let setting = lots.randomElement(using: &generator) {
        clauses[setting.name] = [setting.name: setting.off]
      }
      let (conclusion, _) = TrialOracle(clauses: Array(clauses.values)).conclude()
      #expect(conclusion.culprits.count == 3 && conclusion.isProven)
      trials += conclusion.trials
    }
    #expect(Double(trials) / 200 <= 20)
  }

  @Test("of two that only fail together one gives way")
  func together() {
    let clause = ["MemoryDenyWriteExecute": 1, "LockPersonality": 1]
    let (conclusion, settings) = TrialOracle(clauses: [clause]).conclude()
    // The one that is more often to blame.
    #expect(conclusion.culprits.map { settings[$0.setting].name } == ["MemoryDenyWriteExecute"])
  }

  @Test(
    "whatever the service is, the result works, and every setting that gave way had to", arguments: 0..<300)
  func anything(seed: UInt64) {
    var generator = SeededGenerator(seed: seed)
    let oracle = TrialOracle.random(Int.random(in: 1...5, using: &generator), width: 3, using: &generator)
    let (conclusion, settings) = oracle.conclude()
    #expect(oracle.outcome(conclusion.candidate, settings) == .works)
    #expect(conclusion.isProven)
    for (index, level) in conclusion.candidate.levels.enumerated() where level > 0 {
      var stricter = conclusion.candidate
      stricter.levels[index] = level - 1
      #expect(oracle.outcome(stricter, settings) != .works, "\(settings[index].name) at \(level)")
      #expect(conclusion.culprits.contains { $0.setting == index && $0.level == level })
    }
  }

  @Test("settings that need each other do no harm to the result", arguments: 0..<100)
  func odd(seed: UInt64) {
    var generator = SeededGenerator(seed: seed)
    var oracle = TrialOracle.random(2, width: 2, using: &generator)
    for _ in 0..<3 {
      let pair = (0..<2).compactMap { _ in TrialOracle.settings.randomElement(using: &generator) }
      if pair[0].name != pair[1].name { oracle.needs[pair[0].name] = pair[1].name }
    }
    let (conclusion, settings) = oracle.conclude()
    #expect(oracle.outcome(conclusion.candidate, settings) == .works)
    #expect(conclusion.isProven)
    for culprit in conclusion.culprits {
      var stricter = conclusion.candidate
      stricter.levels[culprit.setting] -= 1
      #expect(oracle.outcome(stricter, settings) != .works)
    }
  }

  @Test("when the trials are used up, the best that worked is the result", arguments: 1...12)
  func limited(limit: Int) {
    let oracle = TrialOracle(clauses: [
      ["ProtectSystem": 3], ["PrivateUsers": 1], ["RestrictAddressFamilies": 2], ["UMask": 1],
    ])
    let (conclusion, settings) = oracle.conclude(limit: limit)
    #expect(conclusion.trials == limit && !conclusion.isProven)
    #expect(oracle.outcome(conclusion.candidate, settings) == .works)
  }

  @Test("what the service says leads to the culprit at once")
  func evidence() {
    let texts = [
      "ProcSubset": "cannot open /proc/meminfo: No such file or directory",
      "RestrictAddressFamilies": "socket: Address family not supported by protocol (netlink)",
      "MemoryDenyWriteExecute": "mmap of JIT memory failed: Operation not permitted",
      "ProtectHome": "open /home/app/config: Permission denied",
      "PrivateDevices": "/dev/loop0: No such file or directory",
      "RestrictNamespaces": "unshare(CLONE_NEWUSER): Operation not permitted",
      "SystemCallFilter=~@resources": "setpriority: Operation not permitted",
    ]
    for (name, text) in texts {
      let off = TrialOracle.settings.first { $0.name == name }?.off ?? 0
      var oracle = TrialOracle(clauses: [[name: off]])
      oracle.evidence = { _ in TrialEvidence(.exited(1), denials: [text]) }
      let (conclusion, settings) = oracle.conclude()
      #expect(conclusion.culprits.map { settings[$0.setting].name } == [name])
      #expect(conclusion.culprits.first?.evidence?.denials == [text])
      // All, without it, and its weaker values.
      #expect(conclusion.trials <= 5, "\(name) took \(conclusion.trials)")
    }
  }

  @Test("folders that could not be written are allowed, the rest of the system stays closed")
  func folders() {
    var oracle = TrialOracle(clauses: [["ProtectSystem": 1]])
    oracle.evidence = { _ in
      TrialEvidence(
        .exited(1), denials: ["open: Read-only file system: '/opt/app/data/x y'"],
        deniedFolders: ["/opt/app/data", "/opt/app/data/100% \"mine\"", "/srv/a b"])
    }
    let (conclusion, settings) = oracle.conclude()
    #expect(
      conclusion.candidate.lines(of: settings).filter { $0.contains("ProtectSystem") || $0.contains("Paths") }
        == ["ProtectSystem=strict", #"ReadWritePaths=/opt/app/data "/srv/a b""#])
  }

  @Test("folders that come to light one after the other are all allowed in the end")
  func moreFolders() {
    let needed = ["/opt/a", "/opt/b", "/opt/c"]
    var search = TrialSearch(TrialOracle.settings)
    var action = search.begin()
    while case .attempt(let candidate) = action {
      let lines = candidate.lines(of: search.settings)
      let allowed = lines.first { $0.hasPrefix("ReadWritePaths") } ?? ""
      let missing = needed.first { !allowed.contains($0) }
      let isStrict = lines.contains("ProtectSystem=strict")
      let works = !isStrict || missing == nil
      action = search.finished(
        works ? .works : .fails(TrialEvidence(.exited(1), deniedFolders: missing.map { [$0] } ?? [])))
    }
    guard case .conclude(let conclusion) = action else { return }
    let lines = conclusion.candidate.lines(of: search.settings)
    #expect(lines.contains("ReadWritePaths=/opt/a /opt/b /opt/c"))
    #expect(conclusion.isProven && conclusion.culprits.count == 1)
  }

  @Test("a master that is root with workers is found in few trials from what was seen of it")
  func rootMaster() {
    let clauses = [["CapabilityBoundingSet": 2], ["PrivateUsers": 1], ["SystemCallFilter=~@privileged": 2]]
    var facts = TrialFacts()
    facts.isRoot = true
    facts.hasOtherUsers = true
    facts.hasLowPort = true
    let (conclusion, settings) = TrialOracle(clauses: clauses).conclude(facts: facts)
    #expect(conclusion.trials <= 16)
    let lines = conclusion.candidate.lines(of: settings)
    #expect(lines.contains("CapabilityBoundingSet=CAP_NET_BIND_SERVICE CAP_SETGID CAP_SETUID"))
    #expect(!lines.contains { $0.hasPrefix("PrivateUsers") })
    let filters = lines.filter { $0.hasPrefix("SystemCallFilter") }
    #expect(
      filters == [
        "SystemCallFilter=@system-service", "SystemCallFilter=~@privileged",
        "SystemCallFilter=@setuid @chown",
        "SystemCallFilter=~@resources",
      ])
  }
}
