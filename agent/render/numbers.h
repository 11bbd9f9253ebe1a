/*
 * Numbers as people read them, and as JSON does. Each function writes a NUL-terminated string of at most
 * NUMBER_MAX bytes. Nothing is shown with more precision than it has, and nothing rounds up into
 * something that is not yet so: 99.87 % is "99%".
 */
#ifndef TACHO_NUMBERS_H
#define TACHO_NUMBERS_H

#include <stdbool.h>
#include <stdint.h>

#define NUMBER_MAX 48

/* Picodollars: "$0.00", "<$0.01", "$12.34" (nearest cent), "$1,234.56". */
void number_dollars(char out[NUMBER_MAX], int64_t pusd);

/* The same for a sum that is still growing: rounded down, so that "at least" it is true. */
void number_dollars_so_far(char out[NUMBER_MAX], int64_t pusd);

/* "950", "1.2k", "84k", "1.2M", "3.1B", "2.7T", rounded down. */
void number_tokens(char out[NUMBER_MAX], int64_t tokens);

/* Hundredths of a percent: "0%", "99%", rounded down. */
void number_percent(char out[NUMBER_MAX], int32_t percent_e2);

/* Time left, in begun minutes: "1m", "2h 13m", from a day on "3d 4h"; "0m" when it is over. */
void number_countdown(char out[NUMBER_MAX], int64_t left_us);

/* Those minutes. */
int64_t number_minutes(int64_t left_us);

/* How long that text stays right: µs until it changes; 0 when it is over. */
int64_t number_countdown_lasts(int64_t left_us);

/* `value` × 10^-places exactly, as the shortest JSON number: 12.5, 0.000001, 3. Places: 0 to 18. */
void number_decimal(char out[NUMBER_MAX], int64_t value, int places);

/*
 * The shortest number that reads back as the same double, as Rust's serde_json lays it out: "83.5", "-0.0",
 * "1e-7"; "null" if it is none.
 */
void number_double(char out[NUMBER_MAX], double value);

/* With a comma before every third digit from the right: "1,234,567". */
void number_grouped(char out[NUMBER_MAX], uint64_t value);

#endif
