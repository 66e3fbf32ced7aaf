# Completion of upkeep-run(8) and, through it, of `upkeep run` for fish.
# The options are those of `upkeep-run --help`; .ci/check-docs compares them.

# Whether the cursor is still before the command that is to be kept up.
function __upkeep_run_in_options
    set -l words (commandline -opc)
    set -e words[1]
    test "$words[1]" = run; and set -e words[1]
    set -l skip 0
    for word in $words
        if test $skip = 1
            set skip 0
            continue
        end
        switch $word
            case --
                return 1
            case '--*=*' --help -h --version --quiet -q --no-new-privileges --probe-insecure --probe-adaptive --soft-watchdog
            case '-*'
                set skip 1
            case '*'
                return 1
        end
    end
    return 0
end

# The words of the command that is to be kept up, completed as a command line of its own.
function __upkeep_run_command
    set -l words (commandline -opc)
    set -e words[1]
    test "$words[1]" = run; and set -e words[1]
    while set -q words[1]
        switch $words[1]
            case --
                set -e words[1]
                break
            case '--*=*' --help -h --version --quiet -q --no-new-privileges --probe-insecure --probe-adaptive --soft-watchdog
                set -e words[1]
            case '-*'
                set -e words[1]
                set -q words[1]; and set -e words[1]
            case '*'
                break
        end
    end
    complete -C (string join ' ' -- (string escape -- $words) (commandline -ct))
end

