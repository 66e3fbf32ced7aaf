import Testing
import UnitDesign
import UnitFiles

@Suite("A finding of the linter")
struct LintPlaceTests {
  /// A unit's text, the rule that finds something in it, and where.
  struct Case: Sendable, CustomTestStringConvertible {
    var text: String
    var place: String
    init(_ place: String, _ lines: String...) {
      text = lines.joined(separator: "\n") + "\n"
      self.place = place
    }
    var testDescription: String { "\(place): \(text)" }
  }

  static let start = "ExecStart=/usr/bin/server"

  static let bad: [Case] = [
    Case("L01 2:11", "[Service]", "ExecStart=./server"),
    Case("L01 2:12", "[Service]", "ExecStart=-bin/server"),
    Case("L02 2:11", "[Service]", "ExecStart=server"),
    Case("L03 2:27", "[Service]", "ExecStart=/usr/bin/server > /x"),
    Case("L03 2:27", "[Service]", "ExecStart=/usr/bin/server 2>&1"),
    Case("L03 2:27", "[Service]", "ExecStart=/usr/bin/server && /bin/true"),
    Case("L03 2:27", "[Service]", "ExecStart=/usr/bin/server | /usr/bin/logger"),
    Case("L04 2:30", "[Service]", "ExecStart=/usr/bin/server -h `hostname`"),
    Case("L05 2:27", "[Service]", "ExecStart=/usr/bin/server ~/data"),
    Case("L06 2:11", "[Service]", "ExecStart=A=b /usr/bin/server"),
    Case("L06 2:14", "[Service]", "ExecStartPre=export A=b", start),
    Case("L07 2:11", "[Service]", "ExecStart=/srv/app"),
    Case("L07 2:11", "[Service]", "ExecStart=/etc/nothing"),
    Case("L08 2:11", "[Service]", "ExecStart=\"/opt/it's\""),
    Case("L09 2:29", "[Service]", "ExecStart=/usr/bin/server a/%z"),
    Case("L09 2:17", "[Service]", "Environment=A=50%25", start),
    Case("L10 2:27", "[Service]", "ExecStart=/usr/bin/server $NOTHING"),
    Case("L10 3:30", "[Service]", "Environment=PORT=1", "ExecStart=/usr/bin/server -p ${PROT}"),
    Case("L11 2:30", "[Service]", "ExecStart=/usr/bin/server -a \"b c"),
    Case("L11 3:20", "[Service]", start, "StateDirectory=a b/\\q"),
    Case("L16 3:15", "[Service]", start, "Environment=A=%r/b"),
    Case("L11 2:28", "[Service]", "ExecStart=/usr/bin/server a\\d"),
    Case("L11 2:17", "[Service]", "ReadWritePaths=-\"/x", start),
    Case("L12 3:1", "[Service]", "ExecStart=/usr/bin/server \\", "User=app"),
    Case("L12 4:1", "[Service]", "ExecStart=/usr/bin/server \\", "--port 80 \\", "[Install]"),
    Case("L13 3:16", "[Service]", start, "RestartSec=5s  # five"),
    Case("L13 2:27", "[Service]", "ExecStart=/usr/bin/server # the server"),
    Case("L14 3:1", "[Service]", start, "StartLimitIntervalSec=5"),
    Case("L14 2:1", "[Unit]", "ExecStart=/usr/bin/server"),
    Case("L14 3:1", "[Service]", start, "WantedBy=multi-user.target"),
    Case("L14 3:1", "[Service]", start, "ListenStream=80"),
    Case("L14 3:1", "[Timer]", "OnCalendar=daily", "ExecStart=/bin/true"),
    Case("L15 3:1", "[Service]", start, "restart=always"),
    Case("L15 3:1", "[service]", "Nice=5", "[Servise]"),
    Case("L15 1:1", "[Sockets]", "ListenStream=80"),
    Case("L16 3:1", "[Service]", start, "StartLimitInterval=10"),
    Case("L16 3:16", "[Service]", start, "StandardOutput=syslog"),
    Case("L16 2:7", "[Unit]", "After=syslog.target"),
    Case("L17 3:6", "[Service]", start, "Type=notify-reload"),
    Case("L18 3:1", "[Service]", start, "RestartSteps=5"),
    Case("L19 3:21", "[Service]", start, "AmbientCapabilities=NET_BIND_SERVICE"),
    Case("L20 3:39", "[Service]", start, "SystemCallFilter=@system-service read @nope"),
    Case("L20 3:25", "[Service]", start, "RestrictAddressFamilies=INET"),
    Case("L21 3:7", "[Service]", start, "Group=nosuchgroup"),
    Case("L21 3:25", "[Service]", start, "SupplementaryGroups=app nosuch"),
    Case("L22 2:1", "[Service]", start), Case("L23 3:6", "[Service]", start, "User=nobody"),
    Case("L24 4:6", "[Service]", start, "DynamicUser=yes", "User=root"),
    Case("L25 2:38", "[Service]", "ExecStart=/usr/bin/server --data-dir=/srv/data", "DynamicUser=yes"),
    Case("L26 3:18", "[Service]", start, "WorkingDirectory=srv/app"),
    Case("L26 3:18", "[Service]", start, "WorkingDirectory=/nowhere"),
    Case("L26 3:15", "[Service]", start, "RootDirectory='/srv/app'"),
    Case("L27 3:19", "[Service]", start, "LogsDirectory=app ../x"),
    Case("L28 3:17", "[Service]", start, "EnvironmentFile=/etc/none"),
    Case("L29 3:21", "[Service]", start, "Environment=A=b c=d e"),
    Case("L29 3:13", "[Service]", start, "Environment=export A=b"),
    Case("L29 3:13", "[Service]", start, "Environment=PATH=$PATH:/opt/bin"),
    Case("L30 3:14", "[Service]", start, "Environment=\"API_TOKEN=abc def\""),
    Case("L31 2:6", "[Service]", "Type=forking", start),
    Case("L32 4:9", "[Service]", "Type=forking", start, "PIDFile=/tmp/x.pid"),
    Case("L33 2:27", "[Service]", "ExecStart=/usr/bin/server --background"),
    Case("L34 3:1", "[Service]", start, "WatchdogSec=5"),
    Case("L35 4:14", "[Service]", "Type=notify", start, "NotifyAccess=none"),
    Case("L36 2:6", "[Service]", "Type=dbus", start),
    Case("L36 4:9", "[Service]", "Type=oneshot", start, "Restart=always"),
    Case("L37 3:9", "[Service]", start, "Restart=on-failure"),
    Case("L38 3:1", "[Service]", start, "RestartMaxDelaySec=1min"),
    Case("L39 3:10", "[Service]", start, "KillMode=process"),
    Case("L40 2:11", "[Service]", "ExecStart=/usr/bin/sudo /usr/bin/server"),
    Case("L41 3:10", "[Service]", start, "ExecStop=/bin/kill -TERM $MAINPID"),
    Case("L42 2:10", "[Unit]", "Requires=base.service", "[Service]", start),
    Case("L42 2:10", "[Unit]", "Requires=gone.service", "[Service]", start),
    Case("L43 3:1", "[Service]", start, "[Install]"),
    Case("L43 4:7", "[Service]", start, "[Install]", "Alias=web"),
    Case("L44 3:13", "[Service]", start, "LimitNOFILE=infinity"),
    Case("L45 3:1", "[Service]", "ExecStart=/usr/bin/node /srv/app/x.js", "MemoryDenyWriteExecute=yes"),
    Case("L46 2:34", "[Service]", "ExecStart=/usr/bin/server --bind 0.0.0.0:443", "DynamicUser=yes"),
    Case(
      "L47 2:27", "[Service]", "ExecStart=/usr/bin/server --listen=:8080", "RestrictAddressFamilies=AF_UNIX"),
    Case("L48 2:11", "[Service]", "ExecStart=/home/app/server", "ProtectHome=tmpfs"),
    Case("L49 3:15", "[Service]", start, "ProtectSystem=strict"),
    Case("L50 3:15", "[Service]", start, "ReadOnlyPaths=/no"),
    Case("L51 3:9", "[Service]", start, "PIDFile=/tmp/x.pid", "PrivateTmp=yes"),
    Case("L52 3:18", "[Service]", start, "SystemCallFilter=~@resources"),
    Case("L53 4:1", "[Service]", start, "User=app", "LockPersonality=yes"),
    Case("L54 3:1", "[Service]", start, "RestrictFileSystems=ext4"),
    Case("L55 4:16", "[Service]", start, "IPAddressDeny=any", "IPAddressAllow=any"),
    Case("L56 1:1", "ExecStart=/usr/bin/server"), Case("L57 3:9", "[Service]", start, "Restart=sometimes"),
    Case("L57 3:12", "[Service]", start, "PrivateTmp=maybe"),
    Case("L57 3:13", "[Service]", start, "LimitNOFILE=8192:4096"),
    Case("L57 3:7", "[Service]", start, "UMask=0999"),
    Case("L57 3:12", "[Service]", start, "KillSignal=SIGNOPE"),
    Case("L57 3:6", "[Service]", start, "Nice=50"),
    Case("L57 2:15", "[Unit]", "Documentation=www.example.org"),
    Case("L57 2:7", "[Unit]", "After=network"), Case("L57 3:13", "[Service]", start, "MemoryMax=5 apples"),
    Case("L57 3:23", "[Service]", start, "SuccessExitStatus=1 2 300"),
    Case("L58 3:1", "[Service]", start, "Nice=1", "Nice=2"),
    Case("L59 3:1", "[Service]", start, "RuntimeDirectoryMode=0755"),
    Case("L60 2:7", "[Unit]", "After=example.service", "[Service]", start),
    Case(
      "L63 5:1", "[Service]", "Type=notify", "ExecStart=/usr/bin/upkeep-run /usr/bin/server", "[X-Upkeep]",
      "Nonsense=1"),
    Case("L64 2:11", "[Service]", start, "[X-Upkeep]", "RestartDelayMaxSec=5s"),
    Case("L65 2:11", "[Service]", "ExecStart=/usr/bin/upkeep-run -- /usr/bin/server"),
    Case("L66 1:1", "[Service]", "User=app"), Case("L66 1:1", "[Socket]", "Accept=yes"),
    Case("L66 1:1", "[Path]", "MakeDirectory=yes"),
    Case("L66 3:7", "[Mount]", "What=/dev/sda1", "Where=/srv/data"),
    Case("L67 2:27", "[Service]", "ExecStart=/usr/bin/server %I"),
    Case("L68 1:1", "# upkeep-lint: ignore nothing", "[Service]", start),
  ]

