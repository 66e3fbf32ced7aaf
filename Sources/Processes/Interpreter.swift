import Glibc

/// The first line of a script.
enum Interpreter {
  /// The kernel reads no more of the first line (`BINPRM_BUF_SIZE`).
  private static let lineLimit = 256

  /// The path after `#!` in the file `program`; nil if it is no readable script.
  static func named(by program: String) -> String? {
    let file = unsafe open(program, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
    guard file >= 0 else { return nil }
    defer { close(file) }
    var head = [UInt8](repeating: 0, count: lineLimit)
    let count = unsafe read(file, &head, lineLimit)
    guard count > 2, head.starts(with: [UInt8(ascii: "#"), UInt8(ascii: "!")]) else { return nil }
    let line = head[2..<count].prefix { $0 != UInt8(ascii: "\n") }
    let blanks: Set<UInt8> = [UInt8(ascii: " "), UInt8(ascii: "\t")]
    let path = line.drop { blanks.contains($0) }.prefix { !blanks.contains($0) }
    return path.isEmpty ? nil : String(decoding: path, as: UTF8.self)
  }
}
