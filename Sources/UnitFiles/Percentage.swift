/// Shares as systemd writes them: `12%`, `12.5%`, `12.34%`, `125‰` or `1250‱`.
///
/// `MemoryMax=`, `TasksMax=` and the like take up to 100%, `CPUQuota=` takes more.
public enum Percentage {
  /// The share of 100%, as `MemoryMax=10%` knows it, in ten thousandths: 0 to 10,000.
  public static func parse(_ text: String) throws(ValueError) -> Int {
    let share = try parseUnbounded(text)
    guard share <= 10_000 else { throw ValueError(message: "'\(text)' is more than 100%") }
    return share
  }

  /// The share in ten thousandths, also above 100%, as `CPUQuota=200%` knows it.
  ///
  /// A percentage has at most two digits behind the point, one in thousandths (`‰`) one, one in ten thousandths
  /// (`‱`) none. Negative shares, and those above 2,147,483,647 ten thousandths, are errors.
  public static func parseUnbounded(_ text: String) throws(ValueError) -> Int {
    let bytes = Array(text.utf8)
    for (mark, places) in [("‱", 0), ("‰", 1), ("%", 2)]
    where bytes.reversed().starts(with: mark.utf8.reversed()) {
      guard let share = share(bytes.dropLast(mark.utf8.count), places) else { break }
      return share
    }
    throw ValueError(message: "'\(text)' is no share; write for example '50%', '12.5%' or '125‰'")
  }

  /// A share in ten thousandths as a percentage with as many digits as it needs: `50%`, `12.5%`.
  public static func format(_ share: Int) -> String {
    let rest = share % 100
    if rest == 0 { return "\(share / 100)%" }
    return rest % 10 == 0 ? "\(share / 100).\(rest / 10)%" : "\(share / 100).\(rest / 10)\(rest % 10)%"
  }

  private static func share(_ number: ArraySlice<UInt8>, _ places: Int) -> Int? {
    var whole = number
    var fraction = 0
    var scale = 1
    for _ in 0..<places { scale *= 10 }
    if places > 0, let dot = number.firstIndex(of: ASCII.dot) {
      let digits = number[(dot + 1)...]
      guard !digits.isEmpty, digits.count <= places, digits.allSatisfy(\.isDigit) else { return nil }
      var unit = scale
      for digit in digits {
        unit /= 10
        fraction += Int(digit - 0x30) * unit
      }
      whole = number[..<dot]
    }
    guard let value = WholeNumber.number(whole), (0...Int64(Int32.max)).contains(value) else { return nil }
    let share = Int(value) * scale + fraction
    return share <= Int32.max ? share : nil
  }
}
