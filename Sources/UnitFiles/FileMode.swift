/// Permissions of files as `UMask=` and `RuntimeDirectoryMode=` write them: octal digits such as `0750`.
public enum FileMode {
  /// The permissions that a text says: 0 to 0o7777. Signs, other digits and letters are errors.
  public static func parse(_ text: String) throws(ValueError) -> UInt16 {
    var value: UInt16 = 0
    let digits = Array(text.utf8)
    for digit in digits where value <= 0o7777 {
      guard (0x30...0x37).contains(digit) else { throw Self.error(text) }
      value = value << 3 | UInt16(digit - 0x30)
    }
    guard !digits.isEmpty, value <= 0o7777 else { throw Self.error(text) }
    return value
  }

  /// Four octal digits, such as `0750`.
  public static func format(_ mode: UInt16) -> String {
    let digits = String(mode & 0o7777, radix: 8)
    return String(repeating: "0", count: 4 - digits.utf8.count) + digits
  }

  private static func error(_ text: String) -> ValueError {
    ValueError(message: "'\(text)' is no file mode; write up to four octal digits, for example '0750'")
  }
}
