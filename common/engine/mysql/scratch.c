/* SPDX-License-Identifier: MIT */
/*
 * Databases that are made and dropped: copies, scratch databases, and one that a failed load leaves
 * empty. A database of ours says what it is in the comment of the table "baseline_mark", and a
 * scratch database in its name as well, whose last digits are the digest of the others: no name
 * that somebody chose. Nothing without such a mark is dropped.
 */
#include "common/base/digest.h"
#include "common/base/error.h"
#include "common/engine/failure.h"
#include "common/engine/mysql/session.h"

#include <string.h>
#include <unistd.h>

#define MARK_TABLE     "baseline_mark"
#define CLONE_MARK     "baseline clone of "
#define SCRATCH_MARK   "baseline scratch database"
#define SCRATCH_PREFIX "baseline_scratch_"

/* Hexadecimal digits at the end of a scratch database's name. */
#define CHECK_DIGITS 16

/* Longest name of a database, in characters. */
#define NAME_LIMIT 64

/* A scratch database that is older is of a process that is gone. */
#define SCRATCH_HOURS 24

/* @return the mark of a database; g_free(); NULL without @error: it has none */
static char *
read_mark(MySession *session, const char *database, GError **error)
{
    g_autofree char *literal = my_literal(database);
    g_autofree char *sql = g_strdup_printf(
        "SELECT TABLE_COMMENT FROM information_schema.TABLES WHERE TABLE_SCHEMA = %s "
        "AND TABLE_NAME = '" MARK_TABLE "'",
        literal);
    return my_select_text(session, sql, error);
}

static gboolean
drop_database(MySession *session, const char *database, GError **error)
{
    g_autofree char *quoted = my_name(database);
    g_autofree char *sql = g_strconcat("DROP DATABASE ", quoted, NULL);
    return my_execute(&session->base, sql, NULL, error);
}

/* What a database beside that of @session is made with, so that it is like it. @return g_free();
 * NULL without @error: there is none to be like */
static char *
read_properties(MySession *session, GError **error)
{
    g_autofree char *like = my_literal(session->database);
    g_autofree char *query =
        g_strdup_printf("SELECT concat(' CHARACTER SET ', DEFAULT_CHARACTER_SET_NAME, ' COLLATE ', "
                        "quote(DEFAULT_COLLATION_NAME)) FROM information_schema.SCHEMATA "
                        "WHERE SCHEMA_NAME = %s AND SCHEMA_NAME <> '" MY_NO_DATABASE "'",
                        like);
    return my_select_text(session, query, error);
}

/* A new database and its mark, in one message: the server makes both even when we are gone after
 * the first. Where it was the server that died in between, or a KILL that came, the database is
 * empty: a scratch database's name is a mark too, and a copy's is filled by the next who makes it.
 * @param fills it is there and empty; who makes the table has it */
static gboolean
create_marked(
    MySession *session, const char *database, const char *mark, gboolean fills, GError **error)
{
    GError *problem = NULL;
    g_autofree char *properties = read_properties(session, &problem);
    if (problem != NULL) {
        g_propagate_error(error, problem);
        return FALSE;
    }
    g_autofree char *quoted = my_name(database);
    g_autofree char *comment = my_literal(mark);
    g_autofree char *make = g_strdup_printf("%s DATABASE %s%s; ", fills ? "ALTER" : "CREATE",
                                            quoted, properties != NULL ? properties : "");
    g_autofree char *sql = g_strdup_printf(
        "%sCREATE TABLE %s." MARK_TABLE " (made_at timestamp NOT NULL DEFAULT CURRENT_TIMESTAMP "
        "PRIMARY KEY) COMMENT %s; INSERT INTO %s." MARK_TABLE " VALUES (CURRENT_TIMESTAMP)",
        fills && properties == NULL ? "" : make, quoted, comment, quoted);
    guint n = 0;
    if (my_run_all(session, sql, NULL, NULL, &n, error))
        return TRUE;
    /* Only what this made: another one's would have been the error of the first statement. */
    if (n > 0 && !fills)
        drop_database(session, database, NULL);
    return FALSE;
}

