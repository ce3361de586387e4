/* SPDX-License-Identifier: MIT */
/**
 * @file client.h
 * @brief The command words that the stock clients act on themselves, and the DELIMITER line.
 *
 * Layer: common/sql, used by script.c only.
 */
#ifndef BL_COMMON_SQL_CLIENT_H
#define BL_COMMON_SQL_CLIENT_H

#include <glib.h>

G_BEGIN_DECLS

/** Longest delimiter that the client programs keep whole. */
#define BL_DELIMITER_MAX 15

/** @return TRUE when a line that starts with the command word @word (@len bytes, not a backslash
 * command) may be the client's; @takes_text out: it may have arguments */
gboolean bl_client_find_word(const char *word, gsize len, gboolean *takes_text);

/** @return TRUE when the backslash command @name (without the backslash) sends the statement before
 * it */
gboolean bl_client_sends(const char *name, gsize len);

/** Reads the argument of a DELIMITER line: up to a blank, or between quotes.
 * @param line the line behind the command
 * @param delimiter out, with room for BL_DELIMITER_MAX + 1 bytes
 * @return NULL, or what is wrong with it */
const char *bl_client_parse_delimiter(const char *line, gsize len, char *delimiter);

G_END_DECLS

#endif
