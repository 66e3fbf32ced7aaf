# Completion of upkeep(1) for fish; upkeep itself knows the answers.

function __upkeep_is_run
    set -l words (commandline -opc)
    test (count $words) -gt 1; and test "$words[2]" = run
end

function __upkeep_candidates
    set -l words (commandline -opc)
    set -l token (commandline -ct)
    for line in (command $words[1] _complete $words[2..-1] "$token" 2>/dev/null)
        switch $line
            case :files
                __fish_complete_path "$token"
            case :command
                # A command line of its own begins behind the dashes.
                set -l index (contains -i -- -- $words)
                complete -C (string join ' ' -- (string escape -- $words[(math $index + 1)..-1]) "$token")
            case '*'
                echo $line
        end
    end
end

complete -c upkeep -f
complete -c upkeep -n 'not __upkeep_is_run' -a '(__upkeep_candidates)'

# `upkeep run X` is `upkeep-run X`.
functions -q __upkeep_run_options; or source (status dirname)/upkeep-run.fish
__upkeep_run_options upkeep __upkeep_is_run
