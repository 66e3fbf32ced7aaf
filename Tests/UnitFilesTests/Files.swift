import Glibc

/// The machine's files and programs, for the tests that compare with them.
enum Files {
  /// The content of a file, nil when it cannot be read.
  static func read(_ path: String) -> [UInt8]? {
    guard let file = unsafe fopen(path, "re") else { return nil }
    defer { unsafe fclose(file) }
    return unsafe readAll(file)
  }

  /// The paths of all regular files below a folder, links not followed.
  static func below(_ folder: String) -> [String] {
    guard let directory = unsafe opendir(folder) else { return [] }
    defer { unsafe closedir(directory) }
    var paths: [String] = []
    while let entry = unsafe readdir(directory) {
      let name = unsafe withUnsafeBytes(of: &entry.pointee.d_name) { raw in
        unsafe String(decoding: raw.prefix { $0 != 0 }, as: UTF8.self)
      }
      guard name != ".", name != ".." else { continue }
      let path = "\(folder)/\(name)"
      switch unsafe Int(entry.pointee.d_type) {
      case DT_DIR: paths += below(path)
      case DT_REG: paths.append(path)
      default: continue
      }
    }
    return paths
  }

  /// What a program of the system writes for each argument, nil when it is missing or fails.
  ///
  /// The arguments reach it quoted, whatever they hold but NUL.
  static func output(of program: String, _ arguments: [String]) -> String? {
    let quoted = arguments.map { argument in
      "'" + argument.split(separator: "'", omittingEmptySubsequences: false).joined(separator: "'\\''") + "'"
    }
    let line = ([program] + quoted).joined(separator: " ") + " 2>/dev/null"
    guard let pipe = unsafe popen(line, "re") else { return nil }
    let bytes = unsafe readAll(pipe)
    return unsafe pclose(pipe) == 0 ? String(decoding: bytes, as: UTF8.self) : nil
  }

  private static func readAll(_ file: UnsafeMutablePointer<FILE>) -> [UInt8] {
    var bytes: [UInt8] = []
    while true {
      let byte = unsafe getc(file)
      guard byte != EOF else { return bytes }
      bytes.append(UInt8(truncatingIfNeeded: byte))
    }
  }
}
