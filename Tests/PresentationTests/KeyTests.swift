import Testing

@testable import Presentation

@Suite("Keys of a terminal")
struct KeyTests {
  @Test(
    "bytes become keys",
    arguments: [
      ("q", [Key.character("q")]), ("\r", [.enter]), ("\n", [.enter]),
      ("\u{7f}\u{8}", [.backspace, .backspace]),
      ("\u{1b}[A\u{1b}[B\u{1b}[C\u{1b}[D", [.up, .down, .right, .left]), ("\u{1b}OA\u{1b}OH", [.up, .home]),
      ("\u{1b}[5~\u{1b}[6~\u{1b}[3~", [.pageUp, .pageDown, .delete]),
      ("\u{1b}[1~\u{1b}[4~\u{1b}[7~\u{1b}[8~", [.home, .end, .home, .end]), ("\u{1b}[1;5A", [.up]),
      ("\u{c}\u{3}", [.control("l"), .control("c")]), ("ü日", [.character("ü"), .character("日")]),
      // A key that nobody needs, and one with Alt.
      ("\u{1b}[15~x", [.character("x")]), ("\u{1b}x", [.escape, .character("x")]), ("\u{0}", []),
      // What could turn the direction of writing round is no key.
      ("\u{202e}a", [.character("a")]),
    ])
  func keys(text: String, keys: [Key]) {
    var reader = KeyReader()
    #expect(reader.read(text.utf8) == keys)
    #expect(!reader.isPending)
  }

  @Test("bytes may come one by one")
  func pieces() {
    var reader = KeyReader()
    let keys = "\u{1b}[5~日\u{1b}OBq".utf8.flatMap { reader.read([$0]) }
    #expect(keys == [.pageUp, .character("日"), .down, .character("q")])
  }

  @Test("a lone Escape is the key when nothing follows")
  func escape() {
    var reader = KeyReader()
    #expect(reader.read([0x1b]) == [] && reader.isPending)
    #expect(reader.flush() == [.escape] && !reader.isPending)
    #expect(reader.flush() == [])
  }

  @Test("bytes that are no text are passed over, and a sequence without an end does not fill the memory")
  func hostile() {
    var reader = KeyReader()
    #expect(reader.read([0xff, 0xc0, 0x80, UInt8(ascii: "a")]) == [.character("a")])
    #expect(reader.read([0xe6, 0x41, 0x42, 0x43]).last == .character("C"))
    _ = reader.read([0x1b, UInt8(ascii: "[")] + [UInt8](repeating: UInt8(ascii: "1"), count: 10_000))
    #expect(reader.read("zq".utf8).last == .character("q"))
  }
}
