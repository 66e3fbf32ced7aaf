import Glibc
import Testing
import UnitFiles

@testable import Inspection

@Suite("Units from disk")
struct UnitLoaderTests {
  /// A tree with one folder of units, gone with the test.
  private final class Tree {
    let root = "/tmp/upkeep-loader-\(getpid())-\(UInt32.random(in: 0..<UInt32.max))"
    var units: String { "\(root)/etc/systemd/system" }
    private var made: [String] = []

    func write(_ name: String, _ text: String) throws {
      try TextFile.replace("\(units)/\(name)", with: Array(text.utf8))
      made.append("\(units)/\(name)")
    }

    func link(_ name: String, to target: String) throws {
      try TextFile.makeFolders(
        String("\(units)/\(name)".dropLast(name.split(separator: "/").last?.count ?? 0)))
      #expect(unsafe symlink(target, "\(units)/\(name)") == 0)
      made.append("\(units)/\(name)")
    }

    deinit {
      for path in made { _ = unsafe unlink(path) }
      for folder in ["/a.service.d", "", "/.."] { _ = unsafe rmdir(units + folder) }
    }
  }

  @Test("a drop-in that is masked by a link to /dev/null says nothing, by path and by name")
  func maskedDropIn() throws {
    let tree = Tree()
    try tree.write("a.service", "[Service]\nExecStart=/bin/true\n")
    try tree.link("a.service.d/1.conf", to: "/dev/null")
    try tree.write("a.service.d/2.conf", "[Service]\nNice=5\n")
    for argument in ["\(tree.units)/a.service", "a"] {
      let unit = try UnitLoader(root: tree.root).load(argument)
      #expect(unit.value("Nice", in: "Service")?.value == "5")
    }
  }

  @Test("a masked unit is told as such, by path and by name", arguments: ["", "/dev/null"])
  func masked(target: String) throws {
    let tree = Tree()
    if target.isEmpty { try tree.write("a.service", "") } else { try tree.link("a.service", to: target) }
    for argument in ["\(tree.units)/a.service", "a"] {
      let failure = #expect(throws: UnitLoader.Failure.self) {
        try UnitLoader(root: tree.root).load(argument)
      }
      #expect(failure?.isMasked == true)
      #expect(failure?.reason.contains("masked") == true)
    }
  }

  @Test("a draft has the drop-ins beside it, a unit of the search path all that systemd applies")
  func dropIns() throws {
    let tree = Tree()
    try tree.write("a.service", "[Service]\nExecStart=/bin/true\n")
    let vendor = "\(tree.root)/usr/lib/systemd/system/a.service"
    try TextFile.replace(vendor, with: Array("[Service]\nExecStart=/bin/false\n".utf8))
    defer { _ = unsafe unlink(vendor) }
    try tree.write("a.service.d/2.conf", "[Service]\nNice=5\n")
    let loader = UnitLoader(root: tree.root)
    #expect(try loader.load(vendor).value("Nice", in: "Service")?.value == "5")
    let draft = "\(tree.root)/a.service"
    try TextFile.replace(draft, with: Array("[Service]\nExecStart=/bin/false\n".utf8))
    defer { _ = unsafe unlink(draft) }
    #expect(try loader.load(draft).value("Nice", in: "Service") == nil)
  }
}
