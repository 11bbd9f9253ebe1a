/*
 * Looks: rows, options, conditions, styles and themes, as settings make them; mistakes are told and the rest
 * applies; text can be read on every background.
 */
#include "../../agent/base/text.h"
#include "../../agent/render/condition.h"
#include "../../agent/render/ground.h"
#include "../../agent/render/look_build.h"
#include "../../agent/render/look_parts.h"
#include "suite.h"
#include "support_fit.h"
#include <string.h>

enum { SETTINGS_MAX = 16 };

static struct rendering rendering;
static struct look look;
static struct text mistakes;

static void complain(void *data, const struct look_setting *setting, const char *why)
{
    (void)data;
    text_addf(&mistakes, "%s=%s: %s\n", setting->name, setting->value, why);
}

/* Builds a look of "name=value" strings, up to a NULL, and draws the sample session with it. */
static const char *draw(uint32_t columns, const char *const *settings)
{
    struct look_setting made[SETTINGS_MAX];
    char names[SETTINGS_MAX][64];
    size_t count = 0;
    for (; settings[count]; count++) {
        const char *equals = strchr(settings[count], '=');
        snprintf(names[count], sizeof names[count], "%.*s", (int)(equals - settings[count]), settings[count]);
        made[count] = (struct look_setting){names[count], equals + 1};
    }
    text_clear(&mistakes);
    text_add_string(&mistakes, "");
    look = look_build(made, count, complain, NULL);
    render_status_line(&rendering, segment_sample_facts(), &look, TACHO_PLAIN, TACHO_NO_COLOUR);
    const char *line = support_fit(&rendering, columns, false);
    look_free(&look);
    return line;
}

#define DRAW(columns, ...) draw(columns, (const char *const[]){__VA_ARGS__, NULL})
#define CLEAN()            ck_assert_str_eq(mistakes.bytes, "")
#define SAYS(part)         ck_assert_msg(strstr(mistakes.bytes, part), "\"%s\" not in \"%s\"", part, mistakes.bytes)

/* ---- rows ------------------------------------------------------------------------------------------ */

START_TEST(rows_of_sections)
{
    ck_assert_str_eq(DRAW(0, "line.row=model.name directory.base+git.branch,git.commit"),
                     "Opus 4.1 │ cards feature/jacquard · 3f9c1d2e");
    CLEAN();
    ck_assert_str_eq(DRAW(0, "line.row=model.name", "line.row=  cost  ", "line.row=context.used"),
                     "Opus 4.1\n$4.87 · $23.15 today\n62%");
    CLEAN();
    ck_assert_str_eq(DRAW(0, "line.row=model.name | cost.session | | context.used"),
                     "Opus 4.1 │ $4.87 │ 62%");
    CLEAN();
    ck_assert_str_eq(DRAW(0, "line.row=cost.session", "line.separator= / ", "line.row=git.branch+cache"),
                     "$4.87\nfeature/jacquard 89% hit · cache 4m");
    CLEAN();
}
END_TEST

/* A section begins with what is known of it. */
START_TEST(a_section_begins_with_what_is_shown)
{
    ck_assert_str_eq(DRAW(0, "line.row=model.name worktree.mark+git.tag,text+git.commit"),
                     "Opus 4.1 │ ⧉ v2.4.0 3f9c1d2e");
    ck_assert_str_eq(DRAW(0, "line.row=model.name text+git.tag,git.commit"), "Opus 4.1 │ v2.4.0 · 3f9c1d2e");
    ck_assert_str_eq(DRAW(0, "line.row=text link command"), "…");
}
END_TEST

START_TEST(flexible_room)
{
    ck_assert_str_eq(DRAW(30, "line.row=model.name flex context.used"), "Opus 4.1                   62%");
    ck_assert_str_eq(DRAW(0, "line.row=model.name flex context.used"), "Opus 4.1 62%");
    ck_assert_str_eq(DRAW(20, "line.row=model.name", "line.align=right"), "            Opus 4.1");
    ck_assert_str_eq(DRAW(20, "line.row=model.name", "line.align=center"), "      Opus 4.1");
    ck_assert_str_eq(DRAW(30, "line.row=model.name flex cost.session flex context.used"),
                     "Opus 4.1       $4.87       62%");
    /* Where the right side has no room its room goes, too. */
    ck_assert_str_eq(DRAW(12, "line.row=context.used flex git.branch"), "62%");
    CLEAN();
}
END_TEST

