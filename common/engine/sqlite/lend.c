/* SPDX-License-Identifier: MIT */
#include "common/base/error.h"
#include "common/engine/sqlite/sqlite.h"

#include <string.h>

#define NO_FUNCTION "no such function: "
#define NO_COLUMN   "no such column: "

struct LiteLend {
    LiteSession *session;
    GPtrArray *functions;  /* names */
    GPtrArray *collations; /* names, alternating with the encoding as a number */
    gboolean quoted_strings;
    char *used_collation; /* one that had to compare rows; NULL: none */
};

/* What a stub of a collation knows. */
typedef struct {
    LiteLend *lend;
    char *name;
} Collation;

static void
collation_free(gpointer data)
{
    Collation *collation = data;
    g_free(collation->name);
    g_free(collation);
}

static void
warn(const LiteLend *lend, const char *what, const char *name)
{
    g_autofree char *line = lite_one_line(name);
    bl_report_text(lend->session->base.reporter, BL_EVENT_WARNING,
                   "%s \"%s\" is not in this SQLite library: the schema was created without it",
                   what, line);
}

static void
refuse_call(sqlite3_context *context, int n, sqlite3_value **values)
{
    (void)n;
    (void)values;
    g_autofree char *text = g_strdup_printf("function \"%s\" is not in this SQLite library",
                                            (const char *)sqlite3_user_data(context));
    sqlite3_result_error(context, text, -1);
}

static int
compare_bytes(void *data, int n_a, const void *a, int n_b, const void *b)
{
    Collation *collation = data;
    /* A callback cannot fail: the run is ended behind the statement. */
    if (collation->lend->used_collation == NULL)
        collation->lend->used_collation = g_strdup(collation->name);
    int order = memcmp(a, b, (gsize)MIN(n_a, n_b));
    return order != 0 ? order : n_a - n_b;
}

/* In a database in UTF-16 the library asks for its own collations too, which it has in UTF-8,
 * before it translates for them (callback.c, sqlite3GetCollSeq). */
static gboolean
is_built_in(const char *collation)
{
    return g_ascii_strcasecmp(collation, "NOCASE") == 0 ||
           g_ascii_strcasecmp(collation, "RTRIM") == 0;
}

static void
lend_collation(void *data, sqlite3 *db, int encoding, const char *name)
{
    LiteLend *lend = data;
    if (is_built_in(name))
        return;
    Collation *collation = g_new0(Collation, 1);
    collation->lend = lend;
    collation->name = g_strdup(name);
    if (sqlite3_create_collation_v2(db, name, encoding, collation, compare_bytes, collation_free) !=
        SQLITE_OK) {
        collation_free(collation);
        return;
    }
    g_ptr_array_add(lend->collations, g_strdup(name));
    g_ptr_array_add(lend->collations, g_strdup_printf("%d", encoding));
    warn(lend, "collation", name);
}

LiteLend *
lite_lend_new(LiteSession *session)
{
    LiteLend *lend = g_new0(LiteLend, 1);
    lend->session = session;
    lend->functions = g_ptr_array_new_with_free_func(g_free);
    lend->collations = g_ptr_array_new_with_free_func(g_free);
    sqlite3_collation_needed(session->db, lend, lend_collation);
    return lend;
}

static gboolean
lend_function(LiteLend *lend, const char *name)
{
    if (g_ptr_array_find_with_equal_func(lend->functions, name, g_str_equal, NULL))
        return FALSE;
    int rc = sqlite3_create_function_v2(lend->session->db, name, -1,
                                        SQLITE_UTF8 | SQLITE_DETERMINISTIC | SQLITE_INNOCUOUS,
                                        g_strdup(name), refuse_call, NULL, NULL, g_free);
    if (rc != SQLITE_OK)
        return FALSE;
    g_ptr_array_add(lend->functions, g_strdup(name));
    warn(lend, "function", name);
    return TRUE;
}

/* A library may be built to take "x" for nothing but a name; schemas made elsewhere have it for a
 * text. */
static gboolean
lend_quoted_strings(LiteLend *lend)
{
    int is_on = 0;
    sqlite3 *db = lend->session->db;
    sqlite3_db_config(db, SQLITE_DBCONFIG_DQS_DDL, -1, &is_on);
    if (is_on != 0)
        return FALSE;
    sqlite3_db_config(db, SQLITE_DBCONFIG_DQS_DDL, 1, NULL);
    lend->quoted_strings = TRUE;
    bl_report_text(
        lend->session->base.reporter, BL_EVENT_WARNING,
        "the schema has texts in double quotes: they are taken as texts while it is created");
    return TRUE;
}

gboolean
lite_lend_for_error(LiteLend *lend)
{
    g_autofree char *message = g_strdup(sqlite3_errmsg(lend->session->db));
    if (g_str_has_prefix(message, NO_FUNCTION))
        return lend_function(lend, message + strlen(NO_FUNCTION));
    return g_str_has_prefix(message, NO_COLUMN) && lend_quoted_strings(lend);
}

gboolean
lite_lend_check(LiteLend *lend, GError **error)
{
    if (lend->used_collation == NULL)
        return TRUE;
    bl_error_set(error, BL_ERROR_UNSUPPORTED, "use an SQLite library that has this collation",
                 "rows must be ordered by collation \"%s\", which is not in this SQLite library",
                 lend->used_collation);
    return FALSE;
}

void
lite_lend_free(LiteLend *lend)
{
    if (lend == NULL)
        return;
    sqlite3 *db = lend->session->db;
    sqlite3_collation_needed(db, NULL, NULL);
    for (guint i = 0; i + 1 < lend->collations->len; i += 2) {
        const char *encoding = g_ptr_array_index(lend->collations, i + 1);
        sqlite3_create_collation_v2(db, g_ptr_array_index(lend->collations, i),
                                    (int)g_ascii_strtoll(encoding, NULL, 10), NULL, NULL, NULL);
    }
    for (guint i = 0; i < lend->functions->len; i++) {
        sqlite3_create_function_v2(db, g_ptr_array_index(lend->functions, i), -1, SQLITE_UTF8, NULL,
                                   NULL, NULL, NULL, NULL);
    }
    if (lend->quoted_strings)
        sqlite3_db_config(db, SQLITE_DBCONFIG_DQS_DDL, 0, NULL);
    g_ptr_array_unref(lend->functions);
    g_ptr_array_unref(lend->collations);
    g_free(lend->used_collation);
    g_free(lend);
}
