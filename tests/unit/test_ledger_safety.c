/* What may happen to the ledger from outside: killed writers, full and read-only disks, bytes gone wrong. */
#include "ledger_world.h"

#include <signal.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>

static int rounds(const char *variable, int otherwise)
{
    const char *value = getenv(variable);
    return value && atoi(value) > 0 ? atoi(value) : otherwise;
}

/* ---- one commit: entries; a rollup, a position and a statement say how many there are by now -------------
 */

static int write_step(struct ledger *ledger, uint64_t first, size_t count, struct text *why)
{
    struct meter_snapshot snapshot = {0};
    struct ledger_file file = {.path = 0, .position = {.offset = first + count, .seen_size = first + count}};
    struct ledger_commit commit = {.snapshot = &snapshot, .files = &file, .file_count = 1};
    for (int kind = 0; kind < METER_STRINGS && first == 0; kind++)
        world_strings(&snapshot, (enum meter_string)kind, 0, 4);
    world_entries(&snapshot, first, count, count);
    struct entry constant = world_entry(0);
    snapshot.rollups[0] = world_rollup(&constant, 0);
    snapshot.rollups[0].entries = snapshot.rollups[0].without_usd = first + count;
    snapshot.unlogged = memory_zeroed(1, sizeof *snapshot.unlogged);
    snapshot.unlogged[0].tokens[TOKENS_INPUT] = first + count;
    snapshot.unlogged_count = 1;
    int result = ledger_write(ledger, &commit, why);
    world_free(&snapshot);
    return result;
}

/* All that is counted in the ledger, which must agree with itself. */
static uint64_t agreed(struct ledger *ledger)
{
    struct world_seen seen = world_load(ledger);
    ck_assert_uint_eq(seen.entries, seen.file.position.offset);
    ck_assert_uint_eq(seen.entries, seen.rollup_entries);
    ck_assert_uint_eq(seen.entries, seen.statement.tokens[TOKENS_INPUT]);
    return seen.entries;
}

/* ---- killed -------------------------------------------------------------------------------------------- */

/* Writes, backs up and never ends by itself. */
static void write_for_ever(const struct ledger_world *world)
{
    struct ledger_report report = {0};
    struct text why = TEXT_EMPTY;
    struct ledger *ledger = ledger_open(world->path, LEDGER_WRITE, &report);
    if (!ledger)
        _exit(1);
    struct world_seen seen = world_load(ledger);
    for (uint64_t first = seen.entries, i = 0;; i++) {
        size_t count = i % 5 == 4 ? 300 : i % 3 + 1;
        if (write_step(ledger, first, count, &why) != LEDGER_OK || ledger_backup_step(ledger, 20, &why) < 0)
            _exit(2);
        first += count;
    }
}

START_TEST(a_writer_may_be_killed_at_any_moment)
{
    struct ledger_world world;
    uint64_t state = 3, before = 0;
    world_open(&world);
    for (int round = 0; round < rounds("TACHO_KILLS", 150); round++) {
        pid_t pid = fork();
        ck_assert_int_ge(pid, 0);
        if (pid == 0)
            write_for_ever(&world);
        usleep((useconds_t)(world_random(&state) % 25000));
        kill(pid, SIGKILL);
        int status;
        waitpid(pid, &status, 0);
        ck_assert_msg(WIFSIGNALED(status), "the writer ended by itself: %d", WEXITSTATUS(status));
        struct ledger_report report = {0};
        struct ledger *ledger = ledger_open(world.path, LEDGER_WRITE, &report);
        ck_assert_ptr_nonnull(ledger);
        ck_assert_int_le(report.outcome, LEDGER_NEW);
        uint64_t after = agreed(ledger);
        ck_assert_uint_ge(after, before);
        before = after;
        ledger_close(ledger);
    }
    ck_assert_uint_gt(before, 0);
    struct text findings = TEXT_EMPTY;
    struct ledger *ledger = world_ledger(&world, LEDGER_WRITE, LEDGER_OPENED);
    ck_assert_int_eq(ledger_check(ledger, &findings), LEDGER_OK);
    ledger_close(ledger);
    world_close(&world);
}
END_TEST

