    # What zsh alone knows goes around the line.
    typeset -g __tacho_parts=@TACHO_PARTS@ __tacho_sides=@TACHO_SIDES@ __tacho_opens='%{' __tacho_closes='%}'
    zmodload -F zsh/datetime p:EPOCHREALTIME 2>/dev/null || :

@TACHO_SHARED@
    # Sets __tacho_before, __tacho_after, and the columns that are left for the line. $1: the last command's status.
    # Most often there is nothing to put around, which one test tells.
    __tacho_around() {
        emulate -L zsh
        local part jobs=${(%):-%j} host=${HOST-}
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
            __tacho_part $part $1 $seconds $jobs "${USERNAME-}@${host%%.*}"
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
        unset __tacho_parts __tacho_sides __tacho_opens __tacho_closes __tacho_before __tacho_after __tacho_taken __tacho_columns __tacho_began \
            __tacho_right
        unfunction __tacho_part __tacho_add __tacho_environment __tacho_duration __tacho_around __tacho_begins __tacho_right_side \
            __tacho_finish __tacho_around_off
    }
