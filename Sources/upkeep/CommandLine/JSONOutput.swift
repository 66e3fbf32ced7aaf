import FoundationEssentials

/// JSON for programs: stable field names, sorted, one value on one line or indented.
enum JSONOutput {
  /// The text of a value in a format that is not `text`.
  static func text(_ value: some Encodable, _ format: OutputFormat) throws(ExitError) -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    if format == .jsonPretty { encoder.outputFormatting.insert(.prettyPrinted) }
    do {
      return String(decoding: try encoder.encode(value), as: UTF8.self)
    } catch {
      throw ExitError("cannot write JSON: \(error)")
    }
  }
}
