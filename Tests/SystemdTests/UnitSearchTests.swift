import Glibc
import Systemd
import SystemdManager
import TestSupport
import Testing
import UnitFiles

/// A temporary tree with three folders of a search path: `etc`, `run` and `lib`.
final class UnitTree {
  let root: String
  private var made: [String] = []
  var searchPath: [String] { ["etc", "run", "absent", "lib"].map { "\(root)/\($0)" } }

  /// Makes files from lines such as `lib/a.service`, `etc/b.service -> ../lib/a.service` and `etc/c.service
  /// (empty)`.
  init(_ lines: [String]) throws {
    var template = Array("/tmp/upkeep-units-XXXXXX".utf8CString)
    try #require(unsafe mkdtemp(&template) != nil)
    root = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
    for folder in ["etc", "run", "lib"] { makeFolder("\(root)/\(folder)") }
    for line in lines { try make(line) }
  }

  deinit {
    for path in made.reversed() { unsafe remove(path) }
    unsafe remove(root)
  }

  private func makeFolder(_ path: String) {
    if unsafe mkdir(path, 0o755) == 0 { made.append(path) }
  }

  private func make(_ line: String) throws {
    let words = line.split(separator: " ").map(String.init)
    let path = "\(root)/\(words[0])"
    let parts = words[0].split(separator: "/").dropLast()
    for depth in parts.indices { makeFolder("\(root)/" + parts[...depth].joined(separator: "/")) }
    made.append(path)
    if words.count == 3 {
      let target = words[2].hasPrefix("@") ? root + words[2].dropFirst() : words[2]
      try #require(unsafe symlink(target, path) == 0)
      return
    }
    let file = unsafe open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o644)
    try #require(file >= 0)
    // Complete, so that systemd itself would load it.
    let text = path.hasSuffix(".conf") ? "[Unit]\n" : "[Service]\nExecStart=/bin/true\n"
    if words.count == 1 { _ = unsafe write(file, text, text.utf8.count) }
    close(file)
  }

  func locate(_ name: String) throws -> UnitLocation {
    let found = try UnitSearch(searchPath: searchPath).locate(UnitName(name))
    let relative = { (path: String) in String(path.dropFirst(self.root.count + 1)) }
    return UnitLocation(
      name: found.name, fragmentPath: found.fragmentPath.map(relative),
      dropInPaths: found.dropInPaths.map(relative), isMasked: found.isMasked)
  }
}

@Suite("The search for units on disk")
struct UnitSearchTests {
  struct Case: Sendable, CustomTestStringConvertible {
    let files: [String]
    let unit: String
    var name: String?
    var fragment: String?
    var dropIns: [String] = []
    var isMasked = false
    var testDescription: String { "\(unit) in \(files)" }
  }

