import Testing

/// A program from Debian, or one of `layers/programs/servers`, with what `upkeep generate` is told about it and how
/// to see that it works.
struct RealProgram: Sendable, CustomTestStringConvertible {
  /// What a generated unit may be exposed at most, in tenths, by `systemd-analyze security`.
  enum Exposure: Int, Sendable {
    /// Everything it needs comes through a socket of systemd's.
    case socket = 2
    /// It listens for itself.
    case network = 11
    /// The same, below port 1024.
    case lowPort = 14
    /// A root master with workers of another user.
    case rootMaster = 21
    /// The same, which may give files to its workers.
    case rootMasterWithFiles = 22
  }

  /// A part of the check.
  enum Step: Sendable {
    /// A shell script, and what it prints.
    case run(String, prints: String)
    /// A line of the unit that comes after the check has begun.
    case line(String)
  }

  /// The unit's name without its suffix.
  let name: String
  /// The command line; its words need no quoting but quotation marks.
  let command: String
  /// The user for `--user`; nil for one that systemd makes up.
  let user: String?
  /// The port to wait for; nil for none.
  let port: Int?
  /// Further options of `upkeep generate`.
  let options: [String]
  /// Lines of [Service] that say the same in a unit without a sandbox.
  let plain: [String]
  /// Whether systemd listens for it, by `--listen`.
  let listens: Bool
  /// The folder below /var/lib that belongs to the service; nil for none.
  var stateDirectory: String? {
    options.firstIndex(of: "--state-directory").map { options[options.index(after: $0)] }
  }
  /// The most that it may be exposed.
  let exposure: Exposure
  /// A shell script that runs on the machine before each start in another unit.
  let preparation: String?
  /// Shows that it works.
  let check: [Step]

  var testDescription: String { name }
  var unit: String { "\(name).service" }
  /// Whether it runs in `upkeep-run`.
  var isWrapped: Bool { options.contains("--ready") || options.contains("--alive") }

  init(
    _ name: String, _ command: String, user: String? = "svc", port: Int? = nil, options: [String] = [],
    plain: [String] = [], listens: Bool = false, exposure: Exposure = .network, preparation: String? = nil,
    check: [Step]
  ) {
    self.name = name
    self.command = command
    self.user = user
    self.port = port
    self.options = options
    self.plain = plain
    self.listens = listens
    self.exposure = exposure
    self.preparation = preparation
    self.check = check
  }

  /// The arguments of `upkeep` that install and start its unit.
  var generateArguments: [String] {
    let address = listens ? port.map { ["--listen", "127.0.0.1:\($0)"] } ?? [] : []
    let identity = user.map { ["--user", $0] } ?? []
    return ["generate", "--name", name, "--exec", command] + identity + address
      + ["--restart", "always", "--restart-sec", "200ms", "--systemd", "auto"] + options
      + ["--install", "--now"]
  }

  /// A unit as nobody should write it, to know that what fails later is the sandbox's fault.
  var plainUnit: String {
    ([
      "[Service]", "Type=exec", "ExecStart=\(command)", "User=\(user ?? "svc")", "Restart=always",
      "RestartSec=200ms",
    ] + plain).joined(separator: "\n") + "\n"
  }
}
