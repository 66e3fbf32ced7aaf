public import Systemd
import UnitFiles

/// A unit's property as the text that `systemctl show` prints for it.
///
/// What systemctl cannot print is written in a plain form instead: fields in braces with ` ; ` between them.
public struct PropertyText: Sendable {
  /// Tells a point in time, given in microseconds since 1970, such as `Tue 2026-11-24 14:00:00 UTC`.
  public let time: @Sendable (UInt64) -> String

  /// Prints times with `time`.
  public init(time: @escaping @Sendable (UInt64) -> String) { self.time = time }

  /// The lines of a property, each without the name: one for most, one for each element of some lists; none for an
  /// empty list of those.
  ///
  /// - Parameters:
  ///   - name: the property.
  ///   - value: its value; foreign text.
  /// - Returns: the texts, which hold no line break.
  public func lines(_ name: String, _ value: BusVariant) -> [String] {
    if case .array(let element, let elements) = value, element.hasPrefix("(") {
      return elements.map { self.element($0, of: name) }
    }
    return [text(name, value)]
  }

  /// Whether a value says that nothing is set, so that systemctl leaves it out like an empty one.
  public static func isUnset(_ name: String, _ value: BusVariant) -> Bool {
    switch value {
    case .int32(let number): name.hasSuffix("ActionExitStatus") && !(0...255).contains(number)
    case .uint16(let number): name.hasPrefix("TTY") && number == .max
    case .structure(let fields):
      // A list of what is forbidden that has nothing in it.
      fields.count == 2 && fields[0].truth == false && fields[1].elements?.isEmpty == true
    case .byte, .boolean, .int16, .uint32, .int64, .uint64, .double, .string, .objectPath, .signature, .array,
      .dictionary, .variant, .unsupported:
      false
    }
  }

  // MARK: Values

  private func text(_ name: String, _ value: BusVariant) -> String {
    switch value {
    case .byte(let number): "\(number)"
    case .boolean(let truth): truth ? "yes" : "no"
    case .int16(let number): "\(number)"
    case .uint16(let number): "\(number)"
    case .int32(let number): signed(name, number)
    case .uint32(let number): Self.unsigned(name, number)
    case .int64(let number): "\(number)"
    case .uint64(let number): number64(name, number)
    case .double(let number): Self.decimal(number)
    case .string(let text), .signature(let text): text.contains("\n") ? "[unprintable]" : text
    case .objectPath(let path): path.value
    case .variant(let inner): text(name, inner)
    case .array(let element, let elements): list(name, element, elements)
    case .dictionary(_, _, let entries):
      entries.map { "\(text("", $0.key))=\(text("", $0.value))" }.sorted().joined(separator: " ")
    case .structure(let fields): structure(name, fields)
    case .unsupported: "[unprintable]"
    }
  }

  private func signed(_ name: String, _ number: Int32) -> String {
    if name.hasSuffix("ActionExitStatus"), !(0...255).contains(number) { return "[not set]" }
    if name == "NUMAPolicy" {
      let policies = ["default", "preferred", "bind", "interleave", "local"]
      return policies.indices.contains(Int(number)) ? policies[Int(number)] : "n/a"
    }
    return "\(number)"
  }

  private static func unsigned(_ name: String, _ number: UInt32) -> String {
    if name.contains("UMask") || name.contains("Mode") {
      let digits = String(number, radix: 8)
      return String(repeating: "0", count: max(4 - digits.count, 0)) + digits
    }
    return (name == "UID" || name == "GID") && number == .max ? "[not set]" : "\(number)"
  }

  private func number64(_ name: String, _ number: UInt64) -> String {
    if name.hasSuffix("Timestamp") || ["NextElapseUSecRealtime", "LastTriggerUSec"].contains(name) {
      return instant(number)
    }
    // What oomd.conf says then, which is not infinity.
    if name == "ManagedOOMMemoryPressureDurationUSec", number == .max { return "[not set]" }
    if name.contains("USec") { return Self.span(number) }
    if name == "CoredumpFilter" { return "0x\(String(number, radix: 16))" }
    if name == "RestrictNamespaces" { return Self.namespaces(number) }
    if name == "MountFlags" {
      return [0: "", 1 << 20: "shared", 1 << 19: "slave", 1 << 18: "private"][number] ?? "\(number)"
    }
    if name == "CapabilityBoundingSet" || name == "AmbientCapabilities" { return Self.capabilities(number) }
    if name.hasSuffix("CPUWeight"), number == 0 { return "idle" }
    guard number == .max else { return "\(number)" }
    if ["IPIngressBytes", "IPIngressPackets", "IPEgressBytes", "IPEgressPackets"].contains(name) {
      return "[no data]"
    }
    let isLimit =
      name.hasPrefix("Limit") || name.hasPrefix("DefaultLimit") || name.hasSuffix("TasksMax")
      || ["Low", "Min", "High", "Max", "MemoryLimit", "MemoryAvailable"].contains { name.hasSuffix($0) }
    if isLimit { return "infinity" }
    let isUnset =
      ["Weight", "Shares", "NSec"].contains { name.hasSuffix($0) }
      || name == "TasksCurrent"
      || name.hasPrefix("Memory") && ["Current", "Peak"].contains { name.hasSuffix($0) }
      || name.hasPrefix("IO") && ["Bytes", "Operations"].contains { name.hasSuffix($0) }
    return isUnset ? "[not set]" : "\(number)"
  }

