import Testing
import UnitDesign

@Suite("The catalogue of settings")
struct CatalogueTests {
  @Test("every line of the table is a well formed setting")
  func everyLineOfTheTableIsAWellFormedSetting() {
    var count = 0
    for section in Catalogue.sections {
      let names = Catalogue.names(in: section)
      #expect(names == names.sorted(), "\(section)")
      for name in names {
        guard let directive = Catalogue.directive(name, in: section) else {
          Issue.record("\(section).\(name) is not found")
          continue
        }
        count += 1
        #expect(directive.name == name)
        #expect(directive.since == 0 || (187...Catalogue.newestVersion).contains(directive.since), "\(name)")
        #expect(directive.kind != .choice || directive.values.count > 1, "\(name)")
        #expect(directive.values.allSatisfy { $0.since <= Catalogue.newestVersion && !$0.text.isEmpty })
        if let new = directive.replacement {
          let target = new.section ?? section
          #expect(Catalogue.directive(new.name, in: target)?.removed == nil, "\(name) -> \(new.name)")
          #expect(Catalogue.directive(new.name, in: target) != nil, "\(name) -> \(new.name)")
        }
      }
    }
    #expect(count > 1350)
  }

  @Test("a setting is found in the sections where it may stand")
  func aSettingIsFoundInTheSectionsWhereItMayStand() {
    #expect(Catalogue.directive("Restart", in: "Service")?.kind == .choice)
    #expect(Catalogue.directive("Restart", in: "Unit") == nil)
    #expect(Catalogue.directive("restart", in: "Service") == nil)
    #expect(Catalogue.directive("Restar", in: "Service") == nil)
    #expect(Catalogue.directive("", in: "Service") == nil)
    #expect(Catalogue.sections(of: "PrivateTmp") == ["Service", "Socket", "Mount", "Swap"])
    #expect(Catalogue.sections(of: "StartLimitBurst") == ["Unit", "Service"])
    #expect(Catalogue.sections(of: "Nonsense").isEmpty)
    #expect(Catalogue.directive("Type", in: "Mount")?.kind == .text)
    #expect(Catalogue.directive("ExecStart", in: "Service")?.isList == true)
    #expect(Catalogue.directive("WorkingDirectory", in: "Service")?.isList == false)
  }

  @Test(
    "a setting knows its version",
    arguments: [
      ("RestartSteps", 254), ("RestartSec", 0), ("NoNewPrivileges", 187), ("PrivatePIDs", 257),
      ("RestartRandomizedDelaySec", 262), ("StateDirectory", 235), ("ProtectSystem", 214),
      ("NoExecPaths", 248), ("LoadCredentialEncrypted", 250), ("DynamicUser", 232), ("ExecReloadPost", 259),
    ])
  func aSettingKnowsItsVersion(_ name: String, _ since: Int) {
    #expect(Catalogue.directive(name, in: "Service")?.since == since)
  }

  @Test(
    "an assignment is known from its version on",
    arguments: [
      ("PrivateTmp", "disconnected", 256, false), ("PrivateTmp", "disconnected", 257, true),
      ("PrivateTmp", "yes", 200, true), ("ProtectSystem", "strict", 231, false),
      ("ProtectSystem", "strict", 232, true), ("Type", "notify-reload", 252, false),
      ("Type", "notify-reload", 253, true), ("Type", "notify", 200, true), ("Type", "Notify", 262, false),
      ("RestartMode", "debug", 254, false), ("RestartMode", "direct", 254, true),
      ("RestartMode", "direct", 253, false), ("PrivateUsers", "full", 257, false),
      ("StandardOutput", "append:/var/log/x", 239, false), ("StandardOutput", "append:/var/log/x", 240, true),
      ("SystemCallFilter", "@system-service @pkey", 243, false),
      ("SystemCallFilter", "@system-service @pkey", 244, true), ("SystemCallFilter", "~@sandbox", 253, false),
      ("SystemCallFilter", "@nonsense", 262, false), ("SystemCallFilter", "~mount:EPERM", 250, true),
      ("RestrictNamespaces", "~user mnt", 240, true), ("RestrictNamespaces", "users", 262, false),
      ("RestrictNamespaces", "yes", 240, true), ("RestrictAddressFamilies", "none", 248, false),
      ("RestrictAddressFamilies", "AF_INET", 230, true), ("CPUShares", "1024", 258, false),
      ("CPUShares", "1024", 257, true), ("Nonsense", "1", 262, false), ("ReadWritePaths", "/x", 231, true),
      ("CapabilityBoundingSet", "", 200, true), ("SystemCallErrorNumber", "kill", 246, false),
      ("SystemCallErrorNumber", "EPERM", 246, true),
    ])
  func anAssignmentIsKnownFromItsVersionOn(_ name: String, _ value: String, _ version: Int, _ isKnown: Bool) {
    #expect(Catalogue.isKnown(name, value: value, in: "Service", version: version) == isKnown)
  }

  @Test("every setting of the strict sandbox is as old as it says")
  func everySettingOfTheStrictSandboxIsAsOldAsItSays() {
    for setting in SandboxSetting.strict {
      #expect(
        Catalogue.isKnown(setting.directive, value: setting.value, in: "Service", version: setting.since),
        "\(setting.line) since \(setting.since)")
    }
  }

  @Test(
    "a misspelt name gets a suggestion",
    arguments: [
      ("Restrat", "Service", "Restart"), ("execstart", "Service", "ExecStart"),
      ("wantedby", "Service", "WantedBy"),
      ("WorkingDirectry", "Service", "WorkingDirectory"), ("Requries", "Unit", "Requires"),
    ])
  func aMisspeltNameGetsASuggestion(_ name: String, _ section: String, _ suggestion: String) {
    #expect(Catalogue.suggestion(for: name, in: section) == suggestion)
  }

  @Test("nothing is suggested for a name that is like none")
  func nothingIsSuggestedForANameThatIsLikeNone() {
    #expect(Catalogue.suggestion(for: "Zzzzzzzzzzz", in: "Service") == nil)
  }

  @Test("an old name knows its new one")
  func anOldNameKnowsItsNewOne() {
    let moved = Catalogue.directive("StartLimitBurst", in: "Service")?.replacement
    #expect(moved?.name == "StartLimitBurst")
    #expect(moved?.section == "Unit")
    let renamed = Catalogue.directive("MemoryLimit", in: "Service")
    #expect(renamed?.replacement?.name == "MemoryMax")
    #expect(renamed?.replacement?.keepsValue == true)
    #expect(renamed?.removed == 258)
    #expect(Catalogue.directive("CPUShares", in: "Slice")?.replacement?.keepsValue == false)
    #expect(Catalogue.directive("StandardOutput", in: "Service")?.value("syslog")?.replacement == "journal")
  }

  @Test("the section of a type is its name")
  func theSectionOfATypeIsItsName() {
    #expect(Catalogue.section(ofType: "service") == "Service")
    #expect(Catalogue.section(ofType: "target") == nil)
    #expect(Catalogue.section(ofType: "unit") == nil)
  }

  @Test("knows the groups of system calls that the filters' own table knows")
  func systemCallGroups() {
    let directive = Catalogue.directive("SystemCallFilter", in: "Service")
    #expect(
      Set(directive?.values.map(\.text) ?? [])
        == Set(SystemCallGroup.names(version: Catalogue.newestVersion)))
    for version in [252, 257] {
      for group in SystemCallGroup.names(version: version) {
        #expect(
          Catalogue.isKnown("SystemCallFilter", value: group, in: "Service", version: version), "\(group)")
      }
    }
  }
}
