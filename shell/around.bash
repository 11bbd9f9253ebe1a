    # What bash alone knows goes around the line.
    __tacho_parts=' '@TACHO_PARTS@' ' __tacho_sides=@TACHO_SIDES@ __tacho_opens=$'\001' __tacho_closes=$'\002'

@TACHO_SHARED@
    # Sets __tacho_before, __tacho_after, and the columns that are left for the line. $1: the last command's status.
    # Most often there is nothing to put around, which one test tells.
    __tacho_around() {
        local now=0 jobs='\j' host=${HOSTNAME-} part
        if [[ ${__tacho_began:-0} != 0 ]]; then
            now=$((${EPOCHREALTIME/[.,]/} - __tacho_began))
        fi
        __tacho_before='' __tacho_after='' __tacho_taken=0 __tacho_began=0 __tacho_entered='' __tacho_columns=${COLUMNS:-0}
        if [[ $1 == 0 && $now -lt 2000000 && ${jobs@P} == 0 && -z ${SSH_CONNECTION-}${SSH_TTY-}${VIRTUAL_ENV-} &&
            -z ${VIRTUAL_ENV_PROMPT-}${CONDA_DEFAULT_ENV-}${IN_NIX_SHELL-}${DIRENV_DIR-} ]]; then
            return 0
        fi
        for part in ${__tacho_parts-}; do
            __tacho_part "$part" "$1" $((now / 1000000)) "${jobs@P}" "${USER-}@${host%%.*}"
        done
        if [[ $__tacho_columns -gt $__tacho_taken ]]; then
            __tacho_columns=$((__tacho_columns - __tacho_taken))
        fi
    }

    # The right side stands at the line's end: bash has no place for one. Behind the last column, and back again. Only
    # the builtin knows of sides, not what stands in for it.
    __tacho_right_side() {
        local right='' plain=''
        if tacho_prompt -c -s plain-right plain 2>/dev/null && tacho_prompt -c -s bash-right right &&
            [[ ${#plain} -gt 1 && $__tacho_columns -gt ${#plain} ]]; then
            __tacho_after+=$'\001\e[999C\e['$((${#plain} - 1))$'D\002'$right
        fi
    }

    # Puts it all around the line, unless there is none.
    __tacho_compose() {
        if [[ -z $__tacho_line ]]; then
            return 0
        fi
        if [[ ${__tacho_sides-} == *right* ]]; then
            __tacho_right_side
        fi
        if [[ -n $__tacho_before$__tacho_after ]]; then
            __tacho_line=$__tacho_before${__tacho_line%$'\n'}$__tacho_after$'\n'
        fi
    }

    # A line that is entered leaves the transient prompt behind. Enter runs this before it accepts the line; at 124 readline
    # draws the prompt and what was typed anew. Once for each prompt: what is entered next may belong to the same command,
    # or to its `read -e`.
    __tacho_enter() {
        local entered=${__tacho_entered-}
        __tacho_entered=1
        if [[ -z $entered && -n ${__tacho_line-} && $- != *e* ]] && tacho_prompt -t; then
            return 124
        fi
    }

    # Enter stays the person's where it does something of their own. As C-j comes what is typed while a command runs.
    __tacho_keys() {
        local keymap key
        if [[ $__tacho_sides == *transient* && $(bind -q accept-line 2>/dev/null) == *'"\C-j", "\C-m"'* ]]; then
            for keymap in emacs-standard vi-insert; do
                bind -m $keymap -x '"\C-x\C-_t": __tacho_enter'
                bind -m $keymap '"\C-x\C-_a": accept-line'
                for key in j m; do bind -m $keymap "\"\\C-$key\": \"\\C-x\\C-_t\\C-x\\C-_a\""; done
            done
        fi
    }

    __tacho_keys_off() {
        local keymap key
        if [[ $(bind -s 2>/dev/null) == *'\C-x\C-_t\C-x\C-_a'* ]]; then
            for keymap in emacs-standard vi-insert; do
                for key in j m; do bind -m $keymap "\"\\C-$key\": accept-line"; done
                bind -m $keymap -r '\C-x\C-_t'
                bind -m $keymap -r '\C-x\C-_a'
            done
        fi
    }

    # When a command begins: in PS0, which bash expands then, and of which it shows nothing. Without promptvars it
    # would show all of it.
    __tacho_begins='${__tacho_none[$((__tacho_began=10#0${EPOCHREALTIME/[.,]/}, 0))]-}'
    __tacho_watch() {
        if [[ ${PS0-} != *__tacho_began* ]]; then
            if [[ -n ${EPOCHREALTIME-} && $BASHOPTS == *promptvars* ]]; then
                PS0=$__tacho_begins${PS0-}
            fi
        elif [[ $BASHOPTS != *promptvars* ]]; then
            __tacho_unwatch
        fi
    }

    __tacho_unwatch() {
        PS0=${PS0-}
        PS0=${PS0/"$__tacho_begins"/}
    }

    __tacho_around_off() {
        __tacho_unwatch
        __tacho_keys_off
        unset __tacho_parts __tacho_sides __tacho_opens __tacho_closes __tacho_before __tacho_after __tacho_taken __tacho_columns __tacho_began \
            __tacho_begins __tacho_entered
        unset -f __tacho_part __tacho_add __tacho_environment __tacho_duration __tacho_around \
            __tacho_right_side __tacho_compose __tacho_enter __tacho_keys __tacho_keys_off __tacho_watch \
            __tacho_unwatch __tacho_around_off
    }