  private func list(_ name: String, _ element: String, _ elements: [BusVariant]) -> String {
    switch element {
    case "y": elements.map { Self.hex($0.unsigned ?? 0, digits: 2) }.joined()
    case "u": elements.map { Self.hex($0.unsigned ?? 0, digits: 8) }.joined()
    case "s": elements.map { Self.quoted($0.text ?? "") }.joined(separator: " ")
    default: elements.map { text("", $0) }.joined(separator: " ")
    }
  }

  private func structure(_ name: String, _ fields: [BusVariant]) -> String {
    switch name {
    case "Job": return (fields.first?.unsigned).flatMap { $0 == 0 ? nil : "\($0)" } ?? ""
    case "Unit": return fields.first?.text ?? ""
    case "LoadError":
      let texts = fields.map { $0.text ?? "" }
      return texts.allSatisfy(\.isEmpty) ? "" : "\(texts.first ?? "") \"\(texts.last ?? "")\""
    case "SELinuxContext", "AppArmorProfile", "SmackProcessLabel":
      let label = fields.last?.text ?? ""
      return label.isEmpty ? "" : (fields.first?.truth == true ? "-" : "") + label
    case "SystemCallFilter", "SystemCallLog", "RestrictAddressFamilies", "RestrictNetworkInterfaces",
      "RestrictFileSystems":
      let words = fields.last?.elements?.compactMap(\.text) ?? []
      return (fields.first?.truth == true ? "" : "~") + words.joined(separator: " ")
    case _ where name.hasSuffix("ExitStatus") && fields.count == 2:
      let codes = fields[0].elements?.compactMap(\.signed).map { "\($0)" } ?? []
      let signals = fields[1].elements?.compactMap(\.signed).map { Self.signal($0) } ?? []
      return (codes + signals).joined(separator: " ")
    default: return "{ " + fields.map { text("", $0) }.joined(separator: " ; ") + " }"
    }
  }

  // MARK: Elements

  private func element(_ value: BusVariant, of name: String) -> String {
    let fields = value.elements ?? []
    switch name {
    case "EnvironmentFiles" where fields.count == 2:
      return "\(text("", fields[0])) (ignore_errors=\(text("", fields[1])))"
    case "Paths" where fields.count == 2, "Listen" where fields.count == 2:
      return "\(text("", fields[1])) (\(text("", fields[0])))"
    case "TimersMonotonic" where fields.count == 3:
      return "{ \(text("", fields[0]))=\(Self.span(fields[1].unsigned ?? 0)) ; "
        + "next_elapse=\(Self.span(fields[2].unsigned ?? 0)) }"
    case "TimersCalendar" where fields.count == 3:
      return
        "{ \(text("", fields[0]))=\(text("", fields[1])) ; next_elapse=\(instant(fields[2].unsigned ?? 0)) }"
    case "DeviceAllow" where fields.count == 2: return "\(text("", fields[0])) \(text("", fields[1]))"
    case _ where name.hasPrefix("Exec") && fields.count == 10:
      return command(fields, isExtended: name.hasSuffix("Ex"))
    case "Conditions" where fields.count == 5, "Asserts" where fields.count == 5: return check(fields)
    default: return fields.map { text("", $0) }.joined(separator: " ")
    }
  }

  private func check(_ fields: [BusVariant]) -> String {
    let signs = (fields[1].truth == true ? "|" : "") + (fields[2].truth == true ? "!" : "")
    let state = fields[4].signed ?? 0
    let word = state > 0 ? "succeeded" : state < 0 ? "failed" : "untested"
    return "\(fields[0].text ?? "")=\(signs)\(text("", fields[3])) (\(word))"
  }

