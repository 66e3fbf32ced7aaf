import ArgumentParser
import Glibc

/// `upkeep run`: becomes `upkeep-run` with the same arguments.
struct RunCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "run",
    abstract: "Run a command as a well-behaved service; see upkeep-run --help.",
    usage: "upkeep run [OPTIONS] [--] COMMAND [ARGUMENT...]",
    // All options are upkeep-run's, --help included.
    helpNames: [])

  @Argument(parsing: .captureForPassthrough, help: "What upkeep-run gets.")
  var arguments: [String] = []

  func run() throws {
    // The arguments are taken as bytes from the kernel: Swift's strings would repair what is not UTF-8.
    var vector: [UnsafeMutablePointer<CChar>?] = unsafe [strdup("upkeep-run")]
    let given = Int(CommandLine.argc)
    if given > 2 {
      for index in 2..<given { unsafe vector.append(CommandLine.unsafeArgv[index]) }
    }
    unsafe vector.append(nil)
    let path = Self.sibling
    unsafe execv(path, &vector)
    let reason = unsafe String(cString: strerror(errno))
    throw ValidationError("cannot execute \(path): \(reason); install it beside upkeep")
  }

  /// `upkeep-run` in the folder of this program's own file: the programs are installed side by side.
  static var sibling: String {
    var buffer = [CChar](repeating: 0, count: Int(PATH_MAX))
    let count = unsafe readlink("/proc/self/exe", &buffer, buffer.count)
    let own = String(decoding: buffer[..<max(count, 0)].map { UInt8(bitPattern: $0) }, as: UTF8.self)
    return (own.split(separator: "/", omittingEmptySubsequences: false).dropLast() + ["upkeep-run"])
      .joined(separator: "/")
  }
}
