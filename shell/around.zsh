    # What zsh alone knows goes around the line: before it user@host over ssh and the names of environments; behind it
    # how long the last command took, background jobs, and its status. No process is started. What comes from outside
    # keeps only characters that mean nothing to a shell or a terminal.
    typeset -g __tacho_parts=@TACHO_PARTS@ __tacho_sides=@TACHO_SIDES@
    zmodload -F zsh/datetime p:EPOCHREALTIME 2>/dev/null || :

    __tacho_add() { # before or after, colour, text
        if [[ -z $3 ]]; then
            return 0
        fi
        local text=${3//[^[:alnum:] ._@+:~-]/?}
        __tacho_taken=$((__tacho_taken + ${#text} + 1))
        if [[ -z ${NO_COLOR-} ]]; then
            text=$'%{\e['$2$'m%}'$text$'%{\e[0m%}'
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
        local -i seconds=$1
        if ((seconds >= 3600)); then
            __tacho_add after 33 "$((seconds / 3600))h $((seconds / 60 % 60))m"
        elif ((seconds >= 60)); then
            __tacho_add after 33 "$((seconds / 60))m $((seconds % 60))s"
        elif ((seconds >= 2)); then
            __tacho_add after 33 "${seconds}s"
        fi
    }

    # Sets __tacho_before, __tacho_after, and the columns that are left for the line. $1: the last command's status.
    # Most often there is nothing to put around, which one test tells.
    __tacho_around() {
        emulate -L zsh
        local part jobs=${(%):-%j}
        local -i seconds=0
        if [[ -n ${EPOCHREALTIME-} && ${__tacho_began:-0} != 0 ]]; then
            seconds=$((EPOCHREALTIME - __tacho_began))
        fi
        typeset -g __tacho_before= __tacho_after= __tacho_taken=0 __tacho_columns=${COLUMNS:-0} __tacho_began=0
        if [[ $1 == 0 && $seconds -lt 2 && $jobs == 0 && -z ${SSH_CONNECTION-}${SSH_TTY-}${VIRTUAL_ENV-} &&
            -z ${VIRTUAL_ENV_PROMPT-}${CONDA_DEFAULT_ENV-}${IN_NIX_SHELL-}${DIRENV_DIR-} ]]; then
            return 0
        fi
        for part in ${=__tacho_parts-}; do
            case $part in
            (host)
                if [[ -n ${SSH_CONNECTION-}${SSH_TTY-} ]]; then
                    __tacho_add before 33 "${USERNAME-}@${HOST%%.*}"
                fi ;;
            (environment) __tacho_environment ;;
            (duration) __tacho_duration $seconds ;;
            (jobs)
                if [[ $jobs != 0 ]]; then
                    __tacho_add after 36 "$jobs job${${jobs:#1}:+s}"
                fi ;;
            (status)
                if [[ $1 != 0 ]]; then
                    __tacho_add after 31 "exit $1"
                fi ;;
            esac
        done
        if ((__tacho_columns > __tacho_taken)); then
            __tacho_columns=$((__tacho_columns - __tacho_taken))
        fi
    }

    __tacho_begins() {
        typeset -g __tacho_began=${EPOCHREALTIME-0}
    }

    # The right side, before the person's own. Only the builtin knows of sides, not what stands in for it.
    __tacho_right_side() {
        RPROMPT=${RPROMPT-}
        RPROMPT=${RPROMPT#"${__tacho_right-}"}
        typeset -g __tacho_right=
        if [[ -n $__tacho_line ]] && ! typeset -f tacho_prompt >/dev/null; then
            tacho_prompt -c -s zsh-right __tacho_right || __tacho_right=
            RPROMPT=$__tacho_right$RPROMPT
        fi
    }

    # A line that is entered leaves the transient prompt behind, before the person's own, until the next one.
    __tacho_finish() {
        local transient=
        if typeset -f tacho_prompt >/dev/null; then
            return 0
        fi
        tacho_prompt -c -s zsh-transient transient || return 0
        if [[ -n $transient ]]; then
            PROMPT="$transient ${PROMPT#"${__tacho_shown-}"}"
            RPROMPT=${RPROMPT#"${__tacho_right-}"}
            __tacho_shown="$transient " __tacho_right=
            zle reset-prompt
        fi
    }

    typeset -ga preexec_functions
    preexec_functions=(${preexec_functions:#__tacho_begins} __tacho_begins)
    if [[ $__tacho_sides == *transient* ]] && autoload -Uz add-zle-hook-widget; then
        zle -N __tacho_finish
        add-zle-hook-widget line-finish __tacho_finish
    fi

    __tacho_around_off() {
        emulate -L zsh
        preexec_functions=(${preexec_functions:#__tacho_begins})
        RPROMPT=${RPROMPT-}
        RPROMPT=${RPROMPT#"${__tacho_right-}"}
        if (( ${+widgets[__tacho_finish]} )); then
            add-zle-hook-widget -d line-finish __tacho_finish
            zle -D __tacho_finish
        fi
        unset __tacho_parts __tacho_sides __tacho_before __tacho_after __tacho_taken __tacho_columns __tacho_began \
            __tacho_right
        unfunction __tacho_add __tacho_environment __tacho_duration __tacho_around __tacho_begins __tacho_right_side \
            __tacho_finish __tacho_around_off
    }
