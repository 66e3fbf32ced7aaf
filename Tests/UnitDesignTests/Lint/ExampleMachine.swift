import UnitDesign
import UnitFiles

/// A machine that holds what the examples of the rules name.
struct ExampleMachine: Surroundings {
  var files: [String: FileFacts] = [:]
  var contents: [String: String] = [:]
  var users: Set<String> = ["app", "root", "nobody"]
  var units: Set<String> = [
    "other.service", "multi-user.target", "network-online.target", "network.target", "example.service",
    "base.service",
  ]
  var unitFileMode: UInt32 = 0o644
  let systemdVersion: Int? = 252

  init() {
    let programs = [
      "/usr/bin/server", "/srv/app/bin/server", "/usr/bin/java", "/usr/bin/upkeep-run", "/bin/sh",
      "/usr/bin/sudo",
      "/bin/kill", "/opt/its/server", "/home/app/server", "/usr/bin/node", "/usr/bin/server.sh",
    ]
    for path in programs { files[path] = FileFacts(kind: .file, mode: 0o755, size: 4096) }
    for path in ["/srv/app", "/var/lib/app", "/etc"] { files[path] = FileFacts(kind: .folder, mode: 0o755) }
  }

  func file(at path: String) -> FileFacts? { files[path] }
  func unitFile(at path: String) -> FileFacts? { FileFacts(kind: .file, mode: unitFileMode) }
  func beginning(of path: String, count: Int) -> [UInt8]? {
    if let text = contents[path] { return Array(text.utf8.prefix(count)) }
    return files[path]?.isExecutable == true ? [0x7f, 0x45, 0x4c, 0x46, 0x02] : nil
  }
  func hasUser(_ name: String) -> Bool? { users.contains(name) }
  func hasGroup(_ name: String) -> Bool? { users.contains(name) }
  func hasUnit(_ name: String) -> Bool? { units.contains(name) }
}

/// The findings in one text, as a service unless it has the section of another type.
func lint(
  _ text: String, name: String? = nil, machine: ExampleMachine = ExampleMachine(), version: Int = 252,
  isUser: Bool = false, only: Set<String> = [], ignored: Set<String> = [],
  folder: String = "/etc/systemd/system"
) -> [Finding] {
  let types = ["timer", "socket", "mount", "path", "swap", "automount", "slice"]
  let type = types.first { text.contains("[\($0.prefix(1).uppercased() + $0.dropFirst())]") } ?? "service"
  let name = name ?? "example.\(type)"
  let file = UnitFile(parsing: Array(text.utf8), path: "\(folder)/\(name)")
  return Lint.findings(
    in: Unit(name: name, files: [file]),
    context: LintContext(
      surroundings: machine, version: version, isUser: isUser, ignored: ignored, only: only))
}

/// What is found: the rules with their lines and columns, `L09 2:11`.
func places(_ findings: [Finding]) -> [String] {
  findings.map { "\($0.rule) \($0.position.line):\($0.position.column)" }
}
