import Testing

@testable import UnitFiles

@Suite("UnitSearchPath")
struct UnitSearchPathTests {
  /// The orders were seen with `systemd-analyze verify` of systemd 252.
  @Test(
    "drop-in folders come with the one that counts most first",
    arguments: [
      ("foo.service", ["foo.service.d", "service.d"]),
      ("a-b-c.service", ["a-b-c.service.d", "a-b-.service.d", "a-.service.d", "service.d"]),
      ("a-b-.service", ["a-b-.service.d", "a-.service.d", "service.d"]),
      ("x@y.timer", ["x@y.timer.d", "x@.timer.d", "timer.d"]),
      ("x@.timer", ["x@.timer.d", "timer.d"]),
      (
        "foo-bar@x.service",
        [
          "foo-bar@x.service.d", "foo-bar@.service.d", "foo-.service.d", "foo-@x.service.d",
          "foo-@.service.d",
          "service.d",
        ]
      ),
      ("-.mount", ["-.mount.d", "mount.d"]),
    ])
  func folders(name: String, folders: [String]) throws {
    #expect(UnitSearchPath.dropInFolders(for: try UnitName(name)) == folders)
  }

  @Test("the search path counts before the name, the type's folder comes last")
  func folderPaths() throws {
    #expect(
      UnitSearchPath.dropInFolders(for: try UnitName("a-b.service"), in: ["/etc", "/usr"]) == [
        "/etc/a-b.service.d", "/etc/a-.service.d", "/usr/a-b.service.d", "/usr/a-.service.d",
        "/etc/service.d",
        "/usr/service.d",
      ])
  }

  @Test("of drop-ins with one name the first counts, and they apply sorted by name")
  func applied() {
    let found = [
      "/e/a.d/20.conf", "/e/a.d/B.conf", "/u/a.d/10-x.conf", "/u/a.d/20.conf", "/u/a.d/.x.conf",
      "/u/a.d/30.txt", "/u/a.d/b.conf", "/u/a.d/30.conf~",
    ]
    #expect(
      UnitSearchPath.appliedDropIns(found) == [
        "/u/a.d/10-x.conf", "/e/a.d/20.conf", "/e/a.d/B.conf", "/u/a.d/b.conf",
      ])
  }

  @Test("the system's folders are those that systemd lists")
  func system() {
    guard let listed = Files.output(of: "env -u SYSTEMD_UNIT_PATH systemd-analyze unit-paths", []) else {
      return print("systemd-analyze is missing: nothing compared")
    }
    let ours = UnitSearchPath.system.filter { $0 != "/lib/systemd/system" }
    #expect(listed.split(separator: "\n").map(String.init).filter { $0 != "/lib/systemd/system" } == ours)
  }

  @Test("a user's folders are those that systemd lists", arguments: [false, true])
  func user(setsAll: Bool) {
    let settings =
      setsAll
      ? "XDG_CONFIG_HOME=/ch XDG_CONFIG_DIRS=/c1:/c2 XDG_DATA_HOME=/dh XDG_DATA_DIRS=/d1:/usr/share"
      : "-u XDG_CONFIG_HOME -u XDG_CONFIG_DIRS -u XDG_DATA_HOME -u XDG_DATA_DIRS"
    let command =
      "env -u SYSTEMD_UNIT_PATH \(settings) HOME=/home/x XDG_RUNTIME_DIR=/run/user/7 systemd-analyze --user unit-paths"
    let ours = UnitSearchPath.user(
      home: "/home/x", runtimeDirectory: "/run/user/7", configHome: setsAll ? "/ch" : nil,
      dataHome: setsAll ? "/dh" : nil,
      configDirectories: setsAll ? ["/c1", "/c2"] : nil,
      dataDirectories: setsAll ? ["/d1", "/usr/share"] : nil)
    guard let listed = Files.output(of: command, []) else {
      return print("systemd-analyze is missing: nothing compared")
    }
    #expect(listed.split(separator: "\n").map(String.init) == ours)
  }
}
