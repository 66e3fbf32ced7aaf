import Glibc
import Processes
import Systemd
import TestSupport
import Testing

/// `F_SETPIPE_SZ` of fcntl(2), which the header has under _GNU_SOURCE alone.
private let setPipeSize: Int32 = 1031

@Suite("Output on its way", .onLoop)
struct OutputRelayTests {
  @LoopActor
  private final class Shown {
    var lines: [String] = []
  }

  @LoopActor
  private final class Relayed {
    private let shown: Shown
    var lines: [String] { shown.lines }
    let relay: OutputRelay
    let writer: Int32
    let reader: Int32

    init(toBlockedReader isBlocked: Bool = false) throws {
      var ends: [Int32] = [-1, -1]
      _ = unsafe pipe(&ends)
      reader = ends[0]
      let target = ends[1]
      if isBlocked {
        _ = fcntl(target, setPipeSize, 4096)
        let filler = [UInt8](repeating: 0x2e, count: 4096)
        _ = unsafe write(target, filler, filler.count)
      }
      let shown = Shown()
      self.shown = shown
      (relay, writer) = try unsafe OutputRelay.pipe(to: OutputSink(target)) { bytes in
        unsafe shown.lines.append(String(decoding: bytes, as: UTF8.self))
      }
    }

    func say(_ text: String) { _ = unsafe text.withCString { unsafe write(writer, $0, strlen($0)) } }

    func heard(_ most: Int = 1 << 20) -> String {
      var bytes = [UInt8](repeating: 0, count: most)
      let count = unsafe read(reader, &bytes, most)
      return String(decoding: bytes.prefix(max(count, 0)), as: UTF8.self)
    }
  }

  @Test("whole lines are shown and passed on, a part waits for its end")
  @LoopActor func lines() throws {
    let relayed = try Relayed()
    relayed.say("one\ntwo\nthr")
    relayed.relay.drain()
    #expect(relayed.lines == ["one\ntwo\n"])
    #expect(relayed.heard() == "one\ntwo\n")
    relayed.say("ee\n")
    relayed.relay.drain()
    #expect(relayed.heard() == "three\n")
    relayed.say("last")
    relayed.relay.finish()
    #expect(relayed.lines.last == "last" && relayed.heard() == "last" && relayed.relay.isOver)
  }

  @Test("a line that is too long is shown in parts, and every byte is passed on")
  @LoopActor func longLine() throws {
    let relayed = try Relayed()
    let text = String(repeating: "a", count: OutputRelay.longestLine + 100)
    relayed.say(String(text.prefix(60_000)))
    relayed.relay.drain()
    var heard = relayed.heard()
    relayed.say("\n")
    relayed.relay.finish()
    heard += relayed.heard()
    #expect(heard == text + "\n")
    #expect(relayed.lines.map(\.utf8.count) == [OutputRelay.longestLine, 101])
  }

  @Test("while nobody takes it no more is read, and then all of it arrives in order")
  @LoopActor func backPressure() async throws {
    let relayed = try Relayed(toBlockedReader: true)
    relayed.say("first\n")
    relayed.relay.drain()
    relayed.say("second\n")
    relayed.relay.drain()
    #expect(relayed.lines == ["first\n"])
    #expect(relayed.heard(4096) == String(repeating: ".", count: 4096))
    relayed.relay.finish()
    #expect(relayed.lines == ["first\n", "second\n"] && relayed.heard() == "first\nsecond\n")
  }
}
