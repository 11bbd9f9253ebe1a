#!/usr/bin/env bash
# What `make try` shows once everything is built: the status line of the newest session, and today's report, from
# the logs on this machine or, where there are none, from generated ones. It uses directories of its own, ends its
# agent and leaves nothing behind.
set -eu
cd "$(dirname "$0")/.."
tacho=$PWD/build/bin/tacho

place=$(mktemp -d "${TMPDIR:-/tmp}/tacho-try.XXXXXX")
export TACHO_RUNTIME_DIR=$place/run TACHO_STATE_DIR=$place/state
trap '"$tacho" stop >/dev/null 2>&1 || true; rm -rf "$place"' EXIT
trap 'exit 130' INT TERM

# The config directories that Claude Code would use, one a line.
config_directories() {
    if [ -n "${CLAUDE_CONFIG_DIR:-}" ]; then
        printf '%s\n' "$CLAUDE_CONFIG_DIR" | tr ',' '\n' | sed "s|^ *||; s| *\$||; s|^~/|$HOME/|"
    else
        printf '%s\n' "${XDG_CONFIG_HOME:-$HOME/.config}/claude" "$HOME/.claude"
    fi
}

# The newest log of a session (not of a subagent) below the directories given.
newest_log() {
    local directory
    for directory; do
        [ -d "$directory/projects" ] || continue
        find "$directory/projects" -mindepth 2 -maxdepth 2 -name '*.jsonl' ! -name 'agent-*' -type f -size +0 \
            -printf '%T@ %p\n' 2>/dev/null || true
    done | sort -n | tail -n 1 | cut -d ' ' -f 2-
}

directories=()
while IFS= read -r directory; do
    [ -z "$directory" ] || directories+=("$directory")
done < <(config_directories)

demonstration=
log=$(newest_log "${directories[@]}")
if [ -z "$log" ]; then
    demonstration=yes
    export CLAUDE_CONFIG_DIR=$place/claude
    build/tests/generate-logs demo "$CLAUDE_CONFIG_DIR" >/dev/null
    log=$(newest_log "$CLAUDE_CONFIG_DIR")
fi

# Width and colour for whoever reads this.
columns=$(stty size 2>/dev/null </dev/tty | cut -d ' ' -f 2) || columns=
export COLUMNS=${COLUMNS:-${columns:-100}}
if [ ! -t 1 ]; then
    export NO_COLOR=1
fi

"$tacho" start --wait >/dev/null

# What Claude Code would tell its status line about that session. The path is taken as it stands in the log: it is
# JSON there and here.
session=$(basename "$log" .jsonl)
directory=$(grep -oE '"cwd":"([^"\\]|\\.)*"' "$log" | tail -n 1 | sed 's/^"cwd":"//; s/"$//') || directory=
if [ -n "$demonstration" ] || [ -z "$directory" ]; then
    directory=$PWD
fi
payload=$(printf '{"session_id":"%s","cwd":"%s","workspace":{"current_dir":"%s","project_dir":"%s"}}' \
    "$session" "$directory" "$directory" "$directory")
status_line() {
    CLAUDE_CODE_SESSION_ID=$session build/bin/tacho-claude --wait 2000 <<<"$payload"
}

if [ -n "$demonstration" ]; then
    echo "There are no Claude Code logs on this machine (looked in: ${directories[*]})."
    echo "This is a DEMONSTRATION with generated logs. Once Claude Code has run here, its sessions appear instead."
    echo
    echo "The status line, as Claude Code shows it below its input:"
else
    echo "The status line of your newest session, as Claude Code shows it below its input:"
fi
echo
status_line
echo
echo
used_since() {
    ! "$tacho" claude daily --json --since "$1" | grep -q '"daily": \[\]'
}
week=$(date -d '6 days ago' +%Y%m%d)
if used_since "$week"; then
    echo "Today, and the six days before:"
    echo
    "$tacho" daily --since "$week"
else
    echo "Nothing was used in the last seven days. Before that:"
    echo
    "$tacho" daily
fi
if used_since "$week" && ! used_since "$(date +%Y%m%d)"; then
    echo "Nothing was used today."
fi
cat <<'END'

To keep it:
  sudo make install               or: make install PREFIX=$HOME/.local
  tacho setup                     Claude Code shows the line; `tacho setup --undo` takes it back
  eval "$(tacho init bash)"       in ~/.bashrc: the repository's state above your prompt (also zsh, fish)

What ran just now used a directory of its own, and is gone.
END
