/* Command lines: getopt_long driven by a command's rules, with suggestions for what it does not know. */
#include "command.h"

#include "../base/say.h"
#include "../base/suggest.h"

#include <getopt.h>
#include <string.h>

enum { RULES_MAX = 48, FIRST_LONG = 256, HELP = FIRST_LONG + RULES_MAX };

/* The rules as getopt wants them; a long option's code is its index from FIRST_LONG on. */
static void options_translate(const struct options *options, struct option longs[RULES_MAX + 2],
                              char shorts[2 * RULES_MAX + 4])
{
    size_t count = options->rule_count < RULES_MAX ? options->rule_count : RULES_MAX;
    *shorts++ = ':'; /* a missing argument is told from an unknown option */
    for (size_t i = 0; i < count; i++) {
        const struct option_rule *rule = &options->rules[i];
        int argument = rule->type == OPTION_TEXT ? required_argument : no_argument;
        longs[i] = (struct option){rule->name, argument, NULL, FIRST_LONG + (int)i};
        if (rule->letter)
            *shorts++ = rule->letter;
        if (rule->letter && argument)
            *shorts++ = ':';
    }
    longs[count] = (struct option){"help", no_argument, NULL, HELP};
    longs[count + 1] = (struct option){NULL, 0, NULL, 0};
    *shorts++ = 'h';
    *shorts = '\0';
}

static const struct option_rule *rule_by_code(const struct options *options, int code)
{
    if (code >= FIRST_LONG)
        return &options->rules[code - FIRST_LONG];
    for (size_t i = 0; i < options->rule_count; i++)
        if (options->rules[i].letter == code)
            return &options->rules[i];
    return NULL;
}

static void rule_apply(const struct option_rule *rule, const char *argument)
{
    if (!rule->value)
        return;
    if (rule->type == OPTION_FLAG)
        *(bool *)rule->value = true;
    else
        *(const char **)rule->value = argument;
}

/* Says which option is not known; `word` is as typed, a short one given by its letter. */
static int option_unknown(const struct options *options, const char *word, int letter)
{
    if (letter) {
        say("%s: unknown option '-%c': see 'tacho %s --help'", options->command, letter, options->command);
        return STATUS_USAGE;
    }
    char name[64];
    snprintf(name, sizeof name, "%s", word[0] == '-' && word[1] == '-' ? word + 2 : word);
    name[strcspn(name, "=")] = '\0';
    for (size_t i = 0; i < options->rule_count; i++) {
        if (strcmp(name, options->rules[i].name) == 0) {
            say("%s: option '--%s' takes no value: see 'tacho %s --help'", options->command, name,
                options->command);
            return STATUS_USAGE;
        }
    }
    for (size_t i = 0; i < options->rule_count; i++) {
        if (suggest_is_near(name, options->rules[i].name)) {
            say("%s: unknown option '%s': did you mean '--%s'?", options->command, word,
                options->rules[i].name);
            return STATUS_USAGE;
        }
    }
    say("%s: unknown option '%s': see 'tacho %s --help'", options->command, word, options->command);
    return STATUS_USAGE;
}

int option_bad(const struct options *options, const char *option, const char *value, const char *expected)
{
    say("%s: --%s '%s': expected %s", options->command, option, value, expected);
    return STATUS_USAGE;
}

bool options_read(int argc, char **argv, const struct options *options, int *status)
{
    struct option longs[RULES_MAX + 2];
    char shorts[2 * RULES_MAX + 4];
    options_translate(options, longs, shorts);
    opterr = 0;
    optind = 0; /* glibc: begin anew */
    *status = STATUS_USAGE;
    int code;
    while ((code = getopt_long(argc, argv, shorts, longs, NULL)) != -1) {
        if (code == HELP || code == 'h') {
            fputs(options->usage, stdout);
            *status = STATUS_DONE;
            return false;
        }
        if (code == ':') {
            say("%s: option '%s' needs a value: see 'tacho %s --help'", options->command, argv[optind - 1],
                options->command);
            return false;
        }
        const struct option_rule *rule = code == '?' ? NULL : rule_by_code(options, code);
        if (!rule) {
            bool is_short = optopt && optopt < FIRST_LONG;
            option_unknown(options, argv[optind - 1], is_short ? optopt : 0);
            return false;
        }
        rule_apply(rule, optarg);
    }
    if (argc - optind > options->operands) {
        say("%s: unexpected '%s': see 'tacho %s --help'", options->command, argv[optind + options->operands],
            options->command);
        return false;
    }
    return true;
}
