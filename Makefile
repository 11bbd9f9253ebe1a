# Tacho: every task has one target; `make help` lists them.
#
# Builds go to build/. A sanitized build of the same tree goes to build/asan or build/tsan (SANITIZE=address
# or thread), so that none of them disturbs another. Packagers set PREFIX, DESTDIR, CC, CFLAGS, LDFLAGS.

PREFIX  ?= /usr/local
DESTDIR ?=
ifeq ($(origin CC),default)
CC := gcc
endif
MUSL_CC ?= musl-gcc
CFLAGS  ?= -O2 -g
LDFLAGS ?=
V       ?= @

VERSION := $(shell sed -n 's/^\#define TACHO_VERSION "\(.*\)"/\1/p' agent/base/version.h)

WARNINGS := -Wall -Wextra -Wconversion -Wshadow -Wstrict-prototypes -Wmissing-prototypes -Wvla -Wundef \
            -Wno-sign-conversion -Werror
STANDARD := -std=gnu11 -D_GNU_SOURCE

ifeq ($(SANITIZE),address)
  B := build/asan
  SANITIZER := -fsanitize=address,undefined -fno-sanitize-recover=all -fno-omit-frame-pointer
else ifeq ($(SANITIZE),thread)
  B := build/tsan
  SANITIZER := -fsanitize=thread
else
  B := build
endif

# No function of ours is to be replaced at run time: position-independent code may still be inlined.
FLAGS := $(STANDARD) $(WARNINGS) $(CFLAGS) $(SANITIZER) -fno-semantic-interposition -MMD -MP

# What each program needs beyond the C library. `tacho` stays thin (DESIGN.md §7, "Two executables").
# libgit2 is loaded by the agent itself: agent/git/library.h.
AGENT_LIBS := -lm -lev -lsqlite3 -lutf8proc -lpthread $(if $(SANITIZE),,-lmimalloc)
SCREEN_LIBS := $(shell pkg-config --libs ncursesw 2> /dev/null || echo -lncursesw -ltinfo)
TACHO_LIBS := -lutf8proc -ljansson -lsqlite3 -lpthread -lm
TEST_LIBS  := -lcheck -lsubunit -lrt -lm -lpthread

# ---- sources: a folder is a room, a file is in the build because it is there ---------------------------

