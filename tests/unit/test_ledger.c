/* The ledger: what is written comes back, one writes, older and newer schemas, backups, sizes. */
#include "../../agent/store/schema.h"
#include "ledger_world.h"

#include <sqlite3.h>
#include <sys/stat.h>

/* ---- writing and loading ------------------------------------------------------------------------------- */

/* A commit with something of everything: `count` entries from `first` on, each with a rollup of its own. */
struct full {
    struct meter_snapshot snapshot;
    struct session_record session;
    struct ledger_file file;
    struct price price;
    struct unlogged_row statement;
    struct ledger_commit commit;
};

static void full_begin(struct full *full, uint64_t first, size_t count)
{
    *full = (struct full){0};
    uint32_t strings = (uint32_t)(first + count) / 100 + 5, known = first ? (uint32_t)first / 100 + 5 : 0;
    for (int kind = 0; kind < METER_STRINGS; kind++)
        world_strings(&full->snapshot, kind, known, strings - known);
    world_entries(&full->snapshot, first, count, 1);
    full->session =
        (struct session_record){1, 2, 77, 9, {full->snapshot.entries[0].identity, 55, 66, 3, true}};
    full->snapshot.sessions = memory_take(sizeof full->session);
    full->snapshot.sessions[0] = full->session;
    full->snapshot.session_count = 1;
    full->file = (struct ledger_file){
        4, {1, UINT64_MAX, 100, 10, 120, -5, 0, 0, UINT64_MAX - 1}, 1, 2, 4, {{5, 6, 7, 8}}};
    full->price = (struct price){"a-model", {1, 2, 3, 4, 5}, 200000, {6, 7, 8, 9, 10}, 15, 1000000};
    full->snapshot.prices = memory_zeroed(2, sizeof *full->snapshot.prices);
    full->snapshot.prices[0] = (struct price_record){"a-\0-name", 8, PRICE_ALWAYS, &full->price};
    full->snapshot.prices[1] = (struct price_record){"a-\0-name", 8, 1000, NULL};
    full->snapshot.price_count = 2;
    full->statement = (struct unlogged_row){3, INTERNED_NONE, UNLOGGED_TOTAL, 1, {1, 2, 3, 4, 5}, 1000, 10};
    full->snapshot.unlogged = memory_take(sizeof full->statement);
    full->snapshot.unlogged[0] = full->statement;
    full->snapshot.unlogged_count = 1;
    full->commit = (struct ledger_commit){
        .snapshot = &full->snapshot,
        .files = &full->file,
        .file_count = 1,
    };
}

static void write_full(struct ledger *ledger, uint64_t first, size_t count)
{
    struct full full;
    full_begin(&full, first, count);
    world_write(ledger, &full.commit);
    world_free(&full.snapshot);
}

START_TEST(everything_comes_back)
{
    struct ledger_world world;
    world_open(&world);
    struct ledger *ledger = world_ledger(&world, LEDGER_WRITE, LEDGER_NEW);
    struct full full;
    full_begin(&full, 0, 300);
    world_write(ledger, &full.commit);
    for (int again = 0; again < 2; again++) {
        struct world_seen seen = world_load(ledger);
        for (int kind = 0; kind < METER_STRINGS; kind++)
            ck_assert_uint_eq(seen.strings[kind], 8);
        ck_assert_uint_eq(seen.entries, 300);
        ck_assert_uint_eq(seen.rollups, 300);
        ck_assert_uint_eq(seen.sessions, 8);
        ck_assert_uint_eq(seen.session.session, 1);
        ck_assert_uint_eq(seen.session.directory, 2);
        ck_assert_int_eq(seen.session.directory_us, 77);
        ck_assert_uint_eq(seen.session.tools, 9);
        ck_assert_mem_eq(&seen.session.newest.identity, &full.session.newest.identity,
                         sizeof(struct identity));
        ck_assert_int_eq(seen.session.newest.when_us, 55);
        ck_assert_uint_eq(seen.session.newest.line, 66);
        ck_assert_uint_eq(seen.session.newest.path, 3);
        ck_assert_uint_eq(seen.files, 1);
        ck_assert_mem_eq(&seen.file.position, &full.file.position, sizeof full.file.position);
        ck_assert_uint_eq(seen.file.copies, 4);
        ck_assert_mem_eq(&seen.file.skipped, &full.file.skipped, sizeof seen.file.skipped);
        ck_assert_uint_eq(seen.prices, 2);
        ck_assert(!seen.has_price); /* the later one */
        ck_assert_str_eq(seen.price_name, "a-model");
        ck_assert_mem_eq(seen.price.base, full.price.base, sizeof full.price.base);
        ck_assert_mem_eq(seen.price.above, full.price.above, sizeof full.price.above);
        ck_assert_uint_eq(seen.price.over, 200000);
        ck_assert_uint_eq(seen.price.fast_tenths, 15);
        ck_assert_uint_eq(seen.statements, 1);
        ck_assert_uint_eq(seen.statement.model, INTERNED_NONE);
        ck_assert_mem_eq(seen.statement.tokens, full.statement.tokens, sizeof full.statement.tokens);
        ledger_close(ledger);
        ledger = world_ledger(&world, LEDGER_WRITE, LEDGER_OPENED);
    }
    ledger_close(ledger);
    world_free(&full.snapshot);
    world_close(&world);
}
END_TEST

