/// What has to hold for any bytes that are read as a file.
enum FileChecks {
  static func check(_ input: [UInt8]) {
    let file = UnitFile(parsing: input, path: "f")
    require(file.bytes == input, "a unit file loses bytes")
    let statements = file.statements
    require(statements.count == file.entries.count, "statements are lost")
    require(
      zip(statements, statements.dropFirst()).allSatisfy { $0.position.line < $1.position.line },
      "statements do not stand one after the other")
    require(file.problems.count <= UnitFile.maximumProblems, "there are too many problems")
    require(UnitFileEditor(file).bytes == input, "the editor loses bytes")
    let unit = Unit(name: "f.service", files: [file])
    for section in file.sectionNames.prefix(5) { _ = unit.assignments(in: section) }
    var problems: [UnitDiagnostic] = []
    let variables = EnvironmentFile.parse(input, path: "f", problems: &problems)
    if !variables.isEmpty, let text = try? UnitValue.environment(variables) {
      let read = try? EnvironmentAssignment.parse(text, specifiers: Specifiers())
      require(read == variables, "variables are not read back: \(text)")
    }
    edit(file, choice: input.reduce(input.count) { ($0 &* 31 &+ Int($1)) & 0xffff })
  }

  // MARK: Steps

  /// One edit of each input, which its bytes choose: all of them on all inputs would make the fuzzer slow.
  private static func edit(_ file: UnitFile, choice: Int) {
    let sections = Array(file.sectionNames.filter { !$0.isEmpty }.prefix(2)) + ["New"]
    let keys = Array(file.assignments.prefix(2).map(\.key)) + ["NewKey"]
    let section = sections[choice % sections.count]
    let key = keys[choice / 3 % keys.count]
    let value = choice / 9 % 2 == 0 ? "new value" : ""
    var editor = UnitFileEditor(file)
    switch choice / 18 % 4 {
    case 0:
      guard (try? editor.set(key, to: value, in: section)) != nil else { return }
      expect(editor, file, key, section, [value])
    case 1:
      guard (try? editor.add(key, value, in: section)) != nil else { return }
      expect(editor, file, key, section, values(file, key, section) + [value])
    case 2:
      editor.remove(key, in: section)
      expect(editor, file, key, section, [])
    default:
      guard !file.assignments.isEmpty else { return }
      edit(file, file.assignments[choice % file.assignments.count])
    }
  }

  private static func edit(_ file: UnitFile, _ assignment: Assignment) {
    var editor = UnitFileEditor(file)
    if (try? editor.replaceValue(of: assignment, with: "x")) == true {
      require(
        editor.edited.assignments.map(\.value)
          == file.assignments.map { $0.statement == assignment.statement ? "x" : $0.value },
        "a value is not replaced")
    }
    editor = UnitFileEditor(file)
    if (try? editor.rename(assignment, to: "Renamed")) == true {
      require(
        editor.edited.assignments.map { "\($0.key)=\($0.value)" }
          == file.assignments.map {
            "\($0.statement == assignment.statement ? "Renamed" : $0.key)=\($0.value)"
          }, "a key is not renamed")
    }
    editor = UnitFileEditor(file)
    if (try? editor.move(assignment, to: "Elsewhere")) == true {
      let moved = editor.edited.assignments.last { $0.section == "Elsewhere" }
      require(moved?.key == assignment.key && moved?.value == assignment.value, "an assignment is lost")
    }
  }

  private static func expect(
    _ editor: UnitFileEditor, _ file: UnitFile, _ key: String, _ section: String, _ expected: [String]
  ) {
    let edited = editor.edited
    require(values(edited, key, section) == expected, "\(key) in \(section) is not as it was set")
    require(editor.values(key, in: section) == expected, "the editor does not know its own values")
    require(others(edited, key, section) == others(file, key, section), "an edit changes something else")
    require(edited.problems.count <= file.problems.count, "an edit makes problems")
  }

  private static func values(_ file: UnitFile, _ key: String, _ section: String) -> [String] {
    file.assignments.filter { $0.key == key && $0.section == section }.map(\.value)
  }

  private static func others(_ file: UnitFile, _ key: String, _ section: String) -> [String] {
    file.assignments.filter { $0.key != key || $0.section != section }
      .map { "[\($0.section)]\($0.key)=\($0.value)" }
  }
}
