import Supervision

/// The text of `upkeep-run --help`, whose list of flags is made from the policy's keys.
enum RunnerHelp {
  /// The whole text, with a newline at its end.
  static var text: String {
    """
    upkeep-run [OPTIONS] [--] COMMAND [ARGUMENT...]
    upkeep-run [OPTIONS] --unit-file FILE

    Runs a command as a well-behaved service: tells systemd when it is ready, pings the watchdog only while it is
    healthy, restarts it with growing waits and ends all of its processes when it stops. Works without systemd too.

    Under systemd the policy is read from the section [X-Upkeep] of the unit that upkeep-run is the main process of.
    Each of its keys is an option here; options win over drop-ins, and drop-ins over the unit file.

    Options:
      -h, --help                        Show this text.
          --version                     Show what was built; with -o json as JSON.
      -o, --output text|json            How --version answers.
      -q, --quiet                       Write events to the journal only.
          --explain FILE                Say in sentences what the policy of this unit file will do.
          --unit-file FILE              Take policy and command from this unit file, without systemd.

    Policy:
    \(PolicyKey.all.map(line).joined(separator: "\n"))

    Probes: http://HOST[:PORT]/PATH, https://..., http+unix:/SOCKET:/PATH, tcp://HOST:PORT,
    grpc://HOST:PORT[/SERVICE], grpcs://..., unix:/PATH, dbus:NAME, exec:/PROGRAM ARGUMENTS,
    notify (the command's own READY=1), heartbeat:file:/PATH, heartbeat:fifo:/PATH, heartbeat:notify (WATCHDOG=1).

    Signals: SIGTERM stops, SIGINT stops at once and a second one kills, SIGHUP reads the policy anew,
    SIGCONT ends the wait before a restart; SIGUSR1, SIGUSR2, SIGWINCH, SIGQUIT and the real-time signals go to
    the command.

    Exit codes: 0 after a stop; the command's own when it ended for good, 128+N after signal N; 64 wrong usage,
    71 no resources, 78 wrong policy; 200 working folder, 203 not executable, 205 limits, 216 group, 217 user.

    Examples:
      upkeep-run --readiness-probe http://127.0.0.1:8080/health -- /usr/bin/myapp --port 8080
      upkeep-run --liveness-probe tcp://127.0.0.1:6379 --limit nofile=4096:8192 -- redis-server
      upkeep-run --unit-file ./myapp.service

    """
  }

  private static func line(_ key: PolicyKey) -> String {
    let flag = "      --\(key.flag) \(key.placeholder)"
    let padding =
      flag.count < 40
      ? String(repeating: " ", count: 40 - flag.count) : "\n" + String(repeating: " ", count: 40)
    let standard = key.defaultText.isEmpty ? "" : " [\(key.defaultText)]"
    return flag + padding + key.summary + standard
  }
}
