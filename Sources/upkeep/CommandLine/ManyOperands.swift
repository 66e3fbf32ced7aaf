import ArgumentParser

/// A command that is called with thousands of operands, such as `upkeep lint *.service`.
///
/// The parser takes tens of microseconds for each, as long as the work on a unit takes. Where a command line ends in a
/// long row of plain words they can only be operands, and all but the first of them go past the parser.
protocol ManyOperands: ParsableCommand {
  /// What the command's only `@Argument` takes.
  var operands: [String] { get set }
}

extension Upkeep {
  /// So many words of the row are parsed in any case: the first may be a verb or an option's value.
  private static let parsedOperands = 16

  /// The command that a command line names, as the parser's own `parseAsRoot` gives it.
  static func command(_ arguments: [String]) throws -> any ParsableCommand {
    let row = arguments.reversed().prefix { !$0.hasPrefix("-") }.count
    let kept = arguments.count - row + parsedOperands
    guard kept < arguments.count,
      var command = try parseAsRoot(Array(arguments[..<kept])) as? any ManyOperands
    else { return try parseAsRoot(arguments) }
    command.operands += arguments[kept...]
    return command
  }
}
