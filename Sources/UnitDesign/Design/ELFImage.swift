/// What an ELF file tells about how it was made: the libraries it names, its interpreter, its sections.
///
/// Only the parts that matter are read. All offsets and counts come from a file that anybody may have written, so
/// each is bounded, and a part that does not hold together is left out.
public struct ELFImage: Sendable, Hashable {
  /// The program interpreter, such as `/lib64/ld-linux-x86-64.so.2`; nil for a static program.
  public var interpreter: String?
  /// The libraries it needs, such as `libc.so.6`.
  public var libraries: [String] = []
  /// The names of its sections, such as `.text`.
  public var sections: [String] = []
  /// What its compilers left in `.comment`.
  public var comment = ""

  /// Reads pieces of the file: so many bytes at an offset, fewer at its end; nil when it cannot be read.
  public typealias Reader = (_ offset: UInt64, _ count: Int) -> [UInt8]?

  /// How many entries of a table are looked at, and how many bytes of a part are read.
  private static let mostEntries = 512
  private static let largestPart = 1 << 20

  /// Reads an ELF file; nil when it is none of 32 or 64 bits.
  public init?(_ read: Reader) {
    guard let start = read(0, 64), start.count >= 52, start.starts(with: [0x7f, 0x45, 0x4c, 0x46]),
      start[4] == 1 || start[4] == 2, start[5] == 1 || start[5] == 2
    else { return nil }
    let header = Fields(bytes: start, isLarge: start[4] == 2, isBigEndian: start[5] == 2)
    readSections(header, read)
    readSegments(header, read)
  }

  // MARK: Steps

  private mutating func readSections(_ header: Fields, _ read: Reader) {
    let isLarge = header.isLarge
    let offset = isLarge ? header.word(0x28) : header.half(0x20)
    let size = Int(header.short(isLarge ? 0x3a : 0x2e))
    let count = min(Int(header.short(isLarge ? 0x3c : 0x30)), Self.mostEntries)
    let namesIndex = Int(header.short(isLarge ? 0x3e : 0x32))
    guard offset > 0, size >= (isLarge ? 64 : 40), size < 1024, count > 0, namesIndex < count,
      let bytes = read(offset, size * count), bytes.count == size * count
    else { return }
    let table = (0..<count).map { index in header.with(Array(bytes[(index * size)..<((index + 1) * size)])) }
    let names = Self.content(of: table[namesIndex], read)
    for entry in table {
      let name = Self.text(names, at: Int(entry.half(0)))
      guard !name.isEmpty else { continue }
      sections.append(name)
      if name == ".comment" { comment = String(decoding: Self.content(of: entry, read), as: UTF8.self) }
    }
  }

  private mutating func readSegments(_ header: Fields, _ read: Reader) {
    let isLarge = header.isLarge
    let offset = isLarge ? header.word(0x20) : header.half(0x1c)
    let size = Int(header.short(isLarge ? 0x36 : 0x2a))
    let count = min(Int(header.short(isLarge ? 0x38 : 0x2c)), Self.mostEntries)
    guard size >= (isLarge ? 56 : 32), size < 1024, count > 0, let bytes = read(offset, size * count),
      bytes.count == size * count
    else { return }
    let segments = (0..<count).map { index in
      Segment(header.with(Array(bytes[(index * size)..<((index + 1) * size)])))
    }
    for segment in segments {
      switch segment.type {
      case 3:  // PT_INTERP
        if let bytes = read(segment.offset, min(Int(clamping: segment.size), 4096)) {
          interpreter = Self.text(bytes, at: 0)
        }
      case 2:  // PT_DYNAMIC
        if let bytes = read(segment.offset, min(Int(clamping: segment.size), Self.largestPart)) {
          readDynamic(header.with(bytes), segments, read)
        }
      default: continue
      }
    }
  }

  private mutating func readDynamic(_ table: Fields, _ segments: [Segment], _ read: Reader) {
    let step = table.isLarge ? 16 : 8
    var names: [Int] = []
    var strings: UInt64?
    var index = 0
    while index + step <= table.bytes.count {
      let tag = table.isLarge ? table.word(index) : table.half(index)
      let value = table.isLarge ? table.word(index + 8) : table.half(index + 4)
      if tag == 0 { break }
      if tag == 1, names.count < Self.mostEntries { names.append(Int(clamping: value)) }
      if tag == 5 { strings = value }
      index += step
    }
    // DT_STRTAB is an address; the loaded segment that holds it says where it is in the file.
    guard let strings, !names.isEmpty,
      let segment = segments.first(where: { $0.type == 1 && $0.holds(strings) })
    else { return }
    let (position, overflow) = segment.offset.addingReportingOverflow(strings - segment.address)
    guard !overflow, let bytes = read(position, Self.largestPart) else { return }
    libraries = names.map { Self.text(bytes, at: $0) }.filter { !$0.isEmpty }
  }

  private static func content(of section: Fields, _ read: Reader) -> [UInt8] {
    let isLarge = section.isLarge
    let offset = isLarge ? section.word(0x18) : section.half(0x10)
    let size = isLarge ? section.word(0x20) : section.half(0x14)
    return read(offset, min(Int(clamping: size), largestPart)) ?? []
  }

  private static func text(_ bytes: [UInt8], at offset: Int) -> String {
    guard offset >= 0, offset < bytes.count else { return "" }
    return String(decoding: bytes[offset...].prefix(4096).prefix { $0 != 0 }, as: UTF8.self)
  }

  /// A program header.
  private struct Segment {
    let type: UInt64
    let offset: UInt64
    let address: UInt64
    let size: UInt64

    init(_ fields: Fields) {
      type = fields.half(0)
      offset = fields.isLarge ? fields.word(8) : fields.half(4)
      address = fields.isLarge ? fields.word(16) : fields.half(8)
      size = fields.isLarge ? fields.word(32) : fields.half(16)
    }

    func holds(_ address: UInt64) -> Bool { address >= self.address && address - self.address < size }
  }

  /// Numbers of a table in the file's own width and order; 0 for what is not there.
  private struct Fields {
    let bytes: [UInt8]
    let isLarge: Bool
    let isBigEndian: Bool

    func with(_ bytes: [UInt8]) -> Fields {
      Fields(bytes: bytes, isLarge: isLarge, isBigEndian: isBigEndian)
    }

    func short(_ offset: Int) -> UInt64 { number(offset, 2) }
    func half(_ offset: Int) -> UInt64 { number(offset, 4) }
    func word(_ offset: Int) -> UInt64 { number(offset, 8) }

    private func number(_ offset: Int, _ count: Int) -> UInt64 {
      guard offset >= 0, offset + count <= bytes.count else { return 0 }
      let part = bytes[offset..<(offset + count)]
      return (isBigEndian ? Array(part) : part.reversed()).reduce(0) { $0 << 8 | UInt64($1) }
    }
  }
}