/* MariaDB's databases have a comment since 10.5. */
char *
my_restore_query(const MySession *session)
{
    gboolean has_comment = session->is_mariadb && session->version >= 100500;
    return g_strdup_printf(
        "SELECT concat('ALTER DATABASE CHARACTER SET ', DEFAULT_CHARACTER_SET_NAME, ' COLLATE ', "
        "quote(DEFAULT_COLLATION_NAME)%s) FROM information_schema.SCHEMATA "
        "WHERE SCHEMA_NAME = DATABASE()",
        has_comment ? ", ' COMMENT ', quote(SCHEMA_COMMENT)" : "");
}

char *
my_restore_statement(BlSession *base, GError **error)
{
    MySession *session = (MySession *)base;
    if (session->restore != NULL)
        return g_strdup(session->restore);
    g_autofree char *sql = my_restore_query(session);
    return my_select_text(session, sql, error);
}

/* @return g_free() */
static char *
name_clone(const MySession *session, const char *name, guint number, GError **error)
{
    g_autofree char *full =
        name != NULL ? g_strdup(name) : g_strdup_printf("%s_%u", session->database, number);
    if (full[0] != '\0' && g_utf8_validate(full, -1, NULL) &&
        g_utf8_strlen(full, -1) <= NAME_LIMIT && !g_str_has_suffix(full, " "))
        return g_steal_pointer(&full);
    bl_error_set(error, BL_ERROR_USAGE, "give a name of 1 to 64 characters",
                 "\"%s\" is no name for a database", full);
    return NULL;
}

/* @param rows of information_schema: "TABLE WHERE column" */
static gboolean
names_database(
    MySession *session, const char *rows, const char *database, gboolean *found, GError **error)
{
    g_autofree char *literal = my_literal(database);
    g_autofree char *sql =
        g_strdup_printf("SELECT 1 FROM information_schema.%s = %s LIMIT 1", rows, literal);
    return bl_session_has_row(&session->base, sql, found, error);
}

/* What is where a copy is to be. */
typedef enum {
    PLACE_FREE,
    PLACE_COPY,  /* one of ours, which may be replaced */
    PLACE_EMPTY, /* a database without anything, which may be filled as by any load */
} Place;

/* As it was made: nothing is lost with it. FALSE too when that cannot be told. */
static gboolean
is_empty(MySession *session, const char *database)
{
    static const char *const places[] = { "TABLES WHERE TABLE_SCHEMA",
                                          "ROUTINES WHERE ROUTINE_SCHEMA",
                                          "EVENTS WHERE EVENT_SCHEMA", "PROCESSLIST WHERE DB" };
    for (gsize i = 0; i < G_N_ELEMENTS(places); i++) {
        gboolean found = FALSE;
        if (!names_database(session, places[i], database, &found, NULL) || found)
            return FALSE;
    }
    return TRUE;
}

static gboolean
check_place(MySession *session, const char *name, gboolean recreate, Place *place, GError **error)
{
    gboolean is_there = FALSE;
    *place = PLACE_FREE;
    gboolean same = session->names_case != 0 ? g_ascii_strcasecmp(name, session->database) == 0
                                             : strcmp(name, session->database) == 0;
    if (same)
        return bl_fail_clone_place(name, BL_CLONE_ITSELF, "drop", error);
    if (!names_database(session, "SCHEMATA WHERE SCHEMA_NAME", name, &is_there, error))
        return FALSE;
    if (!is_there)
        return TRUE;
    if (!recreate)
        return bl_fail_clone_place(name, BL_CLONE_THERE, "drop", error);
    GError *problem = NULL;
    g_autofree char *mark = read_mark(session, name, &problem);
    if (problem != NULL) {
        g_propagate_error(error, problem);
        return FALSE;
    }
    *place = mark != NULL ? PLACE_COPY : PLACE_EMPTY;
    if (mark == NULL && is_empty(session, name))
        return TRUE;
    if (mark == NULL || !g_str_has_prefix(mark, CLONE_MARK))
        return bl_fail_clone_place(name, BL_CLONE_NOT_OURS, "drop", error);
    gboolean used = FALSE;
    if (!names_database(session, "PROCESSLIST WHERE DB", name, &used, error))
        return FALSE;
    return !used || bl_fail_clone_place(name, BL_CLONE_USED, "drop", error);
}

