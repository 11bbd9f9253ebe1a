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
    set -g __tacho_tokens
    set -g __tacho_line

    function __tacho_terminal --on-variable TERM --on-variable COLORTERM --on-variable NO_COLOR
        set -g __tacho_depth
        if test -x $__tacho_program
            set __tacho_depth ($__tacho_program depth 2>/dev/null)
        end
    end
    __tacho_terminal

@TACHO_AROUND@
    function __tacho_end
        return $argv[1]
    end

    # After a pipeline, or `not`, after which $status is not the last of $pipestatus.
    function __tacho_own_prompt_after # status, pipestatus...
        set -l not
        set -l stages
        test $argv[1] = $argv[-1]; or set not not
        set -q argv[3]; and set stages '__tacho_end '$argv[2..-2]' |'
        eval "$not $stages __tacho_end $argv[-1]; __tacho_own_prompt"
    end

    # The first of $__tacho_tokens is the name of the last ask; no ask had it before: 1a, 1b, ..., 2a, ... To count takes
    # longer than all the rest.
    function __tacho_more_tokens
        set -g __tacho_round (math "0$__tacho_round" + 1)
        set -g __tacho_tokens $__tacho_round{a,b,c,d,e,f,g,h,i,j,k,l,m,n,o,p,q,r,s,t,u,v,w,x,y,z}
    end

    # Asks, and looks for the answer as long as running a program would take. Fails if it does not come. Arguments:
    # the surface's number (4: fish's escapes), and the variable for its line.
    function __tacho_read
        if not test -r $__tacho_answer
            test -w $__tacho_folder; and printf '' >$__tacho_answer; or return
        end
        set -q __tacho_tokens[2]; and set -e __tacho_tokens[1]; or __tacho_more_tokens
        # At the end of the line: whether to be told by the signal.
        printf $argv[1]' %s %s %s 0\n%s' "$__tacho_depth" "$__tacho_columns" $__tacho_tokens[1] $PWD >$__tacho_ask
        # With --null fish reads all at once; by lines it would read byte by byte.
        for look in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20 21 22 23 24 25 26 27 28 29 30 31 32
            read --local --null --delimiter \n token line end <$__tacho_answer
            if test "$token" = $__tacho_tokens[1]
                set -g $argv[2] $line
                return 0
            end
        end
        printf $argv[1]' %s %s %s 1\n%s' "$__tacho_depth" "$__tacho_columns" $__tacho_tokens[1] $PWD >$__tacho_ask
        return 1
    end

    function __tacho_late --on-signal URG
        test -r $__tacho_answer; or return
        read --local --null --delimiter \n token line end <$__tacho_answer
        if test "$token" = "$__tacho_tokens[1]"; and test "$line" != "$__tacho_line"
            set -g __tacho_line $line
            commandline -f repaint
        end
    end

    # Before each prompt; fish keeps $status and $pipestatus for the prompt by itself.
    function __tacho_before_prompt --on-event fish_prompt
        __tacho_around $status
        set -q __tacho_entered; and set -e __tacho_entered
        set -q __tacho_right; and __tacho_read_right
        if not __tacho_read 4 __tacho_line
            set -g __tacho_line
            if test -x $__tacho_program
                # No longer than a moment, since the answer will be told of.
                set __tacho_line ($__tacho_program fish --wait 2 --columns "$__tacho_columns" 2>/dev/null)
            end
        end
        # At the first prompt, when everything else that sets one has done so.
        if not functions -q __tacho_own_prompt
            functions -c fish_prompt __tacho_own_prompt
            function fish_prompt
                set -l ended $status $pipestatus
                if set -q __tacho_entered
                    printf '\e[J%s ' $__tacho_transient # what was below is taken away, too
                else if test -n "$__tacho_line[1]"
                    printf '%s\n' $__tacho_before$__tacho_line[1]$__tacho_after
                end
                # The own prompt sees the $status and $pipestatus of the command: made anew, since to keep its output
                # until the line is printed takes ten times as long.
                if test "$ended" = '0 0'
                    __tacho_own_prompt
                else if not set -q ended[3]; and test $ended[1] = $ended[2]
                    __tacho_end $ended[1]
                    __tacho_own_prompt
                else
                    __tacho_own_prompt_after $ended
                end
            end
        end
    end

    function tacho_off
        __tacho_around_off
        functions -e __tacho_before_prompt __tacho_late __tacho_read __tacho_more_tokens __tacho_terminal
        functions -e __tacho_end __tacho_own_prompt_after
        if functions -q __tacho_own_prompt
            functions -e fish_prompt
            functions -c __tacho_own_prompt fish_prompt
            functions -e __tacho_own_prompt
        end
        set -e __tacho_program __tacho_folder __tacho_ask __tacho_answer __tacho_line __tacho_depth
        set -e __tacho_tokens __tacho_round
        functions -e tacho_off
    end
end
