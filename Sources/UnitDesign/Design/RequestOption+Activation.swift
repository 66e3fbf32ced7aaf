import UnitFiles

// Sockets, timers, identity and folders.
extension RequestOption {
  static let activation: [RequestOption] = [
    RequestOption(
      "listen", "ADDRESS", .activation, repeatable: true,
      "systemd listens here and hands the socket over: PORT, ADDRESS:PORT, /PATH, udp:..."
    ) { (request, value) throws(ValueError) in request.listen.append(try ListenAddress.parse(value)) },
    RequestOption("socket-mode", "MODE", .activation, "Permission bits of unix sockets. [0666]") {
      (request, value) throws(ValueError) in
      request.values["SocketMode", default: []].append(try RequestValue.mode(value))
    },
    RequestOption("socket-user", "USER", .activation, "Owner of unix sockets. [root]") {
      (request, value) throws(ValueError) in
      request.values["SocketUser", default: []].append(try RequestValue.userName(value))
    },
    RequestOption("socket-group", "GROUP", .activation, "Group of unix sockets. [root]") {
      (request, value) throws(ValueError) in
      request.values["SocketGroup", default: []].append(try RequestValue.userName(value))
    },
    RequestOption(
      "schedule", "CALENDAR", .activation, repeatable: true,
      "Make it a task of a timer that starts it at these times, such as daily or 'Mon 04:00'."
    ) { (request, value) throws(ValueError) in request.schedule.append(try CalendarEvent.check(value)) },
    RequestOption("every", "TIME", .activation, "Make it a task of a timer that starts it so often.") {
      (request, value) throws(ValueError) in request.every = try RequestValue.positiveTime(value)
    },
    RequestOption("randomized-delay", "TIME", .activation, "Spread the task's starts over so long. [0]") {
      (request, value) throws(ValueError) in
      request.values["RandomizedDelaySec", default: []].append(try RequestValue.time(value))
    },
    RequestOption("accuracy", "TIME", .activation, "How exactly the timer goes off. [1min]") {
      (request, value) throws(ValueError) in
      request.values["AccuracySec", default: []].append(try RequestValue.positiveTime(value))
    },
    RequestOption(
      "persistent", "yes|no", .activation, "Make up for a start that was missed while it was off. [yes]"
    ) { (request, value) throws(ValueError) in
      request.values["Persistent", default: []].append(UnitValue.boolean(try Boolean.parse(value)))
    },
  ]

  static let identity: [RequestOption] = [
    RequestOption("user", "USER", .identity, "The user it runs as. [one that systemd makes up]") {
      (request, value) throws(ValueError) in request.user = try RequestValue.userName(value)
    },
    RequestOption("group", "GROUP", .identity, .service, "Group", "Its group. [the user's]") {
      (value, _) throws(ValueError) in try RequestValue.userName(value)
    },
    RequestOption(
      "supplementary-groups", "GROUP", .identity, .service, "SupplementaryGroups", repeatable: true,
      joined: true, "Further groups."
    ) { (value, _) throws(ValueError) in try RequestValue.userName(value) },
    RequestOption("sysusers", "yes|no", .identity, "Whether a sysusers.d file makes the user. [yes]") {
      (request, value) throws(ValueError) in
      request.values["sysusers", default: []].append(UnitValue.boolean(try Boolean.parse(value)))
    },
    RequestOption(
      "environment", "NAME=VALUE", .identity, .service, "Environment", repeatable: true, "A variable.",
      RequestValue.environment),
    RequestOption(
      "environment-file", "PATH", .identity, .service, "EnvironmentFile", repeatable: true,
      "A file of variables; with - before it, it may be missing."
    ) { (value, percent) throws(ValueError) in
      let isOptional = value.hasPrefix("-")
      return try UnitValue.environmentFile(
        isOptional ? String(value.dropFirst()) : value, optional: isOptional, percent: percent)
    },
    RequestOption(
      "credential", "ID=PATH", .identity, .service, "LoadCredential", repeatable: true,
      "A secret file, which it finds as $CREDENTIALS_DIRECTORY/ID.", RequestValue.credential),
    RequestOption(
      "encrypted-credential", "ID=PATH", .identity, .service, "LoadCredentialEncrypted", repeatable: true,
      "The same for a file made by systemd-creds(1).", RequestValue.credential),
    RequestOption(
      "working-directory", "PATH", .identity, .service, "WorkingDirectory", "The folder it runs in. [/]"
    ) { (value, percent) throws(ValueError) in try UnitValue.path(value, percent: percent) },
  ]

  static let folders: [RequestOption] = [
    folder("state-directory", "StateDirectory", "/var/lib"),
    folder("cache-directory", "CacheDirectory", "/var/cache"),
    folder("logs-directory", "LogsDirectory", "/var/log"),
    folder("runtime-directory", "RuntimeDirectory", "/run"),
    folder("configuration-directory", "ConfigurationDirectory", "/etc"),
    RequestOption(
      "shared-directory", "PATH[:MODE[:USER[:GROUP]]]", .folders, repeatable: true,
      "A folder shared with other units: tmpfiles.d makes it, and the service may write it."
    ) { (request, value) throws(ValueError) in
      request.sharedFolders.append(try RequestValue.sharedFolder(value))
    },
  ]

  private static func folder(_ name: String, _ key: String, _ base: String) -> RequestOption {
    RequestOption(
      name, "NAME", .folders, .service, key, repeatable: true, joined: true,
      "A folder of its own below \(base)."
    ) { (value, percent) throws(ValueError) in try UnitValue.directories([value], percent: percent) }
  }
}
