import Presentation
import Systemd
import UnitDesign

/// What the journal has of a service since a moment.
struct JournalEvidence: Sendable {
  /// The most entries that are looked at.
  private static let entryLimit = 5000
  /// The most lines that are kept of each kind.
  private static let lineLimit = 20
  /// The most characters of a line that are kept.
  private static let lengthLimit = 300

  /// Lines about being denied something; printable.
  private(set) var denials: [String] = []
  /// The last other lines of the service itself; printable.
  private(set) var lastLines: [String] = []
  /// The folders that could not be written to.
  private(set) var folders: [String] = []

  /// Reads what the unit, systemd on it, and the kernel on its processes have said since `begin`.
  ///
  /// - Parameters:
  ///   - unit: its primary name.
  ///   - begin: a time since 1970.
  ///   - processes: those whose lines of the kernel are meant.
  @LoopActor
  init(of unit: String, since begin: Duration, processes: Set<Int32>) async {
    _ = await Journal.synchronize()
    // A machine without a journal has no such evidence; the service's state is another.
    guard let reader = try? JournalReader(JournalMatch.unit(unit).or(.kernel), from: .realtime(begin)) else {
      return
    }
    var count = 0
    while count < Self.entryLimit, let record = try? reader.next() {
      count += 1
      // Clocks may be set back: what is older by journald's own word is not meant.
      guard record.realtime >= begin else { continue }
      take(record, processes)
    }
  }

  private mutating func take(_ record: JournalRecord, _ processes: Set<Int32>) {
    let transport = record["_TRANSPORT"]
    let isKernel = transport == "kernel" || transport == "audit"
    if isKernel, !Self.isAbout(record, processes) { return }
    for line in record.message.split(separator: "\n").prefix(Self.lineLimit) {
      let text = DisplayText.escaped(String(line.prefix(Self.lengthLimit)))
      if DenialText.isDenial(text) {
        folders += Self.folders(text)
        if denials.count < Self.lineLimit { denials.append(text) }
      } else if record.process != 1, !isKernel {
        lastLines = (lastLines + [text]).suffix(Self.lineLimit)
      }
    }
  }

  private static func isAbout(_ record: JournalRecord, _ processes: Set<Int32>) -> Bool {
    let text = record.message
    guard let range = text.firstRange(of: "pid=") else { return false }
    let digits = text[range.upperBound...].prefix { $0.isASCII && $0.isNumber }
    return Int32(digits).map { processes.contains($0) } ?? false
  }

  private static func folders(_ line: String) -> [String] {
    guard line.lowercased().contains("read-only file system") else { return [] }
    return DenialText.paths(in: line).compactMap(Folder.writable)
  }
}
