import Testing

@testable import UnitDesign

@Suite("A request that makes no sense")
struct DesignRefusalTests {
  @Test(
    "is refused with the option, the value and the fix",
    arguments: [
      ("--exec /usr/bin/myapp --limit nofile=9:4", "--limit nofile=9:4: ", "SOFT:HARD"),
      ("--exec /usr/bin/myapp --alow jit", "'--alow'", "'--allow'"),
      ("--exec /usr/bin/myapp --allow jti", "--allow jti: ", "'jit'"),
      ("--exec /usr/bin/myapp --allow write=srv", "--allow write=srv: ", "write=PATH"),
      ("--exec /usr/bin/myapp --allow jit=1", "--allow jit=1: ", "without '=1'"),
      ("--exec /usr/bin/myapp --runtime nod", "--runtime nod: ", "'node'"),
      ("--exec /usr/bin/myapp --restart alway", "--restart alway: ", "'always'"),
      ("--exec /usr/bin/myapp --user nobody", "--user nobody: ", "leave --user out"),
      ("--exec /usr/bin/myapp --schedule dayly", "--schedule dayly: ", "'daily'"),
      ("--exec /usr/bin/myapp --listen 99999", "--listen 99999: ", "ADDRESS:PORT"),
      ("--exec /usr/bin/myapp --ready localhost:80", "--ready localhost:80: ", "tcp://HOST:PORT"),
      ("--exec /usr/bin/myapp --environment 1A=b", "--environment 1A=b: ", "no digit first"),
      ("--exec /usr/bin/myapp --name a --name b", "--name: ", "once"),
      ("--exec /usr/bin/myapp --systemd 7", "--systemd 7: ", "auto"),
      ("--exec /usr/bin/myapp --cpu-quota 1.5", "--cpu-quota 1.5: ", "'200%'"),
      ("--exec /usr/bin/myapp --start-limit 5", "--start-limit 5: ", "'5/10min'"),
      ("--exec /usr/bin/myapp --name x@y", "--name x@y: ", "'x@'"),
      ("--exec bin/myapp", "'bin/myapp'", "not absolute"),
      ("--exec nothing-here", "'nothing-here'", "absolute path"),
      ("--name x", "no command", "--exec COMMAND"),
      ("--exec /usr/bin/myapp -- /usr/bin/node", "--: ", "once"),
      ("--exec", "--exec: ", "COMMAND"), ("stray", "'stray'", "--exec"),
      ("--exec /usr/bin/nginx", "background", "-g 'daemon off;'"),
      ("--exec /tmp/run", "'/tmp/run'", "install it elsewhere"),
      ("--exec /usr/bin/myapp --allow home-write", "--allow home-write: ", "--user NAME"),
      ("--exec /usr/bin/myapp --allow jit --profile off", "--allow jit: ", "leave one"),
      ("--exec /usr/bin/myapp --allow network-out --network none", "--network none: ", "leave one"),
      ("--exec /usr/bin/myapp --ready notify --wrapper no", "--ready: ", "drop one"),
      ("--exec /usr/bin/myapp --ready notify --schedule daily", "--ready: ", "timer"),
      ("--exec /usr/bin/myapp --ready notify --type exec", "--type exec: ", "leave it out"),
      ("--exec /usr/bin/myapp --schedule daily --type exec", "--type exec: ", "oneshot"),
      ("--exec /usr/bin/myapp --schedule daily --restart always", "--restart always: ", "on-failure"),
      ("--exec-raw -/usr/bin/myapp --ready notify", "--exec-raw: ", "--wrapper no"),
      ("--exec /usr/bin/myapp --scope user --user x", "--user: ", "leave it out"),
      ("--drop-in a.service --name b", "--name: ", "leave it out"),
      ("--drop-in a.socket", "'a.socket'", "services only"),
    ])
  func refused(line: String, start: String, fix: String) {
    let said = DesignPlans.refusal(line)
    #expect(said.contains(start), "\(said)")
    #expect(said.contains(fix), "\(said)")
    #expect(!said.contains("\n"))
  }

  @Test(
    "is asked nothing that a unit file cannot say",
    arguments: [
      "--description", "--state-directory", "--working-directory", "--environment-file", "--documentation",
    ])
  func unrepresentable(option: String) {
    for value in ["x\\", "a\nb", " lead", ""] {
      let words = ["--exec", "/usr/bin/myapp", option, value].map { Array($0.utf8) }
      do {
        let plan = try DesignPlans.plan(words)
        // A folder's name may begin with a blank or end in a backslash; then it is read back as it is.
        #expect(option == "--state-directory", "\(value.debugDescription): \(plan.text())")
      } catch {
        #expect("\(error)".hasPrefix(option), "\(error)")
      }
    }
  }
}
