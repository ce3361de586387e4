/* SPDX-License-Identifier: MIT */
/**
 * @file sqlite_fixture.h
 * @brief A folder of its own for a test, and short ways to sessions and values in it.
 */
#ifndef BL_TESTS_UNIT_SQLITE_FIXTURE_H
#define BL_TESTS_UNIT_SQLITE_FIXTURE_H

#include <glib.h>
#include <glib/gstdio.h>

#include <string.h>

#include "tests/unit/fixture.h"
#include "tests/unit/folder.h"

typedef struct {
    char *folder;
    GPtrArray *warnings; /* texts of warnings and notes */
    BlReporter reporter;
} Fixture;

static inline void
fixture_event(const BlEvent *event, void *data)
{
    Fixture *fixture = data;
    fixture_keep_warning(fixture->warnings, event);
}

static inline void
fixture_set_up(Fixture *fixture, gconstpointer data)
{
    (void)data;
    fixture->folder = folder_make();
    fixture->warnings = g_ptr_array_new_with_free_func(g_free);
    fixture->reporter = (BlReporter){ .event = fixture_event, .data = fixture };
}

static inline void
fixture_tear_down(Fixture *fixture, gconstpointer data)
{
    (void)data;
    folder_remove(fixture->folder);
    g_free(fixture->folder);
    g_ptr_array_unref(fixture->warnings);
}

static inline char *
fixture_path(const Fixture *fixture, const char *name)
{
    return g_build_filename(fixture->folder, name, NULL);
}

static inline gboolean
fixture_exists(const Fixture *fixture, const char *name)
{
    g_autofree char *path = fixture_path(fixture, name);
    return g_file_test(path, G_FILE_TEST_EXISTS);
}

static inline void
fixture_write(const Fixture *fixture, const char *name, const char *bytes, gssize len)
{
    folder_put(fixture->folder, name, bytes, len);
}

static inline BlSession *
fixture_try_open(Fixture *fixture, const char *text, BlOpenOptions options, GError **error)
{
    return fixture_open_url(text, fixture->folder, options, &fixture->reporter, error);
}

static inline BlSession *
fixture_open(Fixture *fixture, const char *text)
{
    g_autoptr(GError) error = NULL;
    BlSession *session = fixture_try_open(fixture, text, (BlOpenOptions){ .create = TRUE }, &error);
    g_assert_no_error(error);
    g_assert_nonnull(session);
    return session;
}

static inline gboolean
fixture_take_row(const BlRow *row, void *data, GError **error)
{
    (void)error;
    GString *text = data;
    if (text->len > 0)
        g_string_append_c(text, '\n');
    for (guint i = 0; i < row->n; i++)
        g_string_append_printf(text, "%s%s", i > 0 ? "|" : "",
                               row->values[i] != NULL ? row->values[i] : "NULL");
    return TRUE;
}

/* All rows as text: a line per row, "|" between columns. */
static inline char *
fixture_query(BlSession *session, const char *sql)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(GString) text = g_string_new(NULL);
    session->engine->query(session, sql, fixture_take_row, text, &error);
    g_assert_no_error(error);
    return g_string_free(g_steal_pointer(&text), FALSE);
}

#define ASSERT_QUERY(session, sql, wanted)                                                         \
    do {                                                                                           \
        g_autofree char *found_rows = fixture_query(session, sql);                                 \
        g_assert_cmpstr(found_rows, ==, wanted);                                                   \
    } while (0)

static inline gboolean
fixture_script(BlSession *session, const char *text, BlScriptRun run, guint64 *n, GError **error)
{
    g_autoptr(BlReader) reader = bl_reader_new_memory(text, strlen(text));
    g_autoptr(BlScript) script = bl_script_new(reader, session->engine->dialect);
    return session->engine->execute_script(session, script, &run, n, error);
}

static inline BlCatalog *
fixture_introspect(BlSession *session, BlIntrospectOptions options)
{
    g_autoptr(GError) error = NULL;
    BlCatalog *catalog = session->engine->introspect(session, NULL, NULL, &options, &error);
    g_assert_no_error(error);
    return catalog;
}

/** "kind name" of every object, a line each. */
static inline char *
fixture_labels(const BlCatalog *catalog)
{
    g_autoptr(GString) text = g_string_new(NULL);
    for (guint i = 0; i < catalog->objects->len; i++) {
        g_autofree char *label = bl_object_label(g_ptr_array_index(catalog->objects, i));
        g_string_append_printf(text, "%s%s", i > 0 ? "\n" : "", label);
    }
    return g_string_free(g_steal_pointer(&text), FALSE);
}

/** @return TRUE when a warning has @part in it */
static inline gboolean
fixture_has_warning(const Fixture *fixture, const char *part)
{
    for (guint i = 0; i < fixture->warnings->len; i++) {
        if (strstr(g_ptr_array_index(fixture->warnings, i), part) != NULL)
            return TRUE;
    }
    return FALSE;
}

#define FIXTURE_ADD(path, data, function)                                                          \
    g_test_add(path, Fixture, data, fixture_set_up, function, fixture_tear_down)

/** A test for each element of @cases, which is called as its member @label says. */
#define FIXTURE_ADD_CASES(prefix, cases, label, function)                                          \
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {                                              \
        g_autofree char *path = g_strdup_printf("/engine-sqlite/" prefix "%s", (cases)[i].label);  \
        FIXTURE_ADD(path, &(cases)[i], function);                                                  \
    }

#endif
