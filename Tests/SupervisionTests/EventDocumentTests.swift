import Foundation
import Supervision
import Testing

/// The message catalog and the manual page of events, held against the code.
@Suite("What is written about events")
struct EventDocumentTests {
  /// An entry of the catalog: its header lines and its text.
  private struct Text {
    var header: [String: String] = [:]
    var body = ""
  }

  private static let packaging = URL(filePath: #filePath)
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
    .appending(path: "packaging")

  private static func read(_ path: String) throws -> String {
    String(decoding: try Data(contentsOf: packaging.appending(path: path)), as: UTF8.self)
  }

  /// The catalog by MESSAGE_ID, read by the rules of catalogs: comments, `-- ID`, headers, an empty line, the text.
  private static func catalog() throws -> [String: [Text]] {
    var entries: [String: [Text]] = [:]
    var (id, isHeader, text) = ("", false, Text())
    for line in try read("upkeep.catalog").split(separator: "\n", omittingEmptySubsequences: false) {
      if line.hasPrefix("#") { continue }
      if line.hasPrefix("-- ") {
        if !id.isEmpty { entries[id, default: []].append(text) }
        (id, isHeader, text) = (String(line.dropFirst(3)), true, Text())
      } else if isHeader, let colon = line.firstRange(of: ": ") {
        text.header[String(line[..<colon.lowerBound])] = String(line[colon.upperBound...])
      } else if isHeader {
        #expect(line.isEmpty, "\(line) is no header")
        isHeader = false
      } else {
        text.body += line + "\n"
      }
    }
    entries[id, default: []].append(text)
    return entries
  }

  /// The names between `@` signs.
  private static func fields(in text: String) -> [String] {
    text.matches(of: /@([A-Z_]+)@/).map { String($0.1) }
  }

  @Test("the catalog has exactly one text for each kind of event, and none for anything else")
  func everyKind() throws {
    let catalog = try Self.catalog()
    #expect(Set(catalog.keys) == Set(ServiceEvent.Kind.allCases.map(\.rawValue)))
    for (id, texts) in catalog {
      #expect(texts.count == 1, "\(id)")
      for text in texts {
        #expect(text.header["Subject"]?.isEmpty == false, "\(id)")
        #expect(text.header["Defined-By"] == "Upkeep", "\(id)")
        #expect(text.header["Documentation"]?.hasPrefix("man:upkeep.events(7)") == true, "\(id)")
        #expect(text.body.contains("."), "\(id)")
      }
    }
  }

  @Test("the catalog fills in only what the kind of event has", arguments: ServiceEvent.Kind.allCases)
  func fillsIn(kind: ServiceEvent.Kind) throws {
    let text = try #require(try Self.catalog()[kind.rawValue]?.first)
    let used = Self.fields(in: (text.header["Subject"] ?? "") + text.body)
    #expect(!used.isEmpty)
    for name in used where name != "_SYSTEMD_UNIT" {
      #expect(kind.fields.map(\.rawValue).contains(name), "@\(name)@ in the text of \(kind.name)")
    }
  }

  @Test(
    "the manual lists each kind of event with its identifier and its fields",
    arguments: ServiceEvent.Kind.allCases)
  func manual(kind: ServiceEvent.Kind) throws {
    let page = try Self.read("man/upkeep.events.7")
    let entry = try #require(
      page.components(separatedBy: ".TP\n").first { $0.hasPrefix(".B \(kind.name)\n") })
    let lines = entry.components(separatedBy: "\n")
    #expect(lines.contains("MESSAGE_ID: \(kind.rawValue)"))
    let fields = lines.first { $0.hasPrefix("Fields: ") }?.dropFirst(8).components(separatedBy: ", ") ?? []
    #expect(fields == kind.fields.map(\.rawValue))
  }

  @Test("the manual describes each field in the words of the code", arguments: EventField.allCases)
  func manual(field: EventField) throws {
    let page = try Self.read("man/upkeep.events.7").replacing("\\-", with: "-")
    #expect(page.contains(".TP\n.B \(field.rawValue)\n\(field.summary)\n"))
    #expect(
      ServiceEvent.Kind.allCases.contains { $0.fields.contains(field) }, "no event has \(field.rawValue)")
  }
}