  @Test("stands where the mistake is", arguments: bad)
  func place(_ example: Case) {
    let found = places(lint(example.text))
    #expect(found.contains(example.place), "\(found)")
  }

  /// Texts in which a rule must find nothing, though they come near.
  static let good: [Case] = [
    Case("L02", "[Service]", "ExecStart=/usr/bin/server"),
    Case("L03", "[Service]", "ExecStart=/bin/sh -c 'a > b && c | d'"),
    Case("L03", "[Service]", "ExecStart=/usr/bin/server '>' \"|\""),
    Case("L04", "[Service]", "ExecStart=/bin/sh -c 'echo $(date)'"),
    Case("L05", "[Service]", "ExecStart=/usr/bin/server --exclude=*.log 'a?b' http://x/?y"),
    Case("L05", "[Service]", "ExecStart=/usr/bin/server --deviceglob /dev/input/event*"),
    Case("L06", "[Service]", "ExecStart=/usr/bin/server A=b"),
    Case("L09", "[Service]", "ExecStart=/usr/bin/server %n %i %% 50%"),
    Case("L09", "[Service]", start, "CPUQuota=50%", "TasksMax=10%", "MemoryMax=50%"),
    Case("L09", "[Service]", start, "StateDirectory=%p-%i"),
    Case("L10", "[Service]", "Environment=A=b", "ExecStart=/usr/bin/server $A ${A}"),
    Case("L10", "[Service]", "ExecStart=/bin/sh -c 'for i in 1; do echo $i; done'"),
    Case("L10", "[Service]", "ExecStart=:/usr/bin/server $A"),
    Case("L10", "[Service]", "ExecStart=/usr/bin/server $$A $HOME ${RUNTIME_DIRECTORY}/x"),
    Case("L10", "[Service]", start, "ExecReload=/bin/kill -HUP $MAINPID"),
    Case("L11", "[Service]", "ExecStart=/bin/sh -c 'a\\tb \\x41 \\; \\\\d'"),
    Case("L11", "[Service]", start, "StateDirectory=g/a\\:b:c", "ReadWritePaths=-/srv/a\\q"),
    Case("L25", "[Service]", "ExecStart=/usr/bin/python3 -u /srv/app/main.py", "DynamicUser=yes"),
    Case("L25", "[Service]", "ExecStart=/usr/bin/server --config /srv/app.toml", "DynamicUser=yes"),
    Case("L12", "[Service]", "ExecStart=/usr/bin/server \\", "  --port 8080 \\", "  NAME=value"),
    Case(
      "L13", "[Unit]", "Description=Server #1 # the best", "[Service]", "ExecStart=/usr/bin/server '#' a#b"),
    Case("L14", "[Service]", start, "[Install]", "WantedBy=multi-user.target"),
    Case("L14", "[X-Other]", "Restart=always", "[Service]", start),
    Case("L15", "[Service]", start, "X-Custom=1", "[X-Any]", "Anything=1"),
    Case("L16", "[Service]", start, "MemoryMax=1G"),
    Case("L17", "[Service]", start, "PrivateTmp=yes", "PrivateTmp=disconnected"),
    Case("L19", "[Service]", start, "CapabilityBoundingSet=~cap_sys_admin CAP_CHOWN"),
    Case(
      "L20", "[Service]", start, "SystemCallFilter=~@privileged mount:EPERM",
      "RestrictAddressFamilies=~AF_PACKET"),
    Case("L21", "[Service]", start, "DynamicUser=yes", "User=whoever"),
    Case("L21", "[Service]", start, "User=%i", "Group=1000"),
    Case("L22", "[Service]", start, "User=root"), Case("L22", "[Service]", "Type=oneshot", start),
    Case(
      "L25", "[Service]", "ExecStart=/usr/bin/server /var/lib/app/x", "DynamicUser=yes", "StateDirectory=app"),
    Case("L26", "[Service]", start, "WorkingDirectory=~", "RootDirectory=/"),
    Case("L26", "[Service]", start, "WorkingDirectory=-/none"),
    Case("L26", "[Service]", start, "WorkingDirectory=/var/lib/new/x", "StateDirectory=new"),
    Case("L27", "[Service]", start, "StateDirectory=a a/b:c"),
    Case("L28", "[Service]", start, "EnvironmentFile=-/etc/none", "EnvironmentFile=/etc/%i"),
    Case("L28", "[Unit]", "ConditionPathExists=/etc/none", "[Service]", start, "EnvironmentFile=/etc/none"),
    Case("L29", "[Service]", start, "Environment=A=b \"C=d e\" 'F=g h' I="),
    Case("L30", "[Service]", start, "Environment=PASSWORD_FILE=/x TOKEN=/run/t KEYMAP=de MONKEY=1"),
    Case("L31", "[Service]", "Type=forking", start, "PIDFile=/run/x.pid"),
    Case("L33", "[Service]", "ExecStart=/usr/bin/server --daemonize no"),
    Case("L33", "[Service]", "Type=forking", "ExecStart=/usr/bin/server --daemonize"),
    Case("L34", "[Service]", "Type=notify", start, "WatchdogSec=5"),
    Case("L34", "[Service]", start, "WatchdogSec=0"),
    Case("L35", "[Service]", "Type=notify", start, "RestrictAddressFamilies=~AF_INET"),
    Case("L36", "[Service]", "Type=oneshot", start, start, "Restart=on-failure"),
    Case("L37", "[Service]", start, "Restart=always", "RestartSec=1"),
    Case("L37", "[Unit]", "StartLimitIntervalSec=0", "[Service]", start, "Restart=always"),
    Case(
      "L37", "[Service]", "Type=notify", "ExecStart=/usr/bin/upkeep-run -- /usr/bin/server", "Restart=always"),
    Case("L38", "[Service]", start, "RestartSteps=0"),
    Case("L41", "[Service]", start, "ExecReload=/bin/kill -HUP $MAINPID"),
    Case("L42", "[Unit]", "After=base.service", "Requires=base.service dev-sda.device x.slice"),
    Case("L43", "[Service]", start, "[Install]", "Alias=web.service", "WantedBy=multi-user.target"),
    Case("L44", "[Service]", "# See web.service.d/limits.conf", start),
    Case("L45", "[Service]", "ExecStart=/usr/bin/node --jitless x.js", "MemoryDenyWriteExecute=yes"),
    Case("L46", "[Service]", "ExecStart=/usr/bin/server --port 80"),
    Case("L46", "[Service]", "ExecStart=/usr/bin/server --port 8080 --timeout 5", "User=app"),
    Case("L48", "[Service]", "ExecStart=/home/app/server", "ProtectHome=read-only"),
    Case("L48", "[Service]", "ExecStart=/home/app/server", "ProtectHome=yes", "BindReadOnlyPaths=/home/app"),
    Case(
      "L50", "[Service]", start, "ReadWritePaths=-/no /run/x", "StateDirectory=y", "ReadOnlyPaths=/var/lib/y"),
    Case("L52", "[Service]", start, "SystemCallFilter=~@resources", "SystemCallErrorNumber=EPERM"),
    Case("L53", "[Service]", start, "User=app", "LockPersonality=no"),
    Case("L53", "[Service]", start, "LockPersonality=yes"),
    Case("L57", "[Unit]", "Documentation=man:x(1) https://example.org", "After=a@%i.service"),
    Case(
      "L57", "[Service]", start, "TimeoutStopSec=1min 30s", "KillSignal=RTMIN+3", "UMask=077",
      "CPUWeight=idle", "Nice=-5"),
    Case(
      "L57", "[Service]", start, "MemoryMax=50%", "TasksMax=infinity", "LimitNOFILE=1024:infinity",
      "StandardOutput=append:/x"),
    Case(
      "L57", "[Service]", start, "IOSchedulingClass=2", "OOMScoreAdjust=-1000", "PrivateUsers=yes",
      "Restart=no"),
    Case("L58", "[Service]", start, "RestartSec=", "RestartSec=5"),
    Case("L58", "[Service]", start, "Environment=A=1", "Environment=B=2"),
    Case("L59", "[Service]", start, "Restart=always", "RestartSec=5"),
    Case("L66", "[Unit]", "SuccessAction=reboot", "[Service]", "Type=oneshot"),
    Case("L67", "[Unit]", "Description=100%% of %n", "[Service]", start, "[Install]", "DefaultInstance=%i"),
  ]

  @Test("is not made where there is no mistake", arguments: good)
  func noFinding(_ example: Case) {
    let found = lint(example.text).filter { $0.rule == example.place }
    #expect(found.isEmpty, "\(found)")
  }
}
