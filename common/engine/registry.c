/* SPDX-License-Identifier: MIT */
#include "common/base/error.h"
#include "common/engine/engine.h"

#include <string.h>
#include <sys/stat.h>

extern const BlEngine bl_engine_mysql;
extern const BlEngine bl_engine_postgres;
extern const BlEngine bl_engine_sqlite;

static const BlEngine *const engines[] = {
#ifdef BL_WITH_SQLITE
    &bl_engine_sqlite,
#endif
#ifdef BL_WITH_POSTGRES
    &bl_engine_postgres,
#endif
#ifdef BL_WITH_MYSQL
    &bl_engine_mysql,
#endif
};

/* What bl_engine_override() put in the place of engines[i]. */
static const BlEngine *overrides[G_N_ELEMENTS(engines)];

static const BlEngine *
engine_at(gsize i)
{
    return overrides[i] != NULL ? overrides[i] : engines[i];
}

const BlEngine *
bl_engine_for_scheme(const char *scheme, GError **error)
{
    g_autoptr(GString) known = g_string_new(NULL);
    for (gsize i = 0; i < G_N_ELEMENTS(engines); i++) {
        const BlEngine *engine = engine_at(i);
        if (g_strv_contains(engine->schemes, scheme))
            return engine;
        for (gsize j = 0; engine->schemes[j] != NULL; j++)
            g_string_append_printf(known, "%s%s", known->len > 0 ? ", " : "", engine->schemes[j]);
    }
    bl_error_set(error, BL_ERROR_USAGE, NULL, "no engine for URL scheme \"%s\"", scheme);
    if (error != NULL)
        bl_error_set_hint(*error, "known schemes: %s", known->str);
    return NULL;
}

const BlEngine *
bl_engine_find(const char *name)
{
    for (gsize i = 0; i < G_N_ELEMENTS(engines); i++) {
        if (strcmp(engines[i]->name, name) == 0)
            return engine_at(i);
    }
    return NULL;
}

const BlEngine *
bl_engine_any(void)
{
    return engine_at(0);
}

void
bl_engine_override(const BlEngine *engine)
{
    for (gsize i = 0; i < G_N_ELEMENTS(engines); i++) {
        if (engine == NULL)
            overrides[i] = NULL;
        else if (strcmp(engines[i]->name, engine->name) == 0)
            overrides[i] = engine;
    }
}

void
bl_engine_own_process(void)
{
    for (gsize i = 0; i < G_N_ELEMENTS(engines); i++) {
        if (engines[i]->own_process != NULL)
            engines[i]->own_process();
    }
}

BlSession *
bl_session_open(const BlUrl *url, const BlOpenOptions *options, GError **error)
{
    static const BlOpenOptions defaults;
    const BlEngine *engine = bl_engine_for_scheme(url->scheme, error);
    if (engine == NULL)
        return NULL;
    BlSession *session = engine->open(url, options != NULL ? options : &defaults, error);
    /* An engine that wraps another one gets its calls through the session. */
    if (session != NULL)
        session->engine = engine;
    return session;
}

BlSession *
bl_session_open_scratch(const BlUrl *url, const BlOpenOptions *options, GError **error)
{
    static const BlOpenOptions defaults;
    const BlEngine *engine = bl_engine_for_scheme(url->scheme, error);
    if (engine == NULL)
        return NULL;
    if (engine->open_scratch == NULL) {
        bl_error_set(error, BL_ERROR_UNSUPPORTED, "squash without the proof: --no-proof",
                     "%s has no scratch databases", engine->name);
        return NULL;
    }
    BlSession *session = engine->open_scratch(url, options != NULL ? options : &defaults, error);
    if (session != NULL) {
        session->engine = engine;
        session->is_scratch = TRUE;
    }
    return session;
}

char *
bl_engine_identify_database(const BlEngine *engine, const BlUrl *url)
{
    struct stat info;
    g_autofree char *file = engine->database_file != NULL ? engine->database_file(url) : NULL;
    if (file == NULL)
        return g_strdup_printf("%s:%s", url->scheme, url->rest);
    return stat(file, &info) == 0 ? g_strdup_printf("%" G_GUINT64_FORMAT ":%" G_GUINT64_FORMAT,
                                                    (guint64)info.st_dev, (guint64)info.st_ino)
                                  : g_canonicalize_filename(file, "/");
}

static gboolean
note_row(const BlRow *row, void *data, GError **error)
{
    (void)row;
    (void)error;
    *(gboolean *)data = TRUE;
    return TRUE;
}

gboolean
bl_session_has_row(BlSession *session, const char *sql, gboolean *found, GError **error)
{
    *found = FALSE;
    return session->engine->query(session, sql, note_row, found, error);
}

gboolean
bl_session_settle(BlSession *session, GError **error)
{
    return session->n_gathered == 0 || session->engine->settle(session, error);
}

void
bl_session_close(BlSession *session)
{
    if (session != NULL)
        session->engine->close(session);
}

void
bl_listed_object_free(BlListedObject *object)
{
    if (object == NULL)
        return;
    g_free(object->kind);
    g_free(object->schema);
    g_free(object->name);
    g_free(object->parent);
    g_free(object);
}

void
bl_left_out_add(GPtrArray *found, char *what, const char *unit, guint64 n)
{
    BlLeftOut *left_out = g_new0(BlLeftOut, 1);
    left_out->what = what;
    left_out->unit = unit;
    left_out->n = n;
    g_ptr_array_add(found, left_out);
}

void
bl_left_out_add_counter(GPtrArray *found, const char *kind, const char *name, const char *position)
{
    bl_left_out_add(found, g_strdup_printf("%s %s at %s", kind, name, position), NULL, 1);
}

char *
bl_left_out_fold(const char *statements)
{
    char *folded = g_ascii_strdown(statements, -1);
    char *out = folded;
    for (const char *p = folded; *p != '\0'; p++) {
        if (strchr("\"'`", *p) == NULL)
            *out++ = *p;
    }
    *out = '\0';
    return folded;
}

gboolean
bl_left_out_is_named(const char *statements, const char *name)
{
    g_autofree char *folded = bl_left_out_fold(name);
    return statements != NULL && strstr(statements, folded) != NULL;
}

void
bl_left_out_free(BlLeftOut *left_out)
{
    if (left_out == NULL)
        return;
    g_free(left_out->what);
    g_free(left_out);
}

gboolean
bl_engine_same_name(const BlEngine *engine, const char *a, const char *b)
{
    return (engine->caps & BL_CAP_CASELESS_NAMES) != 0 ? g_ascii_strcasecmp(a, b) == 0
                                                       : strcmp(a, b) == 0;
}

gboolean
bl_session_same_table(const BlSession *session, const char *a, const char *b)
{
    if (!session->folds_names)
        return bl_engine_same_name(session->engine, a, b);
    g_autofree char *left = g_utf8_casefold(a, -1);
    g_autofree char *right = g_utf8_casefold(b, -1);
    return strcmp(left, right) == 0;
}
