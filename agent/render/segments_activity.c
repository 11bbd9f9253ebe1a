/* Segments of what goes on in the session, and of alerts. */
#include "segments_draw.h"

enum { NAME_COLUMNS = 30, ERROR_COLUMNS = 40 };

void segment_alert(struct line *line, const struct facts *facts)
{
    const struct fact_alerts *alerts = &facts->alerts;
    if (alerts->count <= 0)
        return;
    piece_symbol(line, ROLE_ALARM, "⚠ ", "! ");
    draw_text(line, ROLE_ALARM, alerts->name, NAME_COLUMNS);
    if (alerts->count == 1)
        return;
    piece_text(line, ROLE_DIM, " +");
    piece_count(line, ROLE_DIM, alerts->count - 1);
}

void segment_activity_tool(struct line *line, const struct facts *facts)
{
    draw_text(line, ROLE_ACTION, facts->activity.tool, NAME_COLUMNS);
}

void segment_activity_todos(struct line *line, const struct facts *facts)
{
    const struct fact_activity *activity = &facts->activity;
    if (activity->todo_total <= 0)
        return;
    bool done = activity->todo_done >= activity->todo_total;
    piece_symbol(line, done ? ROLE_CALM : ROLE_DIM, done ? "☑ " : "☐ ", "todo ");
    piece_count(line, done ? ROLE_CALM : ROLE_DETAIL, activity->todo_done);
    piece_text(line, ROLE_DIM, "/");
    piece_count(line, ROLE_DETAIL, activity->todo_total);
}

void segment_activity_agents(struct line *line, const struct facts *facts)
{
    if (facts->activity.agents <= 0)
        return;
    piece_count(line, ROLE_ACTION, facts->activity.agents);
    piece_text(line, ROLE_DIM, facts->activity.agents == 1 ? " agent" : " agents");
}

void segment_activity_skill(struct line *line, const struct facts *facts)
{
    draw_text(line, ROLE_DETAIL, facts->activity.skill, NAME_COLUMNS);
}

void segment_activity_error(struct line *line, const struct facts *facts)
{
    draw_text(line, ROLE_ALARM, facts->activity.error, ERROR_COLUMNS);
}

void segment_activity_retries(struct line *line, const struct facts *facts)
{
    if (facts->activity.retries <= 0)
        return;
    piece_text(line, ROLE_WARN, "retry ");
    piece_count(line, ROLE_WARN, facts->activity.retries);
}

void segment_activity_compactions(struct line *line, const struct facts *facts)
{
    if (facts->activity.compacting) {
        piece_text(line, ROLE_WARN, "compacting");
    } else if (facts->activity.compactions > 0) {
        piece_text(line, ROLE_DIM, "compacted ");
        piece_count(line, ROLE_DETAIL, facts->activity.compactions);
        piece_symbol(line, ROLE_DIM, "×", "x");
    }
}