START_TEST(only_its_owner_can_read_it)
{
    struct ledger_world world;
    world_open(&world);
    umask(0);
    struct ledger *ledger = world_ledger(&world, LEDGER_WRITE, LEDGER_NEW);
    write_full(ledger, 0, 10);
    struct text why = TEXT_EMPTY;
    while (ledger_backup_step(ledger, 100, &why) == 1)
        ;
    DIR *folder = opendir(world.folder);
    int files = 0;
    for (struct dirent *file; (file = readdir(folder));) {
        struct stat status;
        ck_assert_int_eq(fstatat(dirfd(folder), file->d_name, &status, 0), 0);
        if (!S_ISREG(status.st_mode))
            continue;
        ck_assert_msg((status.st_mode & 077) == 0, "%s: %o", file->d_name, (unsigned)status.st_mode);
        files++;
    }
    closedir(folder);
    ck_assert_int_eq(files, 5); /* the database, its WAL and index, the lock, the backup */
    ledger_close(ledger);
    world_close(&world);
}
END_TEST

START_TEST(entries_are_found_once_they_are_written)
{
    struct ledger_world world;
    struct entry entry, expected = world_entry(7);
    world_open(&world);
    struct ledger *ledger = world_ledger(&world, LEDGER_WRITE, LEDGER_NEW);
    for (int filtered = 0; filtered < 2; filtered++) {
        ck_assert_int_eq(ledger_find(ledger, expected.identity, &entry), filtered);
        write_full(ledger, 0, 300);
        ck_assert(ledger_find(ledger, expected.identity, &entry));
        ck_assert(entry_equal(&entry, &expected));
        ck_assert(!ledger_find(ledger, world_entry(300).identity, &entry));
        ledger_use_filter(ledger, ledger_scan_identities(ledger));
    }
    struct full more;
    full_begin(&more, 300, 100);
    world_write(ledger, &more.commit);
    ledger_note_written(ledger, &more.snapshot);
    for (uint64_t i = 0; i < 400; i++)
        ck_assert(ledger_find(ledger, world_entry(i).identity, &entry));
    world_free(&more.snapshot);
    ck_assert(!ledger_is_damaged(ledger));
    ledger_close(ledger);
    world_close(&world);
}
END_TEST

START_TEST(an_entry_is_replaced)
{
    struct ledger_world world;
    struct entry entry;
    world_open(&world);
    struct ledger *ledger = world_ledger(&world, LEDGER_WRITE, LEDGER_NEW);
    struct full full;
    full_begin(&full, 0, 10);
    world_write(ledger, &full.commit);
    full.snapshot.entries[3].tokens[TOKENS_OUTPUT] = 4711;
    full.snapshot.rollups[3].tokens[TOKENS_OUTPUT] = 4711;
    world_write(ledger, &full.commit); /* whole: as after a failure that was none */
    ck_assert(ledger_find(ledger, full.snapshot.entries[3].identity, &entry));
    ck_assert_uint_eq(entry.tokens[TOKENS_OUTPUT], 4711);
    struct world_seen seen = world_load(ledger);
    ck_assert_uint_eq(seen.entries, 10);
    ck_assert_uint_eq(seen.rollups, 10);
    ck_assert_uint_eq(seen.strings[METER_STRING_PATH], 5);
    world_free(&full.snapshot);
    ledger_close(ledger);
    world_close(&world);
}
END_TEST

