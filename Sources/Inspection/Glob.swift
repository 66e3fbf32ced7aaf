import Glibc

/// A shell's patterns, as systemctl takes them for units; see `glob(7)`.
public enum Glob {
  /// Whether a name matches a pattern.
  public static func matches(_ name: String, _ pattern: String) -> Bool {
    unsafe fnmatch(pattern, name, FNM_NOESCAPE) == 0
  }

  /// Whether a text is a pattern and not just a name.
  public static func isPattern(_ text: String) -> Bool {
    text.contains { $0 == "*" || $0 == "?" || $0 == "[" }
  }
}
