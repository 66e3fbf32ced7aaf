import CSystemd
import Glibc

/// The catalog of explanations of messages, which `journalctl -x` shows.
public enum JournalCatalog {
  /// The text of a message's entry; nil if journald's data base has none. `sd_journal_get_catalog_for_message_id(3)`.
  public static func text(of id: MessageID) -> String? {
    var raw = sd_id128_t()
    var text: UnsafeMutablePointer<CChar>?
    guard unsafe sd_id128_from_string(id.description, &raw) >= 0,
      unsafe sd_journal_get_catalog_for_message_id(raw, &text) >= 0, let text = unsafe text
    else { return nil }
    defer { unsafe free(text) }
    return unsafe String(cString: text)
  }
}