START_TEST(an_empty_rollup_goes)
{
    struct ledger_world world;
    world_open(&world);
    struct ledger *ledger = world_ledger(&world, LEDGER_WRITE, LEDGER_NEW);
    struct full full;
    full_begin(&full, 0, 100);
    world_write(ledger, &full.commit);
    for (size_t i = 0; i < 100; i++)
        if (i != 42)
            full.snapshot.rollups[i].entries = 0;
    world_write(ledger, &full.commit);
    struct world_seen seen = world_load(ledger);
    ck_assert_uint_eq(seen.rollups, 1);
    ck_assert_int_eq(seen.rollup.first_us, full.snapshot.entries[42].when_us);
    world_free(&full.snapshot);
    struct ledger_commit anew = {.drops_rollups = true, .drops_files = true, .drops_prices = true};
    world_write(ledger, &anew);
    seen = world_load(ledger);
    ck_assert_uint_eq(seen.rollups + seen.files + seen.prices, 0);
    ck_assert_uint_eq(seen.entries, 100);
    ledger_close(ledger);
    world_close(&world);
}
END_TEST

static bool newest_first(void *data, const struct rollup *rollup)
{
    struct world_seen *seen = data;
    int64_t hour = rollup->key.bucket >> 3;
    ck_assert(!seen->rollups || hour <= seen->last_bucket);
    seen->last_bucket = hour;
    seen->rollups++;
    return true;
}

START_TEST(the_newest_rollups_come_first)
{
    struct ledger_world world;
    world_open(&world);
    struct ledger *ledger = world_ledger(&world, LEDGER_WRITE, LEDGER_NEW);
    write_full(ledger, 0, 2000);
    struct world_seen seen = {0};
    struct ledger_sink sink = {.rollup = newest_first, .data = &seen};
    struct text why = TEXT_EMPTY;
    ck_assert_int_eq(ledger_load(ledger, &sink, &why), LEDGER_OK);
    ck_assert_uint_eq(seen.rollups, 2000);
    ledger_close(ledger);
    world_close(&world);
}
END_TEST

START_TEST(a_file_that_is_gone_keeps_its_row)
{
    struct ledger_world world;
    world_open(&world);
    struct ledger *ledger = world_ledger(&world, LEDGER_WRITE, LEDGER_NEW);
    write_full(ledger, 0, 10);
    uint32_t gone = 4;
    struct ledger_commit commit = {.gone_files = &gone, .gone_count = 1};
    struct text why = TEXT_EMPTY;
    struct ledger_size size;
    world_write(ledger, &commit);
    ck_assert_uint_eq(world_load(ledger).files, 1); /* for what it held */
    ck_assert_int_eq(ledger_measure(ledger, &size, &why), LEDGER_OK);
    ck_assert_uint_eq(size.files, 0);
    ledger_close(ledger);
    world_close(&world);
}
END_TEST

static bool refuse(void *data, const struct rollup *rollup)
{
    (void)data;
    (void)rollup;
    return false;
}

START_TEST(what_the_caller_cannot_take_is_damage)
{
    struct ledger_world world;
    world_open(&world);
    struct ledger *ledger = world_ledger(&world, LEDGER_WRITE, LEDGER_NEW);
    write_full(ledger, 0, 10);
    struct ledger_sink sink = {.rollup = refuse};
    struct text why = TEXT_EMPTY;
    ck_assert_int_eq(ledger_load(ledger, &sink, &why), LEDGER_CORRUPT);
    ck_assert_ptr_nonnull(strstr(why.bytes, "damaged"));
    ck_assert(ledger_is_damaged(ledger));
    ledger_close(ledger);
    ck_assert_int_eq(world_files(&world, ".corrupt-", false), 1);
    text_free(&why);
    world_close(&world);
}
END_TEST

/* ---- who may open it ----------------------------------------------------------------------------------- */

START_TEST(one_writes_and_many_read)
{
    struct ledger_world world;
    world_open(&world);
    struct ledger *writer = world_ledger(&world, LEDGER_WRITE, LEDGER_NEW);
    write_full(writer, 0, 100);
    ck_assert_ptr_null(world_ledger(&world, LEDGER_WRITE, LEDGER_UNAVAILABLE));
    struct ledger *reader = world_ledger(&world, LEDGER_READ, LEDGER_OPENED);
    ck_assert_uint_eq(world_load(reader).entries, 100);
    write_full(writer, 100, 100);
    ck_assert_uint_eq(world_load(reader).entries, 200);
    ledger_close(writer);
    ck_assert_uint_eq(world_load(reader).entries, 200);
    ledger_close(reader);
    ledger_close(world_ledger(&world, LEDGER_WRITE, LEDGER_OPENED));
    world_close(&world);
}
END_TEST

