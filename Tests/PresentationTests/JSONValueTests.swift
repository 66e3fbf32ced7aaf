import Presentation
import Testing

@Suite("JSON")
struct JSONValueTests {
  @Test("values are written on one line, with their fields in order")
  func line() {
    let value = JSONValue.object([
      .init("b", .list([.null, .boolean(true), .integer(-1), .number(.max), .decimal(0.5), .decimal(.nan)])),
      .init("a", .object([])), .init("empty", .list([])), .init("time", .time(Timestamp(microseconds: 1))),
      .init("none", .count(nil)),
    ])
    #expect(
      value.text()
        == #"{"b":[null,true,-1,18446744073709551615,0.5,null],"a":{},"empty":[],"#
        + #""time":"1970-01-01T00:00:00.000001Z","none":null}"#)
  }

  @Test("pretty values stand on lines of their own")
  func pretty() {
    let value = JSONValue.list([.object([.init("a", .string("x")), .init("b", .list([]))])])
    #expect(value.text(isPretty: true) == "[\n  {\n    \"a\": \"x\",\n    \"b\": []\n  }\n]")
  }

  @Test("foreign text stays itself and cannot steer a terminal")
  func hostile() {
    #expect(
      JSONValue.string("a\"b\\c\n\t\u{1b}[31m\u{9b}\u{202e}é").text()
        == #""a\"b\\c\n\t\u001b[31m\u009b\u202eé""#)
  }
}
