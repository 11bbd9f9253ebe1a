/*
 * The reader inside a shell, with a host that stands for the shell and an agent that says what a test tells
 * it to: late, incomplete and broken conversations; segments that change under it; descriptors that others
 * take.
 */
#include "../../shell/reader.h"
#include "suite.h"
#include "support_segment.h"

#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

enum { KEPT_FROM = 50 };

/* ---- the host ------------------------------------------------------------------------------------ */

static struct segment_place place;
static char runtime_entry[PATH_MAX + 32];
static const char *environment[] = {runtime_entry, NULL};
static int kept; /* descriptors that the reader holds */

static int host_keep(int descriptor)
{
    int moved = fcntl(descriptor, F_DUPFD_CLOEXEC, KEPT_FROM);
    close(descriptor);
    kept += moved >= 0;
    return moved;
}

static void host_release(int descriptor)
{
    kept--;
    close(descriptor);
}

static const char *const *host_environment(void)
{
    return environment;
}

static const struct reader_host host = {host_keep, host_release, host_environment};
static struct reader reader = READER_NEW(&host);
static struct reader_request request = {
    .show = {.surface = TACHO_PLAIN}, .wait_ms = 2000, .patience_ms = 2000};

/* ---- the agent ----------------------------------------------------------------------------------- */

enum manner { ANSWERS, IS_SILENT, IS_INCOMPLETE, HANGS_UP, TALKS_NONSENSE };

static struct agent {
    int listener;
    pthread_t thread;
    enum manner manner; /* atomic */
    int connections;    /* atomic */
    struct segment_writer *writer;
    uint32_t slot;
} agent;

/* Publishes the current directory's line. */
static void publish(const char *line)
{
    char directory[PATH_MAX];
    ck_assert_ptr_nonnull(getcwd(directory, sizeof directory));
    struct tacho_piece piece = {.body_bytes = (uint16_t)strlen(line), .body_columns = (uint16_t)strlen(line)};
    struct segment_draft *draft = segment_draft(agent.writer, TACHO_DIRECTORY, directory, strlen(directory));
    draft_times(draft, 1, INT64_MAX);
    ck_assert_int_eq(draft_block(draft, TACHO_PLAIN, TACHO_NO_COLOUR, &piece, 1, line, piece.body_bytes), 0);
    agent.slot = (uint32_t)segment_publish(agent.writer, draft);
}

static void reply(int connection, enum tacho_reply_status status)
{
    struct tacho_reply answer = {
        TACHO_REQUEST_MAGIC,        TACHO_REQUEST_VERSION, (uint16_t)status, agent.slot, 0,
        segment_epoch(agent.writer)};
    (void)!send(connection, &answer, sizeof answer, MSG_NOSIGNAL);
}

/* One connection at a time, until the reader hangs up. */
static void serve(int connection)
{
    char datagram[8192];
    while (recv(connection, datagram, sizeof datagram, 0) > 0) {
        switch (__atomic_load_n(&agent.manner, __ATOMIC_ACQUIRE)) {
        case ANSWERS:
            reply(connection, TACHO_REPLY_FRESH);
            break;
        case IS_SILENT:
            break;
        case IS_INCOMPLETE:
            reply(connection, TACHO_REPLY_STALE);
            break;
        case HANGS_UP:
            return;
        case TALKS_NONSENSE:
            (void)!send(connection, "nonsense", 8, MSG_NOSIGNAL);
            break;
        }
    }
}

static void *agent_lives(void *unused)
{
    int connection;
    while ((connection = accept(agent.listener, NULL, NULL)) >= 0) {
        __atomic_add_fetch(&agent.connections, 1, __ATOMIC_RELEASE);
        serve(connection);
        close(connection);
    }
    return unused;
}

static void agent_behaves(enum manner manner)
{
    __atomic_store_n(&agent.manner, manner, __ATOMIC_RELEASE);
}

static void agent_begins(void)
{
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    snprintf(address.sun_path, sizeof address.sun_path, "%.80s/" TACHO_SOCKET_NAME, place.directory);
    agent.listener = socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0);
    ck_assert_int_eq(bind(agent.listener, (struct sockaddr *)&address, sizeof address), 0);
    ck_assert_int_eq(listen(agent.listener, 8), 0);
    ck_assert_int_eq(pthread_create(&agent.thread, NULL, agent_lives, NULL), 0);
}

static void begin(void)
{
    place_make(&place);
    snprintf(place.path, sizeof place.path, "%s/" TACHO_SEGMENT_NAME, place.directory);
    snprintf(runtime_entry, sizeof runtime_entry, "TACHO_RUNTIME_DIR=%s", place.directory);
    agent.writer = segment_create(place.path, sizes_small(), "test");
    ck_assert_ptr_nonnull(agent.writer);
    publish("first");
}

