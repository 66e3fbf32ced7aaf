/// The difference of two texts, line by line, in the form of `diff -u`.
public struct UnifiedDiff: Sendable, Hashable {
  /// A line of a hunk.
  public struct Line: Sendable, Hashable {
    /// Where the line stands.
    public enum Kind: String, Sendable, Hashable {
      /// In both texts.
      case same = " "
      /// In the old text only.
      case removed = "-"
      /// In the new text only.
      case added = "+"
    }

    /// Where it stands.
    public let kind: Kind
    /// The line without its newline; bytes that are not UTF-8 are replaced.
    public let text: String
    /// Whether the line ends in a newline; only the last one of a text may not.
    public let isEnded: Bool
  }

  /// Lines that changed, with some around them.
  public struct Hunk: Sendable, Hashable {
    /// The first line in the old text, from 1.
    public var oldStart: Int
    /// The first line in the new text, from 1.
    public var newStart: Int
    /// The lines in their order.
    public var lines: [Line]

    /// The hunk's header, `@@ -1,3 +1,4 @@`.
    public var header: String {
      let old = lines.count { $0.kind != .added }
      let new = lines.count { $0.kind != .removed }
      // An empty side is named by the line before it.
      return
        "@@ -\(old == 0 ? oldStart - 1 : oldStart)\(old == 1 ? "" : ",\(old)") "
        + "+\(new == 0 ? newStart - 1 : newStart)\(new == 1 ? "" : ",\(new)") @@"
    }
  }

  /// The places that differ, in their order; none when the texts are equal.
  public let hunks: [Hunk]

  /// Compares two texts.
  ///
  /// The difference is the shortest one, but for texts that have more than ``LineMatch/largestDistance`` lines
  /// changed: there what lies between the first and the last change counts as changed.
  ///
  /// - Parameters:
  ///   - old: the old text.
  ///   - new: the new text.
  ///   - context: how many equal lines stand around a change.
  public init(from old: [UInt8], to new: [UInt8], context: Int = 3) {
    hunks = Self.hunks(Self.lines(old), Self.lines(new), context)
  }

  /// Whether the texts are equal.
  public var isEmpty: Bool { hunks.isEmpty }

  /// The whole difference with its two headers; empty when the texts are equal.
  ///
  /// - Parameters:
  ///   - oldName: the file of the old text; `/dev/null` when there is none.
  ///   - newName: the file of the new text.
  /// - Returns: lines that all end in a newline. Control characters stand as they are in the texts.
  public func text(_ oldName: String, _ newName: String) -> String {
    guard !isEmpty else { return "" }
    var text = "--- \(oldName)\n+++ \(newName)\n"
    for hunk in hunks {
      text += hunk.header + "\n"
      for line in hunk.lines {
        text += line.kind.rawValue + line.text + "\n"
        if !line.isEnded { text += "\\ No newline at end of file\n" }
      }
    }
    return text
  }

  // MARK: Steps

  private static func lines(_ text: [UInt8]) -> [ArraySlice<UInt8>] {
    var lines: [ArraySlice<UInt8>] = []
    var start = 0
    for index in text.indices where text[index] == UInt8(ascii: "\n") {
      lines.append(text[start...index])
      start = index + 1
    }
    if start < text.count { lines.append(text[start...]) }
    return lines
  }

  private static func hunks(
    _ old: [ArraySlice<UInt8>], _ new: [ArraySlice<UInt8>], _ context: Int
  ) -> [Hunk] {
    var hunks: [Hunk] = []
    var hunk: Hunk?
    // Equal lines behind the last change: they close the hunk, or stand between two changes.
    var behind: [Line] = []
    var oldLine = 0
    var newLine = 0
    for step in LineMatch.steps(old, new) {
      let bytes = step == .added ? new[newLine] : old[oldLine]
      let line = Line(step, bytes)
      if step == .same {
        behind.append(line)
        if var open = hunk, behind.count > 2 * context {
          open.lines += behind.prefix(context)
          hunks.append(open)
          hunk = nil
        }
      } else {
        if hunk == nil {
          behind = Array(behind.suffix(context))
          hunk = Hunk(oldStart: oldLine + 1 - behind.count, newStart: newLine + 1 - behind.count, lines: [])
        }
        hunk?.lines += behind + [line]
        behind = []
      }
      if step != .added { oldLine += 1 }
      if step != .removed { newLine += 1 }
    }
    if var open = hunk {
      open.lines += behind.prefix(context)
      hunks.append(open)
    }
    return hunks
  }
}

extension UnifiedDiff.Line {
  init(_ kind: Kind, _ bytes: ArraySlice<UInt8>) {
    isEnded = bytes.last == UInt8(ascii: "\n")
    text = String(decoding: isEnded ? bytes.dropLast() : bytes, as: UTF8.self)
    self.kind = kind
  }
}
