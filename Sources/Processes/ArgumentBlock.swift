import Glibc

/// `argv` and `envp` for one start, in one piece of memory, because the child may not allocate.
@safe
struct ArgumentBlock: ~Copyable {
  let arguments: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>
  let environment: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>
  /// Where the child writes its own PID.
  let ownPIDSlots: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>
  let ownPIDSlotCount: Int

  private let text: UnsafeMutablePointer<CChar>
  private let table: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>

  /// A PID has at most 10 digits, and the end takes one.
  private static let slotSize = 12

  init(_ request: borrowing SpawnRequest) throws(SpawnError) {
    let names = request.ownPIDVariables.map { Array("\($0)=".utf8) }
    let kept = request.environment.filter { entry in !names.contains { entry.starts(with: $0) } }
    for item in request.arguments + kept where item.contains(0) {
      throw SpawnError(
        step: .program, errno: EINVAL, value: request.program,
        advice: "an argument or environment entry has a zero byte: \(String(decoding: item, as: UTF8.self))")
    }

    let size =
      request.arguments.reduce(0) { $0 + $1.count + 1 } + kept.reduce(0) { $0 + $1.count + 1 }
      + names.reduce(0) { $0 + $1.count + Self.slotSize }
    // argv, envp and the slots, the first two with their closing nil.
    let entries = request.arguments.count + 1 + kept.count + names.count + 1 + names.count
    unsafe text = .allocate(capacity: max(size, 1))
    unsafe table = .allocate(capacity: entries)
    unsafe text.initialize(repeating: 0, count: max(size, 1))
    unsafe table.initialize(repeating: nil, count: entries)

    unsafe arguments = table
    unsafe environment = table + request.arguments.count + 1
    unsafe ownPIDSlots = unsafe environment + kept.count + names.count + 1
    ownPIDSlotCount = names.count

    var next = unsafe text
    var entry = unsafe table
    for argument in request.arguments { unsafe Self.put(argument, at: &next, in: &entry) }
    unsafe entry += 1
    for variable in kept { unsafe Self.put(variable, at: &next, in: &entry) }
    for (index, name) in names.enumerated() {
      unsafe Self.put(name, at: &next, in: &entry)
      // Right behind the equals sign, where the closing zero is now.
      unsafe ownPIDSlots[index] = unsafe next - 1
      unsafe next += Self.slotSize - 1
    }
  }

  deinit {
    unsafe text.deallocate()
    unsafe table.deallocate()
  }

  private static func put(
    _ bytes: [UInt8], at next: inout UnsafeMutablePointer<CChar>,
    in entry: inout UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>
  ) {
    unsafe entry.pointee = unsafe next
    unsafe entry += 1
    for byte in bytes {
      unsafe next.pointee = CChar(bitPattern: byte)
      unsafe next += 1
    }
    // The memory is zero already.
    unsafe next += 1
  }
}
