extension UnitValue {
  /// A list of words between which blanks stand, such as `ReadWritePaths=` and `InaccessiblePaths=`.
  ///
  /// Words may hold blanks, quotes and backslashes; there are no escapes for other characters, so line ends and NUL
  /// are refused, and so is an empty word. `ReadWritePaths=` and the like take `-` before a path that may be missing.
  public static func words(_ words: [String], percent: Percent = .literal) throws(ValueError) -> String {
    guard !words.isEmpty else {
      throw ValueError(message: "there is no word to write; an empty value resets the list")
    }
    var texts: [String] = []
    for word in words {
      guard !word.isEmpty else { throw ValueError(message: "a word of the list is empty") }
      if let fault = characterFault(Array(word.utf8)) { throw ValueError(message: fault) }
      texts.append(WordWriter.text(Array(escapePercent(word, percent).utf8), .plain))
    }
    return try limited(texts.joined(separator: " "))
  }

  /// Absolute paths for `ReadWritePaths=`, `ReadOnlyPaths=`, `InaccessiblePaths=`, `ExecPaths=` and `NoExecPaths=`.
  ///
  /// With `optional`, a `-` before each says that it may be missing. Relative paths and `..` are refused.
  public static func paths(
    _ paths: [String], optional: Bool = false, percent: Percent = .literal
  ) throws(ValueError) -> String {
    for path in paths { try checkAbsolute(path, percent) }
    return try words(optional ? paths.map { "-\($0)" } : paths, percent: percent)
  }

  /// Names for `StateDirectory=`, `RuntimeDirectory=`, `CacheDirectory=`, `LogsDirectory=` and
  /// `ConfigurationDirectory=`.
  ///
  /// They are relative paths; absolute ones, `..`, the empty name and what begins with `private` are refused.
  public static func directories(
    _ names: [String], percent: Percent = .literal
  ) throws(ValueError) -> String {
    guard !names.isEmpty else {
      throw ValueError(message: "there is no directory to write; an empty value resets the list")
    }
    var texts: [String] = []
    for name in names { texts.append(try directory(name, percent)) }
    return try limited(texts.joined(separator: " "))
  }

  /// One mount for `BindPaths=` or `BindReadOnlyPaths=`: `source`, or `source:destination`.
  ///
  /// With `optional`, a `-` says that the source may be missing. Both are absolute.
  public static func bindPath(
    _ source: String, to destination: String? = nil, optional: Bool = false, percent: Percent = .literal
  ) throws(ValueError) -> String {
    try checkAbsolute(source, percent)
    var text = try bindWord((optional ? "-" : "") + source, percent)
    if let destination {
      try checkAbsolute(destination, percent)
      text += ":" + (try bindWord(destination, percent))
    }
    return try limited(text)
  }

  /// One file system for `TemporaryFileSystem=`: a path, and mount options such as `ro` and `size=10M`.
  public static func temporaryFileSystem(
    _ path: String, options: [String] = [], percent: Percent = .literal
  ) throws(ValueError) -> String {
    try checkAbsolute(path, percent)
    // The word is taken apart twice: at blanks, and then, once more with backslashes, at the colon.
    var inner = Array(escapePercent(path, percent).utf8).flatMap { byte in
      byte == ASCII.backslash || byte == ASCII.colon ? [ASCII.backslash, byte] : [byte]
    }
    if !options.isEmpty { inner += ":\(options.joined(separator: ","))".utf8 }
    if let fault = characterFault(inner) { throw ValueError(message: fault) }
    return try limited(WordWriter.text(inner, .plain))
  }