/* ---- no room ------------------------------------------------------------------------------------------- */

/* How large a file may become; what would make one larger fails, as on a full disk. */
static void limit_files(rlim_t bytes)
{
    struct rlimit limit = {bytes, RLIM_INFINITY};
    signal(SIGXFSZ, SIG_IGN);
    ck_assert_int_eq(setrlimit(RLIMIT_FSIZE, &limit), 0);
}

START_TEST(a_full_disk_loses_nothing)
{
    struct ledger_world world;
    struct text why = TEXT_EMPTY;
    world_open(&world);
    struct ledger *ledger = world_ledger(&world, LEDGER_WRITE, LEDGER_NEW);
    ck_assert_int_eq(write_step(ledger, 0, 1000, &why), LEDGER_OK);
    for (rlim_t kilobytes = 64; kilobytes <= 1024; kilobytes *= 2) {
        limit_files(kilobytes * 1024);
        for (int again = 0; again < 2; again++)
            ck_assert_int_eq(write_step(ledger, 1000, 40000, &why), LEDGER_FAILED);
        ck_assert_ptr_nonnull(strstr(why.bytes, "cannot be written"));
        ck_assert_int_le(ledger_backup_step(ledger, 100, &why), 1);
        limit_files(RLIM_INFINITY);
        ck_assert(!ledger_is_damaged(ledger));
        ck_assert_uint_eq(agreed(ledger), 1000);
    }
    ck_assert_int_eq(write_step(ledger, 1000, 40000, &why), LEDGER_OK);
    ck_assert_uint_eq(agreed(ledger), 41000);
    ledger_close(ledger);
    text_free(&why);
    world_close(&world);
}
END_TEST

START_TEST(a_backup_for_which_there_is_no_room_is_no_damage)
{
    struct ledger_world world;
    struct text why = TEXT_EMPTY;
    world_open(&world);
    struct ledger *ledger = world_ledger(&world, LEDGER_WRITE, LEDGER_NEW);
    ck_assert_int_eq(write_step(ledger, 0, 1000, &why), LEDGER_OK);
    for (rlim_t bytes = 1024; bytes <= 64 * 1024; bytes *= 2) {
        limit_files(bytes);
        int result;
        do
            result = ledger_backup_step(ledger, 5, &why);
        while (result == 1);
        ck_assert_int_eq(result, LEDGER_FAILED);
        ck_assert(!ledger_is_damaged(ledger));
    }
    limit_files(RLIM_INFINITY);
    ck_assert_uint_eq(agreed(ledger), 1000);
    ledger_close(ledger);
    text_free(&why);
    world_close(&world);
}
END_TEST

/* A disk that became full once the copy was whole had no room for an index beside it: that was called damage.
 */
START_TEST(a_backup_is_checked_without_a_file_beside_it)
{
    struct ledger_world world;
    struct text why = TEXT_EMPTY;
    char index[128];
    int result;
    world_open(&world);
    struct ledger *ledger = world_ledger(&world, LEDGER_WRITE, LEDGER_NEW);
    ck_assert_int_eq(write_step(ledger, 0, 1000, &why), LEDGER_OK);
    snprintf(index, sizeof index, "%.80s.backup-new-shm", world.path);
    ck_assert_int_eq(symlink("nowhere", index), 0);
    do
        result = ledger_backup_step(ledger, 5, &why);
    while (result == 1);
    ck_assert_msg(result == LEDGER_OK, "%s", why.size ? why.bytes : "");
    ck_assert(!ledger_is_damaged(ledger));
    ck_assert_int_eq(unlink(index), 0);
    ledger_close(ledger);
    text_free(&why);
    world_close(&world);
}
END_TEST

START_TEST(a_disk_that_is_full_from_the_start_is_said)
{
    struct ledger_world world;
    struct ledger_report report = {0};
    world_open(&world);
    limit_files(1000);
    ck_assert_ptr_null(ledger_open(world.path, LEDGER_WRITE, &report));
    ck_assert_uint_gt(report.why.size, 0);
    limit_files(RLIM_INFINITY);
    ledger_close(world_ledger(&world, LEDGER_WRITE, LEDGER_NEW));
    text_free(&report.why);
    world_close(&world);
}
END_TEST

