/// Truth values as systemd writes them.
public enum Boolean {
  /// True for `1 yes y true t on`, false for `0 no n false f off`, in any case of the letters; else an error.
  public static func parse(_ text: String) throws(ValueError) -> Bool {
    switch text.lowercased() {
    case "1", "yes", "y", "true", "t", "on": return true
    case "0", "no", "n", "false", "f", "off": return false
    default: throw ValueError(message: "'\(text)' is neither yes nor no")
    }
  }
}
