import CSystemd

/// The wall clock of this machine.
public enum SystemClock {
  /// Whether it is synchronised, in the kernel's eyes (`adjtimex(2)`, `STA_UNSYNC`): what `timedatectl` shows. Nil where
  /// the kernel does not say.
  public static var isSynchronised: Bool? {
    let answer = csystemd_clock_is_synchronised()
    return answer < 0 ? nil : answer > 0
  }
}
