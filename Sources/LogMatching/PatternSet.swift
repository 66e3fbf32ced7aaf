import CHyperscan

/// A pattern that cannot be looked for.
package struct PatternFailure: Error, Sendable, Hashable, CustomStringConvertible {
  /// Which pattern, counted from 0; nil if it is no pattern's fault.
  package let index: Int?
  /// Why, and what to do.
  package let reason: String

  /// The reason alone.
  package var description: String { reason }
}

/// Many regular expressions that are looked for at once, in a time that grows with the text alone.
///
/// The syntax is that of PCRE without what needs going back (references, looking around), which is refused. Text and
/// patterns are bytes: `(?i)` knows the letters of ASCII. `^` and `$` are a line's.
@safe
package final class PatternSet {
  private let library: HyperscanLibrary
  private var database: OpaquePointer?
  private var scratch: OpaquePointer?

  /// Compiles patterns.
  ///
  /// - Parameter patterns: the regular expressions; not empty.
  /// - Throws: the first pattern that cannot be looked for, or a library that is not there.
  package convenience init(_ patterns: [String]) throws(PatternFailure) {
    try self.init(patterns, library: HyperscanLibrary())
  }

  init(_ patterns: [String], library: HyperscanLibrary) throws(PatternFailure) {
    self.library = library
    let texts = patterns.map { Array($0.utf8CString) }
    if let index = patterns.firstIndex(where: { $0.utf8.contains(0) }) {
      throw PatternFailure(index: index, reason: "the pattern holds a NUL byte")
    }
    // One place for all texts, so that their addresses hold together.
    let joined = texts.flatMap { $0 }
    let flags = [UInt32](repeating: UInt32(HS_FLAG_MULTILINE), count: texts.count)
    let ids = texts.indices.map { UInt32($0) }
    var error: UnsafeMutablePointer<hs_compile_error_t>?
    let result = unsafe joined.withUnsafeBufferPointer { buffer in
      var addresses = unsafe [UnsafePointer<CChar>?]()
      var offset = 0
      for text in texts {
        unsafe addresses.append(unsafe buffer.baseAddress.map { unsafe $0 + offset })
        offset += text.count
      }
      return unsafe chyperscan_compile_multi(
        library.compileMulti, addresses, flags, ids, UInt32(texts.count), &database, &error)
    }
    guard result == HS_SUCCESS else {
      defer { unsafe chyperscan_free_compile_error(library.freeCompileError, error) }
      throw unsafe Self.failure(error, patterns)
    }
    guard unsafe chyperscan_alloc_scratch(library.allocScratch, database, &scratch) == HS_SUCCESS else {
      throw PatternFailure(index: nil, reason: "there is no memory for log patterns")
    }
  }

  deinit {
    if unsafe scratch != nil { unsafe chyperscan_free_scratch(library.freeScratch, scratch) }
    if unsafe database != nil { unsafe chyperscan_free_database(library.freeDatabase, database) }
  }

  private static func failure(
    _ error: UnsafeMutablePointer<hs_compile_error_t>?, _ patterns: [String]
  ) -> PatternFailure {
    guard let error = unsafe error else {
      return PatternFailure(index: nil, reason: "the patterns were refused")
    }
    let index = Int(unsafe error.pointee.expression)
    let message = unsafe error.pointee.message.map { unsafe String(cString: $0) } ?? "it was refused"
    guard patterns.indices.contains(index) else { return PatternFailure(index: nil, reason: message) }
    let reason = message.contains("empty buffer") ? "it is found in every line; look for something" : message
    return PatternFailure(index: index, reason: "cannot look for \"\(patterns[index])\": \(reason)")
  }

  // MARK: Scanning

  /// What a scan of one text tells: the callback of a C library has no other way to say it.
  private struct Found {
    var end = 0
    var isFound = false
    var ids: [Int] = []
  }

  /// Where the first match ends; nil if there is none.
  func firstEnd(in text: UnsafeRawBufferPointer) -> Int? {
    guard unsafe !text.isEmpty else { return nil }
    var found = Found()
    unsafe withUnsafeMutablePointer(to: &found) { found in
      _ = unsafe chyperscan_scan(
        library.scan, database, text.baseAddress, UInt32(truncatingIfNeeded: text.count), scratch,
        { _, _, end, _, context in
          guard let found = unsafe context?.assumingMemoryBound(to: Found.self) else { return 1 }
          unsafe found.pointee.end = Int(end)
          unsafe found.pointee.isFound = true
          return 1
        }, found)
    }
    return found.isFound ? found.end : nil
  }

  /// All patterns that are found in a text, each once.
  func patterns(in text: UnsafeRawBufferPointer) -> [Int] {
    guard unsafe !text.isEmpty else { return [] }
    var found = Found()
    unsafe withUnsafeMutablePointer(to: &found) { found in
      _ = unsafe chyperscan_scan(
        library.scan, database, text.baseAddress, UInt32(truncatingIfNeeded: text.count), scratch,
        { id, _, _, _, context in
          guard let found = unsafe context?.assumingMemoryBound(to: Found.self) else { return 1 }
          if unsafe !found.pointee.ids.contains(Int(id)) { unsafe found.pointee.ids.append(Int(id)) }
          return 0
        }, found)
    }
    return found.ids
  }
}
