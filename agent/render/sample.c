/* An imagined session that has everything, and segments drawn from it: samples, demos and tests. */
#include "../git/git.h"
#include "segments_draw.h"

#define TEXT(string)                                                                                         \
    {                                                                                                        \
        string, sizeof string - 1                                                                            \
    }
#define MINUTE INT64_C(60000000)
#define CENT   INT64_C(10000000000)
#define NOW    INT64_C(1763733900000000) /* 21 November 2025, 14:05 UTC */

static const struct git_state sample_git = {
    .root = "/home/ada/loom",
    .branch = "feature/jacquard",
    .oid = "3f9c1d2e8a7b6c5d4e3f2a1b0c9d8e7f6a5b4c3d",
    .upstream = "origin/feature/jacquard",
    .tag = "v2.4.0",
    .action = "rebase",
    .worktree = "jacquard",
    .origin = {"github.com", "ada", "loom"},
    .upstream_remote = {"github.com", "charles", "loom"},
    .engine = "index",
    .step = 2,
    .steps = 5,
    .ahead = 2,
    .behind = 1,
    .staged = 3,
    .unstaged = 4,
    .untracked = 1,
    .conflicted = 1,
    .stashes = 1,
    .committed_us = NOW - 125 * MINUTE,
};

static const struct fact_text sample_commands[] = {TEXT("12 °C, rain")};

static const struct facts sample_facts = {
    .now_us = NOW,
    .home = "/home/ada",
    .model = TEXT("Opus 4.1"),
    .directory = TEXT("/home/ada/loom/cards"),
    .session_name = TEXT("punch cards"),
    .effort = TEXT("high"),
    .fast_mode = true,
    .git = &sample_git,
    .context_used_e2 = 6250,
    .context_tokens = 125000,
    .context_size = 200000,
    .session_cost_pusd = 487 * CENT,
    .today_cost_pusd = 2315 * CENT,
    .block_active = true,
    .block_cost_pusd = 1120 * CENT,
    .block_end_us = NOW + 133 * MINUTE,
    .five_hour = {true, 4200, NOW + 133 * MINUTE},
    .seven_day = {true, 6800, NOW + 4 * 1440 * MINUTE},
    .lines_added = 156,
    .lines_removed = 23,
    .session_id = TEXT("7c1e5a52-93b4-4f0e-8f6e-2d1a0b9c8e7f"),
    .model_id = TEXT("claude-opus-4-1-20250805"),
    .version = TEXT("2.1.240"),
    .output_style = TEXT("Explanatory"),
    .agent = TEXT("reviewer"),
    .vim_mode = TEXT("INSERT"),
    .mode = TEXT("plan"),
    .account_email = TEXT("ada@example.org"),
    .sandbox = SWITCH_ON,
    .voice = SWITCH_ON,
    .remote = SWITCH_ON,
    .project_directory = TEXT("/home/ada/loom"),
    .repository_host = TEXT("github.com"),
    .repository_owner = TEXT("ada"),
    .repository_name = TEXT("loom"),
    .review = {42, TEXT("https://github.com/ada/loom/pull/42"), TEXT("approved"), {NULL, 0}},
    .worktree = {TEXT("jacquard"), TEXT("feature/jacquard"), TEXT("main"), TEXT("/home/ada/loom")},
    .activity = {.tool = TEXT("Bash"),
                 .skill = TEXT("weaving"),
                 .error = TEXT("overloaded"),
                 .retries = 2,
                 .agents = 3,
                 .todo_done = 3,
                 .todo_total = 7,
                 .compactions = 1},
    .commands = {sample_commands, 1, 1},
    .machine = {.memory_used = INT64_C(6800) << 20,
                .memory_total = INT64_C(16000) << 20,
                .load_e2 = 142,
                .battery_percent = 81,
                .host = "loom",
                .user = "ada",
                .known = true,
                .agent_memory = INT64_C(16) << 20,
                .agent_behind = INT64_C(3) << 20,
                .agent_unsaved_us = NOW - 4 * MINUTE},
    .sessions = {{TEXT("Opus 4.1"), 6250, STATE_WAITING}},
    .session_count = 1,
    .state = STATE_BUSY,
    .thinking = true,
    .exceeds_200k = true,
    .added_directories = 2,
    .duration_us = 95 * MINUTE,
    .api_duration_us = 21 * MINUTE,
    .first_us = NOW - 95 * MINUTE,
    .last_us = NOW - MINUTE,
    .tool_calls = 48,
    .messages = 63,
    .cache_until_us = NOW + 4 * MINUTE,
    .last = {1200, 850, 3100, 120700},
    .total = {45000, 38000, 310000, 2900000},
    .today_tokens = 9400000,
    .block_tokens = 4100000,
    .week_cost_pusd = 8420 * CENT,
    .month_cost_pusd = 31275 * CENT,
    .block_start_us = NOW - 167 * MINUTE,
    .block_first_us = NOW - 160 * MINUTE,
    .block_last_us = NOW - MINUTE,
};

const struct facts *segment_sample_facts(void)
{
    return &sample_facts;
}

/* Raised for a segment's own sample only: usually there is none. */
static const struct fact_alerts sample_alerts = {TEXT("budget-today"), 2, 1};

/* What a person would have had to set for those that show nothing by themselves. */
static const struct layout sample_layout = {
    .budget_pusd = {10 * 100 * CENT, 50 * 100 * CENT, 200 * 100 * CENT, 600 * 100 * CENT, 20 * 100 * CENT}};

static const struct segment_options sample_options = {
    .text = "hello", .url = "https://example.org", .command = 1};

void segment_sample(struct rendering *rendering, const struct segment *segment)
{
    struct look look = render_look_default();
    struct facts facts = sample_facts;
    struct line line;
    facts.alerts = sample_alerts;
    look.layout = &sample_layout;
    line_begin(&line, rendering, &look, TACHO_PLAIN, TACHO_NO_COLOUR);
    line.options = &sample_options;
    piece_open(&line, segment->priority, LEAD_OWN);
    piece_body(&line);
    segment->draw(&line, &facts);
    piece_close(&line);
}
