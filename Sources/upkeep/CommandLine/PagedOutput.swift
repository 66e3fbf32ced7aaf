import Glibc

/// Standard output, through a pager where a person looks at it.
///
/// The pager is `$SYSTEMD_PAGER`, else `$PAGER`, else less or more; an empty one or `cat` is none. It is started
/// without a shell. That it goes away early is no failure.
final class PagedOutput {
  private var descriptor: Int32 = 1
  private var pager: pid_t = 0
  private(set) var isOver = false

  /// Starts the pager if one is wanted and standard output is a terminal.
  init(isPaged: Bool, _ environment: (String) -> String? = Terminal.variable) {
    signal(SIGPIPE, SIG_IGN)
    guard isPaged, isatty(1) == 1, environment("TERM") != "dumb" else { return }
    for command in Self.candidates(environment, isSecure: Self.isSecure(environment)) {
      if start(command, environment) { return }
    }
  }

  /// Whether a pager shows what is written.
  var isPaging: Bool { pager > 0 }

  /// Writes text; when the reader is gone it does nothing any more, see ``isOver``.
  func write(_ text: String) {
    var text = text
    text.withUTF8 { unsafe write(UnsafeRawBufferPointer($0)) }
  }

  /// Writes bytes; when the reader is gone it does nothing any more, see ``isOver``.
  func write(_ bytes: UnsafeRawBufferPointer) {
    guard !isOver else { return }
    var rest = unsafe bytes
    while unsafe !rest.isEmpty {
      let count = unsafe Glibc.write(descriptor, rest.baseAddress, rest.count)
      if count < 0, errno == EINTR { continue }
      if count < 0, errno == EAGAIN, waitForRoom() { continue }
      guard count > 0 else {
        if pager == 0 { StandardOutput.noteFailure(count < 0 ? errno : EIO) }
        return isOver = true
      }
      unsafe rest = UnsafeRawBufferPointer(rebasing: rest.dropFirst(count))
    }
  }

  /// Ends the output and waits until the person has left the pager.
  func finish() {
    isOver = true
    guard pager > 0 else { return }
    // Ctrl-C is for the pager, which outlives us otherwise and fights with the shell for the terminal.
    signal(SIGINT, SIG_IGN)
    close(descriptor)
    var status: Int32 = 0
    while unsafe waitpid(pager, &status, 0) < 0, errno == EINTR { continue }
    pager = 0
  }

  // MARK: Choosing

  /// Command lines to try in their order.
  static func candidates(_ environment: (String) -> String?, isSecure: Bool) -> [[String]] {
    if let wanted = environment("SYSTEMD_PAGER") ?? environment("PAGER") {
      let words = wanted.split { $0 == " " || $0 == "\t" }.map(String.init)
      guard let program = words.first, program != "cat" else { return [] }
      // A pager that does not know LESSSECURE might run any command as root.
      return isSecure ? [["less"]] : [words, ["less"], ["more"]]
    }
    return isSecure ? [["less"]] : [["pager"], ["less"], ["more"]]
  }

  /// Whether the pager must not run other programs: `$SYSTEMD_PAGERSECURE`, else when the rights are not those of the
  /// person at the terminal.
  static func isSecure(_ environment: (String) -> String?) -> Bool {
    if let wanted = environment("SYSTEMD_PAGERSECURE"), !wanted.isEmpty {
      return !["0", "no", "false", "off"].contains(wanted.lowercased())
    }
    return geteuid() != getuid() || environment("SUDO_UID") != nil
  }

  /// The pager's environment beside our own.
  static func settings(_ environment: (String) -> String?, isSecure: Bool) -> [String: String] {
    var settings = [
      "LESS": environment("SYSTEMD_LESS") ?? "FRSXMK",
      "LESSCHARSET": environment("SYSTEMD_LESSCHARSET") ?? "utf-8",
    ]
    if isSecure { settings["LESSSECURE"] = "1" }
    return settings
  }

  // MARK: Steps

  private func waitForRoom() -> Bool {
    var room = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
    return unsafe poll(&room, 1, -1) >= 0 || errno == EINTR
  }

  private func start(_ command: [String], _ environment: (String) -> String?) -> Bool {
    var ends: [Int32] = [-1, -1]
    guard unsafe pipe(&ends) == 0 else { return false }
    for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
    for (name, value) in Self.settings(environment, isSecure: Self.isSecure(environment)) {
      unsafe setenv(name, value, 1)
    }
    guard let child = Self.spawn(command, input: ends[0]) else {
      close(ends[0])
      close(ends[1])
      return false
    }
    close(ends[0])
    descriptor = ends[1]
    pager = child
    return true
  }

  /// Starts a program with the given standard input and with signals as a program expects them.
  private static func spawn(_ command: [String], input: Int32) -> pid_t? {
    var actions = unsafe posix_spawn_file_actions_t()
    var attributes = posix_spawnattr_t()
    // Neither can fail on Linux but for want of memory; a pager that does not start is then no pager.
    unsafe posix_spawn_file_actions_init(&actions)
    unsafe posix_spawnattr_init(&attributes)
    defer {
      unsafe posix_spawn_file_actions_destroy(&actions)
      unsafe posix_spawnattr_destroy(&attributes)
    }
    unsafe posix_spawn_file_actions_adddup2(&actions, input, 0)
    var (none, all) = (sigset_t(), sigset_t())
    unsafe sigemptyset(&none)
    unsafe sigfillset(&all)
    unsafe posix_spawnattr_setsigmask(&attributes, &none)
    unsafe posix_spawnattr_setsigdefault(&attributes, &all)
    unsafe posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF))
    var arguments = unsafe command.map { unsafe strdup($0) } + [nil]
    defer { unsafe arguments.forEach { unsafe free($0) } }
    var child: pid_t = 0
    let result = unsafe posix_spawnp(&child, command[0], &actions, &attributes, &arguments, environ)
    return result == 0 ? child : nil
  }
}
