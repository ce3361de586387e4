/* SPDX-License-Identifier: MIT */
/**
 * @file fixture.h
 * @brief What the fixtures of all engines share: statements, values, errors, warnings.
 */
#ifndef BL_TESTS_UNIT_FIXTURE_H
#define BL_TESTS_UNIT_FIXTURE_H

#include "common/base/error.h"
#include "common/engine/engine.h"

#include <glib.h>

#include <string.h>

/** Keeps the text of a warning or a note. */
static inline void
fixture_keep_warning(GPtrArray *warnings, const BlEvent *event)
{
    if (event->kind == BL_EVENT_WARNING || event->kind == BL_EVENT_NOTE)
        g_ptr_array_add(warnings, g_strdup(event->text));
}

/** Opens @text. @param root folder of relative paths; may be NULL. @return bl_session_close();
 * NULL:
 * @error is set */
static inline BlSession *
fixture_open_url(const char *text,
                 const char *root,
                 BlOpenOptions options,
                 const BlReporter *reporter,
                 GError **error)
{
    g_autoptr(BlUrl) url = bl_url_parse(text, root, error);
    options.reporter = reporter;
    return url != NULL ? bl_session_open(url, &options, error) : NULL;
}

/** The value of NAME=VALUE or NAME='VALUE' in the servers.sh that the start of @servers wrote.
 * @return g_free(); NULL: no servers */
static inline char *
fixture_server_value(const char *servers, const char *name)
{
    const char *build = g_getenv("BL_BUILD_DIR");
    g_autofree char *path =
        g_build_filename(build != NULL ? build : ".", servers, "servers.sh", NULL);
    g_autofree char *text = NULL;
    if (!g_file_get_contents(path, &text, NULL, NULL))
        return NULL;
    g_auto(GStrv) lines = g_strsplit(text, "\n", -1);
    for (gsize i = 0; lines[i] != NULL; i++) {
        char *equals = strchr(lines[i], '=');
        if (equals == NULL || (gsize)(equals - lines[i]) != strlen(name) ||
            strncmp(lines[i], name, strlen(name)) != 0)
            continue;
        return g_shell_unquote(equals + 1, NULL);
    }
    return NULL;
}

static inline void
fixture_run(BlSession *session, const char *sql)
{
    g_autoptr(GError) error = NULL;
    (void)session->engine->execute(session, sql, NULL, &error);
    g_assert_no_error(error);
}

static inline gboolean
fixture_take_text(const BlRow *row, void *data, GError **error)
{
    (void)error;
    char **text = data;
    g_free(*text);
    *text = g_strdup(row->values[0]);
    return TRUE;
}

/** The first column of the last row. @return g_free() */
static inline char *
fixture_text(BlSession *session, const char *sql)
{
    g_autoptr(GError) error = NULL;
    char *text = NULL;
    (void)session->engine->query(session, sql, fixture_take_text, &text, &error);
    g_assert_no_error(error);
    return text;
}

#define ASSERT_TEXT(session, sql, wanted)                                                          \
    do {                                                                                           \
        g_autofree char *got_text = fixture_text(session, sql);                                    \
        g_assert_cmpstr(got_text, ==, wanted);                                                     \
    } while (0)

/** @error has that code, and that text in its message. */
#define ASSERT_ERROR(error, code, part)                                                            \
    do {                                                                                           \
        g_assert_error(error, BL_ERROR, (gint)(code));                                             \
        if (strstr((error)->message, part) == NULL)                                                \
            g_assert_cmpstr((error)->message, ==, part);                                           \
    } while (0)

#define ASSERT_HINT(error, part)                                                                   \
    do {                                                                                           \
        const BlErrorInfo *the_info = bl_error_info(error);                                        \
        g_assert_nonnull(the_info);                                                                \
        g_assert_nonnull(the_info->hint);                                                          \
        if (strstr(the_info->hint, part) == NULL)                                                  \
            g_assert_cmpstr(the_info->hint, ==, part);                                             \
    } while (0)

#endif
