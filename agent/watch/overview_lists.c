/* Lists of the overview: alerts, models and projects of today, and the repositories. */
#include "choice.h"
#include "overview.h"

#include "../base/zone.h"
#include "../render/harmless.h"
#include "../render/names.h"
#include "../render/numbers.h"
#include "../render/segments_draw.h"

#include <ncurses.h>
#include <stdio.h>
#include <string.h>

/* ---- alerts -------------------------------------------------------------------------------------------- */

/* The name of an alert's session, if that is shown; else the beginning of its id. */
static struct fact_text alert_session(const struct watch *watch, const struct alert_row *alert)
{
    for (size_t i = 0; i < watch->row_count; i++)
        if (strncmp(tacho_key(watch->rows[i].slot), alert->session, sizeof alert->session - 1) == 0)
            return session_name(watch->rows[i].slot);
    return (struct fact_text){alert->session, strnlen(alert->session, SHORT_ID)};
}

static void paint_alert(struct watch *watch, int y, const struct alert_row *alert)
{
    struct strip strip = labelled(watch, y, "Alert");
    char age[48];
    paint_text(&strip, alert->is_acknowledged ? ROLE_DIM : ROLE_ALARM, text_of(alert->name));
    paint_whole(&strip, ROLE_DIM, "  ");
    paint_text(&strip, ROLE_TEXT, text_of(alert->shown));
    watch_age(watch, age, alert->since_us);
    paint_pair(&strip, strcmp(age, "now") == 0 ? "" : "for", ROLE_DETAIL, age);
    if (alert->session[0] && paint_whole(&strip, ROLE_DIM, "  in "))
        paint_text(&strip, ROLE_TEXT, alert_session(watch, alert));
    if (alert->is_acknowledged)
        paint_whole(&strip, ROLE_DIM, "  acknowledged");
}

int alert_rows_wanted(const struct watch *watch)
{
    return (int)watch->reports.alert_count;
}

void paint_alert_rows(struct watch *watch, int y, int rows)
{
    for (int i = 0; i < rows; i++)
        paint_alert(watch, y + i, &watch->reports.alerts[i]);
}

/* ---- models and projects ------------------------------------------------------------------------------- */

static void paint_share(struct strip strip, const struct share *share, double most, int role)
{
    char number[NUMBER_MAX];
    struct strip name = strip;
    int bar = (strip.end - strip.x) / 4;
    number_of_dollars(number, share->dollars);
    name.end = strip.end - bar - 12;
    if (role == ROLE_MODEL)
        paint_text(&name, role, name_of_model(text_of(share->name)));
    else
        paint_tail(&name, role, text_of(share->name));
    strip.x = strip.end - bar - 1 - (int)strlen(number);
    paint_whole(&strip, ROLE_COST, "%s ", number);
    paint_bar(&strip, ROLE_CALM, bar, most > 0 ? (int64_t)(share->dollars / most * PERCENT_FULL_E2) : 0);
}

static void paint_shares_of(struct strip strip, const char *title, int role, const struct shares *shares,
                            int rows)
{
    struct strip head = strip;
    paint_whole(&head, ROLE_ROOT, "%s", title);
    for (int i = 0; i + 1 < rows && (size_t)i < shares->count; i++) {
        strip.y++;
        paint_share(strip, &shares->list[i], shares->list[0].dollars, role);
    }
}

/* Beside each other where there is room; else only the models. */
void paint_shares(struct watch *watch, int y, int rows)
{
    struct strip left = watch_row(watch, y), right = left;
    int middle = (left.x + left.end) / 2;
    if (left.end - left.x >= 70) {
        left.end = middle - 1;
        right.x = middle + 1;
        paint_shares_of(right, "Projects today", ROLE_PATH, &watch->reports.projects, rows);
    }
    paint_shares_of(left, "Models today", ROLE_MODEL, &watch->reports.models, rows);
}

int shares_wanted(const struct watch *watch)
{
    size_t models = watch->reports.models.count, projects = watch->reports.projects.count;
    size_t most = models > projects ? models : projects;
    return most ? (int)most + 1 : 0;
}

/* ---- repositories -------------------------------------------------------------------------------------- */

/* Whether two slots' directories are of one repository, as far as the slots tell. */
static bool is_same_repository(const struct tacho_copy *a, const struct tacho_copy *b)
{
    struct fact_text one = slot_text(a, TACHO_WORD_DIRECTORY), other = slot_text(b, TACHO_WORD_DIRECTORY);
    struct fact_text branch = slot_text(a, TACHO_WORD_GIT_BRANCH),
                     branch_too = slot_text(b, TACHO_WORD_GIT_BRANCH);
    if (!one.bytes || !other.bytes || !branch.bytes || !branch_too.bytes ||
        strcmp(branch.bytes, branch_too.bytes) != 0)
        return false;
    size_t size = one.size < other.size ? one.size : other.size;
    const struct fact_text *longer = one.size < other.size ? &other : &one;
    return memcmp(one.bytes, other.bytes, size) == 0 && (longer->size == size || longer->bytes[size] == '/');
}

