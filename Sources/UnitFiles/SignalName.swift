/// The names of signals on Linux, see `signal(7)`.
///
/// The numbers are those of x86, ARM, RISC-V, POWER and s390; the real-time signals are counted as glibc does.
public enum SignalName {
  /// The first real-time signal that programs may use with glibc, `SIGRTMIN`.
  public static let firstRealTime: Int32 = 34
  /// The last real-time signal, `SIGRTMAX`.
  public static let lastRealTime: Int32 = 64

  private static let names = [
    "HUP", "INT", "QUIT", "ILL", "TRAP", "ABRT", "BUS", "FPE", "KILL", "USR1", "SEGV", "USR2", "PIPE", "ALRM",
    "TERM", "STKFLT", "CHLD", "CONT", "STOP", "TSTP", "TTIN", "TTOU", "URG", "XCPU", "XFSZ", "VTALRM", "PROF",
    "WINCH", "IO", "PWR", "SYS",
  ]

  /// The number of a signal: `SIGTERM`, `TERM`, `15`, `RTMIN+3` and `RTMAX-1` are understood, as in `KillSignal=`.
  ///
  /// Another name is an error that suggests the nearest one; numbers go from 1 to 64.
  public static func number(of text: String) throws(ValueError) -> Int32 {
    if let number = WholeNumber.number(Array(text.utf8)[...]) {
      guard (1...Int64(lastRealTime)).contains(number) else {
        throw ValueError(message: "there is no signal \(text); signals go from 1 to \(lastRealTime)")
      }
      return Int32(number)
    }
    let name = text.hasPrefix("SIG") ? String(text.dropFirst(3)) : text
    if let index = names.firstIndex(of: name) { return Int32(index + 1) }
    if let number = realTime(name) { return number }
    let hint = Suggestion.nearest(to: name, among: names).map { "; did you mean SIG\($0)?" } ?? ""
    throw ValueError(message: "'\(text)' is no signal\(hint)")
  }

  /// The name of a signal with its `SIG`, such as `SIGTERM` or `SIGRTMIN+3`; `signal 99` for a number without one.
  public static func name(of number: Int32) -> String {
    if number >= 1, number <= names.count { return "SIG\(names[Int(number) - 1])" }
    switch number {
    case firstRealTime: return "SIGRTMIN"
    case lastRealTime: return "SIGRTMAX"
    case firstRealTime..<lastRealTime: return "SIGRTMIN+\(number - firstRealTime)"
    default: return "signal \(number)"
    }
  }

  private static func realTime(_ name: String) -> Int32? {
    let rest = Array(name.utf8.dropFirst(5))
    guard let distance = rest.isEmpty ? 0 : WholeNumber.number(rest[...]) else { return nil }
    let most = Int64(lastRealTime - firstRealTime)
    if name.hasPrefix("RTMIN"), rest.first != ASCII.dash, (0...most).contains(distance) {
      return rest.isEmpty || rest.first == UInt8(ascii: "+") ? firstRealTime + Int32(distance) : nil
    }
    if name.hasPrefix("RTMAX"), rest.isEmpty || rest.first == ASCII.dash, (-most...0).contains(distance) {
      return lastRealTime + Int32(distance)
    }
    return nil
  }
}