  static let fragments: [Case] = [
    Case(files: ["lib/a.service"], unit: "a.service", fragment: "lib/a.service"),
    Case(
      files: ["lib/a.service", "etc/a.service", "run/a.service"], unit: "a.service", fragment: "etc/a.service"
    ),
    Case(files: ["lib/b.service"], unit: "a.service"),
    Case(files: ["lib/a@.service"], unit: "a@x.service", fragment: "lib/a@.service"),
    Case(files: ["lib/a@x.service", "etc/a@.service"], unit: "a@x.service", fragment: "lib/a@x.service"),
    Case(files: ["lib/a@.service"], unit: "a@.service", fragment: "lib/a@.service"),
    Case(
      files: ["etc/a.service -> /dev/null", "lib/a.service"], unit: "a.service", fragment: "etc/a.service",
      isMasked: true),
    Case(
      files: ["etc/a.service (empty)", "lib/a.service"], unit: "a.service", fragment: "etc/a.service",
      isMasked: true),
    Case(
      files: ["etc/a@x.service -> /dev/null", "lib/a@.service"], unit: "a@x.service",
      fragment: "etc/a@x.service", isMasked: true),
    Case(
      files: ["etc/a.service -> ../lib/b.service", "lib/b.service"], unit: "a.service", name: "b.service",
      fragment: "lib/b.service"),
    // The alias names the unit, not the file: an override of the target counts.
    Case(
      files: ["etc/a.service -> @/lib/b.service", "lib/b.service", "run/b.service"], unit: "a.service",
      name: "b.service", fragment: "run/b.service"),
    Case(
      files: ["etc/a.service -> @/lib/a.service", "lib/a.service", "run/a.service"], unit: "a.service",
      fragment: "run/a.service"),
    Case(
      files: ["etc/a.service -> @/opt/x.service", "opt/x.service"], unit: "a.service",
      fragment: "etc/a.service"),
    Case(files: ["etc/a.service -> @/opt/x.service", "lib/a.service"], unit: "a.service"),
    Case(
      files: ["lib/v@.service -> g@.service", "lib/g@.service"], unit: "v@1.service", name: "g@1.service",
      fragment: "lib/g@.service"),
    Case(
      files: ["etc/a@x.service -> ../lib/a@.service", "lib/a@.service"], unit: "a@x.service",
      fragment: "lib/a@.service"),
    Case(files: ["lib/a.service/file"], unit: "a.service"),
  ]

  static let dropIns: [Case] = [
    Case(
      files: [
        "lib/a.service", "lib/a.service.d/20.conf", "etc/a.service.d/30.conf", "run/a.service.d/10.conf",
      ],
      unit: "a.service", fragment: "lib/a.service",
      dropIns: ["run/a.service.d/10.conf", "lib/a.service.d/20.conf", "etc/a.service.d/30.conf"]),
    Case(
      files: ["lib/a.service", "lib/a.service.d/x.conf", "etc/a.service.d/x.conf", "run/a.service.d/x.conf"],
      unit: "a.service", fragment: "lib/a.service", dropIns: ["etc/a.service.d/x.conf"]),
    Case(
      files: [
        "lib/a.service", "lib/a.service.d/x.conf", "etc/a.service.d/x.conf -> /dev/null",
        "lib/a.service.d/y.conf",
        "etc/a.service.d/y.txt", "etc/a.service.d/.z.conf", "etc/a.service.d/z.conf/file",
      ],
      unit: "a.service", fragment: "lib/a.service",
      dropIns: ["etc/a.service.d/x.conf", "lib/a.service.d/y.conf"]),
    Case(
      files: ["lib/a.service", "lib/service.d/x.conf", "etc/service.d/y.conf", "lib/a.service.d/x.conf"],
      unit: "a.service", fragment: "lib/a.service",
      dropIns: ["lib/a.service.d/x.conf", "etc/service.d/y.conf"]),
    Case(
      files: [
        "lib/a-b-c.service", "lib/a-.service.d/1.conf", "lib/a-b-.service.d/2.conf",
        "etc/a-.service.d/2.conf",
        "etc/a-b.service.d/3.conf",
      ],
      unit: "a-b-c.service", fragment: "lib/a-b-c.service",
      dropIns: ["lib/a-.service.d/1.conf", "etc/a-.service.d/2.conf"]),
    Case(
      files: [
        "lib/a@.service", "lib/a@.service.d/1.conf", "lib/a@x.service.d/1.conf", "lib/a@.service.d/2.conf",
        "lib/a@y.service.d/3.conf",
      ],
      unit: "a@x.service", fragment: "lib/a@.service",
      dropIns: ["lib/a@x.service.d/1.conf", "lib/a@.service.d/2.conf"]),
    // Whatever the name that was asked for, the drop-ins of all names count, the primary's first.
    Case(
      files: [
        "lib/b.service", "etc/a.service -> ../lib/b.service", "lib/c.service -> b.service",
        "etc/a.service.d/1.conf", "lib/b.service.d/1.conf", "lib/c.service.d/2.conf",
        "lib/d.service.d/3.conf",
      ],
      unit: "a.service", name: "b.service", fragment: "lib/b.service",
      dropIns: ["lib/b.service.d/1.conf", "lib/c.service.d/2.conf"]),
    Case(
      files: [
        "lib/g@.service", "lib/v@.service -> g@.service", "lib/v@1.service.d/1.conf",
        "lib/v@.service.d/2.conf",
      ],
      unit: "g@1.service", fragment: "lib/g@.service",
      dropIns: ["lib/v@1.service.d/1.conf", "lib/v@.service.d/2.conf"]),
    Case(files: ["lib/a.service.d/1.conf"], unit: "a.service", dropIns: ["lib/a.service.d/1.conf"]),
  ]