  /// A credential for `LoadCredential=` and `LoadCredentialEncrypted=`: `id:path`.
  ///
  /// systemd's versions do not agree about quotes there: names and paths with blanks, quotes or backslashes are
  /// refused. The id is a file name in ASCII without a colon.
  public static func credential(
    id: String, path: String, percent: Percent = .literal
  ) throws(ValueError) -> String {
    let isOdd = { (byte: UInt8) in
      byte.isWhitespace || byte == ASCII.backslash || byte == ASCII.doubleQuote || byte == ASCII.singleQuote
    }
    let isName = id.utf8.allSatisfy { byte in
      byte > 0x20 && byte < 0x7f && byte != ASCII.colon && byte != ASCII.slash && !isOdd(byte)
    }
    guard isName, !id.isEmpty, id != ".", id != "..", id.utf8.count <= 255 else {
      throw ValueError(
        message: "'\(id)' is no name of a credential; letters, digits and '-', '_', '.' are good ones")
    }
    guard !path.utf8.contains(where: isOdd) else {
      throw ValueError(
        message: "the path '\(path)' holds blanks, quotes or backslashes, which not every systemd reads here")
    }
    return escapePercent(id, .literal) + ":" + (try self.path(path, percent: percent))
  }

  /// Names of units for `After=`, `Wants=`, `WantedBy=` and the like.
  public static func unitNames(_ names: [UnitName]) throws(ValueError) -> String {
    guard !names.isEmpty else { throw ValueError(message: "there is no unit to write") }
    return try limited(names.map(\.text).joined(separator: " "))
  }

  /// Addresses for `Documentation=`; what does not begin as one that systemd takes, blanks, quotes and backslashes are
  /// refused.
  public static func documentation(_ addresses: [String]) throws(ValueError) -> String {
    for address in addresses {
      let isAddress = ["http://", "https://", "file:/", "info:", "man:"].contains { address.hasPrefix($0) }
      let isBad = { (byte: UInt8) in
        byte.isControl || byte == ASCII.space || byte == ASCII.doubleQuote || byte == ASCII.singleQuote
          || byte == ASCII.backslash
      }
      guard isAddress, !address.utf8.contains(where: isBad) else {
        throw ValueError(
          message:
            "'\(address)' is no address for Documentation=; they begin with http://, https://, file:/, info: "
            + "or man: and hold no blanks, quotes or backslashes")
      }
    }
    return try line(addresses.joined(separator: " "))
  }

  // MARK: Steps

  private static func directory(_ name: String, _ percent: Percent) throws(ValueError) -> String {
    let bytes = Array(escapePercent(name, percent).utf8)
    guard let first = bytes.first, first != ASCII.slash else {
      throw ValueError(message: "the directory '\(name)' is not a relative path")
    }
    try checkComponents(name)
    if bytes.contains(0) { throw ValueError(message: "a directory's name holds a NUL, which no name can") }
    if let invalid = UTF8Text.firstInvalid(in: bytes[...]) {
      throw ValueError(message: "the directory holds a noncharacter", offset: bytes.scalarOffset(invalid))
    }
    let components = bytes.split(separator: ASCII.slash).filter { $0 != [ASCII.dot] }
    guard let begin = components.first else {
      throw ValueError(message: "the directory '\(name)' has no name")
    }
    guard !begin.elementsEqual("private".utf8) else {
      throw ValueError(message: "systemd keeps the directory 'private' for itself")
    }
    // The quotes are taken away first and know no escapes, and a colon divides: these are said by their numbers.
    var text: [UInt8] = []
    WordWriter.appendEscaped(bytes, hex: [ASCII.doubleQuote, ASCII.singleQuote], to: &text)
    text = text.flatMap { $0 == ASCII.colon ? [ASCII.backslash, $0] : [$0] }
    return text.contains(ASCII.space) ? "\"\(text.text)\"" : text.text
  }

  private static func bindWord(_ word: String, _ percent: Percent) throws(ValueError) -> String {
    let bytes = Array(escapePercent(word, percent).utf8)
    if let fault = characterFault(bytes) { throw ValueError(message: fault) }
    return bytes.contains(ASCII.colon) ? WordWriter.quoted(bytes, .plain) : WordWriter.text(bytes, .plain)
  }
}