/* ---- no permission ------------------------------------------------------------------------------------- */

static void only_read(const struct ledger_world *world)
{
    struct ledger_report report = {0};
    if (geteuid() == 0 && setuid(65534) < 0)
        _exit(10);
    if (ledger_open(world->path, LEDGER_WRITE, &report) || !strstr(report.why.bytes, world->folder))
        _exit(11);
    struct ledger *ledger = ledger_open(world->path, LEDGER_READ, &report);
    if (!ledger)
        _exit(12);
    if (agreed(ledger) != 500)
        _exit(13);
    ledger_close(ledger);
    _exit(0);
}

START_TEST(a_read_only_folder_can_be_read)
{
    struct ledger_world world;
    struct text why = TEXT_EMPTY;
    int status;
    world_open(&world);
    struct ledger *ledger = world_ledger(&world, LEDGER_WRITE, LEDGER_NEW);
    ck_assert_int_eq(write_step(ledger, 0, 500, &why), LEDGER_OK);
    ledger_close(ledger);
    chmod(world.path, 0444);
    chmod(world.folder, 0555);
    pid_t pid = fork();
    if (pid == 0)
        only_read(&world);
    waitpid(pid, &status, 0);
    chmod(world.folder, 0700);
    ck_assert_msg(WIFEXITED(status) && WEXITSTATUS(status) == 0, "status %x", (unsigned)status);
    world_close(&world);
}
END_TEST

START_TEST(what_may_not_be_read_is_said)
{
    struct ledger_world world;
    struct ledger_report report = {0};
    world_open(&world);
    ck_assert_int_eq(mkdir(world.path, 0700), 0); /* a folder where the database should be: for root too */
    ck_assert_ptr_null(ledger_open(world.path, LEDGER_READ, &report));
    ck_assert_ptr_null(ledger_open(world.path, LEDGER_WRITE, &report));
    ck_assert_int_eq(report.outcome, LEDGER_UNAVAILABLE);
    ck_assert_uint_gt(report.why.size, 0);
    rmdir(world.path);
    text_free(&report.why);
    world_close(&world);
}
END_TEST

/* ---- bytes gone wrong ---------------------------------------------------------------------------------- */

static void spoil(const char *path, uint64_t *state)
{
    struct stat status;
    FILE *file = fopen(path, "r+");
    ck_assert_ptr_nonnull(file);
    fstat(fileno(file), &status);
    int count = 1 << world_random(state) % 8;
    for (int i = 0; i < count; i++) {
        /* every other in the first page, where the schema is */
        fseek(file, (long)(world_random(state) % (uint64_t)(i & 1 ? 4096 : status.st_size)), SEEK_SET);
        fputc((int)(world_random(state) & 255), file);
    }
    if (world_random(state) % 8 == 0)
        ck_assert_int_eq(ftruncate(fileno(file), (off_t)(world_random(state) % (uint64_t)status.st_size)), 0);
    fclose(file);
}

static void copy_file(const char *from, const char *to)
{
    char buffer[65536];
    FILE *in = fopen(from, "r"), *out = fopen(to, "w");
    ck_assert(in && out);
    for (size_t size; (size = fread(buffer, 1, sizeof buffer, in)) > 0;)
        ck_assert_uint_eq(fwrite(buffer, 1, size, out), size);
    fclose(in);
    fclose(out);
}

/* Everything that one does with a ledger; what comes out may be anything but a crash. */
static void use(struct ledger *ledger, bool writes)
{
    struct world_seen seen = {0};
    struct text why = TEXT_EMPTY;
    struct ledger_size size;
    struct entry entry;
    struct ledger_sink sink = {.session = seen_session,
                               .file = seen_file,
                               .rollup = seen_rollup,
                               .price = seen_price,
                               .unlogged = seen_statement,
                               .data = &seen};
    ledger_load(ledger, &sink, &why);
    ledger_visit_entries(ledger, seen_entry, &seen, &why);
    for (uint64_t i = 0; i < 300; i++)
        ledger_find(ledger, world_entry(i * 7).identity, &entry);
    ledger_measure(ledger, &size, &why);
    ledger_check(ledger, &why);
    if (writes) {
        ledger_use_filter(ledger, ledger_scan_identities(ledger));
        write_step(ledger, 3000, 200, &why);
        for (int i = 0; i < 1000 && ledger_backup_step(ledger, 50, &why) == 1; i++)
            ;
    }
    text_free(&why);
}

