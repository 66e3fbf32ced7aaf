import ArgumentParser
import Presentation

/// Options of the commands that read: how the answer looks.
struct OutputOptions: ParsableArguments {
  @Option(name: .joined("o"), help: "text, json or json-pretty.")
  var output = OutputFormat.text

  @Flag(name: .customLong("no-legend"), help: "Leave out headings and totals.")
  var noLegend = false

  @Flag(name: .customLong("no-pager"), help: "Do not page.")
  var noPager = false

  @Flag(help: "Neither colours nor signs before the lines.")
  var plain = false

  @Flag(name: .shortAndLong, help: "Say less; the exit status says it all where there is one.")
  var quiet = false

  @Flag(name: [.customShort("l"), .long], help: "Cut nothing to the width of the terminal.")
  var full = false

  /// What was chosen.
  var style: OutputStyle {
    OutputStyle(
      output: output, noLegend: noLegend, noPager: noPager, plain: plain, quiet: quiet, full: full)
  }

  /// The colours and glyphs that the terminal can show and that are wanted.
  var palette: Palette { style.palette }

  /// The columns to fit; nil where nothing is to be cut.
  var width: Int? { style.width }

  /// Shows an answer, through a pager where a person looks at it.
  func show(_ text: String) { style.show(text) }

  /// Shows a value as JSON; `text` is one line.
  func show(_ value: JSONValue) { style.show(value) }
}
