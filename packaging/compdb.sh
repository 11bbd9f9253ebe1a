#!/bin/sh
# Prints compile_commands.json for every C file of the tree; the argument is the compiler and its flags.
set -eu
here=$(pwd)
first=1
echo '['
git ls-files --cached --others --exclude-standard '*.c' | while read -r file; do
    [ "$first" = 1 ] || echo ','
    first=0
    printf '  {"directory": "%s", "file": "%s", "command": "%s -c %s"}' "$here" "$file" "$1" "$file"
done
echo
echo ']'
