import Glibc

/// Finds the executable file of a command the way a shell does.
package enum ProgramSearch {
  /// Where to look if there is no PATH; systemd's own default.
  package static let standardPath = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"

  /// Resolves a command's name.
  ///
  /// - Parameters:
  ///   - name: a path if it has a slash, which is returned as it is; otherwise a file's name to search for.
  ///   - path: directories separated by colons; nil for ``standardPath``. An empty entry is the working directory.
  /// - Returns: the path of a regular file that may be executed.
  /// - Throws: ``SpawnStep/program`` (exit code 203) that says what was searched: `ENOENT`, or `EACCES` if there is a
  ///   file of that name which may not be executed.
  package static func resolve(_ name: [UInt8], path: String?) throws(SpawnError) -> String {
    guard let text = String(validating: name, as: UTF8.self), !name.isEmpty, !name.contains(0) else {
      throw SpawnError(
        step: .program, errno: ENOENT, value: "\"\(String(decoding: name, as: UTF8.self))\"",
        advice: "a command's name must not be empty and must be UTF-8")
    }
    if name.contains(UInt8(ascii: "/")) { return text }
    let path = path ?? standardPath
    var refused: String?
    for directory in path.split(separator: ":", omittingEmptySubsequences: false) {
      let candidate = directory.isEmpty ? "./\(text)" : "\(directory)/\(text)"
      var status = stat()
      guard unsafe stat(candidate, &status) == 0, status.st_mode & S_IFMT == S_IFREG else { continue }
      if unsafe access(candidate, X_OK) == 0 { return candidate }
      refused = refused ?? candidate
    }
    if let refused {
      throw SpawnError(
        step: .program, errno: EACCES, value: refused, advice: "make it executable with chmod +x")
    }
    throw SpawnError(
      step: .program, errno: ENOENT, value: text,
      advice: "it is in none of the directories of PATH (\(path)); install it or give its path")
  }
}
