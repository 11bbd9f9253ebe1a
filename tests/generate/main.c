/*
 * generate-logs: invents logs for tests, benchmarks and demonstrations. The same arguments give the same
 * bytes, except where the clock is asked for (`demo`, `append`).
 */
#include "odd.h"
#include "tree.h"

#include "../../agent/base/say.h"

#include <errno.h>
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

static const char usage[] =
    "usage: generate-logs tree DIR   [--seed N] [--entries N] [--sessions N] [--days "
    "N] [--end EPOCH] [--lean]\n"
    "       generate-logs odd DIR    [--seed N] [--kind NAME]\n"
    "       generate-logs demo DIR\n"
    "       generate-logs append FILE [--seed N] [--entries N] [--rate PER_SECOND]\n"
    "       generate-logs --list-kinds\nDIR is what CLAUDE_CONFIG_DIR names: the logs go to DIR/projects.\n";

struct options {
    struct tree_plan plan;
    const struct odd_kind *kind;
    double rate;
};

static int misused(const char *what, const char *given)
{
    say("%s: %s", what, given);
    fputs(usage, stderr);
    return 2;
}

/* A whole number that is not negative, or -1. */
static int64_t number(const char *text)
{
    char *end;
    errno = 0;
    long long value = strtoll(text, &end, 10);
    return errno || end == text || *end || value < 0 ? -1 : value;
}

static int list_kinds(void)
{
    for (size_t i = 0; i < odd_kind_count; i++)
        puts(odd_kinds[i].name);
    return 0;
}

/* Takes one option; returns 0, or the exit status. */
static int take_option(struct options *options, int option, const char *value)
{
    int64_t n = value && option != 'k' && option != 'r' ? number(value) : 0;
    if (n < 0)
        return misused("not a whole number", value);
    switch (option) {
    case 's':
        options->plan.seed = (uint64_t)n;
        return 0;
    case 'e':
        options->plan.entries = n;
        return 0;
    case 'S':
        options->plan.sessions = n;
        return 0;
    case 'd':
        options->plan.days = n;
        return 0;
    case 'E':
        options->plan.end = n;
        return 0;
    case 'l':
        options->plan.lean = true;
        return 0;
    case 'r':
        options->rate = strtod(value, NULL);
        return options->rate > 0 ? 0 : misused("not a rate", value);
    case 'k':
        options->kind = odd_kind_find(value);
        return options->kind ? 0 : misused("no such kind", value);
    default:
        fputs(usage, stderr);
        return 2;
    }
}

static int run(const char *command, const char *place, struct options *options)
{
    if (strcmp(command, "tree") == 0) {
        tree_write(place, &options->plan);
    } else if (strcmp(command, "odd") == 0) {
        odd_tree_write(place, options->plan.seed, options->kind);
    } else if (strcmp(command, "demo") == 0) {
        tree_write(place, &(struct tree_plan){.seed = options->plan.seed,
                                              .entries = 700,
                                              .sessions = 18,
                                              .days = 14,
                                              .end = time(NULL) - 5,
                                              .lean = true});
    } else if (strcmp(command, "append") == 0) {
        tree_append(place, options->plan.seed, options->plan.entries, options->rate);
    } else {
        return misused("no such command", command);
    }
    return 0;
}

int main(int argc, char **argv)
{
    static const struct option known[] = {
        {"seed", required_argument, NULL, 's'},     {"entries", required_argument, NULL, 'e'},
        {"sessions", required_argument, NULL, 'S'}, {"days", required_argument, NULL, 'd'},
        {"end", required_argument, NULL, 'E'},      {"lean", no_argument, NULL, 'l'},
        {"kind", required_argument, NULL, 'k'},     {"rate", required_argument, NULL, 'r'},
        {"list-kinds", no_argument, NULL, 'L'},     {NULL, 0, NULL, 0},
    };
    struct options options = {
        .plan = {.seed = 1, .entries = 1000, .days = 30, .end = 1772400000}}; /* 2026-03-01T21:20Z */
    say_as("generate-logs");
    for (int option; (option = getopt_long(argc, argv, "", known, NULL)) != -1;) {
        int status = option == 'L' ? 0 : take_option(&options, option, optarg);
        if (option == 'L')
            return list_kinds();
        if (status)
            return status;
    }
    if (argc - optind != 2) {
        fputs(usage, stderr);
        return 2;
    }
    return run(argv[optind], argv[optind + 1], &options);
}
