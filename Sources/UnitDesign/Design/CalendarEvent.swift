import UnitFiles

/// Calendar events for a timer that is to be written.
enum CalendarEvent {
  /// Gives the event back if systemd can read it and it ever comes.
  ///
  /// - Throws: what is wrong, and right events.
  static func check(_ text: String) throws(ValueError) -> String {
    _ = try UnitValue.line(text)
    // Only the machine that the unit is for can look a name up that has no folder in front of it.
    let isZone = { (word: String) in word.contains("/") && CalendarExpression.looksLikeZone(word) }
    guard try CalendarExpression.parse(text, isZone: isZone).hasDays else {
      throw ValueError(message: "'\(text)' never comes: there is no such day")
    }
    return text
  }
}
