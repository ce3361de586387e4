/* SPDX-License-Identifier: MIT */
/**
 * @file dialect.h
 * @brief What the three SQL dialects differ in, as a table that the lexer and the script reader
 * read.
 *
 * Layer: common/sql. Instances are const and static. Code asks a feature, never a dialect's name.
 */
#ifndef BL_COMMON_SQL_DIALECT_H
#define BL_COMMON_SQL_DIALECT_H

#include <glib.h>

G_BEGIN_DECLS

/** How a word can end a statement early or late; see script.c. */
typedef enum {
    BL_BODY_NONE,     /**< only the delimiter ends a statement */
    BL_BODY_TRIGGER,  /**< CREATE TRIGGER … BEGIN … ; END ; (SQLite's complete.c) */
    BL_BODY_COMPOUND, /**< stored programs with BEGIN … END, IF … END IF and so on (MySQL); only
                         where the file has no delimiter of its own */
    BL_BODY_ATOMIC, /**< BEGIN ATOMIC … END of SQL routines, CASE … END inside (psql 14 and later)
                     */
} BlBodyRule;

/** One dialect. */
typedef struct {
    const char *name;
    const char *const *suffixes; /**< what names of files call it; NULL-terminated */
    gboolean
        backslash_escapes; /**< in '…' (MySQL); E'…' has them wherever @escape_strings is set */
    gboolean double_quoted_strings; /**< "…" may be a literal: backslash rule applies to it too
                                       (MySQL) */
    gboolean escape_strings;        /**< E'…' (PostgreSQL) */
    gboolean dollar_quotes;         /**< $tag$ … $tag$ */
    gboolean nested_comments;
    gboolean hash_comments;    /**< # to the end of the line */
    gboolean dash_needs_blank; /**< -- starts a comment only before a blank, a control or the end */
    gboolean executable_comments; /**< the contents of slash-star-! and slash-star-M! comments are
                                     code */
    gboolean backtick_identifiers;
    gboolean bracket_identifiers;
    gboolean copy_data;          /**< COPY … FROM stdin; lines up to \. */
    gboolean backslash_commands; /**< psql: a backslash outside quotes starts a client command */
    gboolean delimiter_lines;    /**< mysql client: DELIMITER x, and client words at line start */
    gboolean dot_commands;   /**< sqlite3 shell: a line that starts with a dot between statements */
    gboolean paren_protects; /**< the delimiter counts only outside parentheses (CREATE RULE) */
    gboolean free_operators; /**< any run of operator characters is one operator (PostgreSQL) */
    gboolean digit_identifiers; /**< a word may start with a digit or a dollar sign (MySQL) */
    gboolean at_variables;      /**< @name and @@name (MySQL) */
    gboolean named_parameters;  /**< :name, @name, $name (SQLite) */
    gboolean hints;             /**< slash-star-plus comments reach the planner */
    BlBodyRule body;
} BlDialect;

extern const BlDialect bl_dialect_postgres;
extern const BlDialect bl_dialect_mysql;
extern const BlDialect bl_dialect_sqlite;

/** @return the dialect that names of files call @suffix, NULL when there is none */
const BlDialect *bl_dialect_for_suffix(const char *suffix);

/** @return the dialect of that name ("postgres", "mysql", "sqlite"), NULL when there is none */
const BlDialect *bl_dialect_find(const char *name);

G_END_DECLS

#endif
