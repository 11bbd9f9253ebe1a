# Tacho's line above bash's prompt. In ~/.bashrc:   eval "$(tacho init bash)"
#
# Before each prompt the line of the shell's directory is put into a variable, which the prompt shows: by a builtin
# inside this shell, where it was built for this version of bash; else the agent is asked by a file that is written
# and one that is read; and where that does not do, or there is no agent, tacho-prompt is run. bash expands the
# variable, and does not look at what is in it again: nothing from outside is run. `tacho_off` takes everything
# back. Safe to eval again, under set -e and set -u, in shells inside shells.

if [[ $- == *i* && ${TERM:-dumb} != dumb ]] && ! shopt -q restricted_shell; then

@TACHO_AROUND@
    # Prints nothing and fails if the program is gone: the prompt is then the person's own.
    __tacho_line_now() {
        local program=@TACHO_PROMPT@
        [[ -x $program ]] && exec "$program" bash --columns "$__tacho_columns" 2>/dev/null
    }

    # Runs the program, which also starts an agent where there is none.
    __tacho_run() {
        __tacho_line=$(__tacho_line_now) || __tacho_line=
        if [[ -n $__tacho_line ]]; then
            __tacho_line+=$'\n'
        fi
    }

    # What stands in for the builtin: writes an ask, and looks for the answer not much longer than running a program
    # would take. Fails if the program is needed, as the builtin does.
    __tacho_by_file() {
        tacho_prompt() {
            local folder=@TACHO_SHELLS@ token= line= look
            local answer=$folder/$$.line
            [[ $1 == -n ]] || return 3 # the line above the prompt, and no other
            [[ -r $answer ]] || { [[ -w $folder ]] && : >|"$answer"; } || return 3
            __tacho_token=$((${__tacho_token-0} + 1))
            # 2: bash's escapes; at the end of the line, that no signal is wanted.
            { printf '2 %s %s %s 0\n%s' "$__tacho_depth" "$__tacho_columns" "$__tacho_token" "$PWD"; } \
                2>/dev/null >|"$folder/$$.ask" || return 3
            for look in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16; do
                { read -r token && IFS= read -r line; } 2>/dev/null <"$answer" || continue
                if [[ $token == "$__tacho_token" ]]; then
                    __tacho_line=${line:+$line$'\n'}
                    return 0
                fi
            done
            return 3
        }
        __tacho_depth=$([[ -x @TACHO_PROMPT@ ]] && @TACHO_PROMPT@ depth) || __tacho_depth=0
    }

    unset -f tacho_prompt
    if ! { [[ -r @TACHO_BASH@ ]] && enable -f @TACHO_BASH@ tacho_prompt 2>/dev/null; }; then
        __tacho_by_file
    fi

    # Puts the line before the prompt. Without promptvars bash would show the variable's name.
    __tacho_place() {
        PS1=${PS1-}
        PS1=${PS1#'${__tacho_line-}'}
        if shopt -q promptvars; then
            PS1='${__tacho_line-}'$PS1
        fi
    }

    # Whatever else sets the prompt may have done so since. bash restores $? for the prompt and the person; for
    # what follows in PROMPT_COMMAND it is put back here, except where that would end the shell.
    __tacho_prompt() {
        local __tacho_status=$?
        __tacho_around "$__tacho_status"
        tacho_prompt -n -W "$__tacho_columns" __tacho_line || __tacho_run
        [[ -z $__tacho_before$__tacho_after && ${__tacho_sides-} != *right* ]] || __tacho_compose
        if [[ ${PS1-} != '${__tacho_line-}'* || ${PS0-} != *__tacho_began* || $BASHOPTS != *promptvars* ]]; then
            __tacho_watch
            __tacho_place
        fi
        [[ $- == *e* ]] || return "$__tacho_status"
    }

    # Runs last, so that it sees the prompt as others leave it.
    __tacho_on() {
        local declared
        declared=$(declare -p PROMPT_COMMAND 2>/dev/null) || declared=
        case $declared in
        'declare -'*r*' PROMPT_COMMAND'*) ;; # not ours to change
        *__tacho_prompt*) ;;
        'declare -a'*) PROMPT_COMMAND+=(__tacho_prompt) ;;
        *) PROMPT_COMMAND=${PROMPT_COMMAND:+$PROMPT_COMMAND$'\n'}__tacho_prompt ;;
        esac
    }

    tacho_off() {
        local declared index
        declared=$(declare -p PROMPT_COMMAND 2>/dev/null) || declared=
        if [[ $declared == 'declare -a'* ]]; then
            for index in "${!PROMPT_COMMAND[@]}"; do
                if [[ ${PROMPT_COMMAND[index]} == __tacho_prompt ]]; then
                    unset "PROMPT_COMMAND[$index]"
                fi
            done
        elif [[ $declared == *__tacho_prompt* ]]; then
            PROMPT_COMMAND=${PROMPT_COMMAND/#__tacho_prompt/}
            PROMPT_COMMAND=${PROMPT_COMMAND/$'\n'__tacho_prompt/}
        fi
        if [[ -z ${PROMPT_COMMAND[*]-} ]]; then
            unset PROMPT_COMMAND
        fi
        PS1=${PS1-}
        PS1=${PS1#'${__tacho_line-}'}
        enable -d tacho_prompt 2>/dev/null || :
        __tacho_around_off
        unset __tacho_line __tacho_depth __tacho_token
        unset -f tacho_prompt __tacho_by_file __tacho_prompt __tacho_place __tacho_run __tacho_line_now __tacho_on tacho_off
    }

    __tacho_on
    __tacho_keys
fi
