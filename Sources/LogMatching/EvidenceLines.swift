import Supervision

/// Lines of a log as evidence: bounded, and as text.
package enum EvidenceLines {
  /// The last lines of what was written, without an empty one at its end.
  package static func last(_ count: Int, of bytes: [UInt8]) -> [String] {
    let newline = UInt8(ascii: "\n")
    let body = bytes.last == newline ? bytes.dropLast() : bytes[...]
    return body.split(separator: newline, omittingEmptySubsequences: false).suffix(count).map { line in
      // A variable and a field of the journal can hold anything else.
      String(decoding: line.prefix(RepairTrigger.longestEvidence).filter { $0 != 0 }, as: UTF8.self)
    }
  }
}
