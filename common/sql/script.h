/* SPDX-License-Identifier: MIT */
/**
 * @file script.h
 * @brief Reads SQL text of any size and cuts it into statements, without understanding them.
 *
 * Layer: common/sql. Includes: common/base. Used by: engines, load/, squash/.
 * Memory: one statement and one read buffer, whatever the size of the script.
 * Ownership: the script borrows the reader; an item borrows the script and dies with the next call.
 * Threads: one script, one thread.
 */
#ifndef BL_COMMON_SQL_SCRIPT_H
#define BL_COMMON_SQL_SCRIPT_H

#include "common/base/stream.h"
#include "common/sql/dialect.h"
#include "common/sql/lexer.h"

#include <glib.h>

G_BEGIN_DECLS

/** Longest single statement that is accepted, in bytes. */
#define BL_SCRIPT_MAX_STATEMENT ((gsize)512 * 1024 * 1024)

typedef enum {
    BL_ITEM_STATEMENT, /**< one SQL statement without its delimiter */
    BL_ITEM_CLIENT,    /**< one line for a client program, to its end: \restrict, \gset, \!, source,
                          .mode; DELIMITER, \d X, \g    and \; are handled inside and not returned,
                          MariaDB's sandbox line is a comment */
    BL_ITEM_COPY_DATA, /**< whole lines of COPY data, line ends included; at most about 64 kB a
                          piece */
    BL_ITEM_COPY_END,  /**< the \. line */
} BlItemKind;

/** One piece of a script. */
typedef struct {
    BlItemKind kind;
    const char *text; /**< from the first token that is not filler to the last token (trailing
                         filler and delimiter left out); not NUL-terminated */
    gsize len;        /**< bytes */
    gsize full_len;   /**< @len and the filler up to the delimiter: for databases that keep the
                         author's text */
    guint64 offset;   /**< byte offset of @text in the (unpacked) script */
    guint line;       /**< line of the first byte, from 1 */
    guint column;     /**< column of the first byte, in bytes, from 1 */
    guint64 lead;     /**< byte offset of the first byte of filler before @text, after the previous
                         item's delimiter */
    gboolean starts_copy; /**< a COPY … FROM stdin: COPY_DATA items and one COPY_END follow */
    gboolean delimited;   /**< a delimiter ended it; FALSE: the end of the text did */
} BlItem;

typedef struct BlScript BlScript;

/** Makes a script over @reader (borrowed). @param dialect borrowed, static */
BlScript *bl_script_new(BlReader *reader, const BlDialect *dialect);

/** Makes a script over the file @path, which it closes. @param name what messages call it
 * @return bl_script_free(); NULL: BL_ERROR_IO */
BlScript *bl_script_open(const char *path,
                         const char *name,
                         const BlDialect *dialect,
                         GError **error) G_GNUC_WARN_UNUSED_RESULT;

/** Positions start at @line and @column instead of 1:1 (a section of a larger file), and messages
 * name @name (copied; may be NULL).
 * @param offset added to every item's offset */
void
bl_script_set_origin(BlScript *script, const char *name, guint line, guint column, guint64 offset);

/** Quoting switches that the session has (see BlLexState); may be changed between items. */
BlLexState *bl_script_state(BlScript *script);

/** The script's text is this one statement, as another script over the same text, with the same
 * origin and no quoting switches, found it: it is not read again while those are as they were.
 * @param item borrowed until the script is freed; its delimiter was ";" */
void bl_script_set_known(BlScript *script, const BlItem *item);

/** How much is asked from the reader at a time (64 kB); for tests, which set 1. */
void bl_script_set_chunk(BlScript *script, gsize chunk);

/** Longest statement in bytes, instead of BL_SCRIPT_MAX_STATEMENT. */
void bl_script_set_limit(BlScript *script, gsize limit);

/** Asked for each item in turn, for some twice.
 * @param joined empty: @item may be the first of several that become one; else what they are so far
 * @return TRUE: @joined has it now; FALSE: @joined is as it was, @item comes by itself */
typedef gboolean (*BlScriptJoin)(const BlItem *item, GString *joined, void *data);

/** Items that follow each other come out as one statement, at the place of the first.
 * @param join no NULL */
void bl_script_set_join(BlScript *script, BlScriptJoin join, void *data);

/** The delimiter in force after the last item: ";" unless a DELIMITER line changed it. Borrowed
 * until the next call. */
const char *bl_script_delimiter(const BlScript *script);

/** The name for messages: what bl_script_set_origin() said, else the reader's. Borrowed; may be
 * NULL. */
const char *bl_script_name(const BlScript *script);

/**
 * Reads the next item.
 * @param item out
 * @return 1: an item; 0: the end; -1: an error: BL_ERROR_SQL with file, line and column for an
 * unterminated string, identifier, comment, dollar quote or COPY data (position of its start) and
 * for a statement over BL_SCRIPT_MAX_STATEMENT, a NUL byte outside COPY data, a client command in
 * the middle of a statement (one that does not send it), or a DELIMITER line without a usable
 * delimiter; BL_ERROR_IO from the reader. After an error every further call fails with the same
 * error
 */
int bl_script_next(BlScript *script, BlItem *item, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/** The same, past what is no statement: lines for client programs, rows. */
int
bl_script_next_statement(BlScript *script, BlItem *item, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/** Line and column of byte @offset of @item's text. */
void bl_item_position(const BlItem *item, gsize offset, guint *line, guint *column);

void bl_script_free(BlScript *script);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(BlScript, bl_script_free)

G_END_DECLS

#endif
