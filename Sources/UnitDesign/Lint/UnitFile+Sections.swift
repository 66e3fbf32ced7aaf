import UnitFiles

extension UnitFile {
  /// Where the first header of a section stands; nil when there is none, or when it is not on a line of its own.
  func position(ofSection name: String) -> Position? {
    let header = Array("[\(name)]".utf8)
    var line = 0
    for bytes in bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false) {
      line += 1
      let blanks = bytes.prefix { $0 == 0x20 || $0 == 0x09 || $0 == 0xef || $0 == 0xbb || $0 == 0xbf }
      var text = bytes.dropFirst(blanks.count)
      while let last = text.last, last == 0x20 || last == 0x09 || last == 0x0d { text = text.dropLast() }
      if text.elementsEqual(header) {
        let column = blanks.count { $0 == 0x20 || $0 == 0x09 } + 1
        return Position(path: path, line: line, column: column)
      }
    }
    return nil
  }
}
