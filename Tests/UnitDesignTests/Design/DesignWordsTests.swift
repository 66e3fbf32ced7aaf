import Foundation
import TestSupport
import Testing

@testable import UnitDesign

@Suite("What a unit quotes and names")
struct DesignWordsTests {
  private static func output(_ program: String, _ arguments: [String]) -> (status: Int32, bytes: [UInt8])? {
    let process = Process()
    process.executableURL = URL(filePath: program)
    process.arguments = arguments
    let pipe = Pipe()
    process.standardOutput = pipe
    process.standardError = FileHandle.nullDevice
    guard (try? process.run()) != nil else { return nil }
    let data = pipe.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    return (process.terminationStatus, Array(data))
  }

  @Test("can be pasted into a shell, whatever the bytes, and stands on one line")
  func shell() throws {
    var random = SeededGenerator(seed: 3)
    let marks = Array("'\"\\$`!&|;<>(){}[]*?~# \t\n%=é".utf8) + [0x01, 0x1b, 0x7f, 0xff, 0xc3]
    let words: [[UInt8]] = (0..<300).map { _ in
      (0..<Int.random(in: 0...12, using: &random)).map { _ in
        Bool.random(using: &random)
          ? marks.randomElement(using: &random) ?? 0x61 : UInt8.random(in: 1...255, using: &random)
      }
    }
    let text = ShellWords.text(words)
    #expect(!text.contains("\n"))
    let said = try #require(Self.output("/bin/bash", ["-c", "printf '%s\\0' \(text)"]))
    #expect(said.bytes == words.flatMap { $0 + [0] })
  }

  @Test(
    "are calendar events that systemd reads too",
    arguments: [
      "daily", "Hourly", "Mon", "mon..fri", "Mon,Wed 04:30", "*-*-* 03:00:00", "*-*-01 03:00", "2027-12-24",
      "*:0/15",
      "04:30", "*-02~03", "*-*~01 00:00", "Mon *-05~07/1", "Sat,Sun 12-05 08:05:40", "0..23/2:00",
      "*:*:0/30.5", "daily UTC",
      "*-*-* 04:30 Europe/Berlin", "quarterly", "1..5-15 10:00",
    ])
  func goodEvents(text: String) throws {
    #expect(try CalendarEvent.check(text) == text)
    if let judged = Self.output("/usr/bin/systemd-analyze", ["calendar", "--iterations=0", text]) {
      #expect(judged.status == 0)
    }
  }

  @Test("are never events that systemd cannot read")
  func randomEvents() throws {
    guard Self.output("/usr/bin/systemd-analyze", ["calendar", "daily"])?.status == 0 else {
      return print("systemd-analyze is missing: nothing compared")
    }
    var random = SeededGenerator(seed: 11)
    let pieces = [
      "*", "-", ":", "/", ",", "..", "~", " ", "Mon", "fri", "daily", "UTC", "0", "5", "12", "31", "60",
      "2027", "1.5", "Tuesday",
    ]
    var accepted = 0
    for _ in 0..<3000 {
      let text = (0..<Int.random(in: 1...7, using: &random)).map { _ in
        pieces.randomElement(using: &random) ?? ""
      }.joined()
      guard (try? CalendarEvent.check(text)) != nil else { continue }
      accepted += 1
      let judged = Self.output("/usr/bin/systemd-analyze", ["calendar", "--iterations=0", text])
      #expect(judged?.status == 0, "\(text.debugDescription)")
    }
    #expect(accepted > 20)
  }

  @Test("stand in the manual, every option and every need")
  func manual() throws {
    let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent().deletingLastPathComponent()
    let page = try String(
      contentsOf: root.appending(path: "packaging/man/upkeep-generate.1"), encoding: .utf8
    )
    .replacingOccurrences(of: "\\-", with: "-")
    for option in RequestOption.all {
      #expect(page.contains("\\fB--\(option.name)\\fR \\fI\(option.placeholder)\\fR\n"), "--\(option.name)")
    }
    for kind in NeedKind.allCases {
      let word = kind.placeholder.map { "\(kind.rawValue)=\($0)" } ?? kind.rawValue
      #expect(page.contains("\\fB\(word)\\fR\n"), "\(word)")
    }
    for kind in ProgramKind.allCases { #expect(page.contains(kind.rawValue)) }
    for role in KnownProgram.Role.allCases where role != .plain { #expect(page.contains(role.rawValue)) }
  }
}
