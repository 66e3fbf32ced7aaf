import Glibc
import Systemd
import TestSupport
import Testing

@Suite("Notification text")
struct NotificationTests {
  static let table: [(Notification, String)] = [
    ([.ready], "READY=1"),
    ([.reloading, .monotonicTime(microseconds: 17)], "RELOADING=1\nMONOTONIC_USEC=17"),
    ([.stopping, .status("bye")], "STOPPING=1\nSTATUS=bye"),
    ([.status("")], "STATUS="),
    ([.status("Größe = 3")], "STATUS=Größe = 3"),
    ([.errno(2), .busError("org.example.Broken")], "ERRNO=2\nBUSERROR=org.example.Broken"),
    ([.exitStatus(3)], "EXIT_STATUS=3"),
    ([.mainProcess(4711)], "MAINPID=4711"),
    ([.watchdog], "WATCHDOG=1"),
    ([.watchdogTrigger], "WATCHDOG=trigger"),
    ([.watchdogTimeout(.milliseconds(1500))], "WATCHDOG_USEC=1500000"),
    ([.extendTimeout(.seconds(5))], "EXTEND_TIMEOUT_USEC=5000000"),
    ([.storeDescriptors, .descriptorName("web"), .withoutPolling], "FDSTORE=1\nFDNAME=web\nFDPOLL=0"),
    ([.removeDescriptors, .descriptorName("web")], "FDSTOREREMOVE=1\nFDNAME=web"),
    ([.barrier], "BARRIER=1"),
    ([.other(name: "X_OWN", value: "a=b")], "X_OWN=a=b"),
  ]

  @Test("every field is written as sd_notify(3) says and read back", arguments: table)
  func roundTrip(notification: Notification, text: String) throws {
    let bytes = try notification.encoded()
    #expect(String(decoding: bytes, as: UTF8.self) == text)
    #expect(try Notification(parsing: bytes) == notification)
    #expect(try Notification(parsing: bytes + [UInt8(ascii: "\n"), 0]) == notification)
  }

  @Test(
    "a line break in a status cannot smuggle in another field", arguments: ["a\nREADY=1", "a\r\u{0}\u{7F}b"])
  func flattened(text: String) throws {
    let bytes = try Notification([.status(text)]).encoded()
    #expect(bytes.allSatisfy { $0 >= 0x20 && $0 != 0x7F })
    #expect(try Notification(parsing: bytes).fields.count == 1)
  }

  @Test("a long status is cut between two characters")
  func longStatus() throws {
    let text = String(repeating: "ü", count: 3000)
    let status = try Notification(parsing: Notification([.ready, .status("x" + text)]).encoded()).status
    #expect(status == "x" + text.prefix((Notification.statusLimit - 1) / 2))
  }

  @Test(
    "what cannot be sent is refused with its reason",
    arguments: [
      ([], .empty),
      ([.other(name: "bad name", value: "")], .invalidName("bad name")),
      ([.other(name: "", value: "x")], .invalidName("")),
      ([.other(name: "A\nREADY", value: "1")], .invalidName("A\nREADY")),
      ([.other(name: "A", value: String(repeating: "x", count: 4095))], .tooLong(4097)),
    ] as [(Notification, NotificationError)])
  func refused(notification: Notification, reason: NotificationError) {
    #expect(throws: reason) { try notification.encoded() }
  }

  @Test(
    "a value that does not fit stays as text",
    arguments: [
      "MAINPID=0", "MAINPID=-4", "MAINPID=+4", "MAINPID=99999999999", "MAINPID=12x", "ERRNO=", "READY=0",
      "WATCHDOG=2", "WATCHDOG_USEC=-1", "EXTEND_TIMEOUT_USEC=99999999999999999999", "FDNAME=a:b", "FDPOLL=1",
      "MONOTONIC_USEC=x", "BARRIER=0",
    ])
  func misfit(line: String) throws {
    let fields = try Notification(parsing: Array(line.utf8)).fields
    let name = String(line.prefix { $0 != "=" })
    #expect(fields == [.other(name: name, value: String(line.dropFirst(name.count + 1)))])
  }

  @Test(
    "lines that are no assignment are left out",
    arguments: ["READY", "=1", "ready=1", "A B=1", "\n\n\n", "É=1", String(repeating: "A", count: 65) + "=1"])
  func noAssignment(text: String) throws {
    #expect(try Notification(parsing: Array((text + "\nREADY=1").utf8)) == [.ready])
  }

  @Test("a datagram that is too long or has a zero byte in the middle is refused")
  func hostile() throws {
    #expect(throws: NotificationError.tooLong(4097)) {
      try Notification(parsing: [UInt8](repeating: 65, count: 4097))
    }
    #expect(throws: NotificationError.embeddedZero) { try Notification(parsing: [65, 0, 66]) }
    #expect(try Notification(parsing: [0]).fields.isEmpty)
    #expect(try Notification(parsing: []).fields.isEmpty)
    #expect(try Notification(parsing: Array("STATUS=".utf8) + [0xFF, 0xFE]).fields.isEmpty)
  }

  @Test("whatever bytes come, what is read can be written and read again", arguments: 0..<20)
  func fuzz(seed: UInt64) throws {
    var random = SeededGenerator(seed: seed)
    let pieces = [
      "READY=1", "STATUS=", "MAINPID=", "=", "\n", "FDNAME=", "WATCHDOG_USEC=", "\u{0}", "é", "9",
    ]
    for _ in 0..<500 {
      var bytes: [UInt8] = []
      for _ in 0..<Int.random(in: 0..<12, using: &random) {
        if Bool.random(using: &random) {
          bytes += (pieces.randomElement(using: &random) ?? "").utf8
        } else {
          bytes.append(UInt8.random(in: 0...255, using: &random))
        }
      }
      guard let read = try? Notification(parsing: bytes), !read.fields.isEmpty else { continue }
      let again = try Notification(parsing: read.encoded())
      // Control characters become spaces on the way out; after that nothing changes any more.
      #expect(try Notification(parsing: again.encoded()) == again)
      #expect(again.fields.count == read.fields.count)
    }
  }

  @Test("a reload carries the monotonic clock's time")
  func reloading() throws {
    var before = timespec()
    unsafe clock_gettime(CLOCK_MONOTONIC, &before)
    let notification = Notification.reloading(.status("reading"))
    #expect(notification.fields.first == .reloading && notification.status == "reading")
    let times = notification.fields.compactMap { field -> UInt64? in
      if case .monotonicTime(let time) = field { time } else { nil }
    }
    let earliest = UInt64(before.tv_sec) * 1_000_000 + UInt64(before.tv_nsec) / 1000
    #expect(times.count == 1 && (earliest...earliest + 10_000_000).contains(times.first ?? 0))
  }
}
