import UnitFiles

/// The command that is kept up, byte for byte.
struct ServiceCommand: Sendable, Hashable {
  /// The program as written: a path, or a name that is searched in PATH.
  var program: [UInt8]
  /// The arguments, the program's own name first.
  var arguments: [[UInt8]]
  /// Variables that come with the command from a unit file, as `NAME=value`.
  var environment: [[UInt8]] = []

  /// A command as it stands on the command line.
  init(_ words: [[UInt8]]) {
    program = words.first ?? []
    arguments = words
  }

  /// The program's path and arguments from a unit file.
  init(program: [UInt8], arguments: [[UInt8]], environment: [[UInt8]]) {
    self.program = program
    self.arguments = arguments
    self.environment = environment
  }
}