START_TEST(narrow_rows_keep_their_order)
{
    const char *rows[] = {"line.row=model.name git.branch", "line.row=cost context.used", NULL};
    ck_assert_str_eq(draw(24, rows), "Opus 4.1\n$4.87 │ 62%");
    ck_assert_str_eq(draw(5, rows), "62%");
    ck_assert_str_eq(draw(2, rows), "…");
    ck_assert_str_eq(draw(1, rows), "…");
}
END_TEST

START_TEST(mistakes_in_rows_leave_the_rest)
{
    ck_assert_str_eq(DRAW(0, "line.row=model.name nonsense cost.session"), "Opus 4.1 │ $4.87");
    SAYS("line.row=model.name nonsense cost.session: no segment is called 'nonsense'");
    ck_assert_str_eq(DRAW(0, "line.row=nonsense", "line.style=round", "line.theme=mauve",
                          "line.charset=latin1", "line.align=up", "line.preset=big", "line.colour=red",
                          "line.icons=perhaps"),
                     DRAW(0, "line.preset=default"));
}
END_TEST

START_TEST(every_mistake_is_told)
{
    DRAW(0, "line.style=round", "line.theme=mauve", "line.charset=latin1", "line.align=up", "line.preset=big",
         "line.colour=red", "line.icons=perhaps", "segment.nothing.color=red", "segment.model.color=beige",
         "segment.model.shape=round", "segment.model.when=model is nice", "segment.model.max=0",
         "segment.context.bar.bar=candy", "budget.year=5", "budget.today=much");
    SAYS("line.style=round: no such style; there are plain, minimal, powerline and capsule");
    SAYS("line.theme=mauve: no such theme;");
    SAYS("line.charset=latin1: ");
    SAYS("line.align=up: ");
    SAYS("line.preset=big: ");
    SAYS("line.colour=red: not a setting");
    SAYS("line.icons=perhaps: use true or false");
    SAYS("segment.nothing.color=red: no segment is called 'nothing'; `tacho segments`");
    SAYS("segment.model.color=beige: not a colour");
    SAYS("segment.model.shape=round: not an option of segments; there are icon");
    SAYS("segment.model.when=model is nice: ");
    SAYS("segment.model.max=0: use a number from 1 to 300");
    SAYS("segment.context.bar.bar=candy: no such bar; there are blocks");
    SAYS("budget.year=5: no such budget");
    SAYS("budget.today=much: use an amount");
}
END_TEST

START_TEST(what_was_meant_is_suggested)
{
    DRAW(0, "line.row=contxt.used", "line.theme=tokio-night", "segment.cost.tody.color=red",
         "segment.model.when=git.brnch", "prompt.shell=host jobs hostname");
    SAYS("no segment is called 'contxt.used': did you mean 'context.used'? `tacho segments` lists them");
    SAYS("no such theme: did you mean 'tokyo-night'?");
    SAYS("no segment is called 'cost.tody': did you mean 'cost.today'?");
    SAYS("no segment is called 'git.brnch': did you mean 'git.branch'?");
    SAYS("prompt.shell=host jobs hostname: use some of host, environment");
}
END_TEST

START_TEST(more_than_a_line_can_hold)
{
    char row[4096] = "line.row=";
    for (int i = 0; i < 80; i++)
        strcat(row, "cost.session context.used ");
    const char *line = DRAW(0, row);
    ck_assert_uint_gt(strlen(line), 0);
    SAYS("more than 56 segments");
    ck_assert_uint_le(rendering.piece_count, TACHO_PIECES_MAX);
    DRAW(0, "line.row=model", "line.row=model", "line.row=model", "line.row=model", "line.row=model",
         "line.row=model", "line.row=model", "line.row=model", "line.row=model");
    SAYS("there can be eight rows");
}
END_TEST

/* ---- options --------------------------------------------------------------------------------------- */