  private func command(_ fields: [BusVariant], isExtended: Bool) -> String {
    let arguments = fields[1].elements?.compactMap(\.text).joined(separator: " ") ?? ""
    let flags =
      isExtended ? fields[2].elements?.compactMap(\.text).joined(separator: " ") ?? "" : text("", fields[2])
    let status = fields[9].signed ?? 0
    let code = fields[8].signed ?? 0
    let words: [Int64: String] = [
      1: "exited", 2: "killed", 3: "dumped", 4: "trapped", 5: "stopped", 6: "continued",
    ]
    let end = code == 1 ? "\(status)" : "\(status)/\(status == 0 ? "0" : Self.signalName(status))"
    return
      "{ path=\(text("", fields[0])) ; argv[]=\(arguments.contains("\n") ? "[unprintable]" : arguments) ; "
      + "\(isExtended ? "flags" : "ignore_errors")=\(flags) ; start_time=[\(commandTime(fields[3]))] ; "
      + "stop_time=[\(commandTime(fields[5]))] ; pid=\(fields[7].unsigned ?? 0) ; "
      + "code=\(words[code] ?? "(null)") ; status=\(end) }"
  }

  private func commandTime(_ value: BusVariant) -> String {
    let time = value.unsigned ?? 0
    return time == 0 || time == .max ? "n/a" : self.time(time)
  }

  // MARK: Words

  private func instant(_ microseconds: UInt64) -> String {
    microseconds == 0 || microseconds == .max ? "" : time(microseconds)
  }

  private static func span(_ microseconds: UInt64) -> String {
    microseconds == .max ? "infinity" : TimeSpan.format(.microseconds(Int64(clamping: microseconds)))
  }

  private static func hex(_ number: UInt64, digits: Int) -> String {
    let text = String(number, radix: 16)
    return String(repeating: "0", count: max(digits - text.count, 0)) + text
  }

  private static func decimal(_ number: Double) -> String {
    number == number.rounded() && abs(number) < 1e6 ? "\(Int(number))" : "\(number)"
  }

  private static func signal(_ number: Int64) -> String { signalName(number) }

  /// Without its `SIG`, as systemctl has it.
  private static func signalName(_ number: Int64) -> String {
    let name = SignalName.name(of: Int32(clamping: number))
    return name.hasPrefix("SIG") ? String(name.dropFirst(3)) : name
  }

  private static func namespaces(_ flags: UInt64) -> String {
    let all: [(String, UInt64)] = [
      ("cgroup", 0x0200_0000), ("ipc", 0x0800_0000), ("net", 0x4000_0000), ("mnt", 0x0002_0000),
      ("pid", 0x2000_0000), ("user", 0x1000_0000), ("uts", 0x0400_0000),
    ]
    let set = all.filter { flags & $0.1 != 0 }
    if set.isEmpty { return "yes" }
    return set.count == all.count ? "no" : set.map(\.0).joined(separator: " ")
  }

  private static func capabilities(_ set: UInt64) -> String {
    capabilityNames.enumerated().filter { set & (1 << UInt64($0.offset)) != 0 }
      .map { "cap_\($0.element)" }.joined(separator: " ")
  }

  /// In the kernel's order, see `capabilities(7)`.
  private static let capabilityNames = [
    "chown", "dac_override", "dac_read_search", "fowner", "fsetid", "kill", "setgid", "setuid", "setpcap",
    "linux_immutable", "net_bind_service", "net_broadcast", "net_admin", "net_raw", "ipc_lock", "ipc_owner",
    "sys_module", "sys_rawio", "sys_chroot", "sys_ptrace", "sys_pacct", "sys_admin", "sys_boot", "sys_nice",
    "sys_resource", "sys_time", "sys_tty_config", "mknod", "lease", "audit_write", "audit_control", "setfcap",
    "mac_override", "mac_admin", "syslog", "wake_alarm", "block_suspend", "audit_read", "perfmon", "bpf",
    "checkpoint_restore",
  ]

  /// A word that needs it in double quotes, with a backslash before what means something in them.
  private static func quoted(_ text: String) -> String {
    let special = Set("\"\\`$".unicodeScalars)
    let needing = Set(" \t\n\r'()<>|&;!*?[".unicodeScalars).union(special)
    guard text.unicodeScalars.contains(where: { needing.contains($0) || $0.value < 0x20 || $0.value == 0x7f })
    else {
      return text
    }
    var result = "\""
    for scalar in text.unicodeScalars {
      if scalar == "\n" {
        result += "\\n"
        continue
      }
      if special.contains(scalar) { result += "\\" }
      result.unicodeScalars.append(scalar)
    }
    return result + "\""
  }
}
