/* Segments of the model and of the session itself. */
#include "names.h"
#include "numbers.h"
#include "segments_draw.h"
#include <string.h>

enum {
    MODEL_COLUMNS = 30,
    EFFORT_COLUMNS = 12,
    NAME_COLUMNS = 24,
    ID_COLUMNS = 60,
    EMAIL_COLUMNS = 40,
    SHORT_ID = 8
};

static bool is_text(struct fact_text text, const char *string)
{
    return text.bytes && text.size == strlen(string) && memcmp(text.bytes, string, text.size) == 0;
}

/* ---- the model ------------------------------------------------------------------------------------- */

void segment_model_name(struct line *line, const struct facts *facts)
{
    draw_text(line, ROLE_MODEL, name_of_model(facts->model), MODEL_COLUMNS);
}

void segment_model_effort(struct line *line, const struct facts *facts)
{
    draw_text(line, ROLE_DETAIL, facts->effort, EFFORT_COLUMNS);
}

void segment_model_fast(struct line *line, const struct facts *facts)
{
    if (facts->fast_mode)
        piece_text(line, ROLE_DETAIL, "fast");
}

void segment_model(struct line *line, const struct facts *facts)
{
    uint32_t before = line->columns;
    segment_model_name(line, facts);
    if (facts->effort.bytes && facts->effort.size > 0) {
        piece_text(line, ROLE_DETAIL, line->columns > before ? " " : "");
        piece_outside(line, ROLE_DETAIL, facts->effort.bytes, facts->effort.size, EFFORT_COLUMNS);
    }
    if (facts->fast_mode)
        piece_text(line, ROLE_DETAIL, line->columns > before ? " fast" : "fast");
}

void segment_model_id(struct line *line, const struct facts *facts)
{
    draw_text(line, ROLE_MODEL, facts->model_id, ID_COLUMNS);
}

void segment_model_thinking(struct line *line, const struct facts *facts)
{
    if (facts->thinking)
        piece_text(line, ROLE_DETAIL, "thinking");
}

/* ---- the session ----------------------------------------------------------------------------------- */

void segment_session_name(struct line *line, const struct facts *facts)
{
    draw_text(line, ROLE_DETAIL, facts->session_name, NAME_COLUMNS);
}

void segment_session_id(struct line *line, const struct facts *facts)
{
    struct fact_text id = facts->session_id;
    size_t shown = segment_most(line, SHORT_ID);
    if (id.size > shown)
        id.size = shown;
    draw_text(line, ROLE_DETAIL, id, SHORT_ID);
}

void segment_session_clock(struct line *line, const struct facts *facts)
{
    if (facts->duration_us > 0)
        draw_span(line, ROLE_DETAIL, facts->duration_us);
}

void segment_session_api(struct line *line, const struct facts *facts)
{
    if (facts->api_duration_us <= 0)
        return;
    piece_text(line, ROLE_DIM, "api ");
    draw_span(line, ROLE_DETAIL, facts->api_duration_us);
}

static void draw_number_of(struct line *line, int64_t count, const char *word)
{
    if (count <= 0)
        return;
    piece_count(line, ROLE_DETAIL, count);
    piece_text(line, ROLE_DIM, word);
}

void segment_session_messages(struct line *line, const struct facts *facts)
{
    draw_number_of(line, facts->messages, " msgs");
}

void segment_session_tools(struct line *line, const struct facts *facts)
{
    draw_number_of(line, facts->tool_calls, " tools");
}

void segment_session_version(struct line *line, const struct facts *facts)
{
    if (!facts->version.size)
        return;
    piece_text(line, ROLE_DIM, "v");
    draw_text(line, ROLE_DETAIL, facts->version, NAME_COLUMNS);
}

void segment_session_style(struct line *line, const struct facts *facts)
{
    if (!is_text(facts->output_style, "default"))
        draw_text(line, ROLE_DETAIL, facts->output_style, NAME_COLUMNS);
}

void segment_session_agent(struct line *line, const struct facts *facts)
{
    draw_text(line, ROLE_DETAIL, facts->agent, NAME_COLUMNS);
}

void segment_session_vim(struct line *line, const struct facts *facts)
{
    bool inserts = is_text(facts->vim_mode, "INSERT");
    draw_text(line, inserts ? ROLE_CALM : ROLE_WARN, facts->vim_mode, NAME_COLUMNS);
}

static void draw_switch(struct line *line, enum fact_switch said, const char *word)
{
    if (said == SWITCH_ON)
        piece_text(line, ROLE_DETAIL, word);
}

void segment_session_sandbox(struct line *line, const struct facts *facts)
{
    draw_switch(line, facts->sandbox, "sandbox");
}

void segment_session_voice(struct line *line, const struct facts *facts)
{
    draw_switch(line, facts->voice, "voice");
}

void segment_session_remote(struct line *line, const struct facts *facts)
{
    draw_switch(line, facts->remote, "remote");
}

void segment_account_email(struct line *line, const struct facts *facts)
{
    draw_text(line, ROLE_DETAIL, facts->account_email, EMAIL_COLUMNS);
}

/* The names that hooks give the permission modes, and the words that the client shows for them. */
void segment_session_mode(struct line *line, const struct facts *facts)
{
    static const struct {
        const char *mode, *shown;
        enum role role;
    } modes[] = {
        {"default", "", ROLE_DETAIL},
        {"plan", "plan", ROLE_SYNC},
        {"acceptEdits", "accept edits", ROLE_WARN},
        {"dontAsk", "don't ask", ROLE_WARN},
        {"bypassPermissions", "bypass", ROLE_ALARM},
    };
    for (size_t i = 0; i < sizeof modes / sizeof *modes; i++) {
        if (is_text(facts->mode, modes[i].mode)) {
            piece_text(line, modes[i].role, modes[i].shown);
            return;
        }
    }
    draw_text(line, ROLE_DETAIL, facts->mode, NAME_COLUMNS);
}

void segment_session_state(struct line *line, const struct facts *facts)
{
    if (facts->state == STATE_IDLE)
        piece_text(line, ROLE_DIM, "idle");
    else if (facts->state == STATE_BUSY)
        piece_text(line, ROLE_CALM, "busy");
    else if (facts->state == STATE_WAITING)
        piece_text(line, ROLE_WARN, "waiting for you");
}
