/* SPDX-License-Identifier: MIT */
/*
 * Databases that are made and dropped: clones of a loaded one, and one that a failed load leaves
 * empty. A clone says in its comment what it was made from; nothing without such a mark is dropped.
 */
#include "common/base/error.h"
#include "common/engine/failure.h"
#include "common/engine/postgres/template.h"
#include "common/sql/quote.h"

#include <string.h>

#define CLONE_MARK "baseline clone of "

/* Longest name of a database, in bytes (NAMEDATALEN): the server would cut a longer one. */
#define NAME_LIMIT 63

/* @return g_free() */
static char *
name_clone(const PgSession *session, const char *name, guint number, GError **error)
{
    g_autofree char *full =
        name != NULL ? g_strdup(name) : g_strdup_printf("%s_%u", session->database, number);
    gsize len = strlen(full);
    if (len == 0 || len > NAME_LIMIT || !g_utf8_validate(full, (gssize)len, NULL)) {
        bl_error_set(error, BL_ERROR_USAGE, "give a name of 1 to 63 bytes",
                     "\"%s\" is no name for a database", full);
        return NULL;
    }
    return g_steal_pointer(&full);
}

/* @param is_there out: a clone of ours is in the way, which may be replaced */
static gboolean
check_place(PgSession *session,
            const PgSession *source,
            const char *name,
            gboolean recreate,
            gboolean *is_there,
            GError **error)
{
    *is_there = FALSE;
    if (strcmp(name, source->database) == 0)
        return bl_fail_clone_place(name, BL_CLONE_ITSELF, "drop", error);
    g_autofree char *literal = bl_quote_literal(&bl_dialect_postgres, name);
    g_autofree char *sql = g_strdup_printf(
        "SELECT coalesce(pg_catalog.shobj_description(d.oid, 'pg_database'), ''), (SELECT count(*) "
        "FROM pg_catalog.pg_stat_activity a WHERE a.datid = d.oid) "
        "FROM pg_catalog.pg_database d WHERE d.datname = %s",
        literal);
    g_autoptr(PgResult) result = pg_select(session, sql, error);
    if (result == NULL)
        return FALSE;
    if (pq.PQntuples(result) == 0)
        return TRUE;
    if (!recreate)
        return bl_fail_clone_place(name, BL_CLONE_THERE, "drop", error);
    if (!g_str_has_prefix(pq.PQgetvalue(result, 0, 0), CLONE_MARK))
        return bl_fail_clone_place(name, BL_CLONE_NOT_OURS, "drop", error);
    if (strcmp(pq.PQgetvalue(result, 0, 1), "0") != 0)
        return bl_fail_clone_place(name, BL_CLONE_USED, "drop", error);
    *is_there = TRUE;
    return TRUE;
}

static gboolean
check_right(PgSession *session, GError **error)
{
    g_autofree char *may =
        pg_select_text(session,
                       "SELECT r.rolcreatedb OR r.rolsuper FROM pg_catalog.pg_roles r "
                       "WHERE r.rolname = current_user",
                       error);
    if (may == NULL)
        return FALSE;
    if (may[0] == 't')
        return TRUE;
    bl_error_set(error, BL_ERROR_SQL, "ALTER ROLE … CREATEDB, or use a role that has it",
                 "role \"%s\" lacks the right CREATEDB, which clones need",
                 pq.PQuser(session->conn));
    return FALSE;
}

gboolean
pg_check_clone(BlSession *base,
               const char *name,
               guint number,
               gboolean recreate,
               char **place,
               GError **error)
{
    PgSession *session = (PgSession *)base;
    g_autofree char *full = name_clone(session, name, number, error);
    gboolean is_there = FALSE;
    if (full == NULL || !check_right(session, error) ||
        !check_place(session, session, full, recreate, &is_there, error))
        return FALSE;
    *place = g_steal_pointer(&full);
    return TRUE;
}

gboolean
pg_clone(BlSession *base, /* NOLINT(readability-function-size): the interface's parameters */
         const char *name,
         guint number,
         const char *mark,
         gboolean recreate,
         char **made,
         GError **error)
{
    PgSession *session = (PgSession *)base;
    g_autofree char *full = name_clone(session, name, number, error);
    const char *template = full != NULL ? pg_ensure_template(session, mark, error) : NULL;
    if (template == NULL)
        return FALSE;
    gboolean is_there = FALSE;
    if (!check_place(session->maintenance, session, full, recreate, &is_there, error) ||
        (is_there && !pg_drop_database(session->maintenance, full, error)))
        return FALSE;
    g_autofree char *comment = g_strconcat(CLONE_MARK, mark, NULL);
    g_autofree char *quoted = bl_quote_identifier(&bl_dialect_postgres, template);
    g_autofree char *how = g_strconcat("TEMPLATE ", quoted, NULL);
    g_autofree char *building = pg_begin_building(session->maintenance, how, error);
    if (building == NULL ||
        !pg_end_building(session->maintenance, building, full, comment, "", error))
        return FALSE;
    *made = g_steal_pointer(&full);
    return TRUE;
}

BlSession *
pg_open_cloner(BlSession *base, GError **error)
{
    const PgSession *session = (const PgSession *)base;
    PgSession *maintenance = pg_open_other(session->maintenance, NULL, error);
    if (maintenance == NULL)
        return NULL;
    maintenance->base.reporter = NULL;
    maintenance->options.reporter = NULL;
    PgSession *cloner = g_new0(PgSession, 1);
    cloner->base.engine = base->engine;
    cloner->base.label = g_strdup(base->label);
    cloner->database = g_strdup(session->database);
    cloner->template = g_strdup(session->template);
    cloner->maintenance = maintenance;
    return &cloner->base;
}

/* Nothing in it, ours or not, and nobody else at work. */
static gboolean
may_discard(PgSession *session)
{
    if (session->conn == NULL || !session->base.created)
        return FALSE;
    pg_rollback(&session->base);
    if (!session->locked && !pg_lock(&session->base, 0, NULL))
        return FALSE;
    g_autoptr(GPtrArray) objects = pg_list_objects(&session->base, NULL, NULL);
    for (guint i = 0; objects != NULL && i < objects->len; i++) {
        if (!((const BlListedObject *)g_ptr_array_index(objects, i))->is_kept)
            return FALSE;
    }
    return objects != NULL;
}

void
pg_discard(BlSession *base)
{
    PgSession *session = (PgSession *)base;
    PgSession *maintenance = may_discard(session) ? pg_open_maintenance(session, NULL) : NULL;
    g_autofree char *database = g_strdup(session->database);
    pg_close(base);
    if (maintenance == NULL)
        return;
    /* The server refuses when somebody has come in meanwhile. */
    pg_drop_anyway(maintenance, database);
    pg_close(&maintenance->base);
}
