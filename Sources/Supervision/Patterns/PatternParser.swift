/// A pattern as a tree.
indirect enum PatternTree {
  case empty
  case step(TextPattern.Step)
  case sequence([PatternTree])
  case choice([PatternTree])
  case repeated(PatternTree, ClosedRange<Int>?, least: Int)

  /// Adds the steps that look for it.
  func add(to steps: inout [TextPattern.Step]) throws(TextPattern.Failure) {
    guard steps.count < TextPattern.stepLimit else {
      throw TextPattern.Failure(
        description:
          "the pattern comes to more than \(TextPattern.stepLimit) steps; write smaller repetitions")
    }
    switch self {
    case .empty: break
    case .step(let step): steps.append(step)
    case .sequence(let parts): for part in parts { try part.add(to: &steps) }
    case .choice(let parts): try Self.add(choice: parts, to: &steps)
    case .repeated(let part, let range, let least):
      for _ in 0..<least {
        let before = steps.count
        try part.add(to: &steps)
        // Nothing a thousand times is nothing.
        if steps.count == before { return }
      }
      guard let range else { return try Self.add(unbounded: part, to: &steps) }
      var splits: [Int] = []
      for _ in least..<range.upperBound {
        splits.append(steps.count)
        steps.append(.split(steps.count + 1, 0))
        let before = steps.count
        try part.add(to: &steps)
        if steps.count == before { break }
      }
      for split in splits { steps[split] = .split(split + 1, steps.count) }
    }
  }

  private static func add(
    unbounded part: PatternTree, to steps: inout [TextPattern.Step]
  ) throws(TextPattern.Failure) {
    let split = steps.count
    steps.append(.split(split + 1, 0))
    try part.add(to: &steps)
    steps.append(.jump(split))
    steps[split] = .split(split + 1, steps.count)
  }

  private static func add(
    choice parts: [PatternTree], to steps: inout [TextPattern.Step]
  ) throws(TextPattern.Failure) {
    var jumps: [Int] = []
    for part in parts.dropLast() {
      let split = steps.count
      steps.append(.split(split + 1, 0))
      try part.add(to: &steps)
      jumps.append(steps.count)
      steps.append(.jump(0))
      steps[split] = .split(split + 1, steps.count)
    }
    try parts.last?.add(to: &steps)
    for jump in jumps { steps[jump] = .jump(steps.count) }
  }
}

/// Reads the text of a pattern.
struct PatternParser {
  private let scalars: [Unicode.Scalar]
  private var index = 0
  private var depth = 0

  init(_ pattern: String) { scalars = Array(pattern.unicodeScalars) }

  mutating func parse() throws(TextPattern.Failure) -> PatternTree {
    let tree = try choice()
    guard index == scalars.count else { throw failure("there is a ')' without '(' before it; write '\\)'") }
    return tree
  }

  // MARK: Steps

  private var next: Unicode.Scalar? { index < scalars.count ? scalars[index] : nil }

  private mutating func take(_ scalar: Unicode.Scalar) -> Bool {
    guard next == scalar else { return false }
    index += 1
    return true
  }

  private func failure(_ reason: String) -> TextPattern.Failure {
    TextPattern.Failure(description: "cannot look for the pattern: \(reason)")
  }

  private mutating func choice() throws(TextPattern.Failure) -> PatternTree {
    depth += 1
    defer { depth -= 1 }
    guard depth <= TextPattern.depthLimit else { throw failure("its groups are too deep; use fewer") }
    var parts = [try sequence()]
    while take("|") { parts.append(try sequence()) }
    return parts.count == 1 ? parts[0] : .choice(parts)
  }

  private mutating func sequence() throws(TextPattern.Failure) -> PatternTree {
    var parts: [PatternTree] = []
    while let scalar = next, scalar != "|", scalar != ")" {
      index += 1
      let part = try atom(scalar)
      parts.append(try repetition(of: part))
    }
    return parts.isEmpty ? .empty : .sequence(parts)
  }

  private mutating func atom(_ scalar: Unicode.Scalar) throws(TextPattern.Failure) -> PatternTree {
    switch scalar {
    case ".": return .step(.character(.any))
    case "^": return .step(.lineBegin)
    case "$": return .step(.lineEnd)
    case "[": return .step(.character(try set()))
    case "\\": return .step(try escape())
    case "*", "+", "?": throw failure("'\(scalar)' has nothing before it to repeat; write '\\\(scalar)'")
    case "(":
      if take("?"), !take(":") {
        throw failure("'(?' can only begin '(?:'; looking around and options are not there")
      }
      let part = try choice()
      guard take(")") else { throw failure("a '(' has no ')'; write '\\('") }
      return part
    default: return .step(.character(CharacterSet([scalar.value...scalar.value])))
    }
  }

