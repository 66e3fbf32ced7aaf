import ArgumentParser

/// How a read command answers.
enum OutputFormat: String, ExpressibleByArgument, CaseIterable {
  /// For people.
  case text
  /// For programs: one JSON value on one line.
  case json
  /// The same JSON with indentation.
  case jsonPretty = "json-pretty"
}
