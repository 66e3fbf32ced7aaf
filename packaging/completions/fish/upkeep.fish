# Completion of upkeep(1) for fish.

function __upkeep_subcommand
    set -l words (commandline -opc)
    test "$words[2]" = "$argv[1]"
end

complete -c upkeep -f
complete -c upkeep -n '__fish_is_nth_token 1' -a run -d 'Run a command as a well-behaved service'
complete -c upkeep -n '__fish_is_nth_token 1' -a version -d 'Show what was built'
complete -c upkeep -n '__fish_is_nth_token 1' -a help -d 'Show help'
complete -c upkeep -n '__fish_is_nth_token 1' -s h -l help -d 'Show help'
complete -c upkeep -n '__fish_is_nth_token 1' -l version -d 'Show what was built'
complete -c upkeep -n '__upkeep_subcommand version' -s o -l output -x -a 'text json' -d 'How to answer'
complete -c upkeep -n '__upkeep_subcommand version' -s h -l help -d 'Show help'
complete -c upkeep -n '__upkeep_subcommand help' -a 'run version'

# `upkeep run X` is `upkeep-run X`.
functions -q __upkeep_run_options; or source (status dirname)/upkeep-run.fish
__upkeep_run_options upkeep '__upkeep_subcommand run'
