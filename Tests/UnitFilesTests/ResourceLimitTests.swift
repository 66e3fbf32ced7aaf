import Testing

@testable import UnitFiles

@Suite("Limits, signals and exit codes")
struct ResourceLimitTests {
  @Test(
    "a limit is read with its resource's units",
    arguments: [
      ("nofile=4096:8192", "nofile=4096:8192"), ("nproc=512", "nproc=512"),
      ("NOFILE=infinity", "nofile=infinity"),
      ("LimitNOFILE=1:infinity", "nofile=1:infinity"), ("as=2G:4G", "as=2147483648:4294967296"),
      ("core=0", "core=0"),
      ("cpu=90", "cpu=1min 30s"), ("cpu=1min:2min", "cpu=1min:2min"), ("cpu=1500ms", "cpu=2s"),
      ("rttime=5", "rttime=5us"),
      ("rttime=2s:1min", "rttime=2s:1min"), ("nice=+5", "nice=15"), ("nice=-5", "nice=25"),
      ("nice=40", "nice=40"),
      ("nice=+19:-20", "nice=1:40"), ("memlock=64K", "memlock=65536"), ("rtprio=99", "rtprio=99"),
      ("stack=infinity:infinity", "stack=infinity"),
      ("rttime=0", "rttime=0"),
      ("rttime=18446744073708s 1551614us", "rttime=584541y 12month 2w 2d 20h 1min 49.551614s"),
      ("cpu=18446744073708s 1551614us", "cpu=584541y 12month 2w 2d 20h 1min 49.551614s"),
    ])
  func limits(text: String, expected: String) throws {
    let limit = try ResourceLimit.parse(text)
    #expect(limit.description == expected)
    #expect(try ResourceLimit.parse(limit.description) == limit)
  }

  @Test(
    "a wrong limit is an error that says what would be right",
    arguments: [
      ("nofile", "'nofile' is no limit; write NAME=SOFT[:HARD], for example 'nofile=4096:8192'", 0),
      ("nofiles=1", "there is no resource 'nofiles'; did you mean 'nofile'?", 0),
      ("LimitNOFIL=1", "there is no resource 'LimitNOFIL'; did you mean 'LimitNOFILE'?", 0),
      (
        "nofile=8192:4096",
        "nofile: the soft limit 8192 is above the hard limit 4096; the order is SOFT:HARD", 7
      ),
      (
        "core=infinity:1", "core: the soft limit infinity is above the hard limit 1; the order is SOFT:HARD",
        5
      ),
      ("nofile=4K", "nofile: '4K' is no number; write for example '4096' or 'infinity'", 7),
      ("nofile=1:", "nofile: '' is no number; write for example '4096' or 'infinity'", 9),
      (
        "nice=0", "nice: '0' is no nice limit; write a level from '-20' to '+19' with its sign, or 1 to 40", 5
      ),
      (
        "nice=+20",
        "nice: '+20' is no nice limit; write a level from '-20' to '+19' with its sign, or 1 to 40", 5
      ),
      ("as=1G:2X", "as: 'X' is no unit of size; units are K, M, G, T, P and E", 7),
    ])
  func errors(text: String, message: String, offset: Int) {
    let error = #expect(throws: ValueError.self) { try ResourceLimit.parse(text) }
    #expect(error?.message == message)
    #expect(error?.offset == offset)
  }

  @Test("all sixteen resources have their directive")
  func directives() {
    #expect(Resource.allCases.count == 16)
    #expect(Resource.nofile.directive == "LimitNOFILE")
    for resource in Resource.allCases {
      #expect(Resource(name: resource.directive) == resource)
      #expect(Resource(name: resource.rawValue) == resource)
    }
  }