START_TEST(options_of_segments)
{
    ck_assert_str_eq(DRAW(0, "line.row=context.used", "segment.context.used.icon=@",
                          "segment.context.used.format=ctx {} used"),
                     "@ ctx 62% used");
    ck_assert_str_eq(DRAW(0, "line.row=git.branch", "segment.git.branch.max=9"), "feature/…");
    ck_assert_str_eq(DRAW(0, "line.row=git.branch", "segment.git.branch.max=9", "line.charset=ascii"),
                     "feature..");
    ck_assert_str_eq(DRAW(0, "line.row=model", "segment.model.max=12"), "Opus 4.1 hi…");
    ck_assert_str_eq(
        DRAW(0, "line.row=context.bar", "segment.context.bar.bar=dots", "segment.context.bar.width=5"),
        "●●●○○");
    ck_assert_str_eq(DRAW(0, "line.row=text@a+text@b", "segment.text@a.text=one", "segment.text@b.text=two"),
                     "one two");
    ck_assert_str_eq(DRAW(0, "line.row=session.id", "segment.session.id.max=13"), "7c1e5a52-93b4");
    ck_assert_str_eq(DRAW(0, "line.row=command@weather", "segment.command@weather.command=weather --short"),
                     "12 °C, rain");
    ck_assert_str_eq(DRAW(0, "line.row=budget.today", "budget.today=20"), "115% of today");
    CLEAN();
}
END_TEST

START_TEST(priorities_decide_what_stays)
{
    ck_assert_str_eq(DRAW(8, "line.row=git.commit context.used"), "62%");
    ck_assert_str_eq(DRAW(8, "line.row=git.commit context.used", "segment.git.commit.priority=1"),
                     "3f9c1d2e");
    CLEAN();
}
END_TEST

START_TEST(conditions_show_and_hide)
{
    ck_assert_str_eq(
        DRAW(0, "line.row=model.name cost.session", "segment.cost.session.when=context.used >= 60"),
        "Opus 4.1 │ $4.87");
    ck_assert_str_eq(
        DRAW(0, "line.row=model.name cost.session", "segment.cost.session.when=context.used > 62"),
        "Opus 4.1");
    ck_assert_str_eq(DRAW(0, "line.row=model.name git.root", "segment.git.root.when=!worktree"), "Opus 4.1");
    ck_assert_str_eq(DRAW(0, "line.row=model.name git.root", "segment.git.root.when=worktree"),
                     "Opus 4.1 │ loom");
    ck_assert_str_eq(
        DRAW(0, "line.row=model.name git.root", "segment.git.root.when=directory.project = loom "),
        "Opus 4.1 │ loom");
    ck_assert_str_eq(
        DRAW(0, "line.row=model.name git.root", "segment.git.root.when=session.name=punch cards"),
        "Opus 4.1 │ loom");
    ck_assert_str_eq(DRAW(0, "line.row=model.name git.root", "segment.git.root.when=directory.project = loo"),
                     "Opus 4.1");
    CLEAN();
}
END_TEST

/* The name of a limit has a digit, too. */
START_TEST(conditions_on_limits)
{
    ck_assert_str_eq(DRAW(0, "line.row=model.name git.root", "segment.git.root.when=limit.five_hour >= 43"),
                     "Opus 4.1");
    ck_assert_str_eq(DRAW(0, "line.row=model.name git.root", "segment.git.root.when=limit.five_hour = 42"),
                     "Opus 4.1 │ loom");
    ck_assert_str_eq(
        DRAW(0, "line.row=model.name git.root", "segment.git.root.when=limit.five_hour.reset = 133"),
        "Opus 4.1 │ loom");
    CLEAN();
}
END_TEST

START_TEST(conditions_on_texts)
{
    ck_assert_str_eq(DRAW(0, "line.row=model.name git.root", "segment.git.root.when=session.state = busy"),
                     "Opus 4.1 │ loom");
    ck_assert_str_eq(DRAW(0, "line.row=model.name git.root", "segment.git.root.when=model.name == Opus 4.1 "),
                     "Opus 4.1 │ loom");
    ck_assert_str_eq(DRAW(0, "line.row=model.name git.root", "segment.git.root.when=session.state = bus"),
                     "Opus 4.1");
    CLEAN();
    DRAW(0, "segment.git.root.when=session.state > busy", "segment.lines.when=lines =");
    SAYS("segment.git.root.when=session.state > busy: use a segment's name");
    SAYS("segment.lines.when=lines =: use a segment's name");
}
END_TEST

