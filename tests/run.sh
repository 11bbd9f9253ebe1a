#!/usr/bin/env bash
# Runs the tests that are built and adds up their counts; the last line is `N passed, N failed`.
# Arguments choose among: unit asan tsan e2e (default: all). A test program ends with a line
# `# NAME: P passed, F failed`; one that does not has crashed and counts as failed.
set -u
cd "$(dirname "$0")/.."
passed=0 failed=0
logs=$(mktemp -d)
trap 'rm -rf "$logs"' EXIT

# Runs a test and leaves what it said, its exit status and its seconds in $logs/NAME.*
try() { # name, command...
    local name=$1 started=$SECONDS
    shift
    "$@" >"$logs/$name.out" 2>&1
    echo "$? $((SECONDS - started))" >"$logs/$name.end"
}

tell() { # name
    local name=$1 line status seconds
    read -r status seconds <"$logs/$name.end"
    line=$(grep -E '^# .*: [0-9]+ passed, [0-9]+ failed$' "$logs/$name.out" | tail -n 1)
    if [ -z "$line" ]; then
        line="# $name: 0 passed, 1 failed"
    fi
    local p=${line##*: } f
    f=${p##*, }
    p=${p%% *} f=${f%% *}
    if [ "$status" != 0 ] && [ "$f" = 0 ]; then
        f=1
    fi
    passed=$((passed + p)) failed=$((failed + f))
    printf '%-44s %4d passed %3d failed %5ds\n' "$name" "$p" "$f" "$seconds"
    if [ "$f" != 0 ]; then
        tail -n 60 "$logs/$name.out" | sed 's/^/    /'
    fi
}

run() { # name, command...
    try "$@"
    tell "$1"
}

# Runs programs two at a time, for they mostly wait for the kernel, and tells of them in order.
run_all() { # group, programs...
    local group=$1 test told=0 names=()
    shift
    for test in "$@"; do
        [ -f "$test" ] || continue
        names+=("$group $(basename "${test##*/test_}" .py)")
        while [ "$(jobs -rp | wc -l)" -ge 2 ]; do wait -n; done
        while [ -s "$logs/${names[told]}.end" ]; do tell "${names[told++]}"; done
        case $test in *.py) try "${names[-1]}" python3 "$test" ;; *) try "${names[-1]}" "$test" ;; esac &
    done
    wait
    for test in "${names[@]:told}"; do tell "$test"; done
}

# Real logs, where Tacho is developed: tests use them too.
real=../shared/corpus/real.tar.zst
if [ -z "${TACHO_CORPUS:-}" ] && [ -f "$real" ] && command -v zstd >/dev/null; then
    export TACHO_CORPUS=$PWD/build/corpus
    [ -d "$TACHO_CORPUS" ] || { mkdir -p "$logs/corpus" && tar --zstd -xf "$real" -C "$logs/corpus" &&
        mv "$logs/corpus" "$TACHO_CORPUS"; } || unset TACHO_CORPUS
fi

export CK_DEFAULT_TIMEOUT=120 ASAN_OPTIONS=detect_leaks=1:abort_on_error=1 UBSAN_OPTIONS=print_stacktrace=1
for group in "${@:-all}"; do
    case $group in all | unit)
        run_all unit build/tests/test_* ;;
    esac
    case $group in all | asan)
        run_all asan build/asan/tests/test_* ;;
    esac
    case $group in all | tsan)
        for test in segment_race ring subscriber; do
            run "tsan $test" setarch -R env CK_FORK=no TSAN_OPTIONS=halt_on_error=1 "build/tsan/tests/test_$test"
        done ;;
    esac
    case $group in all | e2e)
        run_all e2e tests/e2e/test_*.py ;;
    esac
done
echo "$passed passed, $failed failed"
[ "$failed" = 0 ]