gboolean
my_check_clone(BlSession *base,
               const char *name,
               guint number,
               gboolean recreate,
               char **place,
               GError **error)
{
    MySession *session = (MySession *)base;
    g_autofree char *full = name_clone(session, name, number, error);
    Place found = PLACE_FREE;
    if (full == NULL || !check_place(session, full, recreate, &found, error))
        return FALSE;
    *place = my_fold_name(session, full);
    return TRUE;
}

BlSession *
my_open_clone(BlSession *base, /* NOLINT(readability-function-size): the interface's parameters */
              const char *name,
              guint number,
              const char *mark,
              gboolean recreate,
              char **made,
              GError **error)
{
    MySession *session = (MySession *)base;
    g_autofree char *full = name_clone(session, name, number, error);
    Place place = PLACE_FREE;
    if (full == NULL || !check_place(session, full, recreate, &place, error))
        return NULL;
    g_autofree char *text = g_strconcat(CLONE_MARK, mark, NULL);
    gboolean fills = place == PLACE_EMPTY;
    if ((place == PLACE_COPY && !drop_database(session, full, error)) ||
        !create_marked(session, full, text, fills, error))
        return NULL;
    MySession *clone = my_open_other(session, full, error);
    if (clone == NULL) {
        if (!fills)
            drop_database(session, full, NULL);
        return NULL;
    }
    clone->base.created = !fills;
    *made = g_steal_pointer(&full);
    return &clone->base;
}

/* Nothing in it, ours or not, and nobody else at work. */
static gboolean
may_discard(MySession *session)
{
    if (session->conn == NULL || !session->base.created)
        return FALSE;
    my_rollback(&session->base);
    if (session->lock == NULL && !my_lock(&session->base, 0, NULL))
        return FALSE;
    g_autoptr(GPtrArray) objects = my_list_objects(&session->base, NULL, NULL);
    for (guint i = 0; objects != NULL && i < objects->len; i++) {
        const BlListedObject *object = g_ptr_array_index(objects, i);
        if (strcmp(object->name, MARK_TABLE) != 0)
            return FALSE;
    }
    return objects != NULL;
}

void
my_discard(BlSession *base)
{
    MySession *session = (MySession *)base;
    if (may_discard(session))
        drop_database(session, session->database, NULL);
    my_close(base);
}

/* The digits that make a name ours. @return g_free() */
static char *
check_digits(const char *name, gsize len)
{
    g_autofree char *text = g_strdup_printf(SCRATCH_MARK "%.*s", (int)len, name);
    char *digits = bl_digest_bytes(text, strlen(text));
    digits[CHECK_DIGITS] = '\0';
    return digits;
}

static gboolean
is_own_name(const char *name)
{
    gsize len = strlen(name);
    if (len <= CHECK_DIGITS + 1 || name[len - CHECK_DIGITS - 1] != '_')
        return FALSE;
    g_autofree char *digits = check_digits(name, len - CHECK_DIGITS - 1);
    return strcmp(digits, name + len - CHECK_DIGITS) == 0;
}

static void
drop_found(MySession *session, const char *sql, gboolean by_name)
{
    g_autofree char *found = my_select_text(session, sql, NULL);
    g_auto(GStrv) names = g_strsplit(found != NULL ? found : "", "\n", -1);
    for (gsize i = 0; names[i] != NULL; i++) {
        if (!by_name || (is_own_name(names[i]) && is_empty(session, names[i])))
            drop_database(session, names[i], NULL);
    }
}

/* Scratch databases of processes that are gone, and those that got no table before the server died.
 * What cannot be told or dropped stays. */