SHM_READER := shm/reader.c shm/fit.c shm/ring.c shm/subscriber.c
ROOMS      := base ingest meter store git render serve
ROOM_SRC   := $(foreach r,$(ROOMS),$(wildcard agent/$r/*.c)) $(wildcard shm/*.c)
COMMANDS   := $(wildcard agent/commands/*.c)
EDITOR     := $(wildcard agent/editor/*.c agent/screen/*.c)
WATCH      := $(wildcard agent/watch/*.c agent/screen/*.c)
object      = $(patsubst %.c,$B/obj/%.o,$1)

# What runs inside a shell is built against the shell that is installed, where its headers are, too.
BASH_HEADERS  := $(wildcard /usr/include/bash/config.h)
ZSH_HEADERS   := $(and $(wildcard /usr/include/zsh/zsh.mdh),$(wildcard /usr/include/sys/capability.h))
SHELL_READERS := $(if $(BASH_HEADERS),$B/lib/tacho.bash) $(if $(ZSH_HEADERS),$B/lib/tacho.zsh/tacho.so)

BIN := $B/bin/tacho $(addprefix $B/libexec/,tacho-agent tacho-editor tacho-watch)
ifeq ($(SANITIZE),)
  BIN += $B/bin/tacho-claude $B/bin/tacho-prompt $B/lib/libtacho.a $B/lib/libtacho.so $B/lib/pkgconfig/tacho.pc
  BIN += $(SHELL_READERS)
endif

.DEFAULT_GOAL := all
.PHONY: all help deps deps-test try check check-unit check-asan check-tsan check-e2e bench compare fuzz soak install uninstall \
        pictures compdb format clean

all: $(BIN) ## build everything into build/
	@$(if $(BASH_HEADERS),,echo 'note: no headers of bash (Debian: bash-builtins): a prompt in bash will take longer')
	@$(if $(ZSH_HEADERS),,echo 'note: no headers of zsh (Debian: zsh-dev libcap-dev): a prompt in zsh will take longer')

help: ## list the targets
	@sed -n 's/^\([a-z][a-z-]*\):.*## \(.*\)/  \1|\2/p' $(MAKEFILE_LIST) | \
	    while IFS='|' read -r target text; do printf '  make %-14s %s\n' $$target "$$text"; done

deps: ## install what the build needs (Debian packages)
	@packaging/deps.sh build

deps-test: ## install what the tests need
	@packaging/deps.sh build test

# ---- the rooms as one archive: each program takes from it what it uses ---------------------------------

# The scanner is where the time goes: 5 % faster so.
$B/obj/agent/ingest/%.o: FLAGS += -O3

$B/obj/%.o: %.c
	@mkdir -p $(@D)
	$(V)$(CC) $(FLAGS) -fPIC -c $< -o $@

# The init scripts are taken in by the assembler, which tells make nothing of it.
$B/obj/agent/commands/init.o: $(wildcard shell/init.* shell/around.*)

$B/rooms.a: $(call object,$(ROOM_SRC))
	@rm -f $@
	$(V)$(AR) rcs $@ $^

$B/libexec/tacho-agent: $(call object,agent/main.c) $B/rooms.a
	@mkdir -p $(@D)
	$(V)$(CC) $(SANITIZER) $(LDFLAGS) $^ -o $@ $(AGENT_LIBS)

# Where the libraries are there as archives: without a dynamic loader `tacho` starts in half the time. The
# linker's warning, silenced, is of SQLite's extensions, which need a loader and which we never load.
STATIC = -static-pie -Wl,--gc-sections -Wl,--no-warnings
STATIC_WORKS = $(if $(SANITIZE),,$(shell echo 'int main(void) { return 0; }' | \
                 $(CC) $(STATIC) -x c - -o /dev/null -x none $(TACHO_LIBS) 2> /dev/null && echo yes))

# For the tests of what commands are made of.
$B/commands.a: $(call object,$(COMMANDS))
	@rm -f $@
	$(V)$(AR) rcs $@ $^

$B/bin/tacho: $(call object,$(COMMANDS)) $B/rooms.a
	@mkdir -p $(@D)
	$(V)$(CC) $(SANITIZER) $(LDFLAGS) $(if $(STATIC_WORKS),$(STATIC)) $^ -o $@ -Wl,--as-needed $(TACHO_LIBS)

# Programs of their own, so that tacho needs no ncurses.
$B/libexec/tacho-editor: $(call object,$(EDITOR))
$B/libexec/tacho-watch: $(call object,$(WATCH))
$B/libexec/tacho-editor $B/libexec/tacho-watch: $B/commands.a $B/rooms.a
	@mkdir -p $(@D)
	$(V)$(CC) $(SANITIZER) $(LDFLAGS) $(filter %.o,$^) $(filter %.a,$^) -o $@ -Wl,--as-needed $(SCREEN_LIBS) $(TACHO_LIBS)

# ---- the hooks: static, musl, no allocator, nothing writable that need not be ---------------------------

HOOK_FLAGS := $(STANDARD) $(WARNINGS) -Os -fno-pie -fno-stack-protector -fno-asynchronous-unwind-tables \
              -ffunction-sections -fdata-sections -idirafter /usr/include \
              -idirafter /usr/include/$(shell $(MUSL_CC) -dumpmachine 2>/dev/null) -MMD -MP
# Sections by name: the C library's few variables (__libc, ...) then share .data's page, before our large buffers.
HOOK_LINK  := -static -no-pie -s -Wl,--gc-sections -Wl,-z,noseparate-code -Wl,--build-id=none -Wl,-z,norelro \
              -Wl,--sort-section=name
HOOK_SRC   := $(filter-out hooks/claude.c hooks/prompt.c,$(wildcard hooks/*.c)) $(SHM_READER) shm/place.c shm/terminal.c

$B/obj/musl/%.o: %.c
	@mkdir -p $(@D)
	$(V)$(MUSL_CC) $(HOOK_FLAGS) -c $< -o $@

$B/bin/tacho-claude $B/bin/tacho-prompt: Makefile

$B/bin/tacho-claude: $(patsubst %.c,$B/obj/musl/%.o,hooks/claude.c $(HOOK_SRC))
	@mkdir -p $(@D)
	$(V)$(MUSL_CC) $(HOOK_LINK) $(filter %.o,$^) -o $@

$B/bin/tacho-prompt: $(patsubst %.c,$B/obj/musl/%.o,hooks/prompt.c $(HOOK_SRC))
	@mkdir -p $(@D)
	$(V)$(MUSL_CC) $(HOOK_LINK) $(filter %.o,$^) -o $@

# ---- inside the shells: for the bash and zsh whose headers are installed ---------------------------------

# Only what the shell looks up by name is visible: the shell exports all of its own names.
SHELL_FLAGS := $(STANDARD) $(WARNINGS) -O2 -g -fPIC -fvisibility=hidden -MMD -MP
SHELL_LINK  := -shared -Wl,-z,lazy -Wl,--gc-sections
SHELL_SRC   := shell/reader.c hooks/conversation.c hooks/line.c hooks/surroundings.c $(SHM_READER) shm/place.c shm/terminal.c

$B/obj/shell/%.o: %.c
	@mkdir -p $(@D)
	$(V)$(CC) $(SHELL_FLAGS) -c $< -o $@

$B/obj/shell/shell/bash.o: SHELL_FLAGS += -DSHELL -isystem /usr/lib/bash -isystem /usr/include/bash \
                                          -isystem /usr/include/bash/include -isystem /usr/include/bash/builtins

$B/lib/tacho.bash: $(patsubst %.c,$B/obj/shell/%.o,shell/bash.c $(SHELL_SRC))
	@mkdir -p $(@D)
	$(V)$(CC) $(SHELL_LINK) $(LDFLAGS) $(filter %.o,$^) -o $@

# zsh's configuration says what it was compiled with; -Wundef would ask for what it was not.
$B/obj/shell/shell/zsh.o: SHELL_FLAGS += -DHAVE_CONFIG_H -DMODULE -isystem /usr/include

$B/lib/tacho.zsh/tacho.so: $(patsubst %.c,$B/obj/shell/%.o,shell/zsh.c $(SHELL_SRC))
	@mkdir -p $(@D)
	$(V)$(CC) $(SHELL_LINK) $(LDFLAGS) $(filter %.o,$^) -o $@

# ---- libtacho: the reader, for other people's bars and prompts ------------------------------------------

$B/lib/libtacho.a: $(call object,$(SHM_READER) shm/place.c)
	@mkdir -p $(@D)
	@rm -f $@
	$(V)$(AR) rcs $@ $^

$B/lib/libtacho.so: $(call object,$(SHM_READER) shm/place.c) shm/tacho.map
	@mkdir -p $(@D)
	$(V)$(CC) -shared $(LDFLAGS) -Wl,-soname,libtacho.so.1 -Wl,--version-script=shm/tacho.map \
	    $(filter %.o,$^) -o $@

$B/lib/pkgconfig/tacho.pc: shm/tacho.pc.in agent/base/version.h
	@mkdir -p $(@D)
	$(V)sed -e 's|@PREFIX@|$(PREFIX)|' -e 's|@VERSION@|$(VERSION)|' $< > $@

# ---- tests ----------------------------------------------------------------------------------------------

UNIT_SRC  := $(wildcard tests/unit/test_*.c)
UNIT      := $(patsubst tests/unit/%.c,$B/tests/%,$(UNIT_SRC))
GENERATOR := $B/tests/generate-logs
TSAN      := $(addprefix build/tsan/tests/test_,segment_race ring subscriber)

$B/tests/test_%: $B/obj/tests/unit/test_%.o $(call object,$(wildcard tests/unit/support*.c)) $B/commands.a $B/rooms.a
	@mkdir -p $(@D)
	$(V)$(CC) $(SANITIZER) $(LDFLAGS) $(filter %.o,$^) $(filter %.a,$^) -o $@ $(TEST_LIBS) -lev -lgit2 -lsqlite3 \
	    -lutf8proc -ljansson

$B/tests/test_bar: $(call object,hooks/bar.c)

$B/tests/test_shell_reader: $(call object,$(filter-out shm/%,$(SHELL_SRC)))

# The reader needs nothing of a C library, nor of the compiler's: linked with neither, it must still pass.
$B/tests/test_freestanding: tests/unit/freestanding.c $(SHM_READER) shm/place.c
	@mkdir -p $(@D)
	$(V)$(CC) -std=gnu11 $(WARNINGS) -O2 -ffreestanding -nostdlib -static -fno-stack-protector $^ -o $@

$(GENERATOR): $(call object,$(wildcard tests/generate/*.c)) $B/rooms.a
	@mkdir -p $(@D)
	$(V)$(CC) $(SANITIZER) $(LDFLAGS) $^ -o $@ -Wl,--as-needed -lm

# Preloaded by a test into the agent.
COUNTER := $B/tests/count-allocations.so
$(COUNTER): tests/e2e/count_allocations.c
	@mkdir -p $(@D)
	$(V)$(CC) $(STANDARD) $(WARNINGS) $(CFLAGS) -fPIC -shared $(LDFLAGS) $< -o $@ -ldl

.PHONY: build-unit build-e2e
.SECONDARY:
build-unit: $(UNIT) $(GENERATOR) $(BIN) $(if $(SANITIZE),,$B/tests/test_freestanding $(COUNTER))

try: deps ## see it: build, start, print your status line and today's report
	@$(MAKE) --no-print-directory -j2 all $(GENERATOR)
	@packaging/try.sh

check: deps-test ## install what the tests need and run all of them
	@$(MAKE) --no-print-directory -j2 all build-unit
	@$(MAKE) --no-print-directory -j2 SANITIZE=address build-unit
	@$(MAKE) --no-print-directory -j2 SANITIZE=thread $(TSAN)
	@tests/run.sh

check-unit: ## only the unit tests
	@$(MAKE) --no-print-directory -j2 build-unit
	@tests/run.sh unit

check-asan: ## only the unit tests under ASan and UBSan
	@$(MAKE) --no-print-directory -j2 SANITIZE=address build-unit
	@tests/run.sh asan

check-tsan: ## only the segment's concurrency tests under TSan
	@$(MAKE) --no-print-directory -j2 SANITIZE=thread $(TSAN)
	@tests/run.sh tsan

check-e2e: ## only the end-to-end tests
	@$(MAKE) --no-print-directory -j2 all $(GENERATOR) $(COUNTER)
	@tests/run.sh e2e

# ---- fuzzing: libFuzzer, each target for FUZZ_SECONDS -----------------------------------------------------

FUZZ_SECONDS ?= 60
FUZZ := $(patsubst tests/fuzz/%.c,build/fuzz/%,$(wildcard tests/fuzz/fuzz_*.c))

build/fuzz/%: tests/fuzz/%.c $(wildcard agent/ingest/*.[ch] agent/base/*.[ch])
	@mkdir -p $(@D)
	$(V)clang $(STANDARD) $(WARNINGS) -O1 -g -fsanitize=fuzzer,address,undefined $< \
	    $(filter-out agent/ingest/log_%.c agent/ingest/both_rules.c agent/ingest/ccusage_files.c \
	    agent/ingest/ccusage_scan.c,$(wildcard agent/ingest/*.c)) agent/base/memory.c agent/base/say.c \
	    agent/base/text.c -o $@

fuzz: deps-test $(FUZZ) ## fuzz every parser for FUZZ_SECONDS each
	@for target in $(FUZZ); do mkdir -p $$target.corpus && \
	    $$target -max_total_time=$(FUZZ_SECONDS) -verbosity=0 -print_final_stats=1 $$target.corpus || exit 1; done

soak: deps-test ## the long tests: many more seeds and longer fuzzing
	@$(MAKE) --no-print-directory -j2 all build-unit
	@TACHO_GIT_SEQUENCES=2000 TACHO_SEEDS=600 TACHO_DRAWS=100000 TACHO_KILLS=1000 TACHO_FILES=100000 TACHO_MILLION=1 tests/run.sh e2e
	@$(MAKE) --no-print-directory fuzz FUZZ_SECONDS=300

# ---- figures --------------------------------------------------------------------------------------------

BENCH_HELPERS := $(patsubst bench/%.c,$B/bench/%,$(filter-out bench/exit_only.c,$(wildcard bench/*.c))) $B/bench/exit_only

$B/bench/exit_only: bench/exit_only.c
	@mkdir -p $(@D)
	$(V)$(MUSL_CC) $(HOOK_FLAGS) $(HOOK_LINK) $< -o $@

$B/bench/%: $B/obj/bench/%.o $B/rooms.a
	@mkdir -p $(@D)
	$(V)$(CC) $(LDFLAGS) $^ -o $@ -lm -lpthread

build-bench: deps-test all $(GENERATOR) $(BENCH_HELPERS)
.PHONY: build-bench

bench: build-bench ## measure our own figures, with their yardsticks in the same run
	@bench/run.py

bench-%: build-bench
	@bench/run.py $*

COMPARE_ENTRIES ?= 10000 100000 1000000
COMPARE_TREES   ?= 200
COMPARE_RUNS    ?= 5
compare: build-bench ## the peers beside us: the same logs in one run, and whether the documents are equal
	@packaging/deps.sh compare
	@bench/compare.py --entries "$(COMPARE_ENTRIES)" --trees $(COMPARE_TREES) --runs $(COMPARE_RUNS) $(COMPARE_FLAGS)
	@bench/compare_lines.py $(COMPARE_FLAGS)

compare-lines: build-bench ## only the status lines: ours and the peers' on the same document
	@packaging/deps.sh compare
	@bench/compare_lines.py $(COMPARE_FLAGS)

# ---- the rest -------------------------------------------------------------------------------------------

install: all ## install under PREFIX (and DESTDIR)
	install -d $(DESTDIR)$(PREFIX)/bin $(DESTDIR)$(PREFIX)/libexec $(DESTDIR)$(PREFIX)/lib/pkgconfig \
	    $(DESTDIR)$(PREFIX)/include
	install -m 755 build/bin/tacho build/bin/tacho-claude build/bin/tacho-prompt $(DESTDIR)$(PREFIX)/bin/
	install -m 755 build/libexec/tacho-agent build/libexec/tacho-editor build/libexec/tacho-watch $(DESTDIR)$(PREFIX)/libexec/
	install -m 644 build/lib/libtacho.a $(DESTDIR)$(PREFIX)/lib/
	install -m 755 build/lib/libtacho.so $(DESTDIR)$(PREFIX)/lib/libtacho.so.1
	ln -sf libtacho.so.1 $(DESTDIR)$(PREFIX)/lib/libtacho.so
	$(if $(BASH_HEADERS),install -m 644 build/lib/tacho.bash $(DESTDIR)$(PREFIX)/lib/)
	$(if $(ZSH_HEADERS),install -d $(DESTDIR)$(PREFIX)/lib/tacho.zsh && \
	    install -m 644 build/lib/tacho.zsh/tacho.so $(DESTDIR)$(PREFIX)/lib/tacho.zsh/)
	install -m 644 build/lib/pkgconfig/tacho.pc $(DESTDIR)$(PREFIX)/lib/pkgconfig/
	install -m 644 shm/tacho.h $(DESTDIR)$(PREFIX)/include/

uninstall: ## remove what install put there
	rm -f $(addprefix $(DESTDIR)$(PREFIX)/,bin/tacho bin/tacho-claude bin/tacho-prompt libexec/tacho-agent libexec/tacho-editor \
	    lib/libtacho.a lib/libtacho.so lib/libtacho.so.1 lib/tacho.bash lib/tacho.zsh/tacho.so lib/pkgconfig/tacho.pc include/tacho.h)
	@rmdir $(DESTDIR)$(PREFIX)/lib/tacho.zsh 2>/dev/null || :

pictures: all ## make the README's pictures from what the programs print
	@packaging/pictures.sh

compdb: ## write compile_commands.json for editors
	@packaging/compdb.sh '$(CC) $(STANDARD) $(WARNINGS) $(CFLAGS)' > compile_commands.json

format: ## lay out the code as .clang-format says
	clang-format -i $$(git ls-files '*.c' '*.h')

clean: ## remove build/
	rm -rf build compile_commands.json

-include $(shell find $B -name "*.d" 2>/dev/null)
