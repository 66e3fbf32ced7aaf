import Glibc

/// What is said to a person beside the answer: errors, progress, remarks.
enum StandardError {
  /// Writes a line; that nobody reads it is no failure.
  static func line(_ text: String) {
    var rest = Array("\(text)\n".utf8)[...]
    while !rest.isEmpty {
      let count = unsafe rest.withUnsafeBytes { unsafe write(2, $0.baseAddress, $0.count) }
      guard count > 0 || errno == EINTR else { return }
      rest = rest.dropFirst(max(count, 0))
    }
  }
}
