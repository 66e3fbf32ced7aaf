import UnitFiles

/// Writes the files of a design, line by line through the writers of `UnitFiles`.
///
/// What the target's systemd does not know is not written; it is said once, in the remarks and as a comment.
struct UnitWriter {
  let design: ServiceDesign
  private var builder = UnitFileBuilder()
  /// What stands before the builder's text, and how much of that only opened its section.
  private var head: [UInt8] = []
  private var opening = 0
  private var section = ""
  private(set) var remarks: [String]

  /// What the target knows; one is carried from service to service.
  var gate: VersionGate
  /// The lines of sandboxes that have been written; they are carried on too.
  var blocks: [SandboxKey: [UInt8]]

  init(_ design: ServiceDesign, gate: VersionGate, blocks: [SandboxKey: [UInt8]]) {
    self.design = design
    self.gate = gate
    self.blocks = blocks
    remarks = design.remarks
  }

  var request: ServiceRequest { design.request }
  var isTemplate: Bool { design.name.hasSuffix("@") }
  /// The name of a companion unit as the service names it: an instance for a template.
  func companion(_ suffix: String) -> String { "\(design.name)\(isTemplate ? "%i" : "").\(suffix)" }

  // MARK: Lines

  mutating func begin() {
    builder = UnitFileBuilder()
    head = []
    opening = 0
  }

  /// The file so far.
  var bytes: [UInt8] { head + builder.bytes.dropFirst(opening) }

  /// Adds lines of the section that were written for another service.
  mutating func append(_ lines: [UInt8]) throws(RequestError) {
    head = bytes + lines
    builder = UnitFileBuilder()
    try section(section)
    opening = builder.bytes.count
  }

  mutating func section(_ name: String) throws(RequestError) {
    section = name
    try check("section") { () throws(ValueError) in try builder.section(name) }
  }

  /// Writes a line if the target's systemd knows it as it is meant; else says what is missing.
  mutating func set(_ key: String, _ value: String) throws(RequestError) {
    if !section.hasPrefix("X-"), !value.isEmpty {
      let since = gate.versionNeeded(key, value, in: section, by: request.version)
      guard let since, since <= request.version else {
        let rest = since.map { "\($0) has" } ?? "it takes no notice of it"
        say("systemd \(request.version) has no \(key)=\(value) (\(rest)): it is left out")
        comment("\(key)=\(value) is left out: systemd \(request.version) has none (\(rest)).")
        return
      }
    }
    try check("\(key)=\(value)") { () throws(ValueError) in try builder.assign(key, value) }
  }

  /// Writes all values of an option that stands for a directive.
  mutating func set(_ option: RequestOption) throws(RequestError) {
    guard let directive = option.directive, let values = request.values[option.name] else { return }
    var texts: [String] = []
    for value in values {
      do throws(ValueError) {
        texts.append(try directive.write(value, request.percent))
      } catch {
        throw RequestError("--\(option.name)", value: value, error)
      }
    }
    for text in directive.isJoined ? [texts.joined(separator: " ")] : texts { try set(directive.key, text) }
  }

  mutating func comment(_ text: String) { builder.comment(text) }
  mutating func blankLine() { builder.blankLine() }

  mutating func say(_ remark: String) {
    if !remarks.contains(remark) { remarks.append(remark) }
  }

  private func check(_ what: String, _ body: () throws(ValueError) -> Void) throws(RequestError) {
    do throws(ValueError) {
      try body()
    } catch {
      throw RequestError(what, error.message)
    }
  }

  // MARK: Common parts

  /// The command that made the file, as it can be pasted into a shell.
  mutating func header() {
    let command = ShellWords.text(request.given)
    comment("Made by this command; change it and run it again:")
    comment("upkeep generate" + (command.isEmpty ? "" : " " + command))
  }

  /// The values of an option, written; empty when it was not given.
  func values(_ name: String) -> [String] { request.values[name] ?? [] }
  func has(_ name: String) -> Bool { request.values[name] != nil }
}
