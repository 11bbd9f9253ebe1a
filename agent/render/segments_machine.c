/* Segments of the machine and the clock. */
#include "../base/zone.h"
#include "numbers.h"
#include "segments_draw.h"

#include <stdio.h>
#include <string.h>

enum { NAME_COLUMNS = 30 };

static const int64_t MINUTE_US = 60 * MICROSECONDS;

/* ---- who and where --------------------------------------------------------------------------------- */

void segment_host_name(struct line *line, const struct facts *facts)
{
    draw_text(line, ROLE_DETAIL, fact_string(facts->machine.host), NAME_COLUMNS);
}

void segment_host_user(struct line *line, const struct facts *facts)
{
    draw_text(line, ROLE_DETAIL, fact_string(facts->machine.user), NAME_COLUMNS);
}

/* ---- Tacho's agent ------------------------------------------------------------------------------------ */

static void draw_mebibytes(struct line *line, int64_t bytes, const char *word)
{
    char number[NUMBER_MAX];
    number_decimal(number, bytes * 10 / (1 << 20), 1);
    piece_text(line, ROLE_DETAIL, number);
    piece_text(line, ROLE_DIM, word);
}

void segment_agent_memory(struct line *line, const struct facts *facts)
{
    if (facts->machine.agent_memory > 0)
        draw_mebibytes(line, facts->machine.agent_memory, " MiB");
}

void segment_agent_behind(struct line *line, const struct facts *facts)
{
    if (facts->machine.agent_behind > 0)
        draw_mebibytes(line, facts->machine.agent_behind, " MiB behind");
}

void segment_agent_unsaved(struct line *line, const struct facts *facts)
{
    const int64_t since_us = facts->machine.agent_unsaved_us;
    if (since_us <= 0)
        return;
    draw_span(line, ROLE_WARN, facts->now_us - since_us);
    piece_text(line, ROLE_DIM, " unsaved");
}

/* ---- what it has ----------------------------------------------------------------------------------- */

/* In GiB with one digit behind the point. */
static void draw_gibibytes(struct line *line, enum role role, int64_t bytes)
{
    char number[NUMBER_MAX];
    number_decimal(number, bytes / (1 << 20) * 10 / 1024, 1);
    piece_text(line, role, number);
}

static int32_t share_e2(int64_t part, int64_t whole)
{
    return (int32_t)((__int128)part * PERCENT_FULL_E2 / whole);
}

/* Memory and load are of this moment: they are worth nothing some seconds later. */
static void draw_again_soon(struct line *line, const struct facts *facts)
{
    piece_valid_until(line, facts->now_us + 5 * MICROSECONDS);
}

void segment_host_memory(struct line *line, const struct facts *facts)
{
    const struct fact_machine *machine = &facts->machine;
    if (!machine->known || machine->memory_total <= 0)
        return;
    draw_gibibytes(line, level_role(share_e2(machine->memory_used, machine->memory_total)),
                   machine->memory_used);
    piece_text(line, ROLE_DIM, "/");
    draw_gibibytes(line, ROLE_DETAIL, machine->memory_total);
    piece_text(line, ROLE_DIM, "G");
    draw_again_soon(line, facts);
}

void segment_host_load(struct line *line, const struct facts *facts)
{
    char number[NUMBER_MAX];
    if (!facts->machine.known || facts->machine.load_e2 < 0)
        return;
    number_decimal(number, facts->machine.load_e2, 2);
    piece_text(line, ROLE_DIM, "load ");
    piece_text(line, ROLE_DETAIL, number);
    draw_again_soon(line, facts);
}

void segment_host_battery(struct line *line, const struct facts *facts)
{
    const struct fact_machine *machine = &facts->machine;
    char number[NUMBER_MAX];
    if (!machine->known || machine->battery_percent < 0)
        return;
    number_percent(number, machine->battery_percent * 100);
    piece_text(line, machine->charging ? ROLE_CALM : level_role((100 - machine->battery_percent) * 100),
               number);
    if (machine->charging)
        piece_symbol(line, ROLE_CALM, "⚡", "+");
    piece_valid_until(line, facts->now_us + MINUTE_US);
}

/* ---- the clock ------------------------------------------------------------------------------------- */

void segment_host_clock(struct line *line, const struct facts *facts)
{
    char clock[16];
    int hours, minutes;
    zone_clock(facts->now_us, &hours, &minutes);
    snprintf(clock, sizeof clock, "%02d:%02d", hours % 24, minutes % 60);
    piece_text(line, ROLE_DETAIL, clock);
    piece_valid_until(line, (facts->now_us / MINUTE_US + 1) * MINUTE_US);
}

void segment_host_date(struct line *line, const struct facts *facts)
{
    char day[16];
    zone_day_name(zone_day(facts->now_us), day);
    piece_text(line, ROLE_DETAIL, day);
    piece_valid_until(line, zone_next_midnight(facts->now_us));
}
