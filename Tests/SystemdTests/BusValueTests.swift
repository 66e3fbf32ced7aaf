import Glibc
import Systemd
import TestSupport
import Testing

@Suite(
  "Values on the bus", .onLoop,
  .enabled(if: PrivateBus.isAvailable, "dbus-daemon is not installed (package dbus)"))
struct BusValueTests {
  /// Writes a value into a message and reads it back from the sealed copy that libsystemd makes of it.
  @LoopActor static func echo<Value: BusValue>(_ value: Value, signature: String) async throws -> Value {
    let silent = try SilentSocket()
    let bus = try Bus.connect(to: silent.address)
    var message = try bus.makeCall(to: BusObject(nil, "/x", "org.example.X"), "X")
    try message.append(value)
    #expect(message.signature == signature && Value.busSignature == signature)
    try message.rewind()
    let result = try message.read(Value.self)
    #expect(message.next == nil)
    return result
  }

  @Test("numbers, texts and containers survive the way")
  @LoopActor func basics() async throws {
    #expect(try await Self.echo(UInt8.max, signature: "y") == .max)
    #expect(try await Self.echo(Int16.min, signature: "n") == .min)
    #expect(try await Self.echo(UInt16.max, signature: "q") == .max)
    #expect(try await Self.echo(Int32.min, signature: "i") == .min)
    #expect(try await Self.echo(UInt32.max, signature: "u") == .max)
    #expect(try await Self.echo(Int64.min, signature: "x") == .min)
    #expect(try await Self.echo(UInt64.max, signature: "t") == .max)
    #expect(try await Self.echo(-1.5, signature: "d") == -1.5)
    #expect(try await Self.echo(true, signature: "b"))
    #expect(try await Self.echo("Größe", signature: "s") == "Größe")
    #expect(try await Self.echo(ObjectPath("/a/b_20c"), signature: "o") == "/a/b_20c")
    #expect(try await Self.echo([[1, 2], [], [3]] as [[Int32]], signature: "aai") == [[1, 2], [], [3]])
    #expect(try await Self.echo([] as [String], signature: "as") == [])
    let dictionary: [String: [UInt32]] = ["a": [1], "b": []]
    #expect(try await Self.echo(dictionary, signature: "a{sau}") == dictionary)
    let pair = try await Self.echo(BusStruct("x", UInt32(7)), signature: "(su)")
    #expect(pair.fields == ("x", 7))
    let rows = try await Self.echo([BusStruct("x", BusStruct(true))], signature: "a(s(b))")
    #expect(rows.first?.fields.1.fields == true)
    let row = try await Self.echo(BusArguments("x", UInt32(7), ObjectPath("/")), signature: "suo")
    #expect(row.values == ("x", 7, "/"))
    #expect(try await Self.echo(BusBox([UInt8(1)]), signature: "v").value == [1])
  }

  static let variants: [BusVariant] = [
    .byte(1), .boolean(true), .int16(-1), .uint16(1), .int32(-1), .uint32(1), .int64(-1), .uint64(1),
    .double(0.5), .string("x"), .objectPath("/x"), .signature("a{sv}"), .array(of: "s", []),
    .array(of: "s", [.string("a"), .string("b")]),
    .array(of: "(si)", [.structure([.string("a"), .int32(1)])]),
    .array(of: "v", [.variant(.byte(1)), .variant(.string("x"))]),
    .dictionary(key: "s", value: "v", [.string("k"): .variant(.uint32(1))]),
    .dictionary(key: "u", value: "as", [:]),
    .structure([.string("x"), .structure([.boolean(false)])]), .variant(.variant(.string("deep"))),
  ]

  @Test("a variant keeps any value and its type", arguments: variants)
  @LoopActor func variant(value: BusVariant) async throws {
    #expect(try await Self.echo(value, signature: "v") == value)
  }

  @Test("a variant gives its value in the form that is asked for")
  func forms() {
    #expect(BusVariant.variant(.string("x")).text == "x" && BusVariant.byte(1).text == nil)
    #expect(BusVariant.int32(-1).unsigned == nil && BusVariant.int32(-1).signed == -1)
    #expect(BusVariant.uint64(.max).signed == nil && BusVariant.uint64(.max).unsigned == .max)
    #expect(BusVariant.byte(3).signed == 3 && BusVariant.int64(3).unsigned == 3)
    #expect(BusVariant.boolean(true).truth == true && BusVariant.string("true").truth == nil)
    #expect(BusVariant.string("x").elements == nil && BusVariant.structure([.byte(1)]).elements == [.byte(1)])
  }
}
