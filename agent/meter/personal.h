/*
 * What a person has set that numbers depend on, read alike by the agent and by commands that count without
 * it: their own prices, in prices.json beside the configuration, and the weights of tokens, in the
 * configuration itself:
 *
 *     [tokens]
 *         weights = opus=5 fable=3
 *
 * Mistakes are said.
 */
#ifndef TACHO_PERSONAL_H
#define TACHO_PERSONAL_H

#define PERSONAL_PRICES  "prices.json"
#define PERSONAL_WEIGHTS "tokens.weights"

struct price_book;
struct text;
struct weights;

/*
 * Reads the prices into the book. Returns -1 if the file cannot be used: the book has the overrides that it
 * had, and is better not renewed until the file is mended.
 */
int personal_prices(struct price_book *book, const char *const *environment);

/* Reads the weights, which stay as they are if the configuration has none. */
void personal_weights(struct weights *weights, const char *const *environment);

/* Says what is wrong with a file of prices, each line of `problems` a message. */
void personal_complain(const char *path, const struct text *problems);

#endif