  @Test(
    "signals are read by name and by number",
    arguments: [
      ("SIGTERM", 15), ("TERM", 15), ("15", 15), ("SIGRTMIN+3", 37), ("RTMIN", 34), ("RTMAX-1", 63),
      ("SIGRTMAX", 64), ("SIGSYS", 31), ("1", 1), ("64", 64), ("+15", 15), ("0xf", 15), ("RTMIN+0x3", 37),
    ]
      as [(String, Int32)])
  func signals(text: String, number: Int32) throws {
    #expect(try SignalName.number(of: text) == number)
    #expect(try SignalName.number(of: SignalName.name(of: number)) == number)
  }

  @Test(
    "what is no signal is an error",
    arguments: [
      "", "SIG", "0", "65", "-1", "SIGPOLL", "SIG15", "sigterm", "RTMIN+31", "RTMIN-1", "RTMIN3", "RTMAX+0",
      "SIGTERMX", "RTMIN+",
    ])
  func badSignals(text: String) {
    #expect(throws: ValueError.self) { try SignalName.number(of: text) }
  }

  @Test("a misspelt signal is put right")
  func signalSuggestion() {
    #expect(throws: ValueError(message: "'SIGTREM' is no signal; did you mean SIGTERM?")) {
      try SignalName.number(of: "SIGTREM")
    }
    #expect(SignalName.name(of: 35) == "SIGRTMIN+1")
    #expect(SignalName.name(of: 99) == "signal 99")
  }

  @Test("the signals' names are the shell's")
  func signalOracle() {
    for number in Int32(1)...31 {
      guard let name = Files.output(of: "bash -c", ["kill -l \(number)"]) else {
        return print("bash is missing: nothing compared")
      }
      #expect("SIG\(name)" == SignalName.name(of: number) + "\n")
    }
  }

  @Test("a set of exit codes knows codes, names and signals")
  func exitStatus() throws {
    let set = try ExitStatusSet.parse("1 SIGSEGV DATAERR  200 TERM")
    #expect(set.codes == [1, 65, 200])
    #expect(try ExitStatusSet.parse("+1 0x10 010").codes == [1, 16, 8])
    #expect(set.signals == [11, 15])
    #expect(
      set.contains(code: 65) && !set.contains(code: 11) && !set.contains(code: 256) && !set.contains(code: -1)
    )
    #expect(set.contains(signal: 11) && !set.contains(signal: 1))
    #expect(try ExitStatusSet.parse("").codes.isEmpty)
    #expect(ExitStatusSet.name(of: 203) == "EXEC")
    #expect(
      throws: ValueError(
        message: "'DATAER' is no exit status from 0 to 255 and no signal; did you mean DATAERR?", offset: 2)
    ) {
      try ExitStatusSet.parse("1 DATAER")
    }
    for text in ["256", "-1", "08", "1x", "dataerr"] {
      #expect(throws: ValueError.self) { try ExitStatusSet.parse(text) }
    }
  }

  @Test("the names of exit codes are systemd's")
  func exitStatusOracle() {
    guard let table = Files.output(of: "systemd-analyze exit-status", []) else {
      return print("systemd-analyze is missing: nothing compared")
    }
    for line in table.split(separator: "\n").dropFirst() {
      let columns = line.split(separator: " ").map(String.init)
      #expect(Int32(columns[1]).flatMap(ExitStatusSet.name) == columns[0])
    }
  }

  @Test(
    "a misspelt word is put right when one is near",
    arguments: [
      ("RedinessProbe", "ReadinessProbe"), ("readinessprobe", "ReadinessProbe"),
      ("LivenessProb", "LivenessProbe"), ("Cuont", "Count"),
      ("Livenes", "LivenessProbe"), ("xyz", nil), ("", nil), ("C", nil),
    ] as [(String, String?)])
  func suggestions(word: String, expected: String?) {
    let nearest = Suggestion.nearest(to: word, among: ["ReadinessProbe", "LivenessProbe", "Count"])
    #expect(nearest == (word == "Livenes" ? nil : expected))
  }

  @Test("a word that is too long is not looked at")
  func longWord() {
    let long = String(repeating: "a", count: Suggestion.maximumLength + 1)
    #expect(Suggestion.nearest(to: long, among: [long]) == nil)
  }
}
