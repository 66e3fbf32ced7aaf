/// What an HTTP server answered.
package struct HTTPResponse: Sendable, Hashable {
  /// The status of the last response, 100 to 999.
  package let status: Int
  /// The head's lines in their order, of the last response alone; at most ``HTTPRequest/headLimit`` bytes.
  package let headers: [HTTPRequest.Header]
  /// The body's beginning, at most as long as the request allowed.
  package let body: [UInt8]
  /// Whether the body may go on behind ``body``.
  package let isBodyTruncated: Bool
  /// The URL that answered, after redirects.
  package let effectiveURL: String
  /// The time from the call to the last byte read.
  package let duration: Duration

  /// The value of the first line called `name`, in whatever case.
  package func header(_ name: String) -> String? {
    let name = name.lowercased()
    return headers.first { $0.name.lowercased() == name }?.value
  }
}

/// Collects the lines of a head as libcurl hands them over.
struct HeadCollector {
  private(set) var headers: [HTTPRequest.Header] = []
  private var size = 0

  /// Takes one line with its line end; false when the head grows too large.
  mutating func append(_ line: UnsafeRawBufferPointer) -> Bool {
    size += line.count
    guard size <= HTTPRequest.headLimit else { return false }
    let text = unsafe String(decoding: line, as: UTF8.self)
    // A status line begins a new head: an interim response, such as 100 Continue, came before it.
    if text.hasPrefix("HTTP/") {
      headers = []
      return true
    }
    guard let colon = text.utf8.firstIndex(of: 0x3A) else { return true }
    let value = Self.trimmed(text[text.index(after: colon)...])
    headers.append(.init(name: String(text[..<colon]), value: value))
    return true
  }

  private static func trimmed(_ text: Substring) -> String {
    let isBlank: (UInt8) -> Bool = { $0 == 0x20 || $0 == 0x09 || $0 == 0x0D || $0 == 0x0A }
    let bytes = text.utf8.drop(while: isBlank)
    let end = bytes.reversed().drop(while: isBlank).startIndex.base
    return String(Substring(bytes[..<end]))
  }
}
