import Supervision
import TestSupport
import Testing
import UnitFiles

@Suite("Probe targets")
struct ProbeTargetTests {
  static let name107 = String(repeating: "n", count: 106)

  static let good: [(String, ProbeTarget)] = [
    ("notify", .notify), ("http://h", .http(url: "http://h")), ("http://h/", .http(url: "http://h/")),
    ("https://h:8443/a?b=c#d", .http(url: "https://h:8443/a?b=c#d")),
    ("http://[::1]:80/x", .http(url: "http://[::1]:80/x")),
    ("http://[fe80::1%25eth0]", .http(url: "http://[fe80::1%25eth0]")),
    ("http://h?x", .http(url: "http://h?x")), ("http://h:/", .http(url: "http://h:/")),
    ("http://h/a@b", .http(url: "http://h/a@b")), ("tcp://127.0.0.1:1", .tcp(host: "127.0.0.1", port: 1)),
    ("tcp://db.example:65535", .tcp(host: "db.example", port: 65535)),
    ("tcp://[::1]:5432", .tcp(host: "::1", port: 5432)),
    ("tcp://[fe80::1%eth0]:1", .tcp(host: "fe80::1%eth0", port: 1)),
    ("unix:/run/x.sock", .unix(path: "/run/x.sock")), ("unix:///run/x.sock", .unix(path: "/run/x.sock")),
    ("unix:@name", .unix(path: "@name")), ("unix:/" + name107, .unix(path: "/" + name107)),
    ("grpc://127.0.0.1:50051", .grpc(GRPCEndpoint(host: "127.0.0.1", port: 50051))),
    ("grpc://h:1/", .grpc(GRPCEndpoint(host: "h", port: 1))),
    ("grpc://[::1]:1/shop.v1.Orders", .grpc(GRPCEndpoint(host: "::1", port: 1, service: "shop.v1.Orders"))),
    ("grpcs://h:443/a?b", .grpc(GRPCEndpoint(host: "h", port: 443, service: "a?b", isSecure: true))),
    ("dbus:org.example.Service", .dbus(name: "org.example.Service")),
    ("dbus:a-b._1", .dbus(name: "a-b._1")),
    ("http+unix:/run/x.sock", .httpSocket(path: "/run/x.sock", location: "/")),
    ("http+unix:/run/x.sock:/health?a=b:/c", .httpSocket(path: "/run/x.sock", location: "/health?a=b:/c")),
    ("http+unix:///run/x.sock:/", .httpSocket(path: "/run/x.sock", location: "/")),
    ("http+unix:@name:/h", .httpSocket(path: "@name", location: "/h")),
    ("http+unix:/run/a:b:/h", .httpSocket(path: "/run/a:b", location: "/h")),
    ("heartbeat:notify", .heartbeat(.notify)),
    ("heartbeat:file:/run/a b", .heartbeat(.file(path: "/run/a b"))),
    ("heartbeat:fifo:/run/x:y", .heartbeat(.fifo(path: "/run/x:y"))),
    ("exec:/bin/true", .exec([Array("/bin/true".utf8)])),
    ("exec:/bin/c -x \"a b\" 'c'", .exec(["/bin/c", "-x", "a b", "c"].map { Array($0.utf8) })),
  ]

  @Test("a target is read as it is meant", arguments: good)
  func reads(text: String, target: ProbeTarget) throws {
    #expect(try ProbeTarget.parse(text) == target)
  }

  static let bad: [String] = [
    "", " ", "notify ", "NOTIFY", "h:80", "ftp://h", "HTTP://h", "http:/h", "http://", "http:///x",
    "http://:80/",
    "http://user@h/", "http://u:p@h/", "http://h /", "http://h/a b", "http://h\n/", "http://h:0/",
    "http://h:65536/",
    "http://h:-1/", "http://h:8o/", "http://[]/", "http://[::1", "http://[::1]x/", "http://h\\@evil/",
    "https://?",
    "tcp://", "tcp://h", "tcp://:80", "tcp://h:", "tcp://h:0", "tcp://h:65536", "tcp://h:+80", "tcp://h:-1",
    "tcp://h: 80", "tcp://h:٣", "tcp://::1:80", "tcp://[]:80", "tcp://h:80/x", "tcp://h y:80", "tcp://hé:80",
    "tcp://a@h:80", "tcp://h;x:80", "unix:", "unix:/", "unix:@", "unix:run/x", "unix://run/x",
    "unix:/a\u{0}b",
    "http+unix:", "http+unix:run/x:/", "http+unix:@:/", "http+unix:/:/", "http+unix:/x:/a b",
    "http+unix:/x:/a\r\nX: y", "http+unix:/x:/\u{e9}", "http+unix:/n" + name107 + ":/", "https+unix:/x:/",
    "grpc://", "grpc://h", "grpc://:1", "grpc://h:0", "grpc://h:1/a/b", "grpc://h:1/a b", "grpc://h:1/\u{e9}",
    "grpc://u@h:1", "grpc:h:1", "grpcs://::1:1", "grpc://h:1/" + String(repeating: "s", count: 257),
    "dbus:", "dbus:name", "dbus:.a", "dbus:a.", "dbus:a..b", "dbus:a.1b", "dbus::1.5", "dbus:a.b c",
    "dbus:a.b/c",
    "dbus:a.\u{e9}", "dbus:a." + String(repeating: "b", count: 254),
    "heartbeat", "heartbeat:", "heartbeat:notify ", "heartbeat:/x", "heartbeat:file:", "heartbeat:file:x",
    "heartbeat:fifo:", "heartbeat:fifo:./x", "heartbeat:fifo:/a\u{0}b",
    "heartbeat:file:/" + String(repeating: "x", count: 4096),
    "unix:/n" + name107, "unix:@n" + name107, "exec:", "exec: ", "exec:true", "exec:./x", "exec:'/bin/x",
    "exec:-/bin/x",
  ]

