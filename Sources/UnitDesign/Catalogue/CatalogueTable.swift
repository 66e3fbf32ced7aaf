/// The settings of systemd 252, 257, 262, as `packaging/make-catalogue` writes them.
///
/// A line is a setting: its name, the letters of its sections, the kind of its value (`*`: a list), the version it came
/// in (0: older than the manual's stamps), and then in any order `>NEW` (its new name; `:` before it when the value
/// changes too), `-N` (no effect since version N, 0: deprecated), and its values, each with `@` and the version it came
/// in where that is later than the setting's, and `!NEW` behind an old one.
enum CatalogueTable {
  /// The letters of the sections, in the order of `Catalogue.sections`.
  static let letters = Array("UISKMAWTPLO".utf8)
  /// What stands between the fields.
  static let separator = UInt8(ascii: " ")

  static let text = #"""
    Accept K bool 0
    AcceptFileDescriptors K bool 258
    AccuracySec T span 209
    ActivatingConcurrencyMax L unsigned 262
    After U units* 0
    Alias I units* 0
    AllowIsolate U bool 201
    AllowedCPUs SKMWLO other* 244
    AllowedMemoryNodes SKMWLO other* 244
    Also I units* 0
    AmbientCapabilities SKMW capabilities* 229
    AppArmorProfile SKMW other 210
    AssertACPower U condition* 218
    AssertArchitecture U condition* 218
    AssertCPUFeature U condition* 248
    AssertCPUPressure U condition* 250
    AssertCPUs U condition* 242
    AssertCapability U condition* 218
    AssertControlGroupController U condition* 237
    AssertCredential U condition* 252
    AssertDirectoryNotEmpty U condition* 218
    AssertEnvironment U condition* 246
    AssertFileIsExecutable U condition* 218
    AssertFileNotEmpty U condition* 218
    AssertFirstBoot U condition* 218
    AssertFraction U condition* 261
    AssertGroup U condition* 234
    AssertHost U condition* 218
    AssertIOPressure U condition* 250
    AssertKernelCommandLine U condition* 218
    AssertKernelModuleLoaded U condition* 258
    AssertKernelVersion U condition* 237
    AssertMachineTag U condition* 261
    AssertMemory U condition* 242
    AssertMemoryPressure U condition* 250
    AssertNeedsUpdate U condition* 218
    AssertOSRelease U condition* 249
    AssertPathExists U condition* 218
    AssertPathExistsGlob U condition* 218
    AssertPathIsDirectory U condition* 218
    AssertPathIsEncrypted U condition* 246
    AssertPathIsMountPoint U condition* 218
    AssertPathIsReadWrite U condition* 218
    AssertPathIsSocket U condition* 260
    AssertPathIsSymbolicLink U condition* 218
    AssertSecurity U condition* 218
    AssertUser U condition* 234
    AssertVersion U condition* 258
    AssertVirtualization U condition* 218
    BPFDelegateAttachments SKMW other* 258
    BPFDelegateCommands SKMW other* 258
    BPFDelegateMaps SKMW other* 258
    BPFDelegatePrograms SKMW other* 258
    BPFProgram SKMWLO other* 249
    Backlog K unsigned 0
    Before U units* 0
    BindIPv6Only K choice 0 default both ipv6-only 0 1 yes no true false on off
    BindLogSockets SKMW bool 257
    BindNetworkInterface SKMWLO text 260
    BindPaths SKMW binds* 233
    BindReadOnlyPaths SKMW binds* 233
    BindTo U units* 0 >BindsTo
    BindToDevice K other 0
    BindsTo U units* 0
    BlockIOAccounting SKMWLO bool 0 >IOAccounting -258
    BlockIODeviceWeight SKMWLO other* 0 >:IODeviceWeight -258
    BlockIOReadBandwidth SKMWLO other* 0 >IOReadBandwidthMax -258
    BlockIOWeight SKMWLO unsigned 0 >:IOWeight -258
    BlockIOWriteBandwidth SKMWLO other* 0 >IOWriteBandwidthMax -258
    Broadcast K bool 0
    BusName S other 0
    BusPolicy S other 0 -239
    CPUAccounting SKMWLO bool 0 -258
    CPUAffinity SKMW other* 0
    CPUPressureThresholdSec SKMWLO span 261
    CPUPressureWatch SKMWLO bool 261 auto@261 skip@261
    CPUQuota SKMWLO percent 213
    CPUQuotaPeriodSec SKMWLO span 242
    CPUSchedulingPolicy SKMW choice 0 other batch idle fifo rr ext@260 0 1 2 3 5
    CPUSchedulingPriority SKMW unsigned 0
    CPUSchedulingResetOnFork SKMW bool 0
    CPUSetPartition SKMWLO choice 261 member root isolated
    CPUShares SKMWLO unsigned 0 >:CPUWeight -258
    CPUWeight SKMWLO cpuweight 232
    CacheDirectory SKMW folders* 235
    CacheDirectoryAccounting SKMW bool 258
    CacheDirectoryMode SKMW mode 235
    CacheDirectoryQuota SKMW text 258
    Capabilities SKMW other 0 >:AmbientCapabilities -230
    CapabilityBoundingSet SKMW capabilities* 0
    CollectMode U choice 236 inactive inactive-or-failed
    ConcurrencyHardMax L unsigned 258
    ConcurrencySoftMax L unsigned 258
    ConditionACPower U condition* 0
    ConditionArchitecture U condition* 201
    ConditionCPUFeature U condition* 248
    ConditionCPUPressure U condition* 250
    ConditionCPUs U condition* 242
    ConditionCapability U condition* 0
    ConditionControlGroupController U condition* 237
    ConditionCredential U condition* 252
    ConditionDirectoryNotEmpty U condition* 0
    ConditionEnvironment U condition* 246
    ConditionFileIsExecutable U condition* 0
    ConditionFileNotEmpty U condition* 190
    ConditionFirmware U condition* 249
    ConditionFirstBoot U condition* 216
    ConditionFraction U condition* 261
    ConditionGroup U condition* 234
    ConditionHost U condition* 0
    ConditionIOPressure U condition* 250
    ConditionKernelCommandLine U condition* 0
    ConditionKernelModuleLoaded U condition* 258
    ConditionKernelVersion U condition* 237
    ConditionMachineTag U condition* 261
    ConditionMemory U condition* 242
    ConditionMemoryPressure U condition* 250
    ConditionNeedsUpdate U condition* 215
    ConditionOSRelease U condition* 249
    ConditionPathExists U condition* 0
    ConditionPathExistsGlob U condition* 0
    ConditionPathIsDirectory U condition* 0
    ConditionPathIsEncrypted U condition* 246
    ConditionPathIsMountPoint U condition* 190
    ConditionPathIsReadWrite U condition* 0
    ConditionPathIsSocket U condition* 260
    ConditionPathIsSymbolicLink U condition* 0
    ConditionSecurity U condition* 0
    ConditionUser U condition* 234
    ConditionVersion U condition* 258
    ConditionVirtualization U condition* 0
    ConfigurationDirectory SKMW folders* 235
    ConfigurationDirectoryMode SKMW mode 235
    Conflicts U units* 0
    CoredumpFilter SKMW other* 246
    CoredumpReceive SKMWLO bool 255
    DefaultDependencies U bool 201
    DefaultInstance I text 0
    DefaultMemoryLow SKMWLO memory 0
    DefaultMemoryMin SKMWLO memory 0
    DefaultStartupMemoryLow SKMWLO memory 254
    DeferAcceptSec K span 216
    DeferReactivation T bool 257
    DeferTrigger K bool 258 patient@258
    DeferTriggerMaxSec K span 258
    Delegate SKMWLO delegate* 218
    DelegateNamespaces SKMW namespaces* 258 cgroup ipc net mnt pid user uts time@258
    DelegateSubgroup SKMWLO other 254
    Description U text 0
    DeviceAllow SKMWLO other* 208
    DevicePolicy SKMWLO choice 208 auto closed strict
    DirectoryMode KMAP mode 0
    DirectoryNotEmpty P watch* 0
    DisableControllers SKMWLO words* 240 cpu cpuacct cpuset io blkio memory devices pids bpf-firewall \#
      bpf-devices bpf-foreign bpf-socket-bind bpf-restrict-network-interfaces
    Documentation U urls* 0
    DynamicUser SKMW bool 232
    Environment SKMW environment* 0
    EnvironmentFile SKMW optpath* 0
    ExecCondition S command* 243
    ExecPaths SKMW paths* 248
    ExecReload S command* 0
    ExecReloadPost S command* 259
    ExecSearchPath SKMW other* 250
    ExecStart S command* 0
    ExecStartPost SK command* 0
    ExecStartPre SK command* 0
    ExecStop S command* 0
    ExecStopPost SK command* 0
    ExecStopPre K command* 0
    ExitType S choice 250 main cgroup
    ExtensionDirectories SKMW paths* 251
    ExtensionImagePolicy SKMW other 254
    ExtensionImages SKMW other* 248
    ExtraOptions A text 250
    FailureAction S choice 214 >Unit.FailureAction none reboot reboot-force reboot-immediate poweroff@236 \#
      poweroff-force@236 poweroff-immediate@236 exit@240 exit-force@240 soft-reboot@254 \#
      soft-reboot-force@254 kexec@254 kexec-force@254 halt@254 halt-force@254 halt-immediate@254
    FailureAction U choice 236 none reboot reboot-force reboot-immediate poweroff@236 poweroff-force@236 \#
      poweroff-immediate@236 exit@240 exit-force@240 soft-reboot@254 soft-reboot-force@254 kexec@254 \#
      kexec-force@254 halt@254 halt-force@254 halt-immediate@254
    FailureActionExitStatus U status 240
    FileDescriptorName K other 227
    FileDescriptorStoreMax S unsigned 219
    FileDescriptorStorePreserve S bool 254 restart@254
    FinalKillSignal SKMWO signal 240
    FixedRandomDelay T bool 247
    FlushPending K bool 247
    ForceUnmount M bool 232
    FreeBind K bool 0
    Group SKMW user 0
    GuessMainPID S bool 0
    IOAccounting SKMWLO bool 230
    IODeviceLatencyTargetSec SKMWLO other* 240
    IODeviceWeight SKMWLO other* 230
    IOPressureThresholdSec SKMWLO span 261
    IOPressureWatch SKMWLO bool 261 auto@261 skip@261
    IOReadBandwidthMax SKMWLO other* 230
    IOReadIOPSMax SKMWLO other* 230
    IOSchedulingClass SKMW choice 0 none realtime best-effort idle 0 1 2 3
    IOSchedulingPriority SKMW unsigned 0
    IOWeight SKMWLO weight 230
    IOWriteBandwidthMax SKMWLO other* 230
    IOWriteIOPSMax SKMWLO other* 230
    IPAccounting SKMWLO bool 235
    IPAddressAllow SKMWLO addresses* 235
    IPAddressDeny SKMWLO addresses* 235
    IPCNamespacePath SKMW path 248
    IPEgressFilterPath SKMWLO path* 243
    IPIngressFilterPath SKMWLO path* 243
    IPTOS K other 0
    IPTTL K int 0
    IgnoreOnIsolate U bool 201
    IgnoreOnSnapshot U other 0 -228
    IgnoreSIGPIPE SKMW bool 0
    ImportCredential SKMW other* 254
    InaccessibleDirectories SKMW paths* 0 >InaccessiblePaths
    InaccessiblePaths SKMW paths* 231
    JobRunningTimeoutSec U span 201
    JobTimeoutAction U choice 213 none reboot reboot-force reboot-immediate poweroff@236 poweroff-force@236 \#
      poweroff-immediate@236 exit@240 exit-force@240 soft-reboot@254 soft-reboot-force@254 kexec@254 \#
      kexec-force@254 halt@254 halt-force@254 halt-immediate@254
    JobTimeoutRebootArgument U other 213
    JobTimeoutSec U span 201
    JoinsNamespaceOf U units* 209
    KeepAlive K bool 0
    KeepAliveIntervalSec K span 216
    KeepAliveProbes K unsigned 216
    KeepAliveTimeSec K span 216
    KeyringMode SKMW choice 235 inherit private shared
    KillMode SKMWO choice 187 control-group process mixed@209 none
    KillSignal SKMWO signal 187
    LUOSession S other* 262
    LazyUnmount M bool 232
    LimitAS SKMW limit 0
    LimitCORE SKMW limit 0
    LimitCPU SKMW limit 0
    LimitDATA SKMW limit 0
    LimitFSIZE SKMW limit 0
    LimitLOCKS SKMW limit 0
    LimitMEMLOCK SKMW limit 0
    LimitMSGQUEUE SKMW limit 0
    LimitNICE SKMW limit 0
    LimitNOFILE SKMW limit 0
    LimitNPROC SKMW limit 0
    LimitRSS SKMW limit 0
    LimitRTPRIO SKMW limit 0
    LimitRTTIME SKMW limit 0
    LimitSIGPENDING SKMW limit 0
    LimitSTACK SKMW limit 0
    ListenDatagram K listen* 0
    ListenFIFO K listen* 0
    ListenMessageQueue K listen* 0
    ListenNetlink K listen* 0
    ListenSequentialPacket K listen* 0
    ListenSpecial K listen* 0
    ListenStream K listen* 0
    ListenUSBFunction K listen* 227
    LoadCredential SKMW credential* 247
    LoadCredentialEncrypted SKMW credential* 250
    LockPersonality SKMW bool 235
    LogExtraFields SKMW other* 236
    LogFilterPatterns SKMW other* 253
    LogLevelMax SKMW choice 236 emerg alert crit err warning notice info debug 0 1 2 3 4 5 6 7
    LogNamespace SKMW other 245
    LogRateLimitBurst SKMW unsigned 240
    LogRateLimitIntervalSec SKMW span 240
    LogsDirectory SKMW folders* 235
    LogsDirectoryAccounting SKMW bool 258
    LogsDirectoryMode SKMW mode 235
    LogsDirectoryQuota SKMW text 258
    MakeDirectory P bool 0
    ManagedOOMMemoryPressure SKMWLO choice 247 auto kill
    ManagedOOMMemoryPressureDurationSec SKMWLO span 257
    ManagedOOMMemoryPressureLimit SKMWLO other 247
    ManagedOOMPreference SKMWLO choice 248 none avoid omit
    ManagedOOMSwap SKMWLO choice 247 auto kill
    Mark K int 0
    MaxConnections K unsigned 0
    MaxConnectionsPerSource K unsigned 232
    MemoryAccounting SKMWLO bool 208
    MemoryDenyWriteExecute SKMW bool 231
    MemoryHigh SKMWLO memory 231
    MemoryKSM SKMW bool 254
    MemoryLimit SKMWLO memory 0 >MemoryMax -258
    MemoryLow SKMWLO memory 231
    MemoryMax SKMWLO memory 231
    MemoryMin SKMWLO memory 240
    MemoryPressureThresholdSec SKMWLO span 254
    MemoryPressureWatch SKMWLO bool 254 auto@254 skip@254
    MemorySwapMax SKMWLO memory 232
    MemoryTHP SKMW choice 260 inherit disable madvise system
    MemoryZSwapMax SKMWLO memory 253
    MemoryZSwapWriteback SKMWLO bool 256
    MessageQueueMaxMessages K int 0
    MessageQueueMessageSize K int 0
    MountAPIVFS SKMW bool 233
    MountFlags SKMW choice 0 shared slave private
    MountImagePolicy SKMW other 254
    MountImages SKMW other* 247
    NFTSet SKMWLO other* 255
    NUMAMask SKMW other* 243
    NUMAPolicy SKMW choice 243 default preferred bind interleave local 0 1 2 3 4
    NetClass SKMWLO other 0 -229
    NetworkNamespacePath SKMW path 242
    Nice SKMW nice 0
    NoDelay K bool 216
    NoExecPaths SKMW paths* 248
    NoNewPrivileges SKMW bool 187
    NonBlocking S bool 0
    NotifyAccess S choice 0 none main exec@229 all
    OOMPolicy S choice 243 continue stop kill
    OOMPolicy O choice 253 continue stop kill
    OOMRules SKMWLO other* 261
    OOMScoreAdjust SKMW oomscore 0
    OnActiveSec T timer* 0
    OnBootSec T timer* 0
    OnCalendar T timer* 197
    OnClockChange T bool 242
    OnFailure U units* 0
    OnFailureIsolate U bool 0 >:OnFailureJobMode
    OnFailureJobMode U choice 209 fail replace replace-irreversibly isolate flush ignore-dependencies \#
      ignore-requirements triggering@242 restart-dependencies@256 lenient@258
    OnStartupSec T timer* 0
    OnSuccess U units* 249
    OnSuccessJobMode U choice 249 fail replace replace-irreversibly isolate flush ignore-dependencies \#
      ignore-requirements triggering@242 restart-dependencies@256 lenient@258
    OnTimezoneChange T bool 242
    OnUnitActiveSec T timer* 0
    OnUnitInactiveSec T timer* 0
    OpenFile S other* 253
    Options M text 0
    Options W text 217
    PAMName SKMW text 0
    PIDFile S path 0
    PartOf U units* 187
    PassCredentials K bool 0
    PassEnvironment SKMW names* 228
    PassFileDescriptorsToExec K bool 256
    PassPIDFD K bool 258
    PassPacketInfo K bool 246
    PassSecurity K bool 0
    PathChanged P watch* 0
    PathExists P watch* 0
    PathExistsGlob P watch* 0
    PathModified P watch* 0
    PermissionsStartOnly S bool 0 -0
    Persistent T bool 212
    Personality SKMW choice 209 x86 x86-64 ppc ppc-le ppc64 ppc64-le s390 s390x arm@257 arm-le arm64 \#
      arm64-be mips mips64 mips-le mips64-le parisc parisc64 riscv64 loongarch64
    PipeSize K size 0
    PollLimitBurst K unsigned 255
    PollLimitIntervalSec K span 255
    Priority KW int 0
    PrivateBPF SKMW bool 258
    PrivateDevices SKMW bool 209
    PrivateIPC SKMW bool 248
    PrivateMounts SKMW bool 239
    PrivateNetwork SKMW bool 0
    PrivatePIDs SKMW bool 257
    PrivateTmp SKMW bool 0 disconnected@257
    PrivateUsers SKMW bool 232 self@257 identity@257 full@258 managed@260
    ProcSubset SKMW choice 247 all pid
    PropagateReloadFrom U units* 0 >ReloadPropagatedFrom
    PropagateReloadTo U units* 0 >PropagatesReloadTo
    PropagatesReloadTo U units* 201
    PropagatesStopTo U units* 249
    ProtectClock SKMW bool 245
    ProtectControlGroups SKMW bool 232 private@257 strict@257
    ProtectHome SKMW bool 214 read-only@214 tmpfs@239
    ProtectHostname SKMW bool 242 private@258 yes:@258 private:@258
    ProtectKernelLogs SKMW bool 244
    ProtectKernelModules SKMW bool 232
    ProtectKernelTunables SKMW bool 232
    ProtectProc SKMW choice 247 default noaccess invisible ptraceable
    ProtectSystem SKMW bool 214 full@214 strict@232
    RandomizedDelaySec T span 229
    RandomizedOffsetSec T span 258
    ReadOnlyDirectories SKMW paths* 0 >ReadOnlyPaths
    ReadOnlyPaths SKMW paths* 231
    ReadWriteDirectories SKMW paths* 0 >ReadWritePaths
    ReadWriteOnly M bool 246
    ReadWritePaths SKMW paths* 231
    RebootArgument U other 213
    RebootArgument S text 0 >Unit.RebootArgument
    ReceiveBuffer K size 0
    RefreshOnReload S other* 260
    RefuseManualStart U bool 201
    RefuseManualStop U bool 201
    ReloadPropagatedFrom U units* 201
    ReloadSignal S signal 253
    RemainAfterElapse T bool 229
    RemainAfterExit S bool 0
    RemoveIPC SKMW bool 232
    RemoveOnStop K bool 214
    RequiredBy I units* 0
    Requires U units* 0
    RequiresMountsFor U paths* 201
    RequiresOverridable U units* 0 >Requires -228
    Requisite U units* 0
    RequisiteOverridable U units* 0 >Requisite -228
    Restart S choice 0 no on-success on-failure on-abnormal@214 on-watchdog on-abort always
    RestartForceExitStatus S statuses* 215
    RestartKillSignal SKMWO signal 244
    RestartMaxDelaySec S span 254
    RestartMode S choice 254 normal direct debug@257
    RestartPreventExitStatus S statuses* 189
    RestartRandomizedDelaySec S span 262
    RestartSec S span 0
    RestartSteps S unsigned 254
    RestrictAddressFamilies SKMW families* 211 none@249
    RestrictFileSystems SKMW other* 250
    RestrictNamespaces SKMW namespaces* 233 cgroup ipc net mnt pid user uts time@258
    RestrictNetworkInterfaces SKMWLO other* 250
    RestrictRealtime SKMW bool 231
    RestrictSUIDSGID SKMW bool 242
    ReusePort K bool 206
    RootDirectory SKMW path 0
    RootDirectoryStartOnly S bool 0
    RootEphemeral SKMW bool 254
    RootHash SKMW other 246
    RootHashSignature SKMW other 246
    RootImage SKMW path 233
    RootImageOptions SKMW other* 247
    RootImagePolicy SKMW other 254
    RootMStack SKMW path 260
    RootVerity SKMW path 246
    RuntimeDirectory SKMW folders* 211
    RuntimeDirectoryMode SKMW mode 211
    RuntimeDirectoryPreserve SKMW bool 235 restart@235
    RuntimeMaxSec S span 229
    RuntimeMaxSec O span 244
    RuntimeRandomizedExtraSec SO span 250
    SELinuxContext SKMW other 209
    SELinuxContextFromNet K bool 217
    SecureBits SKMW words* 0 keep-caps keep-caps-locked no-setuid-fixup no-setuid-fixup-locked noroot \#
      noroot-locked
    SendBuffer K size 0
    SendSIGHUP SKMWO bool 207
    SendSIGKILL SKMWO bool 187
    Service K unit 0
    SetCredential SKMW other* 247
    SetCredentialEncrypted SKMW other* 250
    SetLoginEnvironment SKMW bool 255
    Slice SKMWLO unit 208
    SloppyOptions M bool 215
    SmackLabel K text 196
    SmackLabelIPIn K text 196
    SmackLabelIPOut K text 196
    SmackProcessLabel SKMW other 218
    SocketBindAllow SKMWLO other* 249
    SocketBindDeny SKMWLO other* 249
    SocketGroup K user 214
    SocketMode K mode 0
    SocketProtocol K choice 229 udplite sctp mptcp@255
    SocketUser K user 214
    Sockets S units* 0
    SourcePath U path 201
    StandardError SKMW choice 0 inherit null tty journal kmsg journal+console kmsg+console socket fd@233 \#
      fd:@233 file:@236 append:@240 truncate:@248 syslog@0!journal syslog+console@0!journal+console
    StandardInput SKMW choice 0 null tty tty-force tty-fail socket fd@233 fd:@233 file:@236 data@236
    StandardInputData SKMW other* 236
    StandardInputText SKMW other* 236
    StandardOutput SKMW choice 0 inherit null tty journal kmsg journal+console kmsg+console socket fd@233 \#
      fd:@233 file:@236 append:@240 truncate:@248 syslog@0!journal syslog+console@0!journal+console
    StartLimitAction S choice 0 >Unit.StartLimitAction none reboot reboot-force reboot-immediate \#
      poweroff@236 poweroff-force@236 poweroff-immediate@236 exit@240 exit-force@240 soft-reboot@254 \#
      soft-reboot-force@254 kexec@254 kexec-force@254 halt@254 halt-force@254 halt-immediate@254
    StartLimitAction U choice 229 none reboot reboot-force reboot-immediate poweroff@236 poweroff-force@236 \#
      poweroff-immediate@236 exit@240 exit-force@240 soft-reboot@254 soft-reboot-force@254 kexec@254 \#
      kexec-force@254 halt@254 halt-force@254 halt-immediate@254
    StartLimitBurst S unsigned 0 >Unit.StartLimitBurst
    StartLimitBurst U unsigned 229
    StartLimitInterval S span 0 >Unit.StartLimitIntervalSec
    StartLimitInterval U span 229 >StartLimitIntervalSec
    StartLimitIntervalSec U span 230
    StartupAllowedCPUs SKMWLO other* 250
    StartupAllowedMemoryNodes SKMWLO other* 250
    StartupBlockIOWeight SKMWLO unsigned 0 >:StartupIOWeight -258
    StartupCPUShares SKMWLO unsigned 0 >:StartupCPUWeight -258
    StartupCPUWeight SKMWLO cpuweight 232
    StartupIOWeight SKMWLO weight 230
    StartupMemoryHigh SKMWLO memory 254
    StartupMemoryLow SKMWLO memory 254
    StartupMemoryMax SKMWLO memory 254
    StartupMemorySwapMax SKMWLO memory 254
    StartupMemoryZSwapMax SKMWLO memory 254
    StateDirectory SKMW folders* 235
    StateDirectoryAccounting SKMW bool 258
    StateDirectoryMode SKMW mode 235
    StateDirectoryQuota SKMW text 258
    StopPropagatedFrom U units* 249
    StopWhenUnneeded U bool 201
    SuccessAction U choice 236 none reboot reboot-force reboot-immediate poweroff@236 poweroff-force@236 \#
      poweroff-immediate@236 exit@240 exit-force@240 soft-reboot@254 soft-reboot-force@254 kexec@254 \#
      kexec-force@254 halt@254 halt-force@254 halt-immediate@254
    SuccessActionExitStatus U status 240
    SuccessExitStatus S statuses* 189
    SupplementaryGroups SKMW users* 0
    SurviveFinalKillSignal U bool 255
    Symlinks K paths* 214
    SysVStartPriority S other 0 -218
    SyslogFacility SKMW choice 0 kern user mail daemon auth syslog lpr news uucp cron authpriv ftp local0 \#
      local1 local2 local3 local4 local5 local6 local7
    SyslogIdentifier SKMW text 0
    SyslogLevel SKMW choice 0 emerg alert crit err warning notice info debug 0 1 2 3 4 5 6 7
    SyslogLevelPrefix SKMW bool 0
    SystemCallArchitectures SKMW architectures* 209 native x86 x86-64 x32 arm arm64 mips mips64 mips64-n32 \#
      mips-le mips64-le mips64-le-n32 parisc parisc64 ppc ppc64 ppc64-le riscv64 s390 s390x loongarch64@253
    SystemCallErrorNumber SKMW errno 209 kill@247
    SystemCallFilter SKMW syscalls* 187 @pkey@244 @sandbox@254 @known@248 @file-system@235 @aio@235 \#
      @sync@235 @timer@235 @memlock@237 @chown@235 @setuid@235 @signal@235 @swap@233 @reboot@233 \#
      @system-service@239 @basic-io@231 @clock@231 @cpu-emulation@231 @debug@231 @default@231 @io-event@231 \#
      @ipc@231 @keyring@231 @module@231 @mount@231 @network-io@231 @obsolete@231 @privileged@231 \#
      @process@231 @raw-io@231 @resources@231
    SystemCallLog SKMW syscalls* 247 @pkey@244 @sandbox@254 @known@248 @file-system@235 @aio@235 @sync@235 \#
      @timer@235 @memlock@237 @chown@235 @setuid@235 @signal@235 @swap@233 @reboot@233 @system-service@239 \#
      @basic-io@231 @clock@231 @cpu-emulation@231 @debug@231 @default@231 @io-event@231 @ipc@231 \#
      @keyring@231 @module@231 @mount@231 @network-io@231 @obsolete@231 @privileged@231 @process@231 \#
      @raw-io@231 @resources@231
    TCPCongestion K text 0
    TTYColumns SKMW unsigned 250
    TTYPath SKMW path 0
    TTYReset SKMW bool 0
    TTYRows SKMW unsigned 250
    TTYVHangup SKMW bool 0
    TTYVTDisallocate SKMW bool 0
    TasksAccounting SKMWLO bool 227
    TasksMax SKMWLO tasks 227
    TemporaryFileSystem SKMW binds* 238
    TimeoutAbortSec S span 243
    TimeoutCleanSec SKMW span 244
    TimeoutIdleSec A span 220
    TimeoutSec SKMW span 0
    TimeoutStartFailureMode S choice 246 terminate abort kill
    TimeoutStartSec S span 188
    TimeoutStopFailureMode S choice 246 terminate abort kill
    TimeoutStopSec S span 188
    TimeoutStopSec O span 206
    TimerSlackNSec SKMW nanos 0
    Timestamping K choice 247 off us usec µs ns nsec 0 1 yes no true false on
    Transparent K bool 0
    TriggerLimitBurst K unsigned 230
    TriggerLimitBurst P unsigned 250
    TriggerLimitIntervalSec K span 230
    TriggerLimitIntervalSec P span 250
    Type S choice 0 simple forking oneshot dbus notify idle exec@240 notify-reload@253
    Type M text 0
    UMask SKMW mode 0
    USBFunctionDescriptors S path 227
    USBFunctionStrings S path 227
    Unit TP unit 0
    UnsetEnvironment SKMW names* 235
    UpheldBy I units* 254
    Upholds U units* 249
    User SKMW user 0
    UserNamespacePath SKMW path 259
    UtmpIdentifier SKMW text 0
    UtmpMode SKMW choice 225 init login user
    WakeSystem T bool 212
    WantedBy I units* 0
    Wants U units* 0
    WantsMountsFor U paths* 256
    WatchdogSec S span 0
    WatchdogSignal SKMWO signal 240
    What MW text 0
    Where MA path 0
    WorkingDirectory SKMW folder 0
    Writable K bool 227
    XAttrAccept K other* 262
    XAttrEntryPoint K other* 262
    XAttrListen K other* 262
    """#
}