START_TEST(a_reader_makes_nothing)
{
    struct ledger_world world;
    struct ledger_report report = {0};
    world_open(&world);
    ck_assert_ptr_null(ledger_open(world.path, LEDGER_READ, &report));
    ck_assert(report.is_missing);
    ck_assert_int_eq(world_files(&world, "", false), 0);
    text_free(&report.why);
    world_close(&world);
}
END_TEST

/* ---- schemas ------------------------------------------------------------------------------------------- */

static void run_sql(const struct ledger_world *world, const char *sql)
{
    sqlite3 *database;
    char *error = NULL;
    ck_assert_int_eq(sqlite3_open(world->path, &database), SQLITE_OK);
    ck_assert_msg(sqlite3_exec(database, sql, NULL, NULL, &error) == SQLITE_OK, "%s", error ? error : "");
    sqlite3_close(database);
}

/* A file of the tests, to be freed. */
static char *read_fixture(const char *name)
{
    char path[256];
    const char *slash = strrchr(__FILE__, '/');
    snprintf(path, sizeof path, "%.*s/%s", slash ? (int)(slash - __FILE__) : 1, slash ? __FILE__ : ".", name);
    FILE *file = fopen(path, "r");
    ck_assert_msg(file != NULL, "%s: run the tests from the folder above tests/", path);
    struct text text = TEXT_EMPTY;
    char buffer[4096];
    for (size_t size; (size = fread(buffer, 1, sizeof buffer, file)) > 0;)
        text_add(&text, buffer, size);
    fclose(file);
    return text.bytes;
}

START_TEST(every_released_schema_is_brought_up_to_date)
{
    for (size_t version = 1; version <= schema_step_count; version++) {
        struct ledger_world world;
        struct entry entry;
        char name[64];
        world_open(&world);
        snprintf(name, sizeof name, "ledger_schema_%zu.sql", version);
        char *sql = read_fixture(name);
        run_sql(&world, sql);
        struct ledger *ledger = world_ledger(&world, LEDGER_WRITE,
                                             version == schema_step_count ? LEDGER_OPENED : LEDGER_MIGRATED);
        struct world_seen seen = world_load(ledger);
        ck_assert_uint_eq(seen.entries, 3);
        ck_assert_uint_eq(seen.rollup_entries, 3);
        ck_assert_uint_eq(seen.strings[METER_STRING_SESSION], 5);
        ck_assert_uint_eq(seen.files, 1);
        ck_assert_uint_eq(seen.file.skipped.of[SKIP_MEMORY], 4);
        ck_assert_uint_eq(seen.file.copies, 5);
        ck_assert(ledger_find(ledger, world_entry(2).identity, &entry));
        struct entry expected = world_entry(2);
        ck_assert(entry_equal(&entry, &expected));
        write_full(ledger, 3, 10);
        ledger_close(ledger);
        ledger_close(world_ledger(&world, LEDGER_READ, LEDGER_OPENED));
        free(sql);
        world_close(&world);
    }
}
END_TEST

START_TEST(a_migration_is_whole_or_not_at_all)
{
    struct ledger_world world;
    const int now = (int)schema_step_count;
    const char *steps[16];
    ck_assert_int_lt(now, 16);
    memcpy(steps, schema_steps, schema_step_count * sizeof *steps);
    int version;
    sqlite3 *database;
    world_open(&world);
    struct ledger *ledger = world_ledger(&world, LEDGER_WRITE, LEDGER_NEW);
    write_full(ledger, 0, 10);
    ledger_close(ledger);
    ck_assert_int_eq(sqlite3_open(world.path, &database), SQLITE_OK);
    steps[now] = "CREATE TABLE more(a); INSERT INTO nowhere VALUES(1)";
    ck_assert_int_ne(schema_migrate(database, now, steps, schema_step_count + 1), SQLITE_OK);
    ck_assert_int_eq(schema_look(database, &version), SCHEMA_READY);
    ck_assert_int_ne(sqlite3_exec(database, "SELECT * FROM more", NULL, NULL, NULL), SQLITE_OK);
    steps[now] = "CREATE TABLE more(a); INSERT INTO more VALUES(1)";
    ck_assert_int_eq(schema_migrate(database, now, steps, schema_step_count + 1), SQLITE_OK);
    ck_assert_int_eq(schema_look(database, &version), SCHEMA_NEWER);
    ck_assert_int_eq(version, now + 1);
    ck_assert_int_eq(sqlite3_exec(database, "SELECT * FROM more", NULL, NULL, NULL), SQLITE_OK);
    sqlite3_close(database);
    world_close(&world);
}
END_TEST

