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

#include <glib.h>

#include "tests/unit/fixture.h"

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
    fixture_keep_warning(fixture->warnings, event);
    if (event->kind == BL_EVENT_STATEMENT && fixture->on_statement != NULL &&
        strstr(event->text, fixture->statement_part) != NULL) {
        fixture->n_statements++;
        fixture->on_statement(fixture);
    }
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
    return fixture_open_url(text, NULL, options, &fixture->reporter, error);
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
    fixture->base = fixture_server_value("mysql", "my_base");
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

typedef void (*FixtureTestFn)(Fixture *fixture, gconstpointer data);

/** Registers @test as "/PATH/KEY" for each server of @keys ("mariadb mysql56 …") that is there. */
static inline void
fixture_add(const char *path, const char *keys, FixtureTestFn test)
{
    g_autofree char *there = fixture_server_value("mysql", "my_servers");
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

typedef struct {
    const char *path;
    FixtureTestFn test;
} FixtureTest;

/** Registers all tests for each server. @param prefix "/engine_mysql"
 * @return FALSE: there are no servers; the caller ends with 77 */
static inline gboolean
fixture_add_tests(const char *prefix, const FixtureTest *tests, gsize n)
{
    g_autofree char *servers = fixture_server_value("mysql", "my_servers");
    for (gsize i = 0; servers != NULL && i < n; i++) {
        g_autofree char *path = g_strconcat(prefix, "/", tests[i].path, NULL);
        fixture_add(path, servers, tests[i].test);
    }
    return servers != NULL;
}

#endif
