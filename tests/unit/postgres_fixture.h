/* SPDX-License-Identifier: MIT */
/**
 * @file postgres_fixture.h
 * @brief An empty database on a private server for a test, and short ways to sessions in it.
 *
 * The servers are those of tests/lib/postgres-server.sh. A test is registered once per server.
 * Programs run side by side: each defines FIXTURE_DATABASE before it includes this.
 */
#ifndef BL_TESTS_UNIT_POSTGRES_FIXTURE_H
#define BL_TESTS_UNIT_POSTGRES_FIXTURE_H

#include <glib.h>
#include <glib/gstdio.h>

#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tests/unit/fixture.h"

typedef struct {
    char *host;    /**< folder of the sockets */
    char *version; /**< "15" */
    GPtrArray *warnings;
    GPtrArray *statements;
    BlReporter reporter;
    char *folder;    /**< of the proxy's socket; NULL: no proxy runs */
    GPid proxy;      /**< 0: none */
    int proxy_input; /**< its end ends the proxy */
} Fixture;

static inline void
fixture_event(const BlEvent *event, void *data)
{
    Fixture *fixture = data;
    fixture_keep_warning(fixture->warnings, event);
    if (event->kind == BL_EVENT_STATEMENT)
        g_ptr_array_add(fixture->statements, g_strdup(event->text));
}

/** "postgres://USER@/DATABASE?host=…&port=…" and @more. @return g_free() */
static inline char *
fixture_url(const Fixture *fixture, const char *user, const char *database, const char *more)
{
    return g_strdup_printf("postgres://%s@/%s?host=%s&port=54%s%s", user, database, fixture->host,
                           fixture->version, more);
}

/** Opens @text. @return bl_session_close(); NULL: @error is set */
static inline BlSession *
fixture_try_open(Fixture *fixture, const char *text, BlOpenOptions options, GError **error)
{
    return fixture_open_url(text, NULL, options, &fixture->reporter, error);
}

/** A session of the superuser in the test's database. @return bl_session_close() */
static inline BlSession *
fixture_open_with(Fixture *fixture, BlOpenOptions options, const char *more)
{
    g_autoptr(GError) error = NULL;
    g_autofree char *text = fixture_url(fixture, "postgres", FIXTURE_DATABASE, more);
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

/** Starts tests/lib/pg-proxy before the server. @param text NULL: no argument */
static inline void
fixture_start_proxy(Fixture *fixture, const char *fault, const char *text)
{
    g_autoptr(GError) error = NULL;
    fixture->folder = g_dir_make_tmp("baseline-XXXXXX", &error);
    g_assert_no_error(error);
    g_autofree char *program =
        g_build_filename(g_getenv("BL_SOURCE_DIR"), "tests", "lib", "pg-proxy", NULL);
    g_autofree char *server = g_strdup_printf("%s/.s.PGSQL.54%s", fixture->host, fixture->version);
    char *args[] = { program, fixture->folder, server, g_strdup(fault), g_strdup(text), NULL };
    int output = -1;
    g_spawn_async_with_pipes(NULL, args, NULL, G_SPAWN_DO_NOT_REAP_CHILD, NULL, NULL,
                             &fixture->proxy, &fixture->proxy_input, &output, NULL, &error);
    g_assert_no_error(error);
    char ready[6];
    g_assert_cmpint((int)read(output, ready, sizeof ready), ==, (int)sizeof ready);
    close(output);
    g_free(args[3]);
    g_free(args[4]);
}

/** A session through the proxy. */
static inline BlSession *
fixture_try_proxy(Fixture *fixture, BlOpenOptions options, const char *more, GError **error)
{
    g_autofree char *text = g_strdup_printf("postgres://postgres@/%s?host=%s&port=5432%s",
                                            FIXTURE_DATABASE, fixture->folder, more);
    return fixture_try_open(fixture, text, options, error);
}

static inline BlSession *
fixture_open_proxy(Fixture *fixture)
{
    g_autoptr(GError) error = NULL;
    const BlOpenOptions options = { 0 };
    BlSession *session = fixture_try_proxy(fixture, options, "", &error);
    g_assert_no_error(error);
    return session;
}

static inline void
fixture_set_up(Fixture *fixture, gconstpointer data)
{
    fixture->host = fixture_server_value("postgres", "pg_host");
    fixture->version = g_strdup(data);
    fixture->warnings = g_ptr_array_new_with_free_func(g_free);
    fixture->statements = g_ptr_array_new_with_free_func(g_free);
    fixture->reporter = (BlReporter){ .event = fixture_event, .data = fixture };
    g_autofree char *admin = fixture_url(fixture, "postgres", "postgres", "");
    g_autoptr(GError) error = NULL;
    const BlOpenOptions options = { 0 };
    g_autoptr(BlSession) session = fixture_try_open(fixture, admin, options, &error);
    g_assert_no_error(error);
    g_autofree char *there =
        fixture_text(session, "SELECT 1 FROM pg_database WHERE datname = '" FIXTURE_DATABASE "'");
    if (there == NULL)
        fixture_run(session, "CREATE DATABASE " FIXTURE_DATABASE " TEMPLATE template0");
    g_autoptr(BlSession) inside = fixture_open(fixture);
    fixture_run(inside, "SET client_min_messages = error; DROP SCHEMA public CASCADE; "
                        "CREATE SCHEMA public; GRANT ALL ON SCHEMA public TO PUBLIC");
    g_ptr_array_set_size(fixture->warnings, 0);
}

/** Ends the proxy, and every connection through it. */
static inline void
fixture_stop_proxy(Fixture *fixture)
{
    close(fixture->proxy_input);
    g_assert_cmpint(waitpid(fixture->proxy, NULL, 0), ==, fixture->proxy);
    g_spawn_close_pid(fixture->proxy);
    fixture->proxy = 0;
    g_rmdir(fixture->folder);
    g_clear_pointer(&fixture->folder, g_free);
}

static inline void
fixture_tear_down(Fixture *fixture, gconstpointer data)
{
    (void)data;
    if (fixture->proxy != 0)
        fixture_stop_proxy(fixture);
    g_ptr_array_unref(fixture->warnings);
    g_ptr_array_unref(fixture->statements);
    g_free(fixture->host);
    g_free(fixture->version);
}

typedef struct {
    const char *path;
    void (*test)(Fixture *fixture, gconstpointer data);
} FixtureTest;

/** Registers all tests for each server. @param prefix "/engine-postgres-open"
 * @return FALSE: there are no servers; the caller ends with 77 */
static inline gboolean
fixture_add_tests(const char *prefix, const FixtureTest *tests, gsize n)
{
    g_autofree char *versions = fixture_server_value("postgres", "pg_versions");
    if (versions == NULL)
        return FALSE;
    g_auto(GStrv) all = g_strsplit(versions, " ", -1);
    for (gsize i = 0; all[i] != NULL; i++) {
        const char *version = g_intern_string(all[i]);
        for (gsize j = 0; j < n; j++) {
            g_autofree char *path = g_strdup_printf("%s/%s/%s", prefix, version, tests[j].path);
            g_test_add(path, Fixture, version, fixture_set_up, tests[j].test, fixture_tear_down);
        }
    }
    return TRUE;
}

#endif
