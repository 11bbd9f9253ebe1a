/*
 * libgit2, loaded when it is first needed. With it come twenty libraries more (TLS, Kerberos, SSH), whose
 * loading would put off the first numbers of every start; so it comes after those. Who calls its functions
 * includes library_calls.h in place of <git2.h>.
 */
#ifndef TACHO_GIT_LIBRARY_H
#define TACHO_GIT_LIBRARY_H

#include <git2.h>
#include <git2/sys/repository.h>

/* All that the room calls; each has its line in library_calls.h. */
/* clang-format off */
#define LIBGIT2_FUNCTIONS(F)                                                                          \
    F(git_attr_cache_flush) F(git_attr_get) F(git_attr_value) F(git_blob_free) F(git_blob_lookup)     \
    F(git_blob_rawcontent) F(git_blob_rawsize) F(git_buf_dispose) F(git_commit_free)                  \
    F(git_commit_lookup) F(git_commit_time) F(git_commit_tree_id) F(git_config_add_file_ondisk) F(git_config_free)       \
    F(git_config_get_bool) F(git_config_get_int32) F(git_config_get_multivar_foreach)                 \
    F(git_config_get_path) F(git_config_get_string_buf) F(git_config_iterator_free)                   \
    F(git_config_iterator_new) F(git_config_multivar_iterator_new) F(git_config_next)                 \
    F(git_config_open_default) F(git_config_open_ondisk) F(git_config_parse_bool) F(git_error_last)   \
    F(git_graph_ahead_behind) F(git_index_free) F(git_index_new) F(git_libgit2_init)                  \
    F(git_libgit2_opts) F(git_libgit2_shutdown) F(git_odb_free) F(git_odb_hash)                       \
    F(git_odb_object_data) F(git_odb_object_free) F(git_odb_object_size) F(git_odb_object_type)       \
    F(git_odb_read) F(git_odb_read_header) F(git_oid_fromstr) F(git_repository_config)                \
    F(git_repository_free) F(git_repository_hashfile) F(git_repository_odb)                           \
    F(git_repository_open_ext) F(git_repository_set_index) F(git_repository_set_workdir)              \
    F(git_repository_workdir)
/* clang-format on */

struct libgit2 {
#define LIBGIT2_MEMBER(name) __typeof__(name) *name;
    LIBGIT2_FUNCTIONS(LIBGIT2_MEMBER)
#undef LIBGIT2_MEMBER
};

/* Loads it, from any thread. NULL, or why that is not possible; then none of its functions may be called. */
const char *libgit2_failure(void);

/* Its functions. */
const struct libgit2 *libgit2(void);

#endif
