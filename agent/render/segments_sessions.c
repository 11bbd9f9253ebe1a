/* The segment of the sessions that work in a directory, for shell prompts. */
#include "names.h"
#include "segments_draw.h"

enum { MODEL_COLUMNS = 24 };

static void draw_session(struct line *line, const struct fact_session *session)
{
    struct fact_text model = name_of_model(session->model);
    piece_outside(line, ROLE_MODEL, model.bytes, model.size, MODEL_COLUMNS);
    if (session->context_used_e2 >= 0) {
        piece_text(line, ROLE_MODEL, " ");
        draw_percent(line, session->context_used_e2);
    }
    if (session->state == STATE_WAITING)
        piece_text(line, ROLE_ACTION, " waiting");
    else if (session->state == STATE_IDLE)
        piece_text(line, ROLE_DIM, " idle");
}

void segment_sessions(struct line *line, const struct facts *facts)
{
    for (size_t i = 0; i < facts->session_count; i++) {
        if (i)
            piece_symbol(line, ROLE_DIM, " · ", " . ");
        draw_session(line, &facts->sessions[i]);
    }
}
