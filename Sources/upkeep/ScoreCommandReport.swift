import Presentation
import UnitDesign
import UnitFiles

/// What `upkeep score` answers.
struct ScoreReport {
  let units: [ScoredUnit]
  let failures: [ScoreFailure]
  let systemd: Int
  let scope: Exposure.Scope
  let isDetailed: Bool
  let hasLegend: Bool

  /// For people: a table, or each unit check by check.
  func text(_ palette: Palette, width: Int?) -> String {
    if isDetailed {
      return units.map { details(of: $0, palette, width) }.joined(separator: "\n")
    }
    var table = Table([
      .init("UNIT", yield: 1, leastWidth: 20), .init("EXPOSURE", isNumber: true), .init("LEVEL"),
    ])
    for scored in units {
      let style = Self.style(scored.exposure.tenths)
      table.add([
        .init(scored.name), .init(scored.exposure.description, style),
        .init(scored.exposure.level.rawValue, style),
      ])
    }
    let summary =
      "\(units.count) \(units.count == 1 ? "service" : "services"), rated as systemd \(systemd) does.\n"
    return table.text(palette, width: width, hasLegend: hasLegend) + (hasLegend ? "\n" + summary : "")
  }

  // MARK: One unit

  private func details(of scored: ScoredUnit, _ palette: Palette, _ width: Int?) -> String {
    let exposure = scored.exposure
    var text = ""
    if hasLegend {
      let value = palette.styled("\(exposure) \(exposure.level.rawValue)", Self.style(exposure.tenths))
      text += palette.styled(DisplayText.escaped(scored.name), .strong)
      text += ": exposure \(value), rated as systemd \(systemd) does\n"
      for file in scored.unit?.files ?? [] { text += "  \(DisplayText.escaped(file.path))\n" }
    }
    let all = exposure.ratings
    for group in SandboxGroup.allCases {
      let ratings = all.filter { $0.check.group == group }
      text += "\n\(palette.styled(group.rawValue, .strong))\n"
      text += checks(ratings, exposure, palette).text(palette, width: width, hasLegend: false)
    }
    return text + (scored.unit.map { improvements(of: $0, scored.exposure, palette, width) } ?? "")
  }

  private func checks(
    _ ratings: [Exposure.Rating], _ exposure: Exposure, _ palette: Palette
  ) -> Table {
    var table = Table([
      .init(""), .init("CHECK", yield: 1, leastWidth: 24), .init("ADDS", isNumber: true),
      .init("BADNESS", isNumber: true), .init("WHAT", yield: 2, leastWidth: 30),
    ])
    // What hurts most stands first; equal ones keep systemd's order.
    for rating in ratings.sorted(by: { $0.points > $1.points }) {
      let style: Palette.Style? =
        rating.badness.map { $0 == 0 ? .good : $0 == rating.check.range ? .bad : .warning } ?? .faint
      let mark = rating.badness.map { $0 == 0 ? Palette.Glyph.tick : .cross }
      table.add([
        .init(mark.map(palette.glyph) ?? "-", style), .init(rating.check.name),
        .init(rating.points > 0 ? exposure.addition(of: rating) : "", style),
        .init(rating.badness.map { "\($0)/\(rating.check.range)" } ?? ""),
        .init(rating.sentence, rating.badness == nil ? .faint : nil),
      ])
    }
    return table
  }

  private func improvements(
    of unit: Unit, _ exposure: Exposure, _ palette: Palette, _ width: Int?
  ) -> String {
    let list = ExposureImprovement.cheapest(for: unit, systemd: systemd, scope: scope)
    guard !list.isEmpty else {
      return "\nNothing of the strict sandbox would lower the exposure any further.\n"
    }
    var table = Table([
      .init("GAIN", isNumber: true), .init("RISK"), .init("LINE", yield: 1, leastWidth: 24),
      .init("THE SERVICE CAN NO LONGER", yield: 2, leastWidth: 30),
    ])
    for item in list {
      // A list that goes on is reset first.
      for line in item.lines.dropLast() { table.add([.init(""), .init(""), .init(line), .init("")]) }
      table.add([
        .init(DecimalText.text(item.gain / 100, decimals: 2), .good),
        .init(item.risk.rawValue, Self.style(item.risk)), .init(item.setting.line),
        .init(item.setting.denies),
      ])
    }
    let title = list.count == 1 ? "One improvement is left" : "The \(list.count) cheapest improvements"
    let after = ExposureImprovement.exposure(of: unit, with: list, systemd: systemd, scope: scope)
    let arrow = palette.glyph(.arrow)
    return "\n\(palette.styled(title, .strong))\n"
      + table.text(palette, width: width, hasLegend: hasLegend)
      + (hasLegend ? "\nAll of them: \(exposure) \(arrow) \(after) \(after.level.rawValue)\n" : "")
  }

  // MARK: Colours

  private static func style(_ tenths: Int) -> Palette.Style? {
    tenths >= 90 ? .bad : tenths >= 75 ? .warning : tenths >= 50 ? nil : .good
  }

  private static func style(_ risk: ExposureImprovement.Risk) -> Palette.Style? {
    switch risk {
    case .low: .good
    case .medium: .warning
    case .high: .bad
    }
  }
}

extension Exposure {
  /// What a check adds to the exposure, for people.
  func addition(of rating: Rating) -> String {
    let hundredths = hundredths(of: rating)
    return hundredths > 0 ? DecimalText.text(hundredths, decimals: 2) : "<0.01"
  }
}

/// A unit with its exposure.
struct ScoredUnit: Sendable {
  let name: String
  /// The unit's file, as it was found.
  let path: String
  let exposure: Exposure
  /// The unit itself where it is shown check by check.
  var unit: Unit?
}

/// An argument that could not be rated.
struct ScoreFailure: Error {
  let argument: String
  let reason: String
  /// Whether there is no unit of that name.
  var isAbsent = false
}
