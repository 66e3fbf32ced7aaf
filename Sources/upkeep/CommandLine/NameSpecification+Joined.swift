import ArgumentParser

extension NameSpecification {
  /// A letter whose value may follow directly, as in `-n0`, and the property's own name as a long option.
  static func joined(_ letter: Character) -> NameSpecification {
    [.customShort(letter, allowingJoined: true), .long]
  }
}