START_TEST(a_newer_schema_is_left_alone)
{
    struct ledger_world world;
    struct ledger_report report = {0};
    world_open(&world);
    ledger_close(world_ledger(&world, LEDGER_WRITE, LEDGER_NEW));
    run_sql(&world, "PRAGMA user_version = 99");
    ck_assert_ptr_null(ledger_open(world.path, LEDGER_WRITE, &report));
    ck_assert_ptr_nonnull(strstr(report.why.bytes, "newer Tacho"));
    ck_assert_ptr_null(world_ledger(&world, LEDGER_READ, LEDGER_UNAVAILABLE));
    ck_assert_int_eq(world_files(&world, ".corrupt-", false), 0);
    text_free(&report.why);
    world_close(&world);
}
END_TEST

START_TEST(a_database_of_others_is_set_aside_not_overwritten)
{
    struct ledger_world world;
    world_open(&world);
    run_sql(&world, "CREATE TABLE theirs(a); INSERT INTO theirs VALUES(1)");
    ck_assert_ptr_null(world_ledger(&world, LEDGER_READ, LEDGER_UNAVAILABLE));
    ledger_close(world_ledger(&world, LEDGER_WRITE, LEDGER_SET_ASIDE));
    ck_assert_int_eq(world_files(&world, ".corrupt-", false), 1);
    world_close(&world);
}
END_TEST

/* ---- backups ------------------------------------------------------------------------------------------- */

static void back_up(struct ledger *ledger, uint64_t meanwhile)
{
    struct text why = TEXT_EMPTY;
    int result, steps = 0;
    while ((result = ledger_backup_step(ledger, 3, &why)) == 1)
        if (steps++ == 1 && meanwhile)
            write_full(ledger, meanwhile, 50);
    ck_assert_msg(result == LEDGER_OK, "%s", why.size ? why.bytes : "");
    ck_assert_int_gt(steps, 1);
    text_free(&why);
}

static void damage(const struct ledger_world *world)
{
    FILE *file = fopen(world->path, "r+");
    for (int i = 0; i < 4096; i++)
        fputc('x', file);
    fclose(file);
}

START_TEST(a_backup_takes_the_place_of_what_is_damaged)
{
    struct ledger_world world;
    world_open(&world);
    struct ledger *ledger = world_ledger(&world, LEDGER_WRITE, LEDGER_NEW);
    write_full(ledger, 0, 500);
    ck_assert(ledger_backup_is_due(ledger, INT64_MAX));
    back_up(ledger, 500);
    struct stat status;
    char backup[128];
    snprintf(backup, sizeof backup, "%s.backup", world.path);
    ck_assert_int_eq(stat(backup, &status), 0);
    int64_t made_us = status.st_mtim.tv_sec * INT64_C(1000000);
    ck_assert(!ledger_backup_is_due(ledger, made_us + INT64_C(86000000000)));
    ck_assert(ledger_backup_is_due(ledger, made_us + INT64_C(86402000000)));
    write_full(ledger, 550, 100);
    ledger_close(ledger);
    damage(&world);
    ledger = world_ledger(&world, LEDGER_WRITE, LEDGER_RESTORED);
    ck_assert_uint_eq(world_load(ledger).entries, 550);
    write_full(ledger, 550, 100);
    ledger_close(ledger);
    ck_assert_int_eq(world_files(&world, ".corrupt-", false), 1);
    /* and again: the backup is still there; so it is if the database is gone */
    unlink(world.path);
    ledger = world_ledger(&world, LEDGER_WRITE, LEDGER_RESTORED);
    ck_assert_uint_eq(world_load(ledger).entries, 550);
    ledger_close(ledger);
    world_close(&world);
}
END_TEST

