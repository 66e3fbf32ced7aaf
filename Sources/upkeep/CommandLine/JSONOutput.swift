import FoundationEssentials
import Presentation

/// JSON for programs: stable field names, sorted, one value on one line or indented.
enum JSONOutput {
  /// The text of a value in a format that is not `text`.
  static func text(_ value: some Encodable, _ format: OutputFormat) throws(ExitError) -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    if format == .jsonPretty { encoder.outputFormatting.insert(.prettyPrinted) }
    do {
      return harmless(String(decoding: try encoder.encode(value), as: UTF8.self))
    } catch {
      throw ExitError("cannot write JSON: \(error)")
    }
  }

  /// The same JSON without the characters beyond ASCII that could steer a terminal; they can only stand in strings.
  private static func harmless(_ text: String) -> String {
    let isHostile = { (scalar: Unicode.Scalar) in scalar.value >= 0x7f && DisplayText.isHostile(scalar) }
    guard text.unicodeScalars.contains(where: isHostile) else { return text }
    var result = ""
    for scalar in text.unicodeScalars {
      if isHostile(scalar) {
        let digits = String(scalar.value, radix: 16)
        result += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
      } else {
        result.unicodeScalars.append(scalar)
      }
    }
    return result
  }
}
