#!/bin/sh
# Installs the Debian packages that Tacho's build (with `test`, its tests; with `compare`, the peers) need and
# that are missing.
# As root or with passwordless sudo it installs them; otherwise it prints the one line to run, and fails.
set -eu

build="gcc make libc6-dev pkg-config musl-tools linux-libc-dev libev-dev libmimalloc-dev libxxhash-dev
libgit2-dev libsqlite3-dev libutf8proc-dev libjansson-dev libncurses-dev bash-builtins zsh-dev libcap-dev git tzdata"
test="check clang libclang-rt-14-dev libsimde-dev bash zsh fish tmux python3 python3-pexpect python3-pyte strace zstd procps"

wanted=
for group in "${@:-build}"; do
    case $group in
    build) wanted="$wanted $build" ;;
    test) wanted="$wanted $test" ;;
    pictures) wanted="$wanted librsvg2-bin woff2 fonts-dejavu-core python3 python3-pexpect python3-pyte"
        command -v npm >/dev/null 2>&1 || wanted="$wanted nodejs npm" ;;
    compare) command -v npm >/dev/null 2>&1 || wanted="$wanted nodejs npm" ;; # npm may have come with Node
    *) echo "deps.sh: unknown group '$group': use build, test, compare or pictures" >&2; exit 2 ;;
    esac
done

if ! command -v dpkg-query >/dev/null 2>&1; then
    echo "tacho: this is not Debian or Ubuntu: install by your system's names what these are:" $wanted >&2
    exit 0
fi
missing=
for package in $wanted; do
    dpkg-query -W -f='${Status}' "$package" 2>/dev/null | grep -q 'install ok installed' || missing="$missing $package"
done
[ -n "$missing" ] || exit 0

if [ "$(id -u)" = 0 ]; then
    as_root=
elif command -v sudo >/dev/null 2>&1 && sudo -n true 2>/dev/null; then
    as_root="sudo"
else
    echo "tacho: packages are missing; run this and try again:" >&2
    echo "  sudo apt-get install -y$missing" >&2
    exit 1
fi
echo "tacho: installing:$missing" >&2
log=$(mktemp)
if ! { $as_root apt-get update -qq && $as_root env DEBIAN_FRONTEND=noninteractive \
        apt-get install -y -qq --no-install-recommends $missing; } >"$log" 2>&1; then
    cat "$log" >&2
    rm -f "$log"
    echo "tacho: apt-get could not install them; its own words are above" >&2
    exit 1
fi
rm -f "$log"