  @Test("a target that could never be asked is refused with a way out", arguments: bad)
  func refuses(text: String) {
    let error = #expect(throws: ValueError.self) { try ProbeTarget.parse(text) }
    #expect(error?.message.isEmpty == false)
  }

  @Test(
    "a target is told in few words, without the arguments of a command",
    arguments: [
      ("tcp://[::1]:80", "tcp://[::1]:80"), ("tcp://h:80", "tcp://h:80"), ("unix:///run/x", "unix:/run/x"),
      ("exec:/bin/c --password x", "exec:/bin/c"), ("notify", "notify"), ("http://h/x", "http://h/x"),
      ("grpc://[::1]:1", "grpc://[::1]:1"), ("grpcs://h:1/a.b", "grpcs://h:1/a.b"),
      ("grpc://h:1/", "grpc://h:1"),
      ("dbus:a.b", "dbus:a.b"), ("http+unix:///run/x", "http+unix:/run/x:/"),
      ("http+unix:@n:/h?a", "http+unix:@n:/h?a"), ("heartbeat:notify", "heartbeat:notify"),
      ("heartbeat:file:/run/x", "heartbeat:file:/run/x"), ("heartbeat:fifo:/run/x", "heartbeat:fifo:/run/x"),
    ])
  func describes(text: String, words: String) throws {
    #expect(try ProbeTarget.parse(text).description == words)
  }

  @Test("no bytes crash the reader", arguments: 0..<300 as Range<UInt64>)
  func fuzz(seed: UInt64) throws {
    var generator = SeededGenerator(seed: seed)
    let schemes = [
      "http://", "https://", "http+unix:", "dbus:", "tcp://", "grpc://", "grpcs://", "unix:", "exec:",
      "heartbeat:",
      "heartbeat:file:", "heartbeat:fifo:", "",
    ]
    let letters = Array("[]:@/%?#\\\"' .-0123456789abcé\u{0}\u{7f}\u{301}")
    for _ in 0..<100 {
      let rest = (0..<Int.random(in: 0...12, using: &generator)).compactMap { _ in
        letters.randomElement(using: &generator)
      }
      let text = (schemes.randomElement(using: &generator) ?? "") + String(rest)
      guard let target = try? ProbeTarget.parse(text) else { continue }
      switch target {
      case .tcp(let host, let port): #expect(!host.isEmpty && port > 0, "\(text)")
      case .unix(let path): #expect(path.utf8.count <= ProbeTarget.longestSocketName, "\(text)")
      case .httpSocket(let path, let location):
        #expect(path.utf8.count <= ProbeTarget.longestSocketName && location.hasPrefix("/"), "\(text)")
        #expect(try ProbeTarget.parse(target.description) == target, "\(text)")
      case .grpc(let endpoint):
        #expect(!endpoint.host.isEmpty && endpoint.port > 0, "\(text)")
        #expect(try ProbeTarget.parse(target.description) == target, "\(text)")
      case .dbus(let name): #expect("dbus:\(name)" == text && name.contains("."))
      case .exec(let words): #expect(words.first?.first == UInt8(ascii: "/"), "\(text)")
      case .http(let url): #expect(url == text && !url.contains(" "), "\(text)")
      case .heartbeat: #expect(target.description == text)
      case .notify: #expect(text == "notify")
      }
      // What a status line names can be written into a policy again.
      if case .tcp = target { #expect(try ProbeTarget.parse(target.description) == target, "\(text)") }
    }
  }
}
