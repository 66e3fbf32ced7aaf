import Presentation

/// How an answer looks, whatever said so.
struct OutputStyle {
  /// Text or JSON.
  var output = OutputFormat.text
  /// Whether headings and totals are left out.
  var noLegend = false
  /// Whether there is no pager.
  var noPager = false
  /// Whether there are neither colours nor signs before the lines.
  var plain = false
  /// Whether less is said.
  var quiet = false
  /// Whether nothing is cut to the width of the terminal.
  var full = false

  /// The colours and glyphs that the terminal can show and that are wanted.
  var palette: Palette {
    let terminal = Terminal()
    return plain ? Palette(hasColour: false, hasUnicode: terminal.hasUnicode) : terminal.palette
  }

  /// The columns to fit; nil where nothing is to be cut.
  var width: Int? {
    let terminal = Terminal()
    return full || !(terminal.isInteractive || Terminal.variable("COLUMNS") != nil) ? nil : terminal.width
  }

  /// Whether headings and totals are shown.
  var hasLegend: Bool { !noLegend && !quiet }

  /// Shows an answer, through a pager where a person looks at it.
  func show(_ text: String) {
    let pages = PagedOutput(isPaged: !noPager)
    pages.write(text)
    pages.finish()
  }

  /// Shows a value as JSON; `text` is one line.
  func show(_ value: JSONValue) { show(value.text(isPretty: output == .jsonPretty) + "\n") }
}

extension Terminal {
  /// The colours and glyphs that it can show.
  var palette: Palette { Palette(hasColour: hasColour, hasUnicode: hasUnicode) }
}
