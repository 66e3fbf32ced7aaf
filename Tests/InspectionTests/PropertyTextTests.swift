import Inspection
import Systemd
import Testing

@Suite("Properties as text")
struct PropertyTextTests {
  private static let printer = PropertyText { "@\($0)" }

  static let rows: [(String, BusVariant, [String])] = [
    ("Id", .string("a.service"), ["a.service"]),
    ("Description", .string("two\nlines"), ["[unprintable]"]),
    ("CanStart", .boolean(true), ["yes"]),
    ("NRestarts", .uint32(3), ["3"]),
    ("UMask", .uint32(0o22), ["0022"]),
    ("UID", .uint32(.max), ["[not set]"]),
    ("ActiveEnterTimestamp", .uint64(7), ["@7"]),
    ("ActiveEnterTimestamp", .uint64(0), [""]),
    ("TimeoutStartUSec", .uint64(90_000_000), ["1min 30s"]),
    ("RuntimeMaxUSec", .uint64(.max), ["infinity"]),
    ("MemoryCurrent", .uint64(.max), ["[not set]"]),
    ("MemoryZSwapCurrent", .uint64(.max), ["[not set]"]),
    ("MemorySwapPeak", .uint64(.max), ["[not set]"]),
    ("MemoryMax", .uint64(.max), ["infinity"]),
    ("IOReadBytes", .uint64(.max), ["[not set]"]),
    ("IOWriteOperations", .uint64(3), ["3"]),
    ("ManagedOOMMemoryPressureDurationUSec", .uint64(.max), ["[not set]"]),
    ("ManagedOOMMemoryPressureDurationUSec", .uint64(2_000_000), ["2s"]),
    ("CPUUsageNSec", .uint64(.max), ["[not set]"]),
    ("IPIngressBytes", .uint64(.max), ["[no data]"]),
    ("TasksMax", .uint64(4915), ["4915"]),
    ("LimitNOFILE", .uint64(.max), ["infinity"]),
    ("CoredumpFilter", .uint64(0x33), ["0x33"]),
    ("RestrictNamespaces", .uint64(0x7e02_0000), ["no"]),
    ("RestrictNamespaces", .uint64(0x4002_0000), ["net mnt"]),
    ("AmbientCapabilities", .uint64(1 << 10 | 1), ["cap_chown cap_net_bind_service"]),
    ("SuccessActionExitStatus", .int32(-1), ["[not set]"]),
    (
      "Names", .array(of: "s", [.string("a b"), .string("c\\x2d"), .string("$x")]),
      ["\"a b\" \"c\\\\x2d\" \"\\$x\""]
    ),
    ("InvocationID", .array(of: "y", [.byte(0xab), .byte(1)]), ["ab01"]),
    ("Job", .structure([.uint32(0), .objectPath("/")]), [""]),
    ("Job", .structure([.uint32(9), .objectPath("/")]), ["9"]),
    ("SystemCallFilter", .structure([.boolean(false), .array(of: "s", [.string("reboot")])]), ["~reboot"]),
    ("LoadError", .structure([.string("x.Y"), .string("why")]), ["x.Y \"why\""]),
    (
      "SuccessExitStatus", .structure([.array(of: "i", [.int32(7)]), .array(of: "i", [.int32(15)])]),
      ["7 TERM"]
    ),
    (
      "Listen", .array(of: "(ss)", [.structure([.string("Stream"), .string("/run/x")])]), ["/run/x (Stream)"]
    ),
    (
      "TimersMonotonic",
      .array(of: "(stt)", [.structure([.string("OnBootUSec"), .uint64(60_000_000), .uint64(0)])]),
      ["{ OnBootUSec=1min ; next_elapse=0 }"]
    ),
    (
      "ExecStart",
      .array(
        of: "(sasbttttuii)",
        [
          .structure([
            .string("/bin/x"), .array(of: "s", [.string("x"), .string("y")]), .boolean(false), .uint64(5),
            .uint64(1), .uint64(0), .uint64(0), .uint32(12), .int32(2), .int32(9),
          ])
        ]),
      [
        "{ path=/bin/x ; argv[]=x y ; ignore_errors=no ; start_time=[@5] ; stop_time=[n/a] ; pid=12 ; code=killed ; "
          + "status=9/KILL }"
      ]
    ),
    ("ExecStartPre", .array(of: "(sasbttttuii)", []), []),
  ]

  @Test("a property reads as systemctl shows it", arguments: rows)
  func text(name: String, value: BusVariant, lines: [String]) {
    #expect(Self.printer.lines(name, value) == lines)
  }
}
