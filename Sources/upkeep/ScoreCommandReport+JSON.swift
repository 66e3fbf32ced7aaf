import UnitDesign
import UnitFiles

extension ScoreReport {
  /// For programs, a piece a unit: the fields are those of upkeep-score(1).
  func writeJSON(pretty: Bool, to write: ([UInt8]) -> Void) {
    var writer = JSONWriter(pretty: pretty)
    writer.beginObject()
    writer.field("systemd", systemd)
    writer.beginList("units")
    for scored in units {
      add(scored, to: &writer)
      if writer.bytes.count > Self.pieceSize { write(writer.takeBytes()) }
    }
    writer.endList()
    writer.beginList("failures")
    for failure in failures {
      writer.beginObject()
      writer.field("argument", failure.argument)
      writer.field("reason", failure.reason)
      writer.endObject()
    }
    writer.endList()
    writer.endObject()
    write(writer.takeBytes() + [UInt8(ascii: "\n")])
  }

  /// Bytes that are written at once: few system calls, and memory that does not grow with the number of units.
  private static let pieceSize = 1 << 16

  // MARK: Steps

  private func add(_ scored: ScoredUnit, to writer: inout JSONWriter) {
    let exposure = scored.exposure
    writer.beginObject()
    writer.field("unit", scored.name)
    writer.field("path", scored.path)
    writer.field("exposure", exposure.tenths, decimals: 1)
    writer.field("level", exposure.level.rawValue)
    writer.field("points", exposure.points)
    writer.field("weight", exposure.weight)
    writer.beginList("refusals")
    for refusal in exposure.refusals { writer.value(refusal.description) }
    writer.endList()
    writer.beginList("checks")
    for rating in exposure.ratings { add(rating, of: exposure, to: &writer) }
    writer.endList()
    if isDetailed, let unit = scored.unit {
      writer.beginList("improvements")
      for item in ExposureImprovement.cheapest(for: unit, systemd: systemd, scope: scope) {
        add(item, to: &writer)
      }
      writer.endList()
    } else {
      writer.field("improvements", nil)
    }
    writer.endObject()
  }

  private func add(_ rating: Exposure.Rating, of exposure: Exposure, to writer: inout JSONWriter) {
    writer.beginObject()
    writer.field("check", rating.check.name)
    writer.field("field", rating.check.field)
    writer.field("group", rating.check.group.rawValue)
    writer.field("weight", rating.check.weight)
    writer.field("range", rating.check.range)
    writer.field("badness", rating.badness)
    writer.field("adds", exposure.hundredths(of: rating), decimals: 2)
    writer.field("sentence", rating.sentence)
    writer.endObject()
  }

  private func add(_ item: ExposureImprovement, to writer: inout JSONWriter) {
    writer.beginObject()
    writer.beginList("lines")
    for line in item.lines { writer.value(line) }
    writer.endList()
    writer.field("group", item.setting.group.rawValue)
    writer.field("risk", item.risk.rawValue)
    writer.field("gain", item.gain / 100, decimals: 2)
    writer.field("exposure", item.tenths, decimals: 1)
    writer.field("denies", item.setting.denies)
    writer.endObject()
  }
}
