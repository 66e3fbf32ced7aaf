/// What libFuzzer calls with one input after the other, see `Tests/Fuzz/fuzz`.
///
/// The input is taken as a unit file, one value of which goes to the readers of values too, and as one value of each kind. The
/// program ends, and keeps the input, when a reader crashes or when something that was written is not read back.
@c(LLVMFuzzerTestOneInput)
public func fuzzOneInput(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
  let input = unsafe Array(UnsafeBufferPointer(start: start, count: count))
  FileChecks.check(input)
  let text = String(decoding: input, as: UTF8.self)
  ValueChecks.check(text)
  let assignments = UnitFile(parsing: input, path: "f").assignments
  if !assignments.isEmpty { ValueChecks.check(assignments[count % assignments.count].value) }
  WriterChecks.check(input)
  return 0
}

/// Ends the program with a sentence when something that has to hold does not.
func require(_ condition: Bool, _ sentence: @autoclosure () -> String) {
  if !condition { fatalError(sentence()) }
}
