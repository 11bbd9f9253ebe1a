/*
 * Finding every log there is, on one or several threads at once: the first half of a direct scan. By the same
 * rules as the tree (log_walk.h).
 */
#ifndef TACHO_LOG_SEARCH_H
#define TACHO_LOG_SEARCH_H

#include "log_walk.h"

#include <pthread.h>

struct log_search_file {
    char *path;
    size_t root_size; /* bytes of the path up to what claude_log_place() looks at */
    struct log_status status;
    uint64_t chunks_read, lines; /* while it is read in chunks: of those, and the lines in them */
};

struct log_search_folder {
    char *path;
    size_t root_size;
    bool is_root;
};

struct log_search {
    struct log_search_file *files;
    size_t file_count, file_room;
    struct log_search_folder *folders; /* yet to be listed */
    size_t folder_count, folder_room;
    pthread_mutex_t mutex; /* guards all of it */
    pthread_cond_t changed;
    unsigned listing;    /* threads that list a folder, and may find more */
    uint64_t unreadable; /* folders that cannot be listed */
    bool listed_root, is_over;
};

void log_search_begin(struct log_search *search, char *const *directories);

/*
 * Takes part in the search. Returns when everything was found, and of hard links, and of what two directories both
 * lead to, only the smallest path is left; from then on the files are the caller's to read.
 */
void log_search_join(struct log_search *search);

void log_search_free(struct log_search *search);

#endif