START_TEST(a_backup_that_is_damaged_too_is_not_used)
{
    struct ledger_world world, backup;
    world_open(&world);
    struct ledger *ledger = world_ledger(&world, LEDGER_WRITE, LEDGER_NEW);
    write_full(ledger, 0, 500);
    back_up(ledger, 0);
    ledger_close(ledger);
    damage(&world);
    snprintf(backup.path, sizeof backup.path, "%.80s.backup", world.path);
    damage(&backup);
    ledger = world_ledger(&world, LEDGER_WRITE, LEDGER_SET_ASIDE);
    ck_assert_uint_eq(world_load(ledger).entries, 0);
    ledger_close(ledger);
    world_close(&world);
}
END_TEST

START_TEST(a_new_backup_takes_the_place_of_the_old_one)
{
    struct ledger_world world;
    world_open(&world);
    struct ledger *ledger = world_ledger(&world, LEDGER_WRITE, LEDGER_NEW);
    write_full(ledger, 0, 500);
    back_up(ledger, 0);
    write_full(ledger, 500, 500);
    back_up(ledger, 0);
    ledger_close(ledger);
    damage(&world);
    ledger = world_ledger(&world, LEDGER_WRITE, LEDGER_RESTORED);
    ck_assert_uint_eq(world_load(ledger).entries, 1000);
    ledger_close(ledger);
    ck_assert_int_eq(world_files(&world, ".backup-new", false), 0);
    world_close(&world);
}
END_TEST

/* ---- sizes --------------------------------------------------------------------------------------------- */

START_TEST(an_entry_takes_at_most_80_bytes)
{
    enum { ENTRIES = 100000, PER_COMMIT = 400 };
    struct ledger_world world;
    struct ledger_size size;
    struct text why = TEXT_EMPTY;
    world_open(&world);
    struct ledger *ledger = world_ledger(&world, LEDGER_WRITE, LEDGER_NEW);
    for (uint64_t first = 0; first < ENTRIES; first += PER_COMMIT) {
        struct meter_snapshot snapshot = {0};
        world_entries(&snapshot, first, PER_COMMIT, 4); /* as many rollups as real history has, and some */
        struct ledger_commit commit = {.snapshot = &snapshot};
        world_write(ledger, &commit);
        world_free(&snapshot);
    }
    struct ledger_figures figures = ledger_figures(ledger);
    ledger_close(ledger);
    ledger = world_ledger(&world, LEDGER_WRITE, LEDGER_OPENED);
    ck_assert_int_eq(ledger_measure(ledger, &size, &why), LEDGER_OK);
    ck_assert_uint_eq(size.entries, ENTRIES);
    printf("%.1f bytes an entry; written to the WAL %.1f, moved %.1f times the rows' bytes; largest WAL %llu "
           "KB\n",
           (double)size.bytes / ENTRIES, (double)figures.wal_bytes / (double)figures.row_bytes,
           (double)figures.checkpoint_bytes / (double)figures.row_bytes,
           (unsigned long long)figures.largest_wal_bytes / 1024);
    ck_assert_uint_le(size.bytes, 80 * ENTRIES);
    ck_assert_uint_eq(figures.entries, ENTRIES);
    ck_assert_uint_gt(figures.checkpoints, 0);
    ck_assert_uint_lt(figures.largest_wal_bytes, 64 << 20);
    ck_assert_int_eq(ledger_vacuum(ledger, &why), LEDGER_OK);
    ck_assert_int_eq(ledger_check(ledger, &why), LEDGER_OK);
    ck_assert_uint_eq(world_load(ledger).entries, ENTRIES);
    ledger_close(ledger);
    world_close(&world);
}
END_TEST

SUITE_MAIN("ledger", everything_comes_back, only_its_owner_can_read_it,
           entries_are_found_once_they_are_written, an_entry_is_replaced, an_empty_rollup_goes,
           the_newest_rollups_come_first, a_file_that_is_gone_keeps_its_row,
           what_the_caller_cannot_take_is_damage, one_writes_and_many_read, a_reader_makes_nothing,
           every_released_schema_is_brought_up_to_date, a_migration_is_whole_or_not_at_all,
           a_newer_schema_is_left_alone, a_database_of_others_is_set_aside_not_overwritten,
           a_backup_takes_the_place_of_what_is_damaged, a_backup_that_is_damaged_too_is_not_used,
           a_new_backup_takes_the_place_of_the_old_one, an_entry_takes_at_most_80_bytes)
