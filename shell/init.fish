# Tacho's line above fish's prompt. In ~/.config/fish/config.fish:   tacho init fish | source
#
# Before each prompt the agent is asked for the line of the shell's directory, by a file that fish writes and one that
# it reads: no process is started. An answer that is not there in a moment replaces the line where it stands, when the
# agent tells of it by a signal; tacho-prompt, which also starts an agent where there is none, then helps out. fish
# prints the line and does not expand it. `tacho_off` takes everything back. Safe to source again.

if status is-interactive; and test -n "$TERM"; and test "$TERM" != dumb

    set -g __tacho_program @TACHO_PROMPT@
    set -g __tacho_folder @TACHO_SHELLS@
    set -g __tacho_ask $__tacho_folder/$fish_pid.ask
    set -g __tacho_answer $__tacho_folder/$fish_pid.line
    set -g __tacho_token 0
    set -g __tacho_line

    function __tacho_terminal --on-variable TERM --on-variable COLORTERM --on-variable NO_COLOR
        set -g __tacho_depth
        if test -x $__tacho_program
            set __tacho_depth ($__tacho_program depth 2>/dev/null)
        end
    end
    __tacho_terminal

@TACHO_AROUND@
    # Asks, and looks for the answer as long as running a program would take. Fails if it does not come.
    function __tacho_read
        if not test -r $__tacho_answer
            test -w $__tacho_folder; and printf '' >$__tacho_answer; or return
        end
        set -g __tacho_token (math $__tacho_token + 1)
        # 4: fish's escapes. At the end of the line: whether to be told by the signal.
        printf '4 %s %s %s 0\n%s' "$__tacho_depth" "$__tacho_columns" $__tacho_token $PWD >$__tacho_ask
        for look in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16
            read --local --line token line <$__tacho_answer
            if test "$token" = $__tacho_token
                set -g __tacho_line $line
                return 0
            end
        end
        printf '4 %s %s %s 1\n%s' "$__tacho_depth" "$__tacho_columns" $__tacho_token $PWD >$__tacho_ask
        return 1
    end

    function __tacho_late --on-signal URG
        test -r $__tacho_answer; or return
        read --local --line token line <$__tacho_answer
        if test "$token" = $__tacho_token; and test "$line" != "$__tacho_line"
            set -g __tacho_line $line
            commandline -f repaint
        end
    end

    # Before each prompt; fish keeps $status and $pipestatus for the prompt by itself.
    function __tacho_before_prompt --on-event fish_prompt
        __tacho_around $status
        if not __tacho_read
            set -g __tacho_line
            if test -x $__tacho_program
                set __tacho_line ($__tacho_program fish --columns "$__tacho_columns" 2>/dev/null)
            end
        end
        # At the first prompt, when everything else that sets one has done so.
        if not functions -q __tacho_own_prompt
            functions -c fish_prompt __tacho_own_prompt
            function fish_prompt
                # First, so that it sees the $status and $pipestatus of the command.
                set -l own (__tacho_own_prompt | string collect --no-trim-newlines)
                if test -n "$__tacho_line[1]"
                    printf '%s\n' $__tacho_before$__tacho_line[1]$__tacho_after
                end
                printf '%s' $own
            end
        end
    end

    function tacho_off
        __tacho_around_off
        functions -e __tacho_before_prompt __tacho_late __tacho_read __tacho_terminal
        if functions -q __tacho_own_prompt
            functions -e fish_prompt
            functions -c __tacho_own_prompt fish_prompt
            functions -e __tacho_own_prompt
        end
        set -e __tacho_program __tacho_folder __tacho_ask __tacho_answer __tacho_token __tacho_line __tacho_depth
        functions -e tacho_off
    end
end
