/* A person's own programs, run for segments: see programs.h. */
#include "programs.h"

#include "program_run.h"

#include "../base/clock.h"
#include "../base/memory.h"
#include "../base/worker.h"

#include <stdlib.h>
#include <string.h>

enum { OUTPUT_MAX = 256 };

extern char **environ;

/* One run: owns copies of all it needs, because the layout may be another one when it ends. */
struct run {
    struct job job;
    struct programs *programs;
    uint64_t generation; /* of the programs that it is for */
    size_t index;
    char *argv[COMMAND_WORDS_MAX + 1];
    int64_t timeout_us;
    char output[OUTPUT_MAX];
    size_t size;
    bool timed_out;
};

struct program {
    const struct layout_command *command;
    int64_t started_us; /* 0: never */
    bool running;
    char *words; /* its argv in one text: whether another layout has the same one */
    char output[OUTPUT_MAX];
    size_t size;
};

struct programs {
    struct ev_loop *loop;
    struct worker *worker; /* started with the first program */
    void (*changed)(void *data);
    void *data;
    struct program list[LAYOUT_COMMANDS_MAX];
    struct fact_text texts[LAYOUT_COMMANDS_MAX];
    size_t count;
    uint64_t generation; /* of the list */
    uint64_t texts_generation;
};

struct programs *programs_new(struct ev_loop *loop, void (*changed)(void *data), void *data)
{
    struct programs *programs = memory_zeroed(1, sizeof *programs);
    programs->loop = loop;
    programs->changed = changed;
    programs->data = data;
    return programs;
}

void programs_free(struct programs *programs)
{
    if (!programs)
        return;
    if (programs->worker)
        worker_stop(programs->worker);
    for (size_t i = 0; i < programs->count; i++)
        free(programs->list[i].words);
    free(programs);
}

/* ---- what is to be run ----------------------------------------------------------------------------- */

static char *join_words(const struct layout_command *command)
{
    struct text words = TEXT_EMPTY;
    for (size_t i = 0; command->argv[i]; i++) {
        text_add_string(&words, command->argv[i]);
        text_add_char(&words, '\n');
    }
    return words.bytes ? words.bytes : memory_string("", 0);
}

static void keep_output(struct program *program, const struct program *before, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (strcmp(before[i].words, program->words) == 0) {
            memcpy(program->output, before[i].output, before[i].size);
            program->size = before[i].size;
        }
}

void programs_set(struct programs *programs, const struct layout *layout)
{
    struct program before[LAYOUT_COMMANDS_MAX];
    size_t count_before = programs->count;
    memcpy(before, programs->list, sizeof before);
    programs->count = layout ? layout->command_count : 0;
    programs->generation++;
    programs->texts_generation++;
    for (size_t i = 0; i < programs->count; i++) {
        programs->list[i] = (struct program){.command = &layout->commands[i]};
        programs->list[i].words = join_words(&layout->commands[i]);
        keep_output(&programs->list[i], before, count_before);
        programs->texts[i] = (struct fact_text){programs->list[i].output, programs->list[i].size};
    }
    for (size_t i = 0; i < count_before; i++)
        free(before[i].words);
}

struct fact_commands programs_texts(const struct programs *programs)
{
    return (struct fact_commands){programs->texts, programs->count, programs->texts_generation};
}

/* ---- running, on the worker ------------------------------------------------------------------------ */

static void run_program(struct job *job)
{
    struct run *run = (struct run *)job;
    const struct program_run program = {.argv = run->argv,
                                        .environment = environ,
                                        .timeout_us = run->timeout_us,
                                        .worker = run->programs->worker,
                                        .output = run->output,
                                        .room = sizeof run->output};
    const struct program_end end = program_run(&program);
    run->size = end.size;
    run->timed_out = end.timed_out;
}

/* ---- on the loop thread ---------------------------------------------------------------------------- */

static void run_free(struct run *run)
{
    for (size_t i = 0; run->argv[i]; i++)
        free(run->argv[i]);
    free(run);
}

/* The first line; what it was stays if there was no time for another. */
static void take_result(struct programs *programs, struct program *program, const struct run *run)
{
    const char *end = memchr(run->output, '\n', run->size);
    size_t size = end ? (size_t)(end - run->output) : run->size;
    bool is_same = size == program->size && memcmp(program->output, run->output, size) == 0;
    if (is_same || (run->timed_out && !end))
        return;
    memcpy(program->output, run->output, size);
    program->size = size;
    programs->texts[run->index] = (struct fact_text){program->output, size};
    programs->texts_generation++;
    programs->changed(programs->data);
}

static void run_done(struct job *job)
{
    struct run *run = (struct run *)job;
    struct programs *programs = run->programs;
    if (run->generation == programs->generation && !worker_is_stopping(programs->worker)) {
        programs->list[run->index].running = false;
        take_result(programs, &programs->list[run->index], run);
    }
    run_free(run);
}

static void start(struct programs *programs, size_t index, int64_t now_us)
{
    struct program *program = &programs->list[index];
    struct run *run = memory_zeroed(1, sizeof *run);
    run->job = (struct job){.run = run_program, .done = run_done};
    run->programs = programs;
    run->generation = programs->generation;
    run->index = index;
    run->timeout_us = program->command->timeout_us;
    for (size_t i = 0; program->command->argv[i]; i++)
        run->argv[i] = memory_string(program->command->argv[i], strlen(program->command->argv[i]));
    program->running = true;
    program->started_us = now_us;
    worker_submit(programs->worker, &run->job, false);
}

void programs_look(struct programs *programs)
{
    int64_t now_us = clock_monotonic_us();
    for (size_t i = 0; i < programs->count; i++) {
        const struct program *program = &programs->list[i];
        bool is_due = !program->started_us || now_us - program->started_us >= program->command->every_us;
        if (program->running || !is_due || !program->command->argv[0])
            continue;
        if (!programs->worker && !(programs->worker = worker_start(programs->loop, 1)))
            return;
        start(programs, i, now_us);
    }
}
