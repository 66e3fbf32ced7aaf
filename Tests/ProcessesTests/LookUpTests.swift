import Glibc
import Processes
import Testing

@Suite("Looking up")
struct LookUpTests {
  @Test("a user finds its numbers and its home")
  func user() throws {
    let identity = try Identity.look(up: "root", group: nil)
    #expect(identity.uid == 0 && identity.gid == 0)
    #expect(identity.name == "root" && identity.home == "/root" && identity.shell?.isEmpty == false)
    #expect(identity.groups.contains(0))
    #expect(try Identity.look(up: "0", group: nil) == identity)
  }

  @Test("groups adds them to the user's own")
  func groups() throws {
    let identity = try Identity.look(up: "root", group: "daemon", supplementary: ["12345", "sys"])
    #expect(identity.gid == 1)
    #expect(identity.groups.contains(12345) && identity.groups.contains(3))
  }

  @Test("an unknown user or group is an error that names it")
  func unknown() {
    let user = #expect(throws: SpawnError.self) { try Identity.look(up: "no-such-user", group: nil) }
    #expect(user?.step == .user && user?.errno == ENOENT && user?.exitCode == 217)
    #expect(user?.description.contains("no-such-user") == true)
    let group = #expect(throws: SpawnError.self) { try Identity.look(up: "root", group: "no-such-group") }
    #expect(group?.step == .group && group?.exitCode == 216)
    let extra = #expect(throws: SpawnError.self) {
      try Identity.look(up: "root", group: nil, supplementary: ["no-such-group"])
    }
    #expect(extra?.value == "no-such-group")
  }

  @Test("a number without an entry needs a group with it")
  func number() throws {
    let error = #expect(throws: SpawnError.self) { try Identity.look(up: "3999999", group: nil) }
    #expect(error?.step == .group && error?.description.contains("Group=") == true)
    let identity = try Identity.look(up: "3999999", group: "3999998")
    #expect(identity == Identity(uid: 3_999_999, gid: 3_999_998, groups: [3_999_998]))
  }

  @Test("a command with a slash leaves it as it is")
  func slash() throws {
    #expect(try ProgramSearch.resolve(bytes("./x/y"), path: "/bin") == "./x/y")
  }

  @Test("a command searches the path in its order and passes by folders")
  func search() throws {
    let path = try makeFile("#!/bin/sh\n", mode: 0o755)
    defer { removeFile(path) }
    let folder = String(path.dropLast("/file".count))
    #expect(try ProgramSearch.resolve(bytes("file"), path: "/nonexistent:\(folder):/bin") == path)
    #expect(try ProgramSearch.resolve(bytes("sh"), path: nil).hasSuffix("/sh"))
    // /usr has a folder "bin", which is no program.
    #expect(throws: SpawnError.self) { try ProgramSearch.resolve(bytes("bin"), path: "/usr") }
  }

  @Test("a command that is nowhere says what was searched")
  func nowhere() throws {
    let error = #expect(throws: SpawnError.self) {
      try ProgramSearch.resolve(bytes("no-such-command"), path: "/bin:/usr/bin")
    }
    #expect(error?.errno == ENOENT && error?.exitCode == 203)
    #expect(error?.description.contains("(/bin:/usr/bin)") == true)
    #expect(throws: SpawnError.self) { try ProgramSearch.resolve([], path: nil) }
    #expect(throws: SpawnError.self) { try ProgramSearch.resolve([0xff], path: nil) }
  }

  @Test("a command without execute permission says which file it is")
  func noPermission() throws {
    let path = try makeFile("", mode: 0o644)
    defer { removeFile(path) }
    let error = #expect(throws: SpawnError.self) {
      try ProgramSearch.resolve(bytes("file"), path: "/nonexistent:" + path.dropLast("/file".count))
    }
    #expect(error?.errno == EACCES && error?.value == path)
  }
}
