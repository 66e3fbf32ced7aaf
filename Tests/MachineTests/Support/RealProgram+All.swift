extension RealProgram {
  /// Where `layers/programs/servers` is on the machine.
  private static let servers = "/usr/local/lib/servers"

  /// Every program, each with a port of its own.
  static let all = interpreters + compilers + daemons + privileged + activated + wrapped

  private static let interpreters = [
    RealProgram(
      "real-python", "/usr/bin/python3 -m http.server 18601 --bind 127.0.0.1 --directory \(servers)/www",
      user: nil, port: 18601, check: [get("127.0.0.1:18601/hello.txt", "hello from upkeep\n")]),
    RealProgram(
      "real-php", "/usr/bin/php -S 127.0.0.1:18609 -t \(servers)/www", port: 18609,
      check: [get("127.0.0.1:18609/index.php", "php ell 42\n")]),
    RealProgram(
      "real-ruby", "/usr/bin/ruby -run -e httpd -- \(servers)/www -p 18610 -b 127.0.0.1", user: nil,
      port: 18610, check: [get("127.0.0.1:18610/hello.txt", "hello from upkeep\n")]),
    RealProgram(
      "real-looper", "\(servers)/looper", user: nil, options: ["--state-directory", "real-looper"],
      plain: ["StateDirectory=real-looper"],
      check: [
        .line("count "),
        .run("test \"$(cat /var/lib/real-looper/count)\" -gt 0 && echo counts", prints: "counts\n"),
      ]),
  ]

  private static let compilers = [
    RealProgram(
      "real-node", "/usr/bin/node \(servers)/server.js 18607", port: 18607,
      check: [get("127.0.0.1:18607/hello", "node 11580000\n")]),
    RealProgram(
      "real-java", "/usr/bin/java \(servers)/Server.java 18608", user: nil, port: 18608,
      plain: ["SuccessExitStatus=143"], check: [get("127.0.0.1:18608/hello", "java 11580000\n")]),
    RealProgram(
      "real-swift", "\(servers)/server-swift 18613", user: nil, port: 18613,
      check: [get("127.0.0.1:18613/hello", "swift 579 0\n")]),
    RealProgram(
      "real-caddy", "/usr/bin/caddy file-server --listen 127.0.0.1:18611 --root \(servers)/www", port: 18611,
      check: [get("127.0.0.1:18611/hello.txt", "hello from upkeep\n")]),
  ]

  private static let daemons = [
    RealProgram(
      "real-redis", "/usr/bin/redis-server --port 18602 --bind 127.0.0.1 --dir /var/lib/real-redis",
      user: nil, port: 18602, options: ["--state-directory", "real-redis"],
      plain: ["StateDirectory=real-redis"],
      check: [
        .run(
          "redis-cli -p 18602 SET key value; redis-cli -p 18602 GET key; redis-cli -p 18602 BGSAVE",
          prints: "OK\nvalue\nBackground saving started\n"),
        .line("Background saving terminated with success"),
        .run("test -s /var/lib/real-redis/dump.rdb && echo saved", prints: "saved\n"),
      ]),
    RealProgram(
      "real-memcached", "/usr/bin/memcached -p 18603 -l 127.0.0.1", user: nil, port: 18603,
      check: [
        .run(
          "\(TestMachine.programs)/memcached-check 18603", prints: "STORED\nVALUE key 0 5 value END\n")
      ]),
    RealProgram(
      "real-nginx", "/usr/sbin/nginx -e stderr -c \(servers)/nginx.conf -g \"daemon off;\"", port: 18604,
      options: ["--state-directory", "real-nginx"], plain: ["StateDirectory=real-nginx"],
      check: [get("127.0.0.1:18604/hello.txt", "hello from upkeep\n")]),
    RealProgram(
      "real-haproxy", "/usr/sbin/haproxy -Ws -f \(servers)/haproxy.cfg", port: 18612,
      plain: ["Type=notify", "SuccessExitStatus=143"], check: [get("127.0.0.1:18612/", "haproxy")]),
    RealProgram(
      "real-postgres",
      "/usr/local/lib/postgresql/postgres -D /var/lib/real-postgres/data -c port=18615 "
        + "-c listen_addresses=127.0.0.1 -c unix_socket_directories=/var/lib/real-postgres",
      user: "postgres", port: 18615,
      options: [
        "--state-directory", "real-postgres", "--exec-pre", "\(servers)/initialize-postgres",
      ],
      plain: [
        "Type=notify", "StateDirectory=real-postgres", "ExecStartPre=\(servers)/initialize-postgres",
        "KillSignal=SIGINT",
      ],
      preparation: "ln -sfn /usr/lib/postgresql/*/bin /usr/local/lib/postgresql",
      check: [
        .run(
          "psql -h 127.0.0.1 -p 18615 -U postgres -qAt -f \(servers)/query.sql 2>&1",
          prints: "Workers Launched: 2\n400040000\n")
      ]),
  ]

  private static let privileged = [
    RealProgram(
      "real-low-port", "/usr/bin/python3 -m http.server 81 --bind 127.0.0.1 --directory \(servers)/www",
      port: 81, options: ["--allow", "low-ports"], plain: ["AmbientCapabilities=CAP_NET_BIND_SERVICE"],
      exposure: .lowPort, check: [get("127.0.0.1:81/hello.txt", "hello from upkeep\n")]),
    RealProgram(
      "real-nginx-root", "/usr/sbin/nginx -e stderr -c \(servers)/nginx-root.conf -g \"daemon off;\"",
      user: "root", port: 80, options: ["--state-directory", "real-nginx-root"],
      plain: ["StateDirectory=real-nginx-root"], exposure: .rootMaster,
      preparation: "install -d -o www-data -m 700 /var/lib/real-nginx-root/{body,proxy,fastcgi,uwsgi,scgi}",
      check: [get("127.0.0.1:80/hello.txt", "hello from upkeep\n"), nginxUsers]),
    // The first start makes those folders.
    RealProgram(
      "real-nginx-new", "/usr/sbin/nginx -e stderr -c \(servers)/nginx-new.conf -g \"daemon off;\"",
      user: "root", port: 82, options: ["--state-directory", "real-nginx-new", "--allow", "chown"],
      plain: ["StateDirectory=real-nginx-new"], exposure: .rootMasterWithFiles,
      check: [get("127.0.0.1:82/hello.txt", "hello from upkeep\n"), nginxUsers]),
  ]

  /// A master of root's and two workers that are not.
  private static let nginxUsers = Step.run(
    "ps -o user= -p \"$(paste -sd, /sys/fs/cgroup/system.slice/UNIT/cgroup.procs)\" | sort",
    prints: "root\nwww-data\nwww-data\n")

  private static let activated = [
    RealProgram(
      "real-activated", "\(servers)/activated.py", user: nil, port: 18617, listens: true, exposure: .socket,
      check: [get("127.0.0.1:18617/", "activated\n")]),
    RealProgram(
      "real-nginx-socket", "/usr/sbin/nginx -e stderr -c \(servers)/nginx-socket.conf -g \"daemon off;\"",
      port: 18606, options: ["--state-directory", "real-nginx-socket"],
      plain: ["StateDirectory=real-nginx-socket", "Environment=NGINX=3:;"], listens: true, exposure: .socket,
      check: [get("127.0.0.1:18606/hello.txt", "hello from upkeep\n")]),
  ]

  private static let wrapped = [
    RealProgram(
      "real-python-probed",
      "/usr/bin/python3 -m http.server 18618 --bind 127.0.0.1 --directory \(servers)/www", user: nil,
      port: 18618, options: ["--ready", "http://127.0.0.1:18618/hello.txt", "--watchdog", "20s"],
      check: [get("127.0.0.1:18618/hello.txt", "hello from upkeep\n")]),
    RealProgram(
      "real-node-probed", "/usr/bin/node \(servers)/server.js 18619", port: 18619,
      options: [
        "--ready", "tcp://127.0.0.1:18619", "--alive", "http://127.0.0.1:18619/alive", "--watchdog", "20s",
        "--limit", "nofile=512:4096",
      ],
      check: [get("127.0.0.1:18619/hello", "node 11580000\n")]),
    RealProgram(
      "real-java-probed", "/usr/bin/java \(servers)/Server.java 18620", port: 18620,
      options: ["--ready", "http://127.0.0.1:18620/", "--watchdog", "20s"],
      plain: ["SuccessExitStatus=143"], check: [get("127.0.0.1:18620/hello", "java 11580000\n")]),
  ]

  private static func get(_ address: String, _ body: String) -> Step {
    .run("curl -sS --max-time 60 http://\(address)", prints: body)
  }
}