/* The slots that a repository is shown of, one for each. Returns how many; `max` of them are written. */
static size_t find_repositories(const struct watch *watch, const struct tacho_copy **found, size_t max)
{
    size_t count = 0;
    for (uint32_t i = 0; i < watch->segment.slot_count && count < max; i++) {
        const struct tacho_copy *slot = watch->segment.slots[i];
        if (!slot || !slot_text(slot, TACHO_WORD_GIT_BRANCH).bytes)
            continue;
        size_t same = 0;
        while (same < count && !is_same_repository(found[same], slot))
            same++;
        if (same == count)
            found[count++] = slot;
        else if (slot_text(slot, TACHO_WORD_DIRECTORY).size <
                 slot_text(found[same], TACHO_WORD_DIRECTORY).size)
            found[same] = slot;
    }
    return count;
}

enum { REPOSITORIES_MAX = 16 };

int repositories_wanted(const struct watch *watch)
{
    const struct tacho_copy *found[REPOSITORIES_MAX];
    size_t count = find_repositories(watch, found, REPOSITORIES_MAX);
    return count ? (int)count + 1 : 0;
}

static void paint_repository(struct strip strip, const struct tacho_copy *slot, int columns)
{
    static const struct {
        uint32_t word;
        enum role role;
        const char *sign, *ascii;
    } counts[] = {
        {TACHO_WORD_GIT_AHEAD, ROLE_SYNC, "⇡", "^"},
        {TACHO_WORD_GIT_BEHIND, ROLE_SYNC, "⇣", "v"},
        {TACHO_WORD_GIT_CONFLICTED, ROLE_CONFLICT, "✗", "x"},
        {TACHO_WORD_GIT_STAGED, ROLE_STAGED, "+", "+"},
        {TACHO_WORD_GIT_UNSTAGED, ROLE_UNSTAGED, "!", "!"},
        {TACHO_WORD_GIT_UNTRACKED, ROLE_UNTRACKED, "?", "?"},
        {TACHO_WORD_GIT_STASHES, ROLE_STASH, "*", "*"},
    };
    char place[TACHO_KEY_MAX + 1];
    struct strip name = strip;
    name.end = strip.x + columns;
    paint_tail(&name, ROLE_PATH, slot_place(slot, place));
    strip.x = name.end + 2;
    name = strip;
    name.end = strip.end - (strip.end - strip.x) / 3;
    paint_text(&name, ROLE_BRANCH, slot_text(slot, TACHO_WORD_GIT_BRANCH));
    strip.x = name.x;
    for (size_t i = 0; i < sizeof counts / sizeof *counts; i++) {
        int64_t count = slot_number(slot, counts[i].word, 0);
        if (count > 0)
            paint_whole(&strip, counts[i].role, " %s%lld",
                        strip.look->ascii ? counts[i].ascii : counts[i].sign, (long long)count);
    }
    struct fact_text action = slot_text(slot, TACHO_WORD_GIT_ACTION);
    if (action.bytes && strip.x < strip.end - 2) {
        strip.x++;
        paint_text(&strip, ROLE_ACTION, action);
    }
}

/* What the directories take, at most half of the row. */
static int place_columns(const struct strip *strip, const struct tacho_copy *const *found, size_t count)
{
    char place[TACHO_KEY_MAX + 1];
    uint32_t most = 0, half = (uint32_t)(strip->end - strip->x) / 2;
    for (size_t i = 0; i < count; i++) {
        struct fact_text text = slot_place(found[i], place);
        uint32_t columns = text.bytes ? harmless_columns(text.bytes, text.size, strip->look->ascii) : 0;
        most = columns > most ? columns : most;
    }
    return (int)(most < half ? most : half);
}

void paint_repositories(struct watch *watch, int y, int rows)
{
    const struct tacho_copy *found[REPOSITORIES_MAX];
    size_t count = find_repositories(watch, found, REPOSITORIES_MAX);
    struct strip strip = watch_row(watch, y);
    int columns = place_columns(&strip, found, count);
    paint_whole(&strip, ROLE_ROOT, "Repositories");
    for (int i = 0; i + 1 < rows && (size_t)i < count; i++)
        paint_repository(watch_row(watch, y + 1 + i), found[i], columns);
}