static void end(void)
{
    reader_close(&reader);
    ck_assert_int_eq(kept, 0);
    if (agent.listener > 0) {
        shutdown(agent.listener, SHUT_RDWR);
        pthread_join(agent.thread, NULL);
        close(agent.listener);
    }
    segment_close(agent.writer, 0);
    place_remove(&place);
}

/* ---- tests --------------------------------------------------------------------------------------- */

START_TEST(reads_what_is_published)
{
    begin();
    request.cached = true;
    for (int i = 0; i < 3; i++) {
        ck_assert_int_eq(reader_make_line(&reader, &request), READER_CURRENT);
        ck_assert_str_eq(reader.line, "first");
    }
    publish("second");
    reader_make_line(&reader, &request);
    ck_assert_str_eq(reader.line, "second");
    ck_assert_int_eq(chdir("/"), 0);
    reader_make_line(&reader, &request);
    ck_assert_str_eq(reader.line, "");
    end();
}
END_TEST

START_TEST(asks_on_one_connection)
{
    begin();
    agent_begins();
    for (int i = 0; i < 20; i++) {
        ck_assert_int_eq(reader_make_line(&reader, &request), READER_CURRENT);
        ck_assert_str_eq(reader.line, "first");
    }
    ck_assert_int_eq(agent.connections, 1);
    ck_assert_int_eq(kept, 2);
    end();
}
END_TEST

START_TEST(says_that_no_agent_listens_only_now_and_then)
{
    begin();
    ck_assert_int_eq(reader_make_line(&reader, &request), READER_ALONE);
    ck_assert_str_eq(reader.line, "first");
    ck_assert_int_eq(reader_make_line(&reader, &request), READER_LATE);
    agent_begins();
    ck_assert_int_eq(reader_make_line(&reader, &request), READER_CURRENT);
    end();
}
END_TEST

START_TEST(takes_a_late_answer)
{
    begin();
    agent_begins();
    agent_behaves(IS_SILENT);
    request.wait_ms = 1;
    ck_assert_int_eq(reader_make_line(&reader, &request), READER_LATE);
    int late = reader_late_descriptor(&reader);
    ck_assert_int_ge(late, 0);
    ck_assert_int_eq(reader_take_late(&reader, &request), READER_LATE); /* nothing came */
    ck_assert_int_eq(reader_late_descriptor(&reader), late);
    /* The next prompt begins a new conversation; an answer in that is taken. */
    agent_behaves(IS_INCOMPLETE);
    ck_assert_int_eq(reader_make_line(&reader, &request), READER_LATE);
    for (int i = 0; reader_late_descriptor(&reader) >= 0; i++) {
        struct pollfd answer = {.fd = reader_late_descriptor(&reader), .events = POLLIN};
        if (i == 3) {
            publish("complete");
            agent_behaves(ANSWERS);
        }
        ck_assert_int_eq(poll(&answer, 1, 20000), 1);
        reader_take_late(&reader, &request);
    }
    ck_assert_str_eq(reader.line, "complete");
    end();
}
END_TEST

START_TEST(asks_again_not_for_ever)
{
    begin();
    agent_begins();
    agent_behaves(IS_INCOMPLETE);
    request.wait_ms = 1;
    reader_make_line(&reader, &request);
    int answers = 0;
    for (; reader_late_descriptor(&reader) >= 0; answers++) {
        struct pollfd answer = {.fd = reader_late_descriptor(&reader), .events = POLLIN};
        ck_assert_int_eq(poll(&answer, 1, 20000), 1);
        ck_assert_int_eq(reader_take_late(&reader, &request), READER_LATE);
        ck_assert_int_lt(answers, 100);
    }
    ck_assert_int_gt(answers, 1);
    end();
}
END_TEST

START_TEST(bears_an_agent_that_hangs_up_or_talks_nonsense)
{
    begin();
    agent_begins();
    static const enum manner manners[] = {HANGS_UP, TALKS_NONSENSE, ANSWERS};
    for (int i = 0; i < 30; i++) {
        agent_behaves(manners[i % 3]);
        enum reader_news news = reader_make_line(&reader, &request);
        ck_assert_int_eq(news == READER_CURRENT, manners[i % 3] == ANSWERS);
        ck_assert_str_eq(reader.line, "first");
    }
    end();
}
END_TEST