function __upkeep_run_options
    set -l command $argv[1]
    set -l condition $argv[2]
    complete -c $command -f -n $condition
    complete -c $command -n "$condition; and not string match -q -- '-*' (commandline -ct)" -f -a '(__upkeep_run_command)'
    complete -c $command -n "$condition; and __upkeep_run_in_options" -s h -l help -d 'Show help'
    complete -c $command -n "$condition; and __upkeep_run_in_options" -l version -d 'Show what was built'
    complete -c $command -n "$condition; and __upkeep_run_in_options" -s o -l output -x -a 'text json' -d 'How --version answers'
    complete -c $command -n "$condition; and __upkeep_run_in_options" -s q -l quiet -d 'Write events to the journal only'
    complete -c $command -n "$condition; and __upkeep_run_in_options" -l explain -r -F -d 'Say in sentences what the policy of this unit file will do'
    complete -c $command -n "$condition; and __upkeep_run_in_options" -l unit-file -r -F -d 'Take policy and command from this unit file'
    complete -c $command -n "$condition; and __upkeep_run_in_options" -l startup-probe -x -a 'http:// https:// http+unix:/ tcp:// grpc:// grpcs:// unix:/ dbus: exec:/ heartbeat:' -d 'Asked until it succeeds once'
    complete -c $command -n "$condition; and __upkeep_run_in_options" -l readiness-probe -x -a 'http:// https:// http+unix:/ tcp:// grpc:// grpcs:// unix:/ dbus: exec:/ heartbeat: notify' -d 'READY=1 is sent when it succeeds'
    complete -c $command -n "$condition; and __upkeep_run_in_options" -l liveness-probe -x -a 'http:// https:// http+unix:/ tcp:// grpc:// grpcs:// unix:/ dbus: exec:/ heartbeat:' -d 'The service is restarted when it fails'
    complete -c $command -n "$condition; and __upkeep_run_in_options" -l probe-interval -x -d 'Time between attempts'
    complete -c $command -n "$condition; and __upkeep_run_in_options" -l probe-start-interval -x -d 'Time between attempts of readiness probes until the first success'
    complete -c $command -n "$condition; and __upkeep_run_in_options" -l probe-timeout -x -d 'How long an attempt may take'
    complete -c $command -n "$condition; and __upkeep_run_in_options" -l probe-initial-delay -x -d 'How long after the start the first attempt is made'
    complete -c $command -n "$condition; and __upkeep_run_in_options" -l success-threshold -x -d 'Successes in a row that make the service ready'
    complete -c $command -n "$condition; and __upkeep_run_in_options" -l failure-threshold -x -d 'Failures in a row that flip a verdict'
    complete -c $command -n "$condition; and __upkeep_run_in_options" -l startup-probe-interval -x -d 'The same for startup probes alone'
    complete -c $command -n "$condition; and __upkeep_run_in_options" -l startup-probe-timeout -x -d 'The same for startup probes alone'
    complete -c $command -n "$condition; and __upkeep_run_in_options" -l startup-probe-initial-delay -x -d 'The same for startup probes alone'
    complete -c $command -n "$condition; and __upkeep_run_in_options" -l startup-probe-failure-threshold -x -d 'The same for startup probes alone'
    complete -c $command -n "$condition; and __upkeep_run_in_options" -l startup-probe-method -x -a 'GET HEAD OPTIONS POST' -d 'The same for startup probes alone'
    complete -c $command -n "$condition; and __upkeep_run_in_options" -l startup-probe-host -x -d 'The same for startup probes alone'
    complete -c $command -n "$condition; and __upkeep_run_in_options" -l startup-probe-status -x -d 'The same for startup probes alone'
    complete -c $command -n "$condition; and __upkeep_run_in_options" -l startup-probe-body -x -d 'The same for startup probes alone'
    complete -c $command -n "$condition; and __upkeep_run_in_options" -l readiness-probe-interval -x -d 'The same for readiness probes alone'
    complete -c $command -n "$condition; and __upkeep_run_in_options" -l readiness-probe-timeout -x -d 'The same for readiness probes alone'
    complete -c $command -n "$condition; and __upkeep_run_in_options" -l readiness-probe-initial-delay -x -d 'The same for readiness probes alone'
    complete -c $command -n "$condition; and __upkeep_run_in_options" -l readiness-probe-failure-threshold -x -d 'The same for readiness probes alone'
    complete -c $command -n "$condition; and __upkeep_run_in_options" -l readiness-probe-method -x -a 'GET HEAD OPTIONS POST' -d 'The same for readiness probes alone'
    complete -c $command -n "$condition; and __upkeep_run_in_options" -l readiness-probe-host -x -d 'The same for readiness probes alone'
    complete -c $command -n "$condition; and __upkeep_run_in_options" -l readiness-probe-status -x -d 'The same for readiness probes alone'
    complete -c $command -n "$condition; and __upkeep_run_in_options" -l readiness-probe-body -x -d 'The same for readiness probes alone'
    complete -c $command -n "$condition; and __upkeep_run_in_options" -l readiness-probe-success-threshold -x -d 'The same for readiness probes alone'
    complete -c $command -n "$condition; and __upkeep_run_in_options" -l liveness-probe-interval -x -d 'The same for liveness probes alone'
    complete -c $command -n "$condition; and __upkeep_run_in_options" -l liveness-probe-timeout -x -d 'The same for liveness probes alone'
    complete -c $command -n "$condition; and __upkeep_run_in_options" -l liveness-probe-initial-delay -x -d 'The same for liveness probes alone'
    complete -c $command -n "$condition; and __upkeep_run_in_options" -l liveness-probe-failure-threshold -x -d 'The same for liveness probes alone'
    complete -c $command -n "$condition; and __upkeep_run_in_options" -l liveness-probe-method -x -a 'GET HEAD OPTIONS POST' -d 'The same for liveness probes alone'
    complete -c $command -n "$condition; and __upkeep_run_in_options" -l liveness-probe-host -x -d 'The same for liveness probes alone'
    complete -c $command -n "$condition; and __upkeep_run_in_options" -l liveness-probe-status -x -d 'The same for liveness probes alone'
    complete -c $command -n "$condition; and __upkeep_run_in_options" -l liveness-probe-body -x -d 'The same for liveness probes alone'
    complete -c $command -n "$condition; and __upkeep_run_in_options" -l probe-method -x -a 'GET HEAD OPTIONS POST' -d 'How HTTP probes ask'
    complete -c $command -n "$condition; and __upkeep_run_in_options" -l probe-host -x -d 'The host that HTTP probes ask for, also in TLS'
    complete -c $command -n "$condition; and __upkeep_run_in_options" -l probe-status -x -d 'The HTTP statuses of a healthy service'
    complete -c $command -n "$condition; and __upkeep_run_in_options" -l probe-body -x -d 'What has to be found in the answer to an HTTP probe'
    complete -c $command -n "$condition; and __upkeep_run_in_options" -l probe-header -x -d 'A line for the head of HTTP probes'
    complete -c $command -n "$condition; and __upkeep_run_in_options" -l probe-certificate-authority -r -F -d 'The authorities that https probes trust'
    complete -c $command -n "$condition; and __upkeep_run_in_options" -l probe-client-certificate -x -d 'The credential with the certificate that https probes show'
    complete -c $command -n "$condition; and __upkeep_run_in_options" -l probe-client-key -x -d 'The credential with the key of that certificate'
    complete -c $command -n "$condition; and __upkeep_run_in_options" -l probe-insecure -d 'Whether https probes take any certificate'
    complete -c $command -n "$condition; and __upkeep_run_in_options" -l probe-adaptive -d 'Whether probes are made more often after a doubt'
    complete -c $command -n "$condition; and __upkeep_run_in_options" -l heartbeat -x -d 'The longest time between heartbeats'
    complete -c $command -n "$condition; and __upkeep_run_in_options" -l soft-watchdog -d 'Whether a service without heartbeat is examined before it is ended'
    complete -c $command -n "$condition; and __upkeep_run_in_options" -l on-unready -x -a 'none restart command' -d 'What is done when the service was ready and no longer is'
    complete -c $command -n "$condition; and __upkeep_run_in_options" -l restart -x -a 'no on-success on-failure on-abnormal on-watchdog on-abort always' -d 'Which ends of the command are followed by a restart'
    complete -c $command -n "$condition; and __upkeep_run_in_options" -l success-exit-status -x -d 'Ends that count as clean besides 0 and SIGTERM and the like'
    complete -c $command -n "$condition; and __upkeep_run_in_options" -l restart-prevent-exit-status -x -d 'Ends after which no restart is made'
    complete -c $command -n "$condition; and __upkeep_run_in_options" -l restart-force-exit-status -x -d 'Ends after which a restart is always made'
    complete -c $command -n "$condition; and __upkeep_run_in_options" -l restart-first-delay -x -d 'The wait before the first restart'
    complete -c $command -n "$condition; and __upkeep_run_in_options" -l restart-delay -x -d 'The wait before the second restart'
    complete -c $command -n "$condition; and __upkeep_run_in_options" -l restart-delay-factor -x -d 'What each further wait is multiplied by'
    complete -c $command -n "$condition; and __upkeep_run_in_options" -l restart-delay-max -x -d 'The longest wait'
    complete -c $command -n "$condition; and __upkeep_run_in_options" -l restart-jitter -x -d 'How far a wait may differ from its value by chance'
    complete -c $command -n "$condition; and __upkeep_run_in_options" -l restart-limit -x -d 'Restarts within RestartLimitIntervalSec before OnRestartLimit applies'
    complete -c $command -n "$condition; and __upkeep_run_in_options" -l restart-limit-interval -x -a infinity -d 'The window in which restarts are counted'
    complete -c $command -n "$condition; and __upkeep_run_in_options" -l restart-healthy -x -d 'How long the service has to be healthy until earlier restarts are forgotten'
    complete -c $command -n "$condition; and __upkeep_run_in_options" -l on-restart-limit -x -a 'fail retry-slowly' -d 'At the limit: exit with a failure for systemd to see, or go on with long waits'
    complete -c $command -n "$condition; and __upkeep_run_in_options" -l restart-slow -x -d 'The wait of retry-slowly'
    complete -c $command -n "$condition; and __upkeep_run_in_options" -l timeout-start -x -a infinity -d 'How long an instance may take to become ready before it is replaced'
    complete -c $command -n "$condition; and __upkeep_run_in_options" -l timeout-stop -x -a infinity -d 'How long the service may take to stop before all of it is killed'
    complete -c $command -n "$condition; and __upkeep_run_in_options" -l timeout-abort -x -a infinity -d 'The same for an instance that is being replaced because it is unhealthy'
    complete -c $command -n "$condition; and __upkeep_run_in_options" -l kill-signal -x -a '(__upkeep_run_signals)' -d 'The signal that asks the service to stop'
    complete -c $command -n "$condition; and __upkeep_run_in_options" -l reload-signal -x -a '(__upkeep_run_signals)' -d 'The signal that a reload passes on to the service'
    complete -c $command -n "$condition; and __upkeep_run_in_options" -l on-start -x -d 'Run before each instance, which is not started if it fails'
    complete -c $command -n "$condition; and __upkeep_run_in_options" -l on-ready -x -d 'Run when an instance has become ready'
    complete -c $command -n "$condition; and __upkeep_run_in_options" -l on-stop -x -d 'Run before a running service is asked to stop'
    complete -c $command -n "$condition; and __upkeep_run_in_options" -l on-unhealthy -x -d 'Run when the service was found unhealthy'
    complete -c $command -n "$condition; and __upkeep_run_in_options" -l on-recovered -x -d 'Run when the service is ready again after it was found unhealthy'
    complete -c $command -n "$condition; and __upkeep_run_in_options" -l on-failed -x -d 'Run when the service is given up'
    complete -c $command -n "$condition; and __upkeep_run_in_options" -l hook-timeout -x -d 'How long each of these commands may take'
    complete -c $command -n "$condition; and __upkeep_run_in_options" -l user -x -a '(__fish_complete_users)' -d 'The user to run the command as'
    complete -c $command -n "$condition; and __upkeep_run_in_options" -l group -x -a '(__fish_complete_groups)' -d 'The group to run the command as'
    complete -c $command -n "$condition; and __upkeep_run_in_options" -l supplementary-groups -x -a '(__fish_complete_groups)' -d 'Further groups of the command'
    complete -c $command -n "$condition; and __upkeep_run_in_options" -l working-directory -x -a '(__fish_complete_directories)' -d 'The folder to run the command in'
    complete -c $command -n "$condition; and __upkeep_run_in_options" -l umask -x -d 'The mask for new files'
    complete -c $command -n "$condition; and __upkeep_run_in_options" -l limit -x -a 'cpu= fsize= data= stack= core= rss= nproc= nofile= memlock= as= locks= sigpending= msgqueue= nice= rtprio= rttime=' -d 'A resource limit, such as nofile=4096:8192'
    complete -c $command -n "$condition; and __upkeep_run_in_options" -l environment -x -d 'Variables to set'
    complete -c $command -n "$condition; and __upkeep_run_in_options" -l no-new-privileges -d 'Whether the command may never gain privileges'
end

function __upkeep_run_signals
    for name in HUP INT QUIT ILL TRAP ABRT BUS FPE KILL USR1 SEGV USR2 PIPE ALRM TERM STKFLT CHLD CONT STOP TSTP TTIN TTOU URG XCPU XFSZ VTALRM PROF WINCH IO PWR SYS
        echo SIG$name
    end
end

__upkeep_run_options upkeep-run true