/* What an alert is judged by: the number, what is shown, when it changes; the slack keeps it a while. */
START_TEST(conditions_are_judged)
{
    struct condition condition;
    struct text why = TEXT_EMPTY;
    struct facts facts = *segment_sample_facts();
    look = render_look_default();
    ck_assert_int_eq(condition_read(&condition, "limit.five_hour >= 44", &why), 0);
    struct condition_result result = condition_judge(&condition, &facts, &look, 0);
    ck_assert(!result.holds && result.has_number && result.changes_us == INT64_MAX);
    ck_assert_double_eq(result.number, 42);
    ck_assert_str_eq(result.shown, "5h 42%");
    ck_assert(condition_judge(&condition, &facts, &look, 0.05).holds);
    facts.five_hour.known = false;
    ck_assert(!condition_judge(&condition, &facts, &look, 0.05).holds);
    ck_assert_int_eq(condition_read(&condition, "block.left < 130", &why), 0);
    result = condition_judge(&condition, &facts, &look, 0);
    ck_assert(!result.holds && result.changes_us > facts.now_us);
    ck_assert(condition_judge(&condition, &facts, &look, 0.05).holds);
    facts.activity.tool = (struct fact_text){"äääääääääääääääääääääääääääääääääääääääääääääääää", 98};
    ck_assert_int_eq(condition_read(&condition, "activity.tool", &why), 0);
    result = condition_judge(&condition, &facts, &look, 0);
    ck_assert(result.holds && strlen(result.shown) < sizeof result.shown);
    ck_assert_int_eq(result.shown[strlen(result.shown) - 1] & 0x80, 0x80);
    text_free(&why);
}
END_TEST

static double number_in(const char *text)
{
    double number = -1;
    return condition_number(text, strlen(text), &number) ? number : -1;
}

START_TEST(numbers_as_people_read_them)
{
    ck_assert_double_eq_tol(number_in("84k/200k"), 84000, 1e-9);
    ck_assert_double_eq_tol(number_in("$1,234.56 today"), 1234.56, 1e-9);
    ck_assert_double_eq_tol(number_in("2h 13m left $3.20"), 133, 1e-9);
    ck_assert_double_eq_tol(number_in("3d 4h"), 4560, 1e-9);
    ck_assert_double_eq_tol(number_in("5h 42%"), 300, 1e-9);
    ck_assert_double_eq_tol(number_in("v2.1.240"), 2.1, 1e-9);
    ck_assert_double_eq_tol(number_in("12."), 12, 1e-9);
    ck_assert_double_eq_tol(number_in("none"), -1, 1e-9);
    ck_assert_double_eq_tol(number_in(""), -1, 1e-9);
}
END_TEST

/* ---- charsets and styles --------------------------------------------------------------------------- */

START_TEST(charsets)
{
    ck_assert_str_eq(DRAW(0, "line.row=git.branch+git.sync context.bar", "line.charset=ascii"),
                     "feature/jacquard >2<1 | [#####---]");
    ck_assert_str_eq(DRAW(0, "line.row=git.branch context.used", "line.charset=nerd"),
                     "\uE0A0 feature/jacquard │ \uF200 62%");
    ck_assert_str_eq(DRAW(0, "line.row=model.name,session.name", "line.charset=nerd"),
                     "\uF2DB Opus 4.1 · punch cards");
    ck_assert_str_eq(DRAW(0, "line.row=git.branch", "line.charset=nerd", "line.icons=false"),
                     "feature/jacquard");
    ck_assert_str_eq(DRAW(0, "line.row=model.name context.used", "line.style=minimal"), "Opus 4.1  62%");
    CLEAN();
}
END_TEST

/* ---- themes ---------------------------------------------------------------------------------------- */

static const struct theme *own_theme(const char *const *settings, size_t count)
{
    struct look_setting made[SETTINGS_MAX];
    for (size_t i = 0; i < count; i++)
        made[i] = (struct look_setting){settings[2 * i], settings[2 * i + 1]};
    text_clear(&mistakes);
    text_add_string(&mistakes, "");
    look = look_build(made, count, complain, NULL);
    return look.theme;
}

START_TEST(themes_of_a_persons_own)
{
    const char *const settings[] = {"line.theme",        "mine",    "theme.mine.warn",       "#123456",
                                    "theme.mine.base",   "nord",    "theme.mine.background", "#000000",
                                    "theme.other.model", "#ffffff", "theme.mine.model",      "brightred"};
    const struct theme *theme = own_theme(settings, 6);
    CLEAN();
    ck_assert_uint_eq(colour_rgb(&theme->colours[ROLE_WARN]), 0x123456);
    ck_assert_int_eq(theme->colours[ROLE_MODEL].basic, 9);
    ck_assert_uint_eq(theme->background, 0);
    ck_assert_uint_eq(colour_rgb(&theme->colours[ROLE_COST]),
                      colour_rgb(&render_theme("nord")->colours[ROLE_COST]));
    look_free(&look);
    const char *const wrong[] = {"line.theme", "mine", "theme.mine.sky", "blue", "theme.mine.base", "mauve"};
    theme = own_theme(wrong, 3);
    SAYS("theme.mine.sky=blue: not a role of themes");
    SAYS("theme.mine.base=mauve: no such theme");
    look_free(&look);
}
END_TEST

