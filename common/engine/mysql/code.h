/* SPDX-License-Identifier: MIT */
/**
 * @file code.h
 * @brief What views, routines, triggers and events have in common: a text that somebody wrote, and
 * the settings it was written under.
 *
 * Layer: common/engine/mysql. The text of SHOW CREATE is of two encodings: what the server writes
 * into it is UTF-8, what its author wrote is in the client charset of its creation. Texts that are
 * not UTF-8 through and through wait until the session is free, and the server, which knows its
 * charsets best, recodes them.
 */
#ifndef BL_COMMON_ENGINE_MYSQL_CODE_H
#define BL_COMMON_ENGINE_MYSQL_CODE_H

#include "common/engine/mysql/reader.h"
#include "common/engine/mysql/tokens.h"

G_BEGIN_DECLS

/** A definition, ready to be made an object of. Borrowed. */
typedef struct {
    const char *sql; /**< UTF-8 */
    MySettings settings;
    gboolean is_implicit; /**< of an event: its STARTS is the second of its creation */
    gboolean is_over;     /**< of an event: it will never run again */
} MyCode;

/** Parts of a text in the client charset of its creation: pairs of start and end, in order. */
typedef struct {
    gsize pairs[2][2];
    guint n;
    gboolean names_are_utf8; /**< in: the server writes the names of routines and triggers itself,
                                  as MySQL does from 8 on */
} MySpans;

/** How a sort of object is read from its row. Columns are -1 where the answer has none. */
typedef struct {
    int sql, sql_mode, client, connection, database, time_zone;
    /** NULL: all of the text but the definer */
    void (*find_spans)(const MyTokens *tokens, MySpans *spans);
    /** Adds the statements of @item->object. FALSE with @error: fails; FALSE without: left out */
    gboolean (*build)(MyReader *reader, MyItem *item, const MyCode *code, GError **error);
    gboolean is_server_text; /**< the server writes all of the text */
    gboolean waits;          /**< always until the session is free */
    const char *right;       /**< what an account needs to see the text */
} MyCodeSort;

/** For MySort.render: makes @item->object of @row, now or in my_finish_items(). */
gboolean my_render_code(
    MyReader *reader, MyItem *item, const MyRow *row, const MyCodeSort *sort, GError **error);

/** The text without what a snapshot leaves out of every definition: DEFINER, unless
 * options->keep_definer. @return g_free() */
char *my_code_text(MyReader *reader, const char *sql);

/** Notes in the facts which other databases @sql names; fills @item->names. */
void my_note_names(MyReader *reader, MyItem *item, const char *sql, const char *sql_mode);

/** The same for a text in which nobody can take its own database's name out; noted too. */
void my_note_body(MyReader *reader, MyItem *item, const char *sql, const char *sql_mode);

/** The literals of a header, from @from to before @body (COMMENT, RETURNS enum(…)), which the
 * server writes with backslash escapes always, as the sql_mode of the object reads them: @sql with
 * that put right. @return g_free() */
char *my_with_plain_literals(const char *sql, const char *sql_mode, gsize from, gsize body);

/* javascript.c */

/** @sql with a body between dollar quotes as a string, and without the own database's name before
 * the libraries that it uses. @param removed set to TRUE when that name was there. @return g_free()
 */
char *
my_with_string_body(const char *sql, const char *sql_mode, const char *database, gboolean *removed);

/* literals.c */

/** @sql with every literal of another charset than UTF-8 behind an introducer that is not ASCII as
 * hexadecimal digits. @param all FALSE: only where its bytes are not valid UTF-8. @return g_free()
 */
char *my_with_hex_literals(const char *sql, const char *sql_mode, gboolean all);

/** @sql, a view's, with every literal that is not ASCII and has no introducer as hexadecimal digits
 * of @charset. @return g_free() */
char *my_with_introducers(const char *sql, const char *charset);

/** Appends to @pairs (gsize[2]) the parts from @start to @end of a text after
 * my_with_hex_literals() that are in the charset of the text: without the UTF-8 literals behind
 * introducers. */
void my_skip_utf8_literals(const MyTokens *tokens, gsize start, gsize end, GArray *pairs);

/** Makes @item->object when it is not there yet. */
BlObject *my_code_object(MyReader *reader, MyItem *item);

/** Leaves @item out and takes its object away; then as my_unsupported(), or with @broken as
 * --skip-broken says. @return FALSE always; without @error: left out */
gboolean
my_leave_out(MyReader *reader, MyItem *item, const char *why, gboolean broken, GError **error);

/* event.c: reads what the texts of events do not say */
typedef struct {
    GHashTable *implicit, *over; /**< sets of char * */
} MyEventFacts;
gboolean my_read_event_facts(MyReader *reader, MyEventFacts *facts, GError **error);
void my_event_facts_clear(MyEventFacts *facts);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(MyEventFacts, my_event_facts_clear)

/* broken.c */

/** Finds the views and triggers that cannot be created again. */
gboolean my_check_views(MyReader *reader, GError **error);
gboolean my_check_triggers(MyReader *reader, GError **error);

/** Makes views call functions of this database by its name where the server has one of its own of
 * that name; shadowed.c. */
gboolean my_name_shadowed_calls(MyReader *reader, GError **error);

G_END_DECLS

#endif
