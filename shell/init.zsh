# Tacho's line above zsh's prompt. In ~/.zshrc:   eval "$(tacho init zsh)"
#
# Once for each prompt, tacho-prompt is run in the shell's directory and its line put before the prompt. The line is
# written so that zsh runs nothing of it, whether prompt_subst is set or not. `tacho_off` takes everything back.
# Safe to eval again, under set -e and set -u, in shells inside shells.

if [[ -o interactive && ${TERM:-dumb} != dumb ]]; then

    __tacho_precmd() {
        # Asked before emulate makes the person's options our own.
        local percent= bang=
        if [[ -o prompt_percent ]]; then percent=1; fi
        if [[ -o prompt_bang ]]; then bang=1; fi
        emulate -L zsh
        local program=@TACHO_PROMPT@ line=
        # The prompt without the line of last time, whatever else has set it since.
        PROMPT=${PROMPT#"${__tacho_line-}"}
        typeset -g __tacho_line=
        if [[ -n $percent && -x $program ]]; then
            line=$(exec "$program" zsh --columns "${COLUMNS:-0}" 2>/dev/null) || line=
        fi
        if [[ -z $line ]]; then
            return 0
        fi
        if [[ -n $bang ]]; then
            line=${line//\!/!!}
        fi
        __tacho_line=$line$'\n'
        PROMPT=$__tacho_line$PROMPT
    }

    tacho_off() {
        emulate -L zsh
        precmd_functions=(${precmd_functions:#__tacho_precmd})
        PROMPT=${PROMPT#"${__tacho_line-}"}
        unset __tacho_line
        unfunction __tacho_precmd tacho_off
    }

    # Last, so that it sees the prompt as others leave it.
    typeset -ga precmd_functions
    precmd_functions=(${precmd_functions:#__tacho_precmd} __tacho_precmd)
fi
