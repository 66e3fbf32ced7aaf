import Supervision
import Testing

@Suite("Patterns for logs")
struct TextPatternTests {
  @Test(
    "are found where they are",
    arguments: [
      ("error", "an error came"), ("error", "An ERROR came"), ("Error", "an Error came"), ("^GET", "GET /"),
      ("^b", "a\nb"), ("a$", "a\nb"), ("time.?out", "timeout"), ("time.?out", "time-out"), ("a*", ""),
      ("x(ab)+y", "xababy"), ("a{2,3}b", "caab"), ("^a{3}$", "aaa"), ("a{2,}", "aaaa"), ("cat|dog", "a dog"),
      ("^(cat|dog)s?$", "cats"), ("[a-c]x", "bx"), ("[^a-c]x", "dx"), ("[]x]", "]"), ("[-a]", "-"),
      ("\\d{3}", "status 500"), ("\\bcat\\b", "a cat!"), ("\\Bat", "cat"), ("\\w+\\s\\S", "ab c"),
      ("[\\d.]+$", "10.0.0.1"), ("a\\.b", "a.b"), ("\\[x\\]", "[x]"), ("straße", "STRAßE"),
      ("über", "ÜBER"), ("日本", "in 日本 now"), ("a{x", "a{x"), ("(?:ab)c", "abc"), ("a+?b", "aab"), ("()", ""),
      ("\u{fffd}", "x\u{fffd}"), ("[^\\d]", "7a"), ("", "anything"),
    ])
  func found(pattern: String, text: String) throws {
    #expect(try TextPattern(pattern).isFound(in: Array(text.utf8)))
  }

  @Test(
    "are not found where they are not",
    arguments: [
      ("Error", "an error came"), ("^b", "ab"), ("a$", "ab"), ("a{3}", "aab"), ("^a{2,3}$", "aaaa"),
      ("cat|dog", "cow"), ("[a-c]", "d"), ("[^a-c]", "abc"), ("[^a-c]", "ABC"), ("a.b", "a\nb"), ("\\d", "x"),
      ("\\bcat\\b", "cats"), ("a\\.b", "axb"), ("\\D", "123"), ("(ab)+c", "abab"), ("x", ""),
    ])
  func notFound(pattern: String, text: String) throws {
    #expect(try TextPattern(pattern).isFound(in: Array(text.utf8)) == false)
  }

  @Test("ignore the case only if they are told, or have no capital letter themselves")
  func letterCase() throws {
    #expect(try TextPattern("error", ignoresCase: false).isFound(in: Array("ERROR".utf8)) == false)
    #expect(try TextPattern("ERROR", ignoresCase: true).isFound(in: Array("error".utf8)))
    #expect(try TextPattern("ERROR").isFound(in: Array("error".utf8)) == false)
  }

  @Test(
    "are refused with a reason if they are wrong, need going back, or come to too much",
    arguments: [
      ("(a", "no ')'"), ("a)", "without '('"), ("[a", "no ']'"), ("*a", "nothing before"),
      ("a\\", "backslash"),
      ("(?=a)", "looking around"), ("(a)\\1", "'\\1'"), ("\\q", "'\\q'"), ("[z-a]", "small to large"),
      ("a{5,2}", "wrong order"), ("a{9999}", "1000 times"), ("((a{100}){100}){100}", "2000 steps"),
      (String(repeating: "(", count: 60) + String(repeating: ")", count: 60), "too deep"),
      (String(repeating: "a", count: 1001), "longer than"), ("a**?*+*", "three times"),
    ])
  func refused(pattern: String, reason: String) {
    let error = #expect(throws: TextPattern.Failure.self) { try TextPattern(pattern) }
    #expect(error?.description.contains(reason) == true, "\(error?.description ?? "")")
  }

  @Test("take time in proportion to the text, also where going back would never end")
  func linear() throws {
    let text = Array(String(repeating: "a", count: 5000).utf8)
    let clock = ContinuousClock()
    let took = try clock.measure {
      for pattern in ["(a+)+b", "(a|a)*b", "(a*)*b", "(((){1000}){1000}){1000}b", "a{0,200}b"] {
        let isFound = try TextPattern(pattern).isFound(in: text)
        #expect(!isFound)
      }
    }
    // Going back would take longer than the world is old.
    #expect(took < .seconds(60))
  }
}