  private mutating func repetition(of part: PatternTree) throws(TextPattern.Failure) -> PatternTree {
    var result = part
    var count = 0
    while let scalar = next {
      switch scalar {
      case "*": (index, result) = (index + 1, .repeated(result, nil, least: 0))
      case "+": (index, result) = (index + 1, .repeated(result, nil, least: 1))
      case "?": (index, result) = (index + 1, .repeated(result, 0...1, least: 0))
      case "{":
        guard let (least, most) = try bounds() else { return result }
        result = .repeated(result, most.map { least...$0 }, least: least)
      default: return result
      }
      // Whether as much or as little as possible is taken makes no difference to whether it is found.
      if next == "?" || next == "+" { index += 1 }
      count += 1
      guard count <= 3 else { throw failure("something is repeated more than three times over") }
    }
    return result
  }

  /// `{2}`, `{2,}` or `{2,5}`; nil, and nothing taken, for a brace that is just one.
  private mutating func bounds() throws(TextPattern.Failure) -> (Int, Int?)? {
    guard let end = scalars[index...].firstIndex(of: "}") else { return nil }
    let text = String(String.UnicodeScalarView(scalars[(index + 1)..<end]))
    let fields = text.split(separator: ",", omittingEmptySubsequences: false)
    guard (1...2).contains(fields.count), fields[0].allSatisfy({ $0.isASCII && $0.isNumber }),
      let least = Int(fields[0]), fields.count == 1 || fields[1].allSatisfy({ $0.isASCII && $0.isNumber })
    else { return nil }
    let most = fields.count == 1 ? least : fields[1].isEmpty ? nil : Int(fields[1])
    guard least <= 1000, (most ?? 0) <= 1000 else { throw failure("'{\(text)}' is more than 1000 times") }
    if let most, most < least { throw failure("'{\(text)}' has its numbers in the wrong order") }
    index = end + 1
    return (least, most)
  }

  private mutating func escape() throws(TextPattern.Failure) -> TextPattern.Step {
    guard let scalar = next else { throw failure("it ends in a backslash; write two") }
    index += 1
    switch scalar {
    case "b": return .wordBorder
    case "B": return .noWordBorder
    default: return .character(try escaped(scalar))
    }
  }

  private func escaped(_ scalar: Unicode.Scalar) throws(TextPattern.Failure) -> CharacterSet {
    switch scalar {
    case "d": return CharacterSet(CharacterSet.digits)
    case "D": return CharacterSet(CharacterSet.digits, isNegated: true)
    case "w": return CharacterSet(CharacterSet.word)
    case "W": return CharacterSet(CharacterSet.word, isNegated: true)
    case "s": return CharacterSet(CharacterSet.space)
    case "S": return CharacterSet(CharacterSet.space, isNegated: true)
    case "t": return CharacterSet([0x09...0x09])
    case "n": return CharacterSet([0x0a...0x0a])
    case "r": return CharacterSet([0x0d...0x0d])
    case "e": return CharacterSet([0x1b...0x1b])
    case "a"..."z", "A"..."Z", "0"..."9":
      throw failure("'\\\(scalar)' is nothing that is known here; letters and digits need no backslash")
    default: return CharacterSet([scalar.value...scalar.value])
    }
  }

  /// What stands in brackets, behind the first of them.
  private mutating func set() throws(TextPattern.Failure) -> CharacterSet {
    let isNegated = take("^")
    var ranges: [ClosedRange<UInt32>] = []
    var isFirst = true
    while let scalar = next {
      index += 1
      if scalar == "]", !isFirst { return CharacterSet(ranges, isNegated: isNegated) }
      isFirst = false
      var first = scalar.value
      if scalar == "\\" {
        guard let name = next else { break }
        index += 1
        let known = try escaped(name)
        guard !known.isNegated else { throw failure("'\\\(name)' cannot stand in brackets") }
        guard known.ranges.count == 1, let only = known.ranges.first, only.count == 1 else {
          ranges += known.ranges
          continue
        }
        first = only.lowerBound
      }
      guard next == "-", index + 1 < scalars.count, scalars[index + 1] != "]" else {
        ranges.append(first...first)
        continue
      }
      let last = scalars[index + 1]
      guard last != "\\", last.value >= first else {
        throw failure("a range in brackets goes from small to large")
      }
      index += 2
      ranges.append(first...last.value)
    }
    throw failure("a '[' has no ']'; write '\\['")
  }
}
