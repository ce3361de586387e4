/* SPDX-License-Identifier: MIT */
/**
 * @file document.h
 * @brief The JSON document that a command prints with --json.
 *
 * Layer: common/cli, inside only. Libraries: jansson.
 */
#ifndef BL_COMMON_CLI_DOCUMENT_H
#define BL_COMMON_CLI_DOCUMENT_H

#include <glib.h>
#include <jansson.h>

G_BEGIN_DECLS

/** The members that every command has, in their order, with empty values. @return json_decref() */
json_t *bl_document_new(void);

/** Sets a member to text (made valid UTF-8), or to null. */
void bl_document_set_text(json_t *document, const char *member, const char *text);

/** Sets "error" from @error; NULL: null. */
void bl_document_set_error(json_t *document, const GError *error);

/** The stable word for an exit code: "usage", "sql" … */
const char *bl_document_error_word(int code);

/** The document's text: two-space indent, final newline. @return g_free() */
char *bl_document_format(const json_t *document);

G_END_DECLS

#endif
