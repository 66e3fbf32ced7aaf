import Glibc
import Inspection
import Presentation
import Systemd
import UnitDesign
import UnitFiles

/// One call of `upkeep generate`: what is made, and where it goes.
struct GenerateOutput {
  /// The exit status for a wrong command line (`EX_USAGE`).
  static let usage: Int32 = 64

  /// The options that say where the files go, and whether each takes a value; they leave no trace in the files.
  private static let extra: [String: Bool] = [
    "dry-run": false, "install": false, "force": false, "now": false, "help": false, "-h": false,
    "output-dir": true, "output": true, "-o": true, "from": true, "root": true,
  ]

  private let arguments: RequestArguments
  private let flags: Set<String>
  private let values: [String: String]
  private let format: OutputFormat

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
    guard let format = OutputFormat(rawValue: values["output"] ?? "text") else {
      throw RequestError("--output \(values["output"] ?? "")", "is none of text, json, json-pretty")
    }
    self.format = format
    try checkFlags()
  }

  /// Makes the files.
  func run() throws {
    if flags.contains("help") {
      StandardOutput.write(Array(GenerateHelp.text.utf8))
      return
    }
    let isBare = arguments.pairs.isEmpty && arguments.command == nil && values["from"] == nil
    let designer = GenerateDesigner(root: values["root"])
    if isBare, flags.isEmpty, isatty(0) == 1, isatty(1) == 1 {
      try GenerateInterview(designer: designer).run()
      return
    }
    let plans =
      try values["from"].map { try designer.plans(from: $0, arguments) } ?? [try designer.plan(arguments)]
    try deliver(plans)
  }

  // MARK: Steps

  private func checkFlags() throws(RequestError) {
    if flags.contains("install"), values["output-dir"] != nil {
      throw RequestError("--install", "does not go with --output-dir; leave one of them out")
    }
    if flags.contains("dry-run"), flags.contains("install") || values["output-dir"] != nil {
      throw RequestError("--dry-run", "does not go with --install and --output-dir; leave one of them out")
    }
    if flags.contains("install"), values["root"] != nil {
      throw RequestError("--install", "does not go with --root; write with --output-dir and copy the files")
    }
    if flags.contains("now"), !flags.contains("install") {
      throw RequestError("--now", "starts what --install has installed; add --install")
    }
    if values["from"] != nil, arguments.command != nil {
      throw RequestError("--from", "does not go with a command; each line of the file has its own")
    }
  }

  private func deliver(_ plans: [GenerateDesigner.Designed]) throws {
    let remarks = plans.flatMap { designed in
      designed.plan.remarks.map { "upkeep: \(designed.place)\(DisplayText.escaped($0))" }
    }
    if !remarks.isEmpty { StandardError.line(remarks.joined(separator: "\n")) }
    if let folder = values["output-dir"] {
      let items = plans.flatMap { $0.plan.items(below: folder) }
      let written = try GenerateInstall.write(items, force: flags.contains("force"), isDurable: false)
      if format != .text { try show(plans) } else if plans.count == 1 { written.forEach { print($0) } }
    } else if flags.contains("install") {
      try GenerateInstall(force: flags.contains("force"), starts: flags.contains("now")).run(plans)
    } else {
      try show(plans)
    }
  }

  private func show(_ plans: [GenerateDesigner.Designed]) throws(ExitError) {
    guard format == .text else {
      let reports = plans.map { GenerateReport($0.plan) }
      // One service is one object, as it was asked for; a list is a list, however short.
      let text =
        try values["from"] == nil && reports.count == 1
        ? JSONOutput.text(reports[0], format) : JSONOutput.text(reports, format)
      StandardOutput.write(Array("\(text)\n".utf8))
      return
    }
    StandardOutput.write(Self.text(plans.map(\.plan)))
  }

  /// The files one after the other, each below a comment with its path if there are several.
  static func text(_ plans: [UnitPlan]) -> [UInt8] {
    let count = plans.reduce(0) { $0 + $1.files.count }
    var bytes: [UInt8] = []
    for plan in plans {
      for file in plan.files {
        if count > 1 { bytes += Array("\(bytes.isEmpty ? "" : "\n")# \(plan.path(of: file))\n".utf8) }
        bytes += file.bytes
      }
    }
    return bytes
  }
}

extension UnitPlan {
  /// Where a file goes when it is installed.
  func path(of file: PlannedFile) -> String {
    switch scope {
    case .system: file.systemPath
    case .user:
      file.userPath(
        home: Terminal.variable("XDG_CONFIG_HOME") ?? "\(Terminal.variable("HOME") ?? "")/.config")
    }
  }

  /// The files below a folder.
  func items(below folder: String) -> [InstallFolder.Item] {
    files.map { .init(path: "\(folder)/\($0.relativePath)", content: $0.bytes, mode: $0.mode) }
  }

  /// The files where they are installed.
  var installedItems: [InstallFolder.Item] {
    files.map { .init(path: path(of: $0), content: $0.bytes, mode: $0.mode) }
  }
}
