/// Numbers that are kept as integers and shown with decimals.
enum DecimalText {
  /// 96 with one decimal is `9.6`, 5 with two is `0.05`.
  static func text(_ value: Int, decimals: Int) -> String {
    let digits = String(value)
    let padded = String(repeating: "0", count: max(decimals + 1 - digits.utf8.count, 0)) + digits
    return "\(padded.dropLast(decimals)).\(padded.suffix(decimals))"
  }
}
