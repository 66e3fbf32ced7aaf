import UnitDesign

/// Programs as a table: what stands at a path, and where a link leads.
struct DesignFiles: ProgramFiles {
  var files: [String: [UInt8]] = [:]
  var links: [String: String] = [:]

  init(_ files: [String: [UInt8]] = [:], links: [String: String] = [:]) {
    self.files = files
    self.links = links
  }

  func realPath(of path: String) -> String? {
    let target = links[path] ?? path
    return files[target] == nil ? nil : target
  }

  func bytes(of path: String, at offset: UInt64, count: Int) -> [UInt8]? {
    guard let file = files[path], let start = Int(exactly: offset), start <= file.count else { return nil }
    return Array(file[start...].prefix(count))
  }
}

/// Makes small ELF files with the parts that say how a program was made.
enum DesignELF {
  /// A file with these sections and libraries.
  static func file(sections: [String] = [".text"], libraries: [String] = [], isLarge: Bool = true) -> [UInt8]
  {
    let header = isLarge ? 64 : 52
    let (segmentSize, sectionSize) = isLarge ? (56, 64) : (32, 40)
    var names: [UInt8] = [0]
    var nameOffsets: [Int] = []
    for section in sections + [".shstrtab"] {
      nameOffsets.append(names.count)
      names += section.utf8 + [0]
    }
    var strings: [UInt8] = [0]
    var dynamic: [UInt8] = []
    func word(_ value: Int) -> [UInt8] { number(value, isLarge ? 8 : 4) }
    for library in libraries {
      dynamic += word(1) + word(strings.count)
      strings += library.utf8 + [0]
    }
    let segments = header
    let stringsAt = segments + 2 * segmentSize
    let dynamicAt = stringsAt + strings.count
    dynamic += word(5) + word(0x1000 + stringsAt) + word(0) + word(0)
    let namesAt = dynamicAt + dynamic.count
    let tableAt = namesAt + names.count
    var bytes: [UInt8] = [0x7f, 0x45, 0x4c, 0x46, isLarge ? 2 : 1, 1, 1] + [UInt8](repeating: 0, count: 9)
    bytes += number(2, 2) + number(62, 2) + number(1, 4) + word(0) + word(segments) + word(tableAt)
    bytes += number(0, 4) + number(header, 2) + number(segmentSize, 2) + number(2, 2)
    bytes += number(sectionSize, 2) + number(nameOffsets.count, 2) + number(nameOffsets.count - 1, 2)
    func segment(_ type: Int, _ offset: Int, _ size: Int) -> [UInt8] {
      isLarge
        ? number(type, 4) + number(4, 4) + word(offset) + word(0x1000 + offset) + word(0) + word(size)
          + word(size) + word(1)
        : number(type, 4) + word(offset) + word(0x1000 + offset) + word(0) + word(size) + word(size)
          + number(4, 4) + word(1)
    }
    bytes += segment(1, 0, tableAt) + segment(2, dynamicAt, dynamic.count)
    bytes += strings + dynamic + names
    for (index, offset) in nameOffsets.enumerated() {
      let isNames = index == nameOffsets.count - 1
      bytes += number(offset, 4) + number(3, 4) + word(0) + word(0) + word(isNames ? namesAt : 0)
      bytes += word(isNames ? names.count : 0) + number(0, 4) + number(0, 4) + word(1) + word(0)
    }
    return bytes
  }

  private static func number(_ value: Int, _ count: Int) -> [UInt8] {
    (0..<count).map { UInt8(truncatingIfNeeded: value >> (8 * $0)) }
  }
}
