/* SPDX-License-Identifier: MIT */
/**
 * @file mysql_fixture.h
 * @brief An empty database on a private server for a test, and short ways to sessions in it.
 *
 * The servers are those of tests/lib/mysql-server.sh. A test is registered once per server.
 * Programs run side by side: each defines FIXTURE_DATABASE before it includes this.
 */
#ifndef BL_TESTS_UNIT_MYSQL_FIXTURE_H
#define BL_TESTS_UNIT_MYSQL_FIXTURE_H

#include "common/base/error.h"
#include "common/engine/engine.h"

#include <glib.h>

#include <string.h>

typedef struct {
    char *socket;
    const char *server; /**< "mariadb", "mysql56" … */
    GPtrArray *warnings;
    GPtrArray *statements;
    BlReporter reporter;
} Fixture;

static inline void
fixture_event(const BlEvent *event, void *data)
{
    Fixture *fixture = data;
    if (event->kind == BL_EVENT_WARNING || event->kind == BL_EVENT_NOTE)
        g_ptr_array_add(fixture->warnings, g_strdup(event->text));
    if (event->kind == BL_EVENT_STATEMENT)
        g_ptr_array_add(fixture->statements, g_strdup(event->text));
}

/** The value of NAME=VALUE or NAME='VALUE' in servers.sh. @return g_free(); NULL: no servers */
static inline char *
fixture_servers(const char *name)
{
    const char *build = g_getenv("BL_BUILD_DIR");
    g_autofree char *path =
        g_build_filename(build != NULL ? build : ".", "mysql", "servers.sh", NULL);
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

/** "mysql://USER@/DATABASE?socket=…" and @more. @return g_free() */
static inline char *
fixture_url(const Fixture *fixture, const char *user, const char *database, const char *more)
{
    return g_strdup_printf("mysql://%s@/%s?socket=%s%s", user, database, fixture->socket, more);
}

/** Opens @text. @return bl_session_close(); NULL: @error is set */
static inline BlSession *
fixture_try_open(Fixture *fixture, const char *text, BlOpenOptions options, GError **error)
{
    g_autoptr(BlUrl) url = bl_url_parse(text, NULL, error);
    options.reporter = &fixture->reporter;
    return url != NULL ? bl_session_open(url, &options, error) : NULL;
}

/** A session of the superuser in the test's database. @return bl_session_close() */
static inline BlSession *
fixture_open_with(Fixture *fixture, BlOpenOptions options, const char *more)
{
    g_autoptr(GError) error = NULL;
    g_autofree char *text = fixture_url(fixture, "root", FIXTURE_DATABASE, more);
    BlSession *session = fixture_try_open(fixture, text, options, &error);
    g_assert_no_error(error);
    return session;
}

static inline BlSession *
fixture_open(Fixture *fixture)
{
    const BlOpenOptions options = { 0 };
    return fixture_open_with(fixture, options, "");
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

static inline void
fixture_set_up(Fixture *fixture, gconstpointer data)
{
    g_autofree char *base = fixture_servers("my_base");
    fixture->server = data;
    fixture->socket = g_build_filename(base, fixture->server, "s", NULL);
    fixture->warnings = g_ptr_array_new_with_free_func(g_free);
    fixture->statements = g_ptr_array_new_with_free_func(g_free);
    fixture->reporter = (BlReporter){ .event = fixture_event, .data = fixture };
    g_autofree char *admin = fixture_url(fixture, "root", "mysql", "");
    g_autoptr(GError) error = NULL;
    const BlOpenOptions options = { 0 };
    g_autoptr(BlSession) session = fixture_try_open(fixture, admin, options, &error);
    g_assert_no_error(error);
    fixture_run(session, "DROP DATABASE IF EXISTS " FIXTURE_DATABASE);
    fixture_run(session, "CREATE DATABASE " FIXTURE_DATABASE " CHARACTER SET utf8mb4");
    g_ptr_array_set_size(fixture->warnings, 0);
}

static inline void
fixture_tear_down(Fixture *fixture, gconstpointer data)
{
    (void)data;
    g_ptr_array_unref(fixture->warnings);
    g_ptr_array_unref(fixture->statements);
    g_free(fixture->socket);
}

typedef struct {
    const char *path;
    void (*test)(Fixture *fixture, gconstpointer data);
} FixtureTest;

/** Registers all tests for each server. @param prefix "/engine-mysql"
 * @return FALSE: there are no servers; the caller ends with 77 */
static inline gboolean
fixture_add_tests(const char *prefix, const FixtureTest *tests, gsize n)
{
    g_autofree char *servers = fixture_servers("my_servers");
    if (servers == NULL)
        return FALSE;
    g_auto(GStrv) all = g_strsplit(servers, " ", -1);
    for (gsize i = 0; all[i] != NULL; i++) {
        const char *server = g_intern_string(all[i]);
        for (gsize j = 0; j < n; j++) {
            g_autofree char *path = g_strdup_printf("%s/%s/%s", prefix, server, tests[j].path);
            g_test_add(path, Fixture, server, fixture_set_up, tests[j].test, fixture_tear_down);
        }
    }
    return TRUE;
}

#endif
