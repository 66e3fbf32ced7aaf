import Foundation
import Glibc

/// What a finished command left: its exit status (128 and the signal's number after a signal) and its output.
struct CommandResult: Sendable, CustomStringConvertible {
  let status: Int32
  let stdout: String
  let stderr: String

  var succeeded: Bool { status == 0 }
  var description: String { "exit \(status)\nstdout: \(stdout)\nstderr: \(stderr)" }
}

/// A command that did not do what the test cannot go on without.
struct CommandFailure: Error, CustomStringConvertible {
  let command: [String]
  let result: CommandResult

  var description: String { "\(command.joined(separator: " ")): \(result)" }
}

/// Runs programs of the host without blocking a thread of the test.
enum HostCommand {
  /// Runs `command` (looked up in PATH) to its end; a cancelled test terminates it.
  ///
  /// Output goes through files, not pipes: a daemon that inherits them cannot keep the reader waiting.
  static func run(_ command: [String], input: String = "") async throws -> CommandResult {
    let folder = FileManager.default.temporaryDirectory.appending(path: "upkeep-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    let files = ["in", "out", "err"].map { folder.appending(path: $0) }
    try Data(input.utf8).write(to: files[0])
    for file in files[1...] { try Data().write(to: file) }

    let handles = (
      try FileHandle(forReadingFrom: files[0]), try FileHandle(forWritingTo: files[1]),
      try FileHandle(forWritingTo: files[2])
    )
    // A handle closes its descriptor when it is no longer used, which may be before the program has it.
    let process = try withExtendedLifetime(handles) {
      try HostProcess(
        command, input: handles.0.fileDescriptor, output: handles.1.fileDescriptor,
        errors: handles.2.fileDescriptor)
    }
    let status = await withTaskCancellationHandler {
      await process.ended()
    } onCancel: {
      process.send(SIGTERM)
    }
    return CommandResult(
      status: status, stdout: try text(of: files[1]), stderr: try text(of: files[2]))
  }

  private static func text(of file: URL) throws -> String {
    String(decoding: try Data(contentsOf: file), as: UTF8.self)
  }
}
