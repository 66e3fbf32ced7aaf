import Glibc
import Processes
import Supervision
import Systemd

/// Finds out what a process that says nothing is doing: from `/proc`, and from a debugger where there is one.
@LoopActor
struct ProcessExaminer {
  /// How long a debugger may take.
  static let debuggerLimit: Duration = .seconds(10)
  /// How many frames of a stack are told.
  private static let mostFrames = 64
  /// How much of a file of `/proc` is read.
  private static let fileLimit = 4096

  private let commands: BoundedCommands

  /// An examiner whose debugger is collected by `reaper`.
  init(reaper: ChildReaper) {
    commands = BoundedCommands(reaper: reaper, limit: 1, outputLimit: Examination.longestText)
  }

  /// Examines a process, which goes on meanwhile, or stays as it is.
  ///
  /// - Parameters:
  ///   - pid: the process.
  ///   - template: whom a debugger runs as; it may see what the service may see, and no more.
  /// - Returns: what was seen.
  func examine(_ pid: Int32, as template: SpawnRequest) async -> Examination {
    var seen = Examination(pid: pid)
    seen.status = Self.text("/proc/\(pid)/status")
    let threads = Self.numbers(in: "/proc/\(pid)/task").sorted()
    seen.threadCount = threads.count
    // The main thread has the process's number.
    let order = threads.filter { $0 == pid } + threads.filter { $0 != pid }
    seen.threads = order.prefix(Examination.mostThreads).map { Self.thread($0, of: pid) }
    seen.openFiles = OpenDescriptors.count(of: pid).map { Int(clamping: $0) }
    await takeStacks(&seen, template)
    return seen
  }

  // MARK: /proc

  private static func thread(_ id: Int32, of pid: Int32) -> Examination.Thread {
    let folder = "/proc/\(pid)/task/\(id)"
    let stat = text("\(folder)/stat")
    // The name stands in parentheses and may hold any character.
    let state = stat.lastIndex(of: ")").flatMap { stat[$0...].dropFirst(2).first } ?? "?"
    let place = text("\(folder)/wchan")
    return Examination.Thread(
      id: id, name: text("\(folder)/comm"), state: state, waitsIn: place == "0" ? "" : place)
  }

  private static func text(_ path: String) -> String {
    guard let bytes = ServiceSource.contents(of: path, limit: fileLimit) else { return "" }
    let text = String(decoding: bytes, as: UTF8.self)
    return text.hasSuffix("\n") ? String(text.dropLast()) : text
  }

  private static func numbers(in path: String) -> [Int32] {
    guard let folder = unsafe opendir(path) else { return [] }
    defer { unsafe closedir(folder) }
    var numbers: [Int32] = []
    while let entry = unsafe readdir(folder) {
      let name = unsafe withUnsafeBytes(of: &entry.pointee.d_name) { bytes in
        unsafe String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
      }
      if let number = Int32(name) { numbers.append(number) }
    }
    return numbers
  }

  // MARK: Stacks

  /// The debuggers that are asked, the quicker one first. Neither reads a file of the service's user's, runs a script
  /// that stands beside a program, or asks a server for symbols.
  private static func debuggers(for pid: Int32) -> [[String]] {
    [
      ["/usr/bin/eu-stack", "-n", "\(mostFrames)", "-p", "\(pid)"],
      [
        "/usr/bin/gdb", "-nx", "-batch", "-iex", "set auto-load off", "-iex", "set debuginfod enabled off",
        "-iex", "set pagination off", "-p", "\(pid)", "-ex", "thread apply all backtrace \(mostFrames)",
      ],
    ]
  }

  private func takeStacks(_ seen: inout Examination, _ template: SpawnRequest) async {
    let found = Self.debuggers(for: seen.pid).first { unsafe access($0[0], X_OK) == 0 }
    guard let found else {
      seen.remark = "no stacks: neither eu-stack nor gdb is installed"
      return
    }
    var request = template
    request.program = found[0]
    request.arguments = found.map { Array($0.utf8) }
    request.environment = ["PATH=/usr/bin:/bin", "LC_ALL=C.UTF-8", "DEBUGINFOD_URLS="].map { Array($0.utf8) }
    request.workingDirectory = "/"
    let name = found[0].split(separator: "/").last.map(String.init) ?? found[0]
    let result = await commands.run(request, timeout: Self.debuggerLimit)
    if let output = result.output { seen.stacks = String(decoding: output.bytes, as: UTF8.self) }
    seen.remark = result.failure(within: Self.debuggerLimit).map { "\(name): \($0)" } ?? "stacks by \(name)"
  }
}