START_TEST(opens_a_new_segment)
{
    begin();
    request.cached = true;
    reader_make_line(&reader, &request);
    segment_close(agent.writer, 1);
    reader_make_line(&reader, &request);
    ck_assert_str_eq(reader.line, "first"); /* retired, and not replaced: its last lines are good */
    agent.writer = segment_create(place.path, sizes_small(), "test");
    publish("of the new one");
    reader_make_line(&reader, &request);
    ck_assert_str_eq(reader.line, "of the new one");
    ck_assert_int_eq(unlink(place.path), 0);
    reader_make_line(&reader, &request);
    ck_assert_str_eq(reader.line, "");
    ck_assert_int_eq(kept, 0);
    end();
}
END_TEST

START_TEST(leaves_descriptors_alone_that_others_took)
{
    begin();
    agent_begins();
    reader_make_line(&reader, &request);
    char own[PATH_MAX + 32];
    snprintf(own, sizeof own, "%s/own", place.directory);
    int mine = open(own, O_RDWR | O_CREAT | O_EXCL, 0600), file = reader.file.descriptor,
        socket = reader.socket.descriptor;
    ck_assert_int_eq(dup2(mine, file), file);
    ck_assert_int_eq(dup2(mine, socket), socket);
    kept = 0;
    ck_assert_int_eq(reader_make_line(&reader, &request), READER_CURRENT);
    ck_assert_str_eq(reader.line, "first");
    ck_assert_int_eq(fcntl(file, F_GETFD), 0);
    ck_assert_int_eq(fcntl(socket, F_GETFD), 0);
    ck_assert_int_eq(lseek(mine, 0, SEEK_END), 0);
    close(reader.file.descriptor);
    close(reader.socket.descriptor);
    kept = 0;
    ck_assert_int_eq(reader_make_line(&reader, &request), READER_CURRENT);
    close(mine), close(file), close(socket);
    unlink(own);
    end();
}
END_TEST

START_TEST(a_forked_child_asks_for_itself)
{
    begin();
    agent_begins();
    agent_behaves(IS_SILENT);
    request.wait_ms = 1;
    reader_make_line(&reader, &request);
    pid_t child = fork();
    if (child == 0) {
        bool is_parents = reader_take_late(&reader, &request) != READER_LATE;
        reader_make_line(&reader, &request);
        _exit(is_parents || reader.process != getpid() || strcmp(reader.line, "first") != 0);
    }
    int status;
    ck_assert_int_eq(waitpid(child, &status, 0), child);
    ck_assert_int_eq(status, 0);
    ck_assert_int_ge(reader_late_descriptor(&reader), 0);
    end();
}
END_TEST

/* Nothing of a damaged file crashes the reader, or makes it wait or read outside (which ASan would tell). */
START_TEST(bears_any_segment)
{
    begin();
    request.cached = true;
    uint64_t random = 1;
    char whole[PATH_MAX + 32];
    snprintf(whole, sizeof whole, "%s", place.path);
    int file = open(whole, O_RDWR | O_CLOEXEC);
    for (int i = 0; i < (SANITIZED ? 3000 : 20000); i++) {
        uint64_t value = random_next(&random), offset = random_next(&random) % (i % 2 ? 4096 : 65536);
        uint64_t before;
        ck_assert_int_eq(pread(file, &before, sizeof before, (off_t)offset), sizeof before);
        ck_assert_int_eq(pwrite(file, &value, 1 + i % 8, (off_t)offset), 1 + i % 8);
        if (i % 4 == 0)
            reader_close(&reader);
        reader_make_line(&reader, &request);
        ck_assert_int_eq(pwrite(file, &before, sizeof before, (off_t)offset), sizeof before);
    }
    reader_close(&reader);
    reader_make_line(&reader, &request);
    ck_assert_str_eq(reader.line, "first");
    for (off_t size = 100000; size >= 0; size -= 997) {
        ck_assert_int_eq(ftruncate(file, size), 0);
        reader_make_line(&reader, &request);
    }
    ck_assert_str_eq(reader.line, "");
    close(file);
    end();
}
END_TEST

START_TEST(has_no_line_where_there_is_no_directory)
{
    begin();
    char gone[PATH_MAX + 32];
    snprintf(gone, sizeof gone, "%s/gone", place.directory);
    ck_assert_int_eq(mkdir(gone, 0700) | chdir(gone) | rmdir(gone), 0);
    ck_assert_int_eq(reader_make_line(&reader, &request), READER_CURRENT);
    ck_assert_str_eq(reader.line, "");
    end();
}
END_TEST

SUITE_MAIN("shell_reader", reads_what_is_published, asks_on_one_connection,
           says_that_no_agent_listens_only_now_and_then, takes_a_late_answer, asks_again_not_for_ever,
           bears_an_agent_that_hangs_up_or_talks_nonsense, opens_a_new_segment,
           leaves_descriptors_alone_that_others_took, a_forked_child_asks_for_itself, bears_any_segment,
           has_no_line_where_there_is_no_directory)
