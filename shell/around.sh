    # One of the parts that `[prompt] shell` names, as bash and zsh alike know it: before the line user@host over ssh and
    # the names of environments; behind it how long the last command took, background jobs, and its status. No process
    # is started. What comes from outside keeps only characters that mean nothing to a shell or a terminal.
    __tacho_part() { # which, the last command's status, its seconds, how many jobs, user@host
        case $1 in
        (host) if [[ -n ${SSH_CONNECTION-}${SSH_TTY-} ]]; then __tacho_add before 33 "$5"; fi ;;
        (environment) __tacho_environment ;;
        (duration) __tacho_duration "$3" ;;
        (jobs) if [[ $4 == 1 ]]; then __tacho_add after 36 '1 job'; elif [[ $4 != 0 ]]; then __tacho_add after 36 "$4 jobs"; fi ;;
        (status) if [[ $2 != 0 ]]; then __tacho_add after 31 "exit $2"; fi ;;
        esac
    }

    __tacho_add() { # before or after, colour, text
        if [[ -z $3 ]]; then
            return 0
        fi
        local text=${3//[^[:alnum:] ._@+:~-]/?}
        __tacho_taken=$((__tacho_taken + ${#text} + 1))
        if [[ -z ${NO_COLOR-} ]]; then
            text=$__tacho_opens$'\e['$2'm'$__tacho_closes$text$__tacho_opens$'\e[0m'$__tacho_closes
        fi
        case $1 in
        (before) __tacho_before+="$text " ;;
        (after) __tacho_after+=" $text" ;;
        esac
    }

    __tacho_environment() {
        local name=${VIRTUAL_ENV-} own=${VIRTUAL_ENV_PROMPT-}
        name=${name%/}
        case ${name##*/} in (.venv|venv|.env|env) name=${name%/*} ;; esac
        own=${own//[() ]/}
        __tacho_add before 36 "${own:-${name##*/}}"
        __tacho_add before 36 "${CONDA_DEFAULT_ENV-}"
        __tacho_add before 36 "${IN_NIX_SHELL:+nix}"
        name=${DIRENV_DIR-}
        __tacho_add before 36 "${name:+direnv:}${name##*/}"
    }

    # From two seconds on.
    __tacho_duration() {
        if [[ $1 -ge 3600 ]]; then
            __tacho_add after 33 "$(($1 / 3600))h $(($1 / 60 % 60))m"
        elif [[ $1 -ge 60 ]]; then
            __tacho_add after 33 "$(($1 / 60))m $(($1 % 60))s"
        elif [[ $1 -ge 2 ]]; then
            __tacho_add after 33 "${1}s"
        fi
    }

