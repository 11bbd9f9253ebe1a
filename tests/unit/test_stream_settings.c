/*
 * [stream] in the configuration: presets, numbers in their place, and mistakes, which are told and change
 * nothing.
 */
#include "../../agent/serve/config.h"
#include "../../agent/serve/stream_settings.h"
#include "suite.h"

#include <string.h>
#include <unistd.h>

static struct stream_settings read_settings(const char *content)
{
    char path[] = "/tmp/tacho-settings-XXXXXX";
    int descriptor = mkstemp(path);
    ck_assert_int_eq(write(descriptor, content, strlen(content)), (ssize_t)strlen(content));
    struct stream_settings settings = stream_settings_read(path);
    close(descriptor);
    unlink(path);
    return settings;
}

static void expect(const char *content, uint32_t ring, uint32_t lag, uint32_t patience)
{
    struct stream_settings settings = read_settings(content);
    ck_assert_uint_eq(settings.ring, ring);
    ck_assert_uint_eq(settings.lag, lag);
    ck_assert_uint_eq(settings.patience, patience);
}

START_TEST(presets_and_numbers)
{
    expect("", 4096, 2048, 1024);
    expect("[stream]\npreset = performance\n", 65536, 32768, 16384);
    expect("[stream]\nlag = 7\npreset = memory\n", 512, 7, 128);
    expect("[stream]\npreset = custom\nring = 64\npatience = 1\n", 64, 2048, 1);
    expect("[stream]\npreset = nonsense\nring = 100\nlag = 0\npatience = -5\n", 4096, 2048, 1024);
    expect("[stream]\nring = 1048576\n", 1048576, 2048, 1024);
    expect("[stream]\nring\nlag\n", 4096, 2048, 1024);
    struct stream_settings settings = stream_settings_read("/nowhere");
    ck_assert_uint_eq(settings.ring, 4096);
}
END_TEST

static void tell(void *data, unsigned line, const char *mistake)
{
    struct text *told = data;
    text_addf(told, "%u: %s\n", line, mistake);
}

START_TEST(mistakes_are_told)
{
    char content[] = "[stream]\n"
                     "preset = fast\n"
                     "ring = 100\n"
                     "lag = many\n"
                     "depth = 3\n"
                     "patience = 10\n";
    struct text text = {.bytes = content, .size = sizeof content - 1}, told = TEXT_EMPTY;
    struct config config = config_default();
    ck_assert_uint_eq(config_read_text(&text, &config, tell, &told), 4);
    ck_assert_str_eq(told.bytes,
                     "2: stream.preset = fast: no such preset; there are default, performance, memory, "
                     "low-latency and custom\n"
                     "3: stream.ring = 100: expected a power of two from 64 to 1048576\n"
                     "4: stream.lag = many: expected a number of events from 1 to 1048576\n"
                     "5: stream.depth = 3: no such setting; there are preset, ring, lag and patience\n");
    text_free(&told);
    config_free(&config);
}
END_TEST

SUITE_MAIN("stream_settings", presets_and_numbers, mistakes_are_told)
