extension UnitValue {
  /// One variable for `Environment=`.
  ///
  /// `$` and `%` are ordinary characters of the value. Refused are names that no variable can have, and values that
  /// are not UTF-8 as systemd takes it, hold a NUL or are longer than Linux passes on.
  public static func environment(name: String, value: String) throws(ValueError) -> String {
    try environment([EnvironmentAssignment(name: name, value: value)])
  }

  /// Several variables for one `Environment=`, in their order.
  public static func environment(_ assignments: [EnvironmentAssignment]) throws(ValueError) -> String {
    guard !assignments.isEmpty else {
      throw ValueError(message: "there is no variable to write; an empty Environment= resets the list")
    }
    var words: [String] = []
    for assignment in assignments {
      let bytes = Array(assignment.description.utf8)
      guard try EnvironmentAssignment(bytes) == assignment else {
        throw ValueError(message: EnvironmentAssignment.wrongName(Array(assignment.name.utf8)[...]))
      }
      guard bytes.count <= maximumArgumentLength else {
        throw ValueError(
          message:
            "the variable '\(assignment.name)' is \(bytes.count) bytes long with its name; Linux passes "
            + "\(maximumArgumentLength) at most")
      }
      words.append(WordWriter.text(WordWriter.doubling(ASCII.percent, in: bytes), .c))
    }
    return try limited(words.joined(separator: " "))
  }

  /// Names of variables for `PassEnvironment=` and `UnsetEnvironment=`; a name that no variable can have is refused.
  public static func variableNames(_ names: [String]) throws(ValueError) -> String {
    for name in names where !EnvironmentAssignment.isValidName(Array(name.utf8)[...]) {
      throw ValueError(message: EnvironmentAssignment.wrongName(Array(name.utf8)[...]))
    }
    return try line(names.joined(separator: " "))
  }

  /// The path for `EnvironmentFile=`; with `optional` a file that is missing is no error.
  ///
  /// systemd takes the value as a pattern, so `*`, `?` and `[` are written as `[*]`, `[?]` and `[[]`. A path with a
  /// backslash is refused, as is what `path(_:optional:percent:)` refuses.
  public static func environmentFile(
    _ path: String, optional: Bool = false, percent: Percent = .literal
  ) throws(ValueError) -> String {
    guard !path.utf8.contains(ASCII.backslash) else {
      throw ValueError(message: "the path '\(path)' holds a backslash, which EnvironmentFile= cannot say")
    }
    let pattern = path.utf8.flatMap { byte in
      "*?[".utf8.contains(byte) ? [ASCII.openBracket, byte, ASCII.closeBracket] : [byte]
    }
    try checkAbsolute(path, percent)
    return (optional ? "-" : "") + (try line(pattern.text, percent: percent))
  }
}
