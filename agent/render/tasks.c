/* Rows of the subagent panel: see tasks.h. */
#include "tasks.h"

#include "line.h"
#include "names.h"
#include "numbers.h"

#include <stdio.h>
#include <string.h>

enum { USUAL_COLUMNS = 80, LABEL_LEAST = 12, LABEL_MOST = 60, REST_COLUMNS = 34, MODEL_COLUMNS = 20 };

/* Appends to the rendering's text; false if there is no room. */
static bool out_add(struct rendering *out, const char *bytes, size_t size)
{
    if (size > sizeof out->text - out->text_size)
        return false;
    memcpy(out->text + out->text_size, bytes, size);
    out->text_size += (uint32_t)size;
    return true;
}

/* Appends as the inside of a JSON string (RFC 8259, section 7); what is harmless already is UTF-8 or ESC. */
static bool out_add_escaped(struct rendering *out, const char *bytes, size_t size)
{
    char escape[8];
    for (size_t i = 0; i < size; i++) {
        unsigned char c = (unsigned char)bytes[i];
        bool plain = c >= 0x20 && c != '"' && c != '\\' && c != 0x7f;
        int length = plain ? 1 : snprintf(escape, sizeof escape, "\\u%04x", c);
        if (!out_add(out, plain ? bytes + i : escape, (size_t)length))
            return false;
    }
    return true;
}

static enum role task_role(const struct task *task)
{
    if (task->status.size == 7 && memcmp(task->status.bytes, "running", 7) == 0)
        return ROLE_BRANCH;
    return ROLE_DIM;
}

static void draw_task(struct rendering *row, const struct task *task, uint32_t columns, const struct look *look,
                      enum tacho_depth depth)
{
    struct line line;
    char number[NUMBER_MAX];
    uint32_t label = columns > REST_COLUMNS + LABEL_LEAST ? columns - REST_COLUMNS : LABEL_LEAST;
    line_begin(&line, row, look, TACHO_CLAUDE, depth);
    piece_open(&line, 0, LEAD_BAR);
    piece_outside(&line, task_role(task), task->label.bytes, task->label.size, label < LABEL_MOST ? label : LABEL_MOST);
    piece_close(&line);
    piece_open(&line, 1, LEAD_DOT);
    struct fact_text model = name_of_model(task->model);
    piece_outside(&line, ROLE_MODEL, model.bytes, model.size, MODEL_COLUMNS);
    piece_close(&line);
    if (task->tokens > 0) {
        piece_open(&line, 2, LEAD_DOT);
        number_tokens(number, task->tokens);
        piece_text(&line, ROLE_DETAIL, number);
        if (task->context_size > 0) {
            int64_t share = task->tokens < task->context_size ? task->tokens * 10000 / task->context_size : 10000;
            number_percent(number, (int32_t)share);
            piece_text(&line, ROLE_DETAIL, " ");
            piece_text(&line, share >= 8000 ? ROLE_ALARM : share >= 5000 ? ROLE_WARN : ROLE_CALM, number);
        }
        piece_close(&line);
    }
}

static void add_piece(struct rendering *out, uint32_t start)
{
    out->pieces[out->piece_count] = (struct tacho_piece){
        .offset = start,
        .body_bytes = (uint16_t)(out->text_size - start),
        .body_columns = 1,
        .line = (uint8_t)out->piece_count,
        .rank = (uint8_t)out->piece_count,
    };
    out->piece_count++;
}

/* One row as a JSON line; false, and nothing added, if there is no room for it. */
static bool add_row(struct rendering *out, const struct task *task, const struct rendering *row)
{
    uint32_t start = out->text_size;
    bool fits = out_add(out, "{\"id\":\"", 7) && out_add_escaped(out, task->id.bytes, task->id.size) &&
                out_add(out, "\",\"content\":\"", 13);
    for (uint32_t i = 0; fits && i < row->piece_count; i++) {
        const struct tacho_piece *piece = &row->pieces[i];
        uint32_t lead = i ? 0 : piece->lead_bytes;
        fits = out_add_escaped(out, row->text + piece->offset + lead,
                               (size_t)piece->lead_bytes + piece->body_bytes - lead);
    }
    fits = fits && out_add(out, "\"}", 2) && out->text_size - start <= UINT16_MAX;
    if (!fits) {
        out->text_size = start;
        return false;
    }
    add_piece(out, start);
    return true;
}

void render_tasks(struct rendering *rendering, const struct task *tasks, size_t count, uint32_t columns,
                  const struct look *look, enum tacho_depth depth)
{
    struct rendering row;
    rendering->piece_count = 0;
    rendering->text_size = 0;
    for (size_t i = 0; i < count && rendering->piece_count < TACHO_PIECES_MAX; i++) {
        if (!tasks[i].id.size || !tasks[i].label.size)
            continue;
        draw_task(&row, &tasks[i], columns ? columns : USUAL_COLUMNS, look, depth);
        if (!add_row(rendering, &tasks[i], &row))
            break;
    }
    /* Every row keeps the client's look; a hook that printed nothing would look as if it had failed. */
    if (!rendering->piece_count && out_add(rendering, "{}", 2))
        add_piece(rendering, 0);
}
