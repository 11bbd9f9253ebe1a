/*
 * What the client keeps in files and does not tell its status line: who is logged in (`oauthAccount` in its
 * .claude.json), and what its settings say of the sandbox and of voice input (`sandbox.enabled`,
 * `voice.enabled`; of several settings.json the more special goes before, as the client's own documentation
 * has it). Read while a layout shows it, and again only when a file has changed.
 */
#ifndef TACHO_CLIENT_FILES_H
#define TACHO_CLIENT_FILES_H

#include "../render/facts.h"

struct client_files;

/* `home` may be NULL, and must outlive it. */
struct client_files *client_files_new(const char *home);
void client_files_free(struct client_files *files);

/*
 * Adds what the files of the configuration directory say in which a session's log lies (NULL: unknown), and
 * those of its project, which the facts name. Texts last until the next call.
 */
void facts_add_client_files(struct facts *facts, struct client_files *files, const char *transcript);

#endif