START_TEST(the_terminals_background_chooses)
{
    static const struct {
        const char *colours, *theme;
    } cases[] = {{"0;15", "light"}, {"0;default;7", "light"}, {"15;0", "dark"}, {"15;8", "dark"},
                 {"", "dark"},      {"0;", "dark"},           {"7", "dark"},    {"0;x", "dark"}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        setenv("COLORFGBG", cases[i].colours, 1);
        const char *const settings[] = {"line.theme", "auto"};
        ck_assert_ptr_eq(own_theme(settings, 1), render_theme(cases[i].theme));
        look_free(&look);
    }
}
END_TEST

START_TEST(colours_in_every_form)
{
    const struct theme *theme = render_theme("dark");
    struct text why = TEXT_EMPTY;
    struct colour colour;
    ck_assert_int_eq(colour_read(&colour, "#ff8000", theme, &why), 0);
    ck_assert_uint_eq(colour_rgb(&colour), 0xFF8000);
    ck_assert_int_eq(colour.indexed, 208);
    ck_assert_int_eq(colour_read(&colour, "141", theme, &why), 0);
    ck_assert_int_eq(colour.indexed, 141);
    ck_assert_int_eq(colour_read(&colour, "9", theme, &why), 0);
    ck_assert_int_eq(colour.basic, 9);
    ck_assert_int_eq(colour_read(&colour, "warn", theme, &why), 0);
    ck_assert_uint_eq(colour_rgb(&colour), colour_rgb(&theme->colours[ROLE_WARN]));
    static const char *const wrong[] = {"256",     "-1", "#12345", "#1234567", "1234567",
                                        "#gggggg", "",   "beige",  "1x"};
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++)
        ck_assert_int_eq(colour_read(&colour, wrong[i], theme, &why), -1);
    text_free(&why);
}
END_TEST

static void check_ground(const struct ground *ground, const char *theme, int family)
{
    static const enum tacho_depth depths[] = {TACHO_TRUE_COLOUR, TACHO_256_COLOURS, TACHO_16_COLOURS};
    for (int i = 0; i < 3; i++)
        for (int role = 0; role < ROLE_COUNT; role++) {
            double ratio = colour_contrast(colour_shown(&ground->on[role], depths[i]),
                                           colour_shown(&ground->colour, depths[i]));
            ck_assert_msg(ratio >= 4.5, "%s family %d role %d depth %d: contrast %.2f", theme, family, role,
                          (int)depths[i], ratio);
        }
}

START_TEST(text_can_be_read_on_every_background)
{
    struct ground ground;
    for (size_t i = 0; render_theme_at(i); i++)
        for (int family = 0; family < FAMILY_COUNT; family++)
            for (int shade = 0; shade < 2; shade++) {
                ground_of_family(&ground, render_theme(render_theme_at(i)), (enum family)family, shade);
                check_ground(&ground, render_theme_at(i), family);
            }
    for (uint32_t rgb = 0; rgb <= 0xFFFFFF; rgb += 0x0A0B0D) {
        ground_make(&ground, render_theme("dark"), rgb);
        check_ground(&ground, "any colour", -1);
    }
}
END_TEST

START_TEST(sections_beside_each_other_differ)
{
    struct ground ground, other;
    for (size_t i = 0; render_theme_at(i); i++)
        for (int family = 0; family < FAMILY_COUNT; family++) {
            ground_of_family(&ground, render_theme(render_theme_at(i)), (enum family)family, 0);
            ground_of_family(&other, render_theme(render_theme_at(i)), (enum family)family, 1);
            ck_assert_uint_ne(colour_rgb(&ground.colour), colour_rgb(&other.colour));
        }
}
END_TEST

SUITE_MAIN("look", rows_of_sections, a_section_begins_with_what_is_shown, flexible_room,
           narrow_rows_keep_their_order, mistakes_in_rows_leave_the_rest, every_mistake_is_told,
           what_was_meant_is_suggested, more_than_a_line_can_hold, options_of_segments,
           priorities_decide_what_stays, conditions_show_and_hide, conditions_on_limits, conditions_on_texts,
           conditions_are_judged, numbers_as_people_read_them, charsets, themes_of_a_persons_own,
           the_terminals_background_chooses, colours_in_every_form, text_can_be_read_on_every_background,
           sections_beside_each_other_differ)
