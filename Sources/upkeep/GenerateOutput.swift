import BuildInfo
import Glibc
import Inspection
import UnitDesign
import UnitFiles

/// One call of `upkeep generate`: what is made, and where it goes.
struct GenerateOutput {
  /// The exit status for a wrong command line (`EX_USAGE`).
  static let usage: Int32 = 64

  /// The options that say where the files go; they leave no trace in the files.
  private static let extra: [String: Bool] = [
    "dry-run": false, "install": false, "force": false, "now": false, "help": false, "-h": false,
    "output-dir": true, "output": true, "-o": true, "from": true, "root": true,
  ]

  private var arguments = RequestArguments()
  private var flags: Set<String> = []
  private var values: [String: String] = [:]

  /// Takes the command line apart.
  init(_ words: [[UInt8]]) throws(RequestError) {
    var flags: Set<String> = []
    var values: [String: String] = [:]
    arguments = try RequestArguments(words, extra: Self.extra) { (name, value) throws(RequestError) in
      let name = name == "-h" ? "help" : name == "-o" ? "output" : name
      guard let value else {
        flags.insert(name)
        return
      }
      guard values[name] == nil else { throw RequestError("--\(name)", "is given twice; write it once") }
      values[name] = value
    }
    self.flags = flags
    self.values = values
  }

  /// Makes the files.
  func run() throws(ExitError) {
    if flags.contains("help") {
      print(GenerateHelp.text, terminator: "")
      return
    }
    let plan = try plan()
    for remark in plan.remarks { StandardError.line("upkeep: \(remark)") }
    show(plan)
  }

  // MARK: Steps

  private func plan() throws(ExitError) -> UnitPlan {
    do throws(RequestError) {
      var base = ServiceRequest(version: MachineSurroundings(root: values["root"]).systemdVersion ?? 252)
      base.wrapperPath = Self.wrapperPath
      let request = try arguments.request(base)
      let facts = request.command.map { ProgramFacts(of: $0.words, in: ProgramReader(root: values["root"])) }
      var planner = UnitPlanner()
      return try planner.plan(request, facts: facts)
    } catch {
      throw ExitError(error.description, code: Self.usage)
    }
  }

  private func show(_ plan: UnitPlan) {
    var bytes: [UInt8] = []
    for (index, file) in plan.files.enumerated() {
      if plan.files.count > 1 { bytes += Array("\(index > 0 ? "\n" : "")# \(file.systemPath)\n".utf8) }
      bytes += file.bytes
    }
    StandardOutput.write(bytes)
  }

  /// Where `upkeep-run` will be: beside this program when it is installed, else where packages put it.
  private static var wrapperPath: String {
    var buffer = [CChar](repeating: 0, count: Int(PATH_MAX))
    let count = unsafe readlink("/proc/self/exe", &buffer, buffer.count)
    let own = String(decoding: buffer[..<max(count, 0)].map { UInt8(bitPattern: $0) }, as: UTF8.self)
    let folder = own.split(separator: "/").dropLast().joined(separator: "/")
    let isInstalled = ["usr/bin", "usr/local/bin", "opt/upkeep/bin"].contains(folder)
    return "/\(isInstalled ? folder : "usr/bin")/upkeep-run"
  }
}

/// Writes the answer.
enum StandardOutput {
  /// Writes bytes; that nobody reads them is no failure.
  static func write(_ bytes: [UInt8]) {
    var rest = bytes[...]
    while !rest.isEmpty {
      let count = unsafe rest.withUnsafeBytes { unsafe Glibc.write(1, $0.baseAddress, $0.count) }
      guard count > 0 || errno == EINTR else { return }
      rest = rest.dropFirst(max(count, 0))
    }
  }
}
