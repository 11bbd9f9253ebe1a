    # What fish alone knows goes around the line: before it user@host over ssh and the names of environments; behind it
    # how long the last command took, background jobs, and its status. No process is started. What comes from outside
    # keeps only characters that mean nothing to a terminal.
    set -g __tacho_parts (string split -n ' ' -- @TACHO_PARTS@)
    set -g __tacho_sides (string split -n ' ' -- @TACHO_SIDES@)
    contains right $__tacho_sides; and set -g __tacho_right

    function __tacho_add # before or after, colour, text
        set -l text (string replace -ra '[^\p{L}\p{N} ._@+:~-]' '?' -- $argv[3])
        test -n "$text"; or return 0
        set -g __tacho_taken (math $__tacho_taken + (string length -- $text) + 1)
        if not set -q NO_COLOR; or test -z "$NO_COLOR"
            set text (set_color $argv[2])$text(set_color normal)
        end
        switch $argv[1]
            case before
                set -g __tacho_before "$__tacho_before$text "
            case after
                set -g __tacho_after "$__tacho_after $text"
        end
    end

    function __tacho_environment
        test -n "$VIRTUAL_ENV$VIRTUAL_ENV_PROMPT$CONDA_DEFAULT_ENV$IN_NIX_SHELL$DIRENV_DIR"; or return
        set -l name (string replace -r '/$' '' -- "$VIRTUAL_ENV")
        if contains -- (string replace -r '.*/' '' -- "$name") .venv venv .env env
            set name (string replace -r '/[^/]*$' '' -- $name)
        end
        set -l own (string replace -ra '[() ]' '' -- "$VIRTUAL_ENV_PROMPT")
        test -n "$own"; or set own (string replace -r '.*/' '' -- "$name")
        __tacho_add before cyan "$own"
        __tacho_add before cyan "$CONDA_DEFAULT_ENV"
        test -n "$IN_NIX_SHELL"; and __tacho_add before cyan nix
        test -n "$DIRENV_DIR"; and __tacho_add before cyan direnv:(string replace -r '.*/' '' -- $DIRENV_DIR)
    end

    # From two seconds on.
    function __tacho_duration
        test "0$CMD_DURATION" -ge 2000; or return
        set -l seconds (math -s0 "0$CMD_DURATION / 1000")
        if test $seconds -ge 3600
            __tacho_add after yellow (math -s0 $seconds / 3600)h' '(math -s0 $seconds / 60 % 60)m
        else if test $seconds -ge 60
            __tacho_add after yellow (math -s0 $seconds / 60)m' '(math $seconds % 60)s
        else if test $seconds -ge 2
            __tacho_add after yellow {$seconds}s
        end
    end

    # Sets __tacho_before, __tacho_after, and the columns that are left for the line. The argument: the last status.
    # Most often there is nothing to put around, which one test tells.
    function __tacho_around
        set -g __tacho_before ''
        set -g __tacho_after ''
        set -g __tacho_columns "$COLUMNS"
        test $argv[1] = 0 -a "0$CMD_DURATION" -lt 2000 -a -z "$SSH_CONNECTION$SSH_TTY$VIRTUAL_ENV$VIRTUAL_ENV_PROMPT" \
            -a -z "$CONDA_DEFAULT_ENV$IN_NIX_SHELL$DIRENV_DIR"
        and not jobs -q; and return
        set -g __tacho_taken 0
        for part in $__tacho_parts
            switch $part
                case host
                    test -n "$SSH_CONNECTION$SSH_TTY"
                    and __tacho_add before yellow "$USER@"(string replace -r '\..*' '' -- "$hostname")
                case environment
                    __tacho_environment
                case duration
                    __tacho_duration
                case jobs
                    jobs -q; or continue
                    set -l count (count (jobs -p))
                    test $count = 1; and __tacho_add after cyan '1 job'
                    test $count -gt 1; and __tacho_add after cyan "$count jobs"
                case status
                    test $argv[1] != 0; and __tacho_add after red "exit $argv[1]"
            end
        end
        if test $__tacho_taken -gt 0; and test "0$COLUMNS" -gt $__tacho_taken
            set __tacho_columns (math $COLUMNS - $__tacho_taken)
        end
    end

    # The right side before the person's own. 10: its surface's number. Not after the line has been asked for: a late
    # answer is to what was asked for last.
    function __tacho_read_right
        set -g __tacho_right
        __tacho_read 10 __tacho_right; or return 0
        functions -q __tacho_own_right; and return
        functions -q fish_right_prompt; or function fish_right_prompt
        end
        functions -c fish_right_prompt __tacho_own_right
        function fish_right_prompt
            set -l own (__tacho_own_right | string collect --no-trim-newlines)
            set -q __tacho_entered; or printf '%s' $__tacho_right
            printf '%s' $own
        end
    end

    # A line that is entered leaves the transient prompt behind: Enter has the prompt drawn anew before it executes the
    # line, unless that goes on on the next one. 14: the surface's number.
    function __tacho_enter
        if not commandline --paging-mode
            and begin
                commandline --is-valid
                or not string length -q -- (commandline)
            end
            and begin
                __tacho_read 14 __tacho_transient
                or set -g __tacho_transient ($__tacho_program fish-transient --cached 2>/dev/null)
            end
            and test -n "$__tacho_transient"
            set -g __tacho_entered
            commandline -f repaint
        end
        set -e __tacho_tokens[1] # a late answer would be taken for the line
        commandline -f execute
    end

    # Enter stays the person's where it does something of their own.
    if contains transient $__tacho_sides; and not bind --user \r >/dev/null 2>&1
        bind --user \r __tacho_enter
        bind --user -M insert \r __tacho_enter
    end

    function __tacho_around_off
        if string match -q '* __tacho_enter' -- (bind --user \r 2>/dev/null)
            bind --erase --user \r
            bind --erase --user -M insert \r
        end
        if functions -q __tacho_own_right
            functions -e fish_right_prompt
            functions -c __tacho_own_right fish_right_prompt
            functions -e __tacho_own_right
        end
        set -e __tacho_parts __tacho_sides __tacho_before __tacho_after __tacho_taken __tacho_columns __tacho_right \
            __tacho_transient __tacho_entered
        functions -e __tacho_add __tacho_environment __tacho_duration __tacho_around __tacho_read_right \
            __tacho_enter __tacho_around_off
    end
