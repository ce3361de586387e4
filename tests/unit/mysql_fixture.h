/* SPDX-License-Identifier: MIT */
/**
 * @file mysql_fixture.h
 * @brief An empty database on a private server for a test, and short ways to sessions in it.
 *
 * The servers are those of tests/lib/mysql-server.sh. A test is registered once per server that it
 * is for and that is there. Programs run side by side: each defines FIXTURE_DATABASE before it
 * includes this.
 */
#ifndef BL_TESTS_UNIT_MYSQL_FIXTURE_H
#define BL_TESTS_UNIT_MYSQL_FIXTURE_H

#include "common/base/error.h"
#include "common/engine/engine.h"

#include <glib.h>

#include <string.h>

typedef struct Fixture Fixture;

struct Fixture {
    char *base;      /**< folder of the servers' folders */
    const char *key; /**< "mariadb" … */
    GPtrArray *warnings;
    BlReporter reporter;
    /** Called after each message that has this in it; may be NULL. */
    void (*on_statement)(Fixture *fixture);
    const char *statement_part;
    guint n_statements; /**< calls so far */
};

static inline void
fixture_event(const BlEvent *event, void *data)
{
    Fixture *fixture = data;
    if (event->kind == BL_EVENT_WARNING || event->kind == BL_EVENT_NOTE)
        g_ptr_array_add(fixture->warnings, g_strdup(event->text));
    if (event->kind == BL_EVENT_STATEMENT && fixture->on_statement != NULL &&
        strstr(event->text, fixture->statement_part) != NULL) {
        fixture->n_statements++;
        fixture->on_statement(fixture);
    }
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

/** "mysql://USER@localhost/DATABASE?socket=…" and @more ("&…"). @return g_free() */
static inline char *
fixture_url(const Fixture *fixture, const char *user, const char *database, const char *more)
{
    return g_strdup_printf("mysql://%s@localhost/%s?socket=%s/%s/s%s", user, database,
                           fixture->base, fixture->key, more);
}

/** Opens @text. @return bl_session_close(); NULL: @error is set */
static inline BlSession *
fixture_try_open(Fixture *fixture, const char *text, BlOpenOptions options, GError **error)
{
    g_autoptr(BlUrl) url = bl_url_parse(text, NULL, error);
    options.reporter = &fixture->reporter;
    return url != NULL ? bl_session_open(url, &options, error) : NULL;
}

/** A session of @user in the test's database. @return bl_session_close() */
static inline BlSession *
fixture_open_as(Fixture *fixture, const char *user)
{
    const BlOpenOptions options = { 0 };
    g_autoptr(GError) error = NULL;
    g_autofree char *text = fixture_url(fixture, user, FIXTURE_DATABASE, "");
    BlSession *session = fixture_try_open(fixture, text, options, &error);
    g_assert_no_error(error);
    return session;
}

/** The superuser's, with @more in its URL. @return bl_session_close() */
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
    return fixture_open_as(fixture, "root");
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

/** Runs @sql as root without a database of its own: what stands outside of the test's. */
static inline void
fixture_admin(Fixture *fixture, const char *sql)
{
    const BlOpenOptions options = { 0 };
    g_autoptr(GError) error = NULL;
    g_autofree char *text = fixture_url(fixture, "root", "mysql", "");
    g_autoptr(BlSession) session = fixture_try_open(fixture, text, options, &error);
    g_assert_no_error(error);
    fixture_run(session, sql);
}

static inline void
fixture_set_up(Fixture *fixture, gconstpointer data)
{
    fixture->base = fixture_servers("my_base");
    fixture->key = data;
    fixture->warnings = g_ptr_array_new_with_free_func(g_free);
    fixture->reporter.event = fixture_event;
    fixture->reporter.data = fixture;
    fixture_admin(fixture, "DROP DATABASE IF EXISTS " FIXTURE_DATABASE);
    fixture_admin(fixture,
                  "CREATE DATABASE " FIXTURE_DATABASE " CHARACTER SET utf8mb4 COLLATE utf8mb4_bin");
}

static inline void
fixture_tear_down(Fixture *fixture, gconstpointer data)
{
    (void)data;
    fixture->on_statement = NULL;
    fixture_admin(fixture, "DROP DATABASE IF EXISTS " FIXTURE_DATABASE);
    g_free(fixture->base);
    g_ptr_array_unref(fixture->warnings);
}

typedef void (*FixtureTest)(Fixture *fixture, gconstpointer data);

/** Registers @test as "/PATH/KEY" for each server of @keys ("mariadb mysql56 …") that is there. */
static inline void
fixture_add(const char *path, const char *keys, FixtureTest test)
{
    g_autofree char *there = fixture_servers("my_servers");
    g_auto(GStrv) available = g_strsplit(there != NULL ? there : "", " ", -1);
    g_auto(GStrv) wanted = g_strsplit(keys, " ", -1);
    for (gsize i = 0; wanted[i] != NULL; i++) {
        if (!g_strv_contains((const char *const *)available, wanted[i]))
            continue;
        g_autofree char *name = g_strdup_printf("%s/%s", path, wanted[i]);
        g_test_add(name, Fixture, g_intern_string(wanted[i]), fixture_set_up, test,
                   fixture_tear_down);
    }
}

#endif
