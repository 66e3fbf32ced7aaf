/// A number of bytes for people.
public enum ByteCount {
  /// A few digits and a binary unit, cut and not rounded: `0B`, `512B`, `1.2K`, `34.5M`, `128M`, `1.0G`.
  public static func text(_ bytes: UInt64) -> String {
    guard bytes >= 1024 else { return "\(bytes)B" }
    let units = ["K", "M", "G", "T", "P", "E"]
    var size: UInt64 = 1024
    var index = 0
    while index < units.count - 1, bytes / size >= 1024 {
      size <<= 10
      index += 1
    }
    let tenths = (bytes / size) * 10 + (bytes % size) * 10 / size
    return tenths < 1000 ? "\(tenths / 10).\(tenths % 10)\(units[index])" : "\(tenths / 10)\(units[index])"
  }
}
