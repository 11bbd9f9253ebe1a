# Tacho's line above zsh's prompt. In ~/.zshrc:   eval "$(tacho init zsh)"
#
# Before each prompt the line of the shell's directory is put before it: by a module inside this shell, where it was
# built for this version of zsh; else the agent is asked by a file that is written and one that is read; and where that
# does not do, or there is no agent, tacho-prompt is run. The module waits for the agent no longer than a moment: an
# answer that comes later replaces the line where it stands. The line is written so that zsh runs nothing of it,
# whether prompt_subst is set or not. `tacho_off` takes everything back. Safe to eval again, under set -e and set -u,
# in shells inside shells.

if [[ -o interactive && ${TERM:-dumb} != dumb ]]; then

@TACHO_AROUND@
    # Runs the program, which also starts an agent where there is none.
    __tacho_run() {
        emulate -L zsh
        local program=@TACHO_PROMPT@ line=
        if [[ -x $program ]]; then
            line=$(exec "$program" zsh --columns "$__tacho_columns" 2>/dev/null) || line=
        fi
        __tacho_line=${line:+$line$'\n'}
    }

    # What stands in for the module: writes an ask, and looks for the answer not much longer than running a program would
    # take. Fails if the program is needed, as the module's builtin does.
    __tacho_by_file() {
        emulate -L zsh
        local folder=@TACHO_SHELLS@ look= said=
        local answer=$folder/$$.line
        if [[ $1 != -n ]]; then return 3; fi # the line above the prompt, and no other
        if [[ ! -r $answer ]]; then
            if [[ ! -w $folder ]]; then return 3; fi
            : >|$answer
        fi
        typeset -g __tacho_token=$((${__tacho_token:-0} + 1))
        # 3: zsh's escapes; at the end of the line, that no signal is wanted.
        { printf '3 %s %s %s 0\n%s' $__tacho_depth $__tacho_columns $__tacho_token $PWD >|$folder/$$.ask } 2>/dev/null ||
            return 3
        for look in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16; do
            said=$(<$answer)
            if [[ ${said%%$'\n'*} == $__tacho_token ]]; then
                said=${said#$__tacho_token}
                __tacho_line=${${said#$'\n'}:+${said#$'\n'}$'\n'}
                return 0
            fi
        done
        return 3
    }

    __tacho_load() {
        emulate -L zsh
        local -a module_path
        module_path=(@TACHO_ZSH@)
        if [[ ! -r @TACHO_ZSH@/tacho.so ]] || ! zmodload tacho 2>/dev/null; then
            tacho_prompt() { __tacho_by_file "$@" }
            typeset -g __tacho_depth=0
            if [[ -x @TACHO_PROMPT@ ]]; then __tacho_depth=$(@TACHO_PROMPT@ depth); fi
        fi
    }

    # Waits for a late answer while the line is edited; no longer for one to an earlier prompt.
    __tacho_await() {
        if [[ -n ${__tacho_answer-} ]]; then
            zle -F "$__tacho_answer" ${1+"$1"} 2>/dev/null || :
        fi
    }

    # Puts the line, and what is around it, before the prompt, in place of that of last time, whatever else has set the
    # prompt since. The person's options are asked for before emulate makes them our own.
    __tacho_place() {
        local percent= bang=
        if [[ -o prompt_percent ]]; then percent=1; fi
        if [[ -o prompt_bang ]]; then bang=1; fi
        emulate -L zsh
        if [[ -n $__tacho_line ]]; then __tacho_line=$__tacho_before${__tacho_line%$'\n'}$__tacho_after$'\n'; fi
        PROMPT=${PROMPT#"${__tacho_shown-}"}
        typeset -g __tacho_shown=
        if [[ -n $percent ]]; then __tacho_shown=$__tacho_line; fi
        if [[ -n $bang ]]; then __tacho_shown=${__tacho_shown//\!/!!}; fi
        PROMPT=$__tacho_shown$PROMPT
        if [[ ${__tacho_sides-} == *right* ]]; then __tacho_right_side; fi
    }

    # zsh takes more time to call a function than for most of what is in here: few are called.
    __tacho_precmd() {
        __tacho_around $?
        if [[ -n ${__tacho_answer-} ]]; then __tacho_await; fi
        typeset -g __tacho_line __tacho_answer
        tacho_prompt -n -W "$__tacho_columns" -f __tacho_answer __tacho_line || __tacho_run
        if [[ -n ${__tacho_answer-} ]]; then __tacho_await __tacho_late; fi
        __tacho_place
    }

    __tacho_late() {
        __tacho_await
        local before=$__tacho_line
        tacho_prompt -l -n -W "$__tacho_columns" -f __tacho_answer __tacho_line || :
        __tacho_await __tacho_late
        __tacho_place
        if [[ $__tacho_line != "$before" ]]; then
            zle reset-prompt
        fi
    }

    tacho_off() {
        emulate -L zsh
        precmd_functions=(${precmd_functions:#__tacho_precmd})
        __tacho_await
        __tacho_around_off
        PROMPT=${PROMPT#"${__tacho_shown-}"}
        unset __tacho_line __tacho_shown __tacho_answer __tacho_depth __tacho_token
        zmodload -u tacho 2>/dev/null || unfunction tacho_prompt
        unfunction __tacho_precmd __tacho_late __tacho_await __tacho_place __tacho_load __tacho_by_file __tacho_run tacho_off
    }

    __tacho_load
    # Last, so that it sees the prompt as others leave it.
    typeset -ga precmd_functions
    precmd_functions=(${precmd_functions:#__tacho_precmd} __tacho_precmd)
fi
