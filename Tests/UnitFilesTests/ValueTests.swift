import TestSupport
import Testing

@testable import UnitFiles

@Suite("Booleans and sizes")
struct ValueTests {
  @Test("systemd's words for yes and no are read in any case")
  func booleans() throws {
    for text in ["1", "yes", "Y", "TRUE", "t", "On"] { #expect(try Boolean.parse(text)) }
    for text in ["0", "no", "N", "False", "f", "OFF"] { #expect(try !Boolean.parse(text)) }
    for text in ["", "2", "ja", "yes ", "truee"] {
      #expect(throws: ValueError.self) { try Boolean.parse(text) }
    }
  }

  @Test(
    "a size is counted to the base 1024",
    arguments: [
      ("0", 0), ("4096", 4096), ("1K", 1024), ("64M", 64 << 20), ("1.5G", 3 << 29),
      ("1G 500M", (1 << 30) + (500 << 20)),
      ("15E", 15 << 60), ("10B", 10), ("1K5", 1029), (" 7 K", 7168), ("0.5K", 512), ("10.M", 10 << 20),
      ("1.1", 1),
      ("18446744073709551615", .max), ("2T", 2 << 40), ("3P", 3 << 50),
      ("+1K +5", 1029), ("14.5E", 29 << 59), ("15.0E", 15 << 60),
    ] as [(String, UInt64)])
  func sizes(text: String, bytes: UInt64) throws {
    #expect(try ByteSize.parse(text) == bytes)
  }

  @Test("infinity is no size")
  func infiniteSize() throws {
    #expect(try ByteSize.parse("infinity") == nil)
  }

  @Test(
    "a size that systemd does not read is an error at its place",
    arguments: [
      ("", 0), ("K", 0), ("-1", 0), ("++1", 0), ("1k", 1), ("1KB", 2), ("16E", 0),
      ("18446744073709551616", 0),
      ("1M 1G", 4), ("1 1", 3), ("5x", 1), ("15E 1024P", 4), ("Infinity", 0),
      ("15.9E", 0), ("1.99999999999999999999K", 0),
    ])
  func badSizes(text: String, offset: Int) {
    let error = #expect(throws: ValueError.self) { try ByteSize.parse(text) }
    #expect(error?.offset == offset)
  }

  @Test("the speed of devices is counted to the base 1000")
  func decimalSizes() throws {
    #expect(try ByteSize.parse("5M", base: .decimal) == 5_000_000)
    #expect(try ByteSize.parse("1.5K 7", base: .decimal) == 1507)
    #expect(ByteSize.format(5_000_000, base: .decimal) == "5M")
    for key in ["IOReadBandwidthMax", "IOWriteIOPSMax", "BlockIOReadBandwidth"] {
      #expect(ByteSize.Base(key: key) == .decimal)
    }
    for key in ["MemoryMax", "LimitFSIZE", "ReceiveBuffer", "IOWeight"] {
      #expect(ByteSize.Base(key: key) == .binary)
    }
  }

  @Test(
    "a share is counted in ten thousandths",
    arguments: [
      ("0%", 0), ("1%", 100), ("100%", 10_000), ("12.5%", 1250), ("12.34%", 1234), ("125‰", 1250),
      ("12.5‰", 125),
      ("1250‱", 1250), ("0x10%", 1600), ("+7%", 700), ("010%", 800),
    ])
  func shares(text: String, share: Int) throws {
    #expect(try Percentage.parse(text) == share)
    #expect(try Percentage.parse(Percentage.format(share)) == share)
  }

  @Test(
    "what is no share is an error",
    arguments: [
      "", "%", "1", "1.%", ".5%", "1.234%", "-1%", "1.23‰", "1.5‱", "1 %", "a%", "1.+%", "101%", "10001‱",
    ])
  func badShares(text: String) {
    #expect(throws: ValueError.self) { try Percentage.parse(text) }
  }

  @Test("a share of processors goes above 100%")
  func unboundedShares() throws {
    #expect(try Percentage.parseUnbounded("250%") == 25_000)
    #expect(try Percentage.parseUnbounded("21474836.47%") == 2_147_483_647)
    #expect(throws: ValueError.self) { try Percentage.parseUnbounded("21474836.48%") }
    #expect(throws: ValueError.self) { try Percentage.parseUnbounded("99999999999999999999%") }
    #expect(Percentage.format(25_050) == "250.5%")
    #expect(Percentage.format(5) == "0.05%")
  }

  @Test("permissions are octal digits")
  func modes() throws {
    #expect(try FileMode.parse("0750") == 0o750)
    #expect(try FileMode.parse("7777") == 0o7777)
    #expect(try FileMode.parse("00000022") == 0o22)
    for text in ["", "8", "10000", "+7", "-1", "0x1", " 7", "7 ", "u=rw", "777777777777777777777"] {
      #expect(throws: ValueError.self) { try FileMode.parse(text) }
    }
    #expect(FileMode.format(0o22) == "0022")
    #expect(FileMode.format(0o7777) == "7777")
  }

  @Test("whole numbers have the prefixes of C and of systemd")
  func wholeNumbers() throws {
    for (text, number) in [
      ("0", 0), ("-1", -1), ("+12", 12), ("0x1F", 31), ("-0x10", -16), ("017", 15), ("0o17", 15),
      ("0b101", 5), (" 7", 7),
      ("9223372036854775807", .max), ("-9223372036854775808", .min),
    ] as [(String, Int64)] {
      #expect(try WholeNumber.parse(text) == number)
    }
    for text in ["", "-", "x", "1 ", "08", "0x", "0b2", "9223372036854775808", "--1", "1.0", "1K"] {
      #expect(throws: ValueError.self) { try WholeNumber.parse(text) }
    }
    #expect(try WholeNumber.parse("-20", in: -20...19) == -20)
    #expect(throws: ValueError(message: "'20' is no whole number from -20 to 19")) {
      try WholeNumber.parse("20", in: -20...19)
    }
  }

  @Test("any text is read or refused", arguments: 0..<500)
  func fuzz(seed: UInt64) throws {
    var generator = SeededGenerator(seed: seed)
    let alphabet = Array("0123456789.KMGTPEB +-:infty%‰‱x\u{b5}s".utf8)
    let text = String(decoding: generator.bytes(count: 12, from: alphabet), as: UTF8.self)
    if let size = try? ByteSize.parse(text) {
      #expect(text.contains { $0.isNumber })
      #expect(try ByteSize.parse("\(size)") == size)
    }
    if (try? TimeSpan.parse(text)) != nil { #expect(text.contains { $0.isNumber }) }
    if let share = try? Percentage.parseUnbounded(text) {
      #expect(try Percentage.parseUnbounded(Percentage.format(share)) == share)
    }
    if let mode = try? FileMode.parse(text) { #expect(try FileMode.parse(FileMode.format(mode)) == mode) }
    if let number = try? WholeNumber.parse(text) { #expect(try WholeNumber.parse("\(number)") == number) }
    for resource in Resource.allCases { _ = try? ResourceLimit.parse(text, for: resource) }
  }
}
