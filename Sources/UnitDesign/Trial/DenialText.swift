/// Lines in which a program or the kernel says that something was denied.
package enum DenialText {
  /// Whether a line tells of EPERM, EACCES, EROFS or a refused system call.
  package static func isDenial(_ line: String) -> Bool {
    let line = line.lowercased()
    return words.contains { line.contains($0) }
  }

  private static let words = [
    "operation not permitted", "permission denied", "read-only file system", "eperm", "eacces", "erofs",
    "address family not supported", "eafnosupport", "sigsys", "bad system call", "seccomp", "type=1326",
    "permissionerror",
  ]

  /// A line without what differs from run to run: numbers become `#`.
  package static func shape(of line: String) -> String {
    var shape = ""
    for character in line {
      if character.isASCII && character.isNumber {
        if shape.last != "#" { shape.append("#") }
      } else {
        shape.append(character)
      }
    }
    return shape
  }

  /// The absolute paths in a line, without the punctuation around them; at most ``pathLimit``.
  package static func paths(in line: String) -> [String] {
    var paths: [String] = []
    for word in line.split(whereSeparator: { " \t\"'`()[]<>,;=".contains($0) }) {
      // Also in `unix:/run/x` and `path:/var/lib/x`.
      guard let slash = word.firstIndex(of: "/"), slash == word.startIndex || word[..<slash].last == ":"
      else {
        continue
      }
      var path = word[slash...]
      // An address on the network is none, but that of a file is.
      guard !path.hasPrefix("//") || path.hasPrefix("///") else { continue }
      while let last = path.last, ":.!?".contains(last) { path = path.dropLast() }
      let parts = path.split(separator: "/")
      guard !parts.isEmpty, !parts.contains(".."), path.utf8.count < 4096, paths.count < pathLimit else {
        continue
      }
      paths.append("/" + parts.joined(separator: "/"))
    }
    return paths
  }

  /// The most paths that are taken out of a line.
  package static let pathLimit = 16
}