  @Test("unit files and drop-ins are found where systemd finds them", arguments: fragments + dropIns)
  func found(wanted: Case) throws {
    let location = try UnitTree(wanted.files).locate(wanted.unit)
    #expect(
      location
        == UnitLocation(
          name: wanted.name ?? wanted.unit, fragmentPath: wanted.fragment, dropInPaths: wanted.dropIns,
          isMasked: wanted.isMasked))
  }

  @Test("aliases that lead in a circle are an error")
  func circle() throws {
    let tree = try UnitTree(["etc/a.service -> b.service", "etc/b.service -> a.service"])
    let error = #expect(throws: SystemError.self) { try tree.locate("a.service") }
    #expect(error?.errno == ELOOP)
  }

  @Test("a folder that may not be read is an error", .enabled(if: getuid() != 0, "root may read everything"))
  func unreadable() throws {
    let tree = try UnitTree(["lib/a.service", "etc/a.service.d/x.conf"])
    unsafe chmod("\(tree.root)/etc/a.service.d", 0)
    let error = #expect(throws: SystemError.self) { try tree.locate("a.service") }
    #expect(error?.errno == EACCES)
    unsafe chmod("\(tree.root)/etc/a.service.d", 0o755)
  }

  @Test("the user's folders follow the environment")
  func userPath() {
    let search = UnitSearch(.user) { ["HOME": "/home/u", "XDG_RUNTIME_DIR": "/run/user/7"][$0] }
    #expect(search.searchPath.contains("/home/u/.config/systemd/user"))
    #expect(search.searchPath.contains("/run/user/7/systemd/user"))
    #expect(UnitSearch(.system) { _ in nil }.searchPath.contains("/etc/systemd/system"))
  }

  // MARK: systemd's own answer

  private static let analyze = "/usr/bin/systemd-analyze"

  /// What systemd finds in `searchPath`, nil where it does not load the unit.
  @LoopActor private static func systemdsAnswer(_ unit: String, _ tree: UnitTree) async throws
    -> UnitLocation?
  {
    let output = try Pipe()
    let lines = Inbox<String>()
    let reader = try LineReader(output.readEnd, lines)
    let child = try Child(
      [analyze, "verify", "--man=no", "--recursive-errors=no", unit],
      [
        "SYSTEMD_UNIT_PATH=\(tree.searchPath.joined(separator: ":"))", "SYSTEMD_LOG_LEVEL=debug",
        "PATH=/usr/bin:/bin",
      ],
      output: output.writeEnd)
    output.closeWriteEnd()
    _ = await child.watch.ended()
    try await reader.finish()
    var location: (name: String, fragment: String?, dropIns: [String])?
    while !lines.isEmpty {
      let line = try await lines.next()
      if line.hasSuffix(" is masked.") {
        return UnitLocation(name: unit, fragmentPath: nil, dropInPaths: [], isMasked: true)
      }
      let words = line.split(whereSeparator: { $0 == " " || $0 == "\t" })
      if words.first == "->", location == nil, let name = words.last {
        location = (String(name.dropLast()), nil, [])
      } else if words.first == "->" {
        break
      } else if words.starts(with: ["Fragment", "Path:"]), let path = words.last {
        location?.fragment = String(path)
      } else if words.starts(with: ["DropIn", "Path:"]), let path = words.last {
        location?.dropIns.append(String(path))
      }
    }
    return location.map { UnitLocation(name: $0.name, fragmentPath: $0.fragment, dropInPaths: $0.dropIns) }
  }

  @Test(
    "on any tree the search finds what systemd finds", .onLoop,
    .enabled(if: unsafe access(analyze, X_OK) == 0, "systemd-analyze is not installed"),
    arguments: [0, 1, 2, 28, 44, 89, 93, 110, 124, 134, 138])
  @LoopActor func oracle(seed: UInt64) async throws {
    var random = SeededGenerator(seed: seed)
    let plain = ["a.service", "b-c.service", "b-d.service"]
    let templates = ["g@.service", "h-i@.service"]
    let names = plain + templates + ["g@1.service", "h-i@1.service"]
    var lines: [String] = ["opt/x.service"]
    for folder in ["etc", "run", "lib"] {
      for name in names {
        // Aliases lead down the list only, so that there is no circle.
        let isInstance = !plain.contains(name) && !templates.contains(name)
        let later =
          isInstance ? [] : (plain.contains(name) ? plain : templates).drop { $0 != name }.dropFirst()
        switch Int.random(in: 0..<12, using: &random) {
        case 0...2: lines.append("\(folder)/\(name)")
        case 3: lines.append("\(folder)/\(name) (empty)")
        case 4: lines.append("\(folder)/\(name) -> /dev/null")
        case 5: lines.append("\(folder)/\(name) -> @/opt/x.service")
        case 6: lines.append("\(folder)/\(name) -> @/lib/\(name)")
        case 7, 8: later.randomElement(using: &random).map { lines.append("\(folder)/\(name) -> \($0)") }
        default: break
        }
      }
      for dropIn in names + ["service", "b-.service", "h-@.service", "h-.service"]
      where Int.random(in: 0..<3, using: &random) == 0 {
        lines.append("\(folder)/\(dropIn).d/\(Int.random(in: 1...4, using: &random)).conf")
      }
    }
    // lib/x -> lib/x would be a link to itself.
    lines.removeAll { line in line.hasPrefix("lib/") && line.contains("-> @/lib/") }
    let tree = try UnitTree(lines)
    for unit in plain + ["g@1.service", "h-i@1.service"] {
      let found = try UnitSearch(searchPath: tree.searchPath).locate(UnitName(unit))
      let wanted = try await Self.systemdsAnswer(unit, tree)
      if let wanted, wanted.isMasked {
        #expect(found.isMasked, "\(unit) in \(lines)")
      } else if let wanted {
        #expect(found == wanted, "\(unit) in \(lines)")
      } else {
        #expect(found.fragmentPath == nil, "systemd loads nothing for \(unit) in \(lines)")
      }
    }
  }
}

/// Cuts what arrives at a pipe into lines.
@LoopActor
private final class LineReader {
  private var source: DescriptorSource?
  private var rest: [UInt8] = []
  private let ended = Inbox<Bool>()
  private let lines: Inbox<String>

  init(_ readEnd: Int32, _ lines: Inbox<String>) throws {
    self.lines = lines
    source = try DescriptorSource(readEnd, for: .readable) { [unowned self] _ in
      var bytes = [UInt8](repeating: 0, count: 65_536)
      let count = unsafe read(readEnd, &bytes, bytes.count)
      guard count > 0 else {
        source?.cancel()
        return ended.put(true)
      }
      rest += bytes.prefix(count)
    }
  }

  func finish() async throws {
    _ = try await ended.next()
    for line in rest.split(separator: UInt8(ascii: "\n")) { lines.put(String(decoding: line, as: UTF8.self)) }
  }
}
