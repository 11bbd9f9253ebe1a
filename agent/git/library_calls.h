/*
 * libgit2's functions under their own names, each called through the table of library.h. One that is missing
 * here is not found when the agent is linked.
 */
#ifndef TACHO_GIT_LIBRARY_CALLS_H
#define TACHO_GIT_LIBRARY_CALLS_H

#include "library.h"

#define git_attr_cache_flush             libgit2()->git_attr_cache_flush
#define git_attr_get                     libgit2()->git_attr_get
#define git_attr_value                   libgit2()->git_attr_value
#define git_blob_free                    libgit2()->git_blob_free
#define git_blob_lookup                  libgit2()->git_blob_lookup
#define git_blob_rawcontent              libgit2()->git_blob_rawcontent
#define git_blob_rawsize                 libgit2()->git_blob_rawsize
#define git_buf_dispose                  libgit2()->git_buf_dispose
#define git_commit_free                  libgit2()->git_commit_free
#define git_commit_lookup                libgit2()->git_commit_lookup
#define git_commit_time                  libgit2()->git_commit_time
#define git_commit_tree_id               libgit2()->git_commit_tree_id
#define git_config_add_file_ondisk       libgit2()->git_config_add_file_ondisk
#define git_config_free                  libgit2()->git_config_free
#define git_config_get_bool              libgit2()->git_config_get_bool
#define git_config_get_int32             libgit2()->git_config_get_int32
#define git_config_get_multivar_foreach  libgit2()->git_config_get_multivar_foreach
#define git_config_get_path              libgit2()->git_config_get_path
#define git_config_get_string_buf        libgit2()->git_config_get_string_buf
#define git_config_iterator_free         libgit2()->git_config_iterator_free
#define git_config_iterator_new          libgit2()->git_config_iterator_new
#define git_config_multivar_iterator_new libgit2()->git_config_multivar_iterator_new
#define git_config_next                  libgit2()->git_config_next
#define git_config_open_default          libgit2()->git_config_open_default
#define git_config_open_ondisk           libgit2()->git_config_open_ondisk
#define git_config_parse_bool            libgit2()->git_config_parse_bool
#define git_error_last                   libgit2()->git_error_last
#define git_graph_ahead_behind           libgit2()->git_graph_ahead_behind
#define git_index_free                   libgit2()->git_index_free
#define git_index_new                    libgit2()->git_index_new
#define git_libgit2_init                 libgit2()->git_libgit2_init
#define git_libgit2_opts                 libgit2()->git_libgit2_opts
#define git_libgit2_shutdown             libgit2()->git_libgit2_shutdown
#define git_odb_free                     libgit2()->git_odb_free
#define git_odb_hash                     libgit2()->git_odb_hash
#define git_odb_object_data              libgit2()->git_odb_object_data
#define git_odb_object_free              libgit2()->git_odb_object_free
#define git_odb_object_size              libgit2()->git_odb_object_size
#define git_odb_object_type              libgit2()->git_odb_object_type
#define git_odb_read                     libgit2()->git_odb_read
#define git_odb_read_header              libgit2()->git_odb_read_header
#define git_oid_fromstr                  libgit2()->git_oid_fromstr
#define git_repository_config            libgit2()->git_repository_config
#define git_repository_free              libgit2()->git_repository_free
#define git_repository_hashfile          libgit2()->git_repository_hashfile
#define git_repository_odb               libgit2()->git_repository_odb
#define git_repository_open_ext          libgit2()->git_repository_open_ext
#define git_repository_set_index         libgit2()->git_repository_set_index
#define git_repository_set_workdir       libgit2()->git_repository_set_workdir
#define git_repository_workdir           libgit2()->git_repository_workdir

#endif
