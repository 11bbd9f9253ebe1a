/* Words of a text: see words.h. */
#include "words.h"

#include <ctype.h>
#include <string.h>

const char *word_next(const char **at, size_t *size)
{
    const char *word = *at;
    while (isspace((unsigned char)*word))
        word++;
    if (!*word)
        return NULL;
    char quote = *word == '"' || *word == '\'' ? *word++ : '\0';
    const char ends[] = {quote, '\0'};
    *size = strcspn(word, quote ? ends : " \t\n\r\v\f");
    *at = word + *size + (quote && word[*size] == quote);
    return word;
}
