import ArgumentParser
import Inspection
import Presentation
import Systemd
import SystemdManager

/// `upkeep show`: properties as the manager has them.
struct ShowCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "show",
    abstract: "Show properties of units, or of the manager.",
    discussion: """
      Text is as 'systemctl show' prints it; JSON has the values with their types, and times and spans as integers of \
      microseconds. Without a unit the manager's own properties are shown.

      Examples:
        upkeep show nginx
        upkeep show nginx -p MainPID,ActiveState
        upkeep show 'my*' -p NRestarts --value
        upkeep show nginx -o json-pretty
      """)

  @OptionGroup var manager: ManagerOptions
  @OptionGroup var outputOptions: OutputOptions

  @Option(
    name: [.customShort("p", allowingJoined: true), .customLong("property")], parsing: .singleValue,
    help: ArgumentHelp("Only these properties, in the manager's order.", valueName: "names"))
  var property: [String] = []

  @Flag(help: "Print values without their names.")
  var value = false

  @Flag(name: .shortAndLong, help: "Show empty properties too; named ones are always shown.")
  var all = false

  @Argument(help: "Names or patterns of units.")
  var units: [String] = []

  func run() throws {
    try manager.checkBooted()
    try LoopProgram.run { try await show() }
  }

  // MARK: Steps

  /// The properties that are wanted; empty for all.
  private var wanted: Set<String> {
    Set(property.flatMap { $0.split(separator: ",").map(String.init) })
  }

  @LoopActor
  private func show() async throws {
    let client = try manager.connect()
    let names = try await UnitArguments.resolve(units, client, manager)
    var answers: [[ManagerClient.NamedValue]] = []
    if names.isEmpty {
      answers = [
        try await manager.asking("read the manager's properties") { () async throws(BusError) in
          try await client.managerProperties()
        }
      ]
    }
    for name in names {
      answers.append(
        try await manager.asking("read the properties of \(DisplayText.escaped(name))") {
          () async throws(BusError) in
          try await client.orderedProperties(of: name)
        })
    }
    let wanted = wanted
    if !wanted.isEmpty { answers = answers.map { $0.filter { wanted.contains($0.name) } } }
    switch outputOptions.output {
    case .text: outputOptions.show(answers.map(text).joined(separator: "\n"))
    case .json, .jsonPretty: outputOptions.show(.list(answers.map(Self.json)))
    }
  }

  private func text(_ properties: [ManagerClient.NamedValue]) -> String {
    let printer = PropertyText(time: Terminal.time)
    // A file or a program gets the bytes as they are, a terminal never.
    let isTerminal = Terminal().isInteractive
    var text = ""
    for property in properties {
      let lines = printer.lines(property.name, property.value)
      let isShown = all || !wanted.isEmpty || !PropertyText.isUnset(property.name, property.value)
      for line in lines where isShown && (all || !wanted.isEmpty || !line.isEmpty) {
        text += (value ? "" : property.name + "=") + (isTerminal ? DisplayText.escaped(line) : line) + "\n"
      }
    }
    return text
  }

  private static func json(_ properties: [ManagerClient.NamedValue]) -> JSONValue {
    .object(properties.map { .init($0.name, JSONValue($0.value)) })
  }
}

extension JSONValue {
  /// A value of D-Bus with its type: numbers, truth, text, lists and objects; bytes are a list of numbers.
  init(_ value: BusVariant) {
    switch value {
    case .byte(let number): self = .number(UInt64(number))
    case .boolean(let truth): self = .boolean(truth)
    case .int16, .int32, .int64: self = .integer(value.signed ?? 0)
    case .uint16, .uint32, .uint64: self = .number(value.unsigned ?? 0)
    case .double(let number): self = .decimal(number)
    case .string(let text), .signature(let text): self = .string(text)
    case .objectPath(let path): self = .string(path.value)
    case .variant(let inner): self.init(inner)
    case .array(_, let elements): self = .list(elements.map { JSONValue($0) })
    case .structure(let fields): self = .list(fields.map { JSONValue($0) })
    case .dictionary(_, _, let entries):
      let fields = entries.map {
        Field($0.key.text ?? $0.key.unsigned.map { "\($0)" } ?? "", JSONValue($0.value))
      }
      self = .object(fields.sorted { $0.name < $1.name })
    case .unsupported: self = .null
    }
  }
}
