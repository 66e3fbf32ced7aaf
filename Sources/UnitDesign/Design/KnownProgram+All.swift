extension KnownProgram {
  /// Every program that is known by its name, from the manuals of each.
  public static let all: [KnownProgram] =
    webServers + dataStores + network + workers + measuring + supervisors + hosts

  private static let webServers: [KnownProgram] = [
    KnownProgram(
      "nginx", background: .unless(["-g 'daemon off;'", "daemon off"]), role: .rootMaster,
      rootNeeds: [
        Need(.write, "/run"), Need(.write, "/var/log/nginx"), Need(.write, "/var/lib/nginx"),
      ], stop: "SIGQUIT", reload: "SIGHUP", socketVariable: "NGINX=",
      note:
        "a root nginx gives its folders to its workers when they are new: --allow chown, or make them before; "
        + "with a pid and logs of its own it needs no root, but --user and --allow low-ports"),
    KnownProgram(
      "apache2", "httpd", background: .unless(["-DFOREGROUND", "-D FOREGROUND", "-X"]), role: .rootMaster,
      rootNeeds: [Need(.write, "/run"), Need(.write, "/var/log/apache2")], stop: "SIGWINCH",
      reload: "SIGUSR1"),
    KnownProgram(
      "haproxy", readiness: .with(["-Ws"]), background: .with(["-D"]), role: .rootMaster,
      rootNeeds: [Need(.chroot), Need(.write, "/run")], reload: "SIGUSR2"),
    KnownProgram(
      "lighttpd", background: .unless(["-D"]), role: .rootMaster, rootNeeds: [Need(.write, "/run")],
      stop: "SIGINT", reload: "SIGUSR1"),
    KnownProgram("caddy", readiness: .with(["run"]), background: .with(["start"]), reload: "SIGUSR1"),
    KnownProgram(
      "php-fpm", readiness: .always, background: .unless(["--nodaemonize", "-F"]), role: .rootMaster,
      rootNeeds: [Need(.write, "/run"), Need(.write, "/var/log"), Need(.chown), Need(.signals)],
      stop: "SIGQUIT", reload: "SIGUSR2"),
    KnownProgram(
      "squid", readiness: .with(["--foreground"]), background: .unless(["--foreground", "-N"]),
      role: .rootMaster,
      rootNeeds: [
        Need(.write, "/run"), Need(.write, "/var/log/squid"), Need(.write, "/var/spool/squid"),
      ], reload: "SIGHUP"),
    KnownProgram("varnishd", background: .unless(["-F"]), needs: [Need(.jit), Need(.memoryLock)]),
    KnownProgram("traefik", readiness: .always),
    KnownProgram("openresty", background: .unless(["-g 'daemon off;'", "daemon off"]), needs: [Need(.jit)]),
  ]

  private static let dataStores: [KnownProgram] = [
    KnownProgram(
      "redis-server", "redis-sentinel", "valkey-server",
      readiness: .with(["--supervised systemd", "--supervised auto"]),
      background: .with(["--daemonize yes"])),
    KnownProgram("memcached", background: .with(["-d"])),
    KnownProgram(
      "postgres", readiness: .always, stop: "SIGINT", reload: "SIGHUP", interpreting: "jit=off",
      note:
        "PostgreSQL keeps its socket in /var/run/postgresql: --runtime-directory postgresql makes that folder"
    ),
    KnownProgram("mysqld", "mariadbd", readiness: .always, background: .with(["--daemonize"])),
    KnownProgram("mongod", background: .with(["--fork"]), needs: [Need(.jit), Need(.systemStats)]),
    KnownProgram("influxd", needs: [Need(.systemStats)]),
    KnownProgram("etcd", readiness: .always),
    KnownProgram("rabbitmq-server", readiness: .always, needs: [Need(.systemStats)]),
    KnownProgram("slapd", background: .unless(["-d 0", "-d"])),
    KnownProgram("minio", readiness: .always, needs: [Need(.systemStats)]),
    KnownProgram("vault", readiness: .always, needs: [Need(.memoryLock)]),
    KnownProgram("consul", needs: [Need(.netlink)]),
  ]

  private static let network: [KnownProgram] = [
    KnownProgram(
      "named", background: .unless(["-f", "-g"]), role: .rootMaster,
      rootNeeds: [Need(.write, "/run"), Need(.netlink)], reload: "SIGHUP"),
    KnownProgram(
      "unbound", readiness: .always, background: .unless(["-d"]), role: .rootMaster,
      rootNeeds: [Need(.write, "/run"), Need(.chroot)], reload: "SIGHUP"),
    KnownProgram(
      "dnsmasq", background: .unless(["-k", "--keep-in-foreground", "-d", "--no-daemon"]), role: .rootMaster,
      needs: [Need(.netlink)],
      rootNeeds: [
        Need(.networkAdmin), Need(.rawSockets), Need(.write, "/run"), Need(.write, "/var/lib/misc"),
      ],
      reload: "SIGHUP"),
    KnownProgram(
      "chronyd", background: .unless(["-d", "-n"]), role: .rootMaster,
      rootNeeds: [Need(.clock), Need(.realtime), Need(.write, "/run"), Need(.write, "/var/lib/chrony")]),
    KnownProgram(
      "ntpd", background: .unless(["-n"]), role: .rootMaster,
      rootNeeds: [Need(.clock), Need(.netlink), Need(.write, "/run")]),
    KnownProgram(
      "dhclient", "dhcpcd", role: .rootMaster, needs: [Need(.packet), Need(.networkAdmin)],
      rootNeeds: [Need(.write, "/run")]),
    KnownProgram(
      "dhcpd", "kea-dhcp4", background: .unless(["-f", "-d"]), needs: [Need(.packet), Need(.lowPorts)]),
    KnownProgram("keepalived", background: .unless(["-n", "--dont-fork"]), role: .host),
    KnownProgram("ping", "fping", "arping", needs: [Need(.rawSockets)]),
    KnownProgram("tcpdump", "dumpcap", "tshark", needs: [Need(.packet)]),
    KnownProgram("ip", "bridge", "tc", needs: [Need(.networkAdmin)]),
    KnownProgram("openvpn", readiness: .always, role: .host),
    KnownProgram("mosquitto", readiness: .always, background: .with(["-d"]), reload: "SIGHUP"),
    KnownProgram("tor", readiness: .always, reload: "SIGHUP"),
    KnownProgram("stunnel", "stunnel4", note: "stunnel stays in the foreground only with 'foreground = yes'"),
    KnownProgram("avahi-daemon", background: .with(["-D"]), needs: [Need(.netlink)]),
  ]

  private static let workers: [KnownProgram] = [
    KnownProgram(
      "gunicorn", readiness: .always, background: .with(["--daemon", "-D"]), reload: "SIGHUP"),
    KnownProgram(
      "uwsgi", readiness: .with(["--master", "-M", "--emperor"]), background: .with(["--daemonize", "-d"]),
      stop: "SIGQUIT"),
    KnownProgram("uvicorn", "hypercorn", "waitress-serve"),
    KnownProgram("celery", background: .with(["--detach", "multi"])),
    KnownProgram("puma", "unicorn", readiness: .never, background: .with(["-d", "--daemon", "-D"])),
    KnownProgram("sidekiq", readiness: .always, reload: "SIGTSTP"),
    KnownProgram("rsync", background: .unless(["--no-detach"])),
  ]

  private static let measuring: [KnownProgram] = [
    KnownProgram(
      "node_exporter", "prometheus-node-exporter", "telegraf", "collectd", "netdata", "glances", "htop",
      "vmstat", "uptime", "datadog-agent", "zabbix_agentd", "zabbix_agent2",
      needs: [Need(.systemStats), Need(.netlink), Need(.processes)]),
    KnownProgram("smartd", background: .unless(["-n"]), needs: [Need(.rawIO), Need(.devices)]),
  ]

  private static let supervisors: [KnownProgram] = [
    KnownProgram(
      "supervisord", background: .unless(["-n", "--nodaemon"]), role: .supervisor, reload: "SIGHUP"),
    KnownProgram("pm2", background: .unless(["--no-daemon"]), role: .supervisor),
    KnownProgram("pm2-runtime", role: .supervisor),
    KnownProgram(
      "s6-svscan", "runsvdir", "runit", "monit", "circusd", "foreman", "honcho", "god", "dinit", "immortal",
      role: .supervisor),
    KnownProgram("nice", "ionice", "taskset", "chrt", "prlimit", "numactl", needs: [Need(.resources)]),
  ]

  private static let hosts: [KnownProgram] = [
    KnownProgram("sshd", readiness: .always, background: .unless(["-D"]), role: .host, reload: "SIGHUP"),
    KnownProgram("cron", "crond", background: .unless(["-f", "-n"]), role: .host),
    KnownProgram("atd", background: .unless(["-f"]), role: .host),
    KnownProgram("dockerd", "containerd", readiness: .always, role: .host, reload: "SIGHUP"),
    KnownProgram("libvirtd", "virtqemud", "lxd", "incusd", readiness: .always, role: .host),
    KnownProgram("kubelet", "k3s", "crio", readiness: .always, role: .host),
    KnownProgram(
      "smbd", "nmbd", readiness: .always, background: .unless(["--foreground", "-F"]), role: .host),
    KnownProgram("dovecot", background: .unless(["-F"]), role: .host),
    KnownProgram("vsftpd", "proftpd", "exim4", "master", role: .host),
  ]
}
