/// A unit file, or a drop-in, as text: what it assigns, and every byte of it.
///
/// The syntax is that of `systemd.syntax(7)`, with systemd's own reader as the judge of doubtful cases. Reading never
/// fails: what systemd would skip is skipped and told in `problems`, and what would make systemd give the file up
/// (a broken section header, an over-long line) ends the reading there and is told as well.
public struct UnitFile: Sendable {
  /// The longest line that systemd reads, in bytes, also when it is joined from several.
  public static let maximumLineLength = 1024 * 1024

  /// The most entries in `problems`; the last of so many says that there are more.
  public static let maximumProblems = 1000

  /// The file, as it was given to `init(parsing:path:)`.
  public let path: String
  /// What is wrong in the file, in the order of the lines.
  public let problems: [UnitDiagnostic]
  /// Whether systemd stops reading before the end of the file; `problems` says where and why.
  public var isCutShort: Bool { readableCount < entries.count }
  /// The number of entries that systemd reads.
  let readableCount: Int
  /// The file as a list of statements, each with the bytes it came from.
  let entries: [Entry]

  /// A statement of the file: one line, several that are joined by continuation, or a run of blank lines.
  struct Entry: Sendable, Hashable {
    enum Content: Sendable, Hashable {
      case blank
      case comment
      case section(String)
      case assignment(Assignment)
      /// What systemd does not use: see `problems`.
      case unused
    }
    /// The bytes as they stand in the file, with the ends of the lines.
    var bytes: [UInt8]
    var content: Content
    /// The number of its first line, from 1.
    var line: Int
    /// Whether the file ends where the statement would still go on, so that a line added behind would belong to it.
    var isOpen = false
  }

  /// Reads a file's content in linear time; any bytes are allowed. The path serves the positions only.
  public init(parsing bytes: [UInt8], path: String) {
    var parser = UnitFileParser(bytes: bytes, path: path)
    parser.run()
    self.path = path
    self.entries = parser.entries
    self.problems = parser.problems
    readableCount = parser.readableCount ?? parser.entries.count
  }

  /// The file's bytes: exactly what was parsed.
  public var bytes: [UInt8] { entries.flatMap(\.bytes) }

  /// The names of the sections in the order of their first headers.
  public var sectionNames: [String] {
    var seen: Set<String> = []
    return entries.compactMap { entry in
      guard case .section(let name) = entry.content, seen.insert(name).inserted else { return nil }
      return name
    }
  }

  /// All assignments in the order of the file, those without a value too.
  public var assignments: [Assignment] {
    entries.compactMap { entry in
      guard case .assignment(let assignment) = entry.content else { return nil }
      return assignment
    }
  }
}
