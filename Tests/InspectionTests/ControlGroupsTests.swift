import Glibc
import Inspection
import TestSupport
import Testing

@Suite("Control groups")
struct ControlGroupsTests {
  /// Makes a tree of files that looks like the kernel's, and removes it after `body`.
  private func withTree(_ files: [String: String], _ body: (ControlGroups) throws -> Void) throws {
    var name = Array("/tmp/upkeep-groups-XXXXXX".utf8CString)
    let made = unsafe mkdtemp(&name) != nil
    try #require(made)
    let root = String(decoding: name.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
    for (path, text) in files { try TextFile.replace("\(root)/\(path)", with: Array(text.utf8)) }
    try body(ControlGroups(root: root))
    for path in files.keys { unsafe unlink("\(root)/\(path)") }
    for path in ["system.slice/a.service/sub", "system.slice/a.service", "system.slice/_b.service"] {
      unsafe rmdir("\(root)/\(path)")
    }
    for path in ["system.slice/x.slice/c@1.service", "system.slice/x.slice", "system.slice"] {
      unsafe rmdir("\(root)/\(path)")
    }
    unsafe rmdir(root)
  }

  @Test("units are found in their slices, and what is below a unit is its own affair")
  func groups() throws {
    try withTree([
      "system.slice/a.service/memory.current": "1\n", "system.slice/a.service/sub/x.service": "",
      "system.slice/_b.service/memory.current": "1\n", "system.slice/x.slice/c@1.service/pids.current": "3\n",
    ]) { groups in
      let found = groups.groups()
      #expect(found.keys.sorted() == ["a.service", "b.service", "c@1.service", "system.slice", "x.slice"])
      #expect(found["b.service"] == "\(groups.root)/system.slice/_b.service")
      #expect(found["c@1.service"].flatMap { ControlGroups.tasks(in: $0) } == 3)
    }
  }

  @Test("figures are read as the kernel writes them, and what is no figure is nil")
  func figures() throws {
    try withTree([
      "system.slice/a.service/memory.current": "18446744073709551615\n",
      "system.slice/a.service/memory.max": "max\n",
      "system.slice/a.service/cpu.stat": "usage_usec_x 1\nusage_usec 1234567\nuser_usec 5\n",
      "system.slice/a.service/io.stat": "8:0 rbytes=10 wbytes=20 rios=1\n8:16 rbytes=5 wbytes=1 rios=1\n",
      "system.slice/a.service/pids.current": "",
    ]) { groups in
      let group = "\(groups.root)/system.slice/a.service"
      #expect(ControlGroups.memory(of: group) == .max)
      #expect(ControlGroups.number("memory.max", of: group) == nil)
      #expect(ControlGroups.processorTime(of: group) == 1_234_567)
      let bytes = ControlGroups.blockBytes(of: group)
      #expect(bytes?.read == 15 && bytes?.written == 21)
      #expect(ControlGroups.tasks(in: group) == nil)
      #expect(ControlGroups.memory(of: group + "/gone") == nil)
    }
  }
}
