# Tacho's line above fish's prompt. In ~/.config/fish/config.fish:   tacho init fish | source
#
# Once for each prompt, tacho-prompt is run in the shell's directory; fish_prompt then shows its line and what it
# showed before. fish prints the line and does not expand it. `tacho_off` takes everything back. Safe to source again.

if status is-interactive; and test -n "$TERM"; and test "$TERM" != dumb

    # Before each prompt; fish keeps $status and $pipestatus for the prompt by itself.
    function __tacho_before_prompt --on-event fish_prompt
        set -g __tacho_line
        set -l program @TACHO_PROMPT@
        if test -x $program
            set __tacho_line ($program fish --columns "$COLUMNS" 2>/dev/null)
        end
        # At the first prompt, when everything else that sets one has done so.
        if not functions -q __tacho_own_prompt
            functions -c fish_prompt __tacho_own_prompt
            function fish_prompt
                # First, so that it sees the $status and $pipestatus of the command.
                set -l own (__tacho_own_prompt | string collect --no-trim-newlines)
                if test -n "$__tacho_line[1]"
                    printf '%s\n' $__tacho_line[1]
                end
                printf '%s' $own
            end
        end
    end

    function tacho_off
        functions -e __tacho_before_prompt
        if functions -q __tacho_own_prompt
            functions -e fish_prompt
            functions -c __tacho_own_prompt fish_prompt
            functions -e __tacho_own_prompt
        end
        set -e __tacho_line
        functions -e tacho_off
    end
end
