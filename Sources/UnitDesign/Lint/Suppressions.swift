import UnitFiles

/// The comments of a unit's files that ask for findings to be left out.
///
/// `# upkeep-lint: ignore L22 reason` stands on a line of its own before the assignment it is about, or before the
/// first section for the whole file. Several rules are divided by commas.
struct Suppressions {
  private static let mark = "upkeep-lint:"

  /// A word that was meant as a rule and is none.
  struct Mistake {
    let position: Position
    let word: String
  }

  private var wholeFile: [String: Set<String>] = [:]
  private var lines: [Place: Set<String>] = [:]
  private(set) var mistakes: [Mistake] = []

  private struct Place: Hashable {
    var path: String
    var line: Int
  }

  init(_ files: [UnitFile]) {
    for file in files {
      // The bytes of most files show at once that there is nothing to do.
      let bytes = file.bytes
      guard Self.contains(bytes, Array(Self.mark.utf8)) else { continue }
      read(bytes, file.path)
    }
  }

  func cover(_ finding: Finding) -> Bool {
    let place = Place(path: finding.position.path, line: finding.position.line)
    return lines[place]?.contains(finding.rule) ?? false
      || wholeFile[finding.position.path]?.contains(finding.rule) ?? false
  }

  // MARK: Steps

  private mutating func read(_ bytes: [UInt8], _ path: String) {
    var isHead = true
    var pending: Set<String> = []
    var number = 0
    for bytes in bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false) {
      number += 1
      let line = String(decoding: bytes, as: UTF8.self).drop { $0 == " " || $0 == "\t" || $0 == "\u{feff}" }
      if line.isEmpty || line == "\r" { continue }
      if line.hasPrefix("#") || line.hasPrefix(";") {
        let rules = rules(in: line, Position(path: path, line: number, column: 1))
        if isHead { wholeFile[path, default: []].formUnion(rules) } else { pending.formUnion(rules) }
        continue
      }
      isHead = false
      if !pending.isEmpty { lines[Place(path: path, line: number)] = pending }
      pending = []
    }
  }

  private mutating func rules(in comment: Substring, _ position: Position) -> Set<String> {
    let text = comment.drop { $0 == "#" || $0 == ";" || $0 == " " || $0 == "\t" }
    guard text.hasPrefix(Self.mark) else { return [] }
    let words = text.dropFirst(Self.mark.count).split { $0 == " " || $0 == "\t" || $0 == "\r" }
    guard words.first == "ignore", words.count > 1 else {
      mistakes.append(Mistake(position: position, word: words.first.map(String.init) ?? ""))
      return []
    }
    var rules: Set<String> = []
    for word in words[1].split(separator: ",") {
      let id = word.uppercased()
      if LintRule.all.contains(where: { $0.id == id }) {
        rules.insert(id)
      } else {
        mistakes.append(Mistake(position: position, word: String(word)))
      }
    }
    return rules
  }

  private static func contains(_ bytes: [UInt8], _ part: [UInt8]) -> Bool {
    guard let first = part.first, bytes.count >= part.count else { return false }
    return bytes.indices.dropLast(part.count - 1).contains { index in
      bytes[index] == first && bytes[index..<(index + part.count)].elementsEqual(part)
    }
  }
}