START_TEST(wrong_bytes_never_crash_it)
{
    struct ledger_world world;
    struct text why = TEXT_EMPTY;
    uint64_t state = 11;
    int set_aside = 0;
    char good[128];
    world_open(&world);
    struct ledger *ledger = world_ledger(&world, LEDGER_WRITE, LEDGER_NEW);
    ck_assert_int_eq(write_step(ledger, 0, 3000, &why), LEDGER_OK);
    ledger_close(ledger);
    snprintf(good, sizeof good, "%s/good", world.folder);
    copy_file(world.path, good);
    for (int round = 0; round < rounds("TACHO_SEEDS", 60); round++) {
        world_files(&world, "ledger.db", true);
        copy_file(good, world.path);
        spoil(world.path, &state);
        struct ledger_report report = {0};
        if ((ledger = ledger_open(world.path, LEDGER_READ, &report)))
            use(ledger, false);
        ledger_close(ledger);
        text_clear(&report.why);
        if ((ledger = ledger_open(world.path, LEDGER_WRITE, &report)))
            use(ledger, true);
        ck_assert_msg(ledger != NULL || report.why.size, "neither a ledger nor a reason");
        set_aside += report.outcome == LEDGER_SET_ASIDE || (ledger && ledger_is_damaged(ledger));
        ledger_close(ledger);
        /* afterwards there is one to work with */
        text_clear(&report.why);
        ledger = ledger_open(world.path, LEDGER_WRITE, &report);
        ck_assert_msg(ledger != NULL || strstr(report.why.bytes, "newer"), "%s", report.why.bytes);
        ledger_close(ledger);
        text_free(&report.why);
    }
    ck_assert_int_gt(set_aside, 0);
    world_close(&world);
}
END_TEST

/* A WAL that was cut or spoilt ends where its checksums do: an earlier commit, whole. */
START_TEST(a_spoilt_wal_is_an_earlier_commit)
{
    struct ledger_world world;
    struct text why = TEXT_EMPTY;
    uint64_t state = 17;
    char wal[128], kept[128], kept_wal[128];
    world_open(&world);
    snprintf(wal, sizeof wal, "%s-wal", world.path);
    snprintf(kept, sizeof kept, "%s/kept", world.folder);
    snprintf(kept_wal, sizeof kept_wal, "%s/keptwal", world.folder);
    struct ledger *ledger = world_ledger(&world, LEDGER_WRITE, LEDGER_NEW);
    for (uint64_t i = 0; i < 20; i++)
        ck_assert_int_eq(write_step(ledger, i * 20, 20, &why), LEDGER_OK);
    copy_file(world.path, kept);
    copy_file(wal, kept_wal);
    ledger_close(ledger);
    for (int round = 0; round < 40; round++) {
        world_files(&world, "ledger.db", true);
        copy_file(kept, world.path);
        copy_file(kept_wal, wal);
        spoil(wal, &state);
        struct ledger_report report = {0};
        ledger = ledger_open(world.path, LEDGER_WRITE, &report);
        ck_assert_ptr_nonnull(ledger);
        if (report.outcome == LEDGER_OPENED)
            ck_assert_uint_eq(agreed(ledger) % 20, 0);
        ledger_close(ledger);
        text_free(&report.why);
    }
    world_close(&world);
}
END_TEST

SUITE_MAIN_SECONDS("ledger_safety", 120, a_writer_may_be_killed_at_any_moment, a_full_disk_loses_nothing,
                   a_backup_for_which_there_is_no_room_is_no_damage,
                   a_backup_is_checked_without_a_file_beside_it, a_disk_that_is_full_from_the_start_is_said,
                   a_read_only_folder_can_be_read, what_may_not_be_read_is_said, wrong_bytes_never_crash_it,
                   a_spoilt_wal_is_an_earlier_commit)