static void
sweep(MySession *session)
{
    g_autofree char *marked = g_strdup_printf(
        "SELECT group_concat(t.TABLE_SCHEMA SEPARATOR '\\n') FROM information_schema.TABLES t "
        "WHERE t.TABLE_SCHEMA LIKE 'baseline\\\\_scratch\\\\_%%' AND t.TABLE_NAME = '" MARK_TABLE
        "' AND t.TABLE_COMMENT = '" SCRATCH_MARK "' "
        "AND t.CREATE_TIME < now() - INTERVAL %d HOUR "
        "AND t.TABLE_SCHEMA NOT IN (SELECT p.DB FROM information_schema.PROCESSLIST p "
        "WHERE p.DB IS NOT NULL)",
        SCRATCH_HOURS);
    g_autofree char *named = g_strdup_printf(
        "SELECT group_concat(SCHEMA_NAME SEPARATOR '\\n') FROM information_schema.SCHEMATA WHERE "
        "SCHEMA_NAME REGEXP '^" SCRATCH_PREFIX "[0-9]{8}_[0-9]+_[0-9a-f]{8}_[0-9a-f]{%d}$' "
        "AND substr(SCHEMA_NAME, %d, 8) < floor(unix_timestamp() / 60) - %d",
        CHECK_DIGITS, (int)strlen(SCRATCH_PREFIX) + 1, SCRATCH_HOURS * 60);
    drop_found(session, marked, FALSE);
    drop_found(session, named, TRUE);
}

/* It says when it was made, in minutes since 1970. @return g_free(); NULL: @error is set */
static char *
make_name(MySession *session, GError **error)
{
    g_autofree char *sql = g_strdup_printf("SELECT concat('" SCRATCH_PREFIX
                                           "', floor(unix_timestamp() / 60), '_%ld_%08x')",
                                           (long)getpid(), g_random_int());
    g_autofree char *name = my_select_text(session, sql, error);
    if (name == NULL)
        return NULL;
    g_autofree char *digits = check_digits(name, strlen(name));
    return g_strconcat(name, "_", digits, NULL);
}

MySession *
my_open_scratch_beside(MySession *session, GError **error)
{
    sweep(session);
    g_autofree char *name = make_name(session, error);
    MySession *scratch = NULL;
    if (name != NULL && create_marked(session, name, SCRATCH_MARK, FALSE, error)) {
        scratch = my_open_other(session, name, error);
        if (scratch == NULL)
            drop_database(session, name, NULL);
    }
    if (scratch != NULL)
        scratch->is_scratch = TRUE;
    return scratch;
}

/* Says what an account that has rights on its own database only can do. */
static void
explain_rights(GError *why, GError **error)
{
    GError *made = NULL;
    g_prefix_error(&why, "making a scratch database: ");
    if (!my_error_is(why, 1044) && !my_error_is(why, 1142)) {
        g_propagate_error(error, why);
        return;
    }
    bl_error_set(
        &made, BL_ERROR_SQL,
        "the account needs GRANT ALL ON `baseline\\_scratch\\_%`.*, or name a server where "
        "it may make databases with --scratch-url",
        "%s", why->message);
    bl_error_set_detail(made, "%s", bl_error_info(why)->detail);
    bl_error_set_sqlstate(made, bl_error_info(why)->sqlstate);
    g_error_free(why);
    g_propagate_error(error, made);
}

BlSession *
my_open_scratch(const BlUrl *url, const BlOpenOptions *options, GError **error)
{
    MySession *session = my_open_server(url, options, error);
    if (session == NULL)
        return NULL;
    GError *why = NULL;
    MySession *scratch = my_open_scratch_beside(session, &why);
    my_close(&session->base);
    if (scratch == NULL)
        explain_rights(why, error);
    return scratch != NULL ? &scratch->base : NULL;
}

/* Never by its name alone. */
static gboolean
drop_marked(MySession *session, const char *database, GError **error)
{
    GError *problem = NULL;
    g_autofree char *mark = read_mark(session, database, &problem);
    if (problem != NULL) {
        g_propagate_error(error, problem);
        return FALSE;
    }
    return g_strcmp0(mark, SCRATCH_MARK) != 0 || drop_database(session, database, error);
}

/* An account may make what it may not drop. */
void
my_drop_scratch(MySession *session)
{
    if (drop_marked(session, session->database, NULL))
        return;
    /* The connection may be gone. */
    g_autoptr(GError) why = NULL;
    MySession *other = my_open_other(session, MY_NO_DATABASE, &why);
    if (other == NULL || !drop_marked(other, session->database, &why)) {
        bl_report_text(session->base.reporter, BL_EVENT_WARNING,
                       "scratch database \"%s\" stays on the server (%s): a later proof drops it, "
                       "%d hours from now, or DROP DATABASE",
                       session->database, why->message, SCRATCH_HOURS);
    }
    if (other != NULL)
        my_close(&other->base);
}
