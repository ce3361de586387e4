/* SPDX-License-Identifier: MIT */
#include "common/base/cancel.h"
#include "common/base/error.h"
#include "common/engine/mysql/session.h"

#include <string.h>

/* How often the lock is asked for. */
#define POLL_EVERY_MS 100

/* How long the server may take to end a session that lost its connection, when no time is given
 * for locks: then it is that. */
#define LEAVE_WAIT_MS 60000

/* Longest name that every server takes. */
#define NAME_MAX_LEN 64

/* From this version on a MySQL session can hold several locks; before, a second GET_LOCK() released
 * the first. MariaDB has been able to since 10.0. */
#define SEVERAL_FROM 50705

/* So many sessions can work beside the one with the lock: their names have to go in a message of
 * 1,024 bytes, the least that a server takes. */
#define MOST_BESIDE 7

/* AdonisJS Lucid takes this one; it is not per database. */
#define PEER_LOCK "1"

/* Locks are of the whole server: the database's name is in it. @param beside 0: the lock itself.
 * @return g_free() */
static char *
lock_name(const MySession *session, guint beside)
{
    g_autofree char *name = session->names_case == 0 ? g_strdup(session->database)
                                                     : g_utf8_casefold(session->database, -1);
    g_autofree char *digest = g_compute_checksum_for_string(G_CHECKSUM_SHA256, name, -1);
    char *lock = beside == 0 ? g_strconcat("baseline:", digest, NULL)
                             : g_strdup_printf("baseline+%u:%s", beside, digest);
    lock[NAME_MAX_LEN] = '\0';
    return lock;
}

/* Who holds the lock. A server goes on with all that a session told it when the process that did is
 * gone: as long as one of those beside it is at work, the lock is not free. @return g_free() */
static char *
holder_sql(const MySession *session, const char *name)
{
    g_autofree char *literal = my_literal(name);
    g_autoptr(GString) sql = g_string_new(NULL);
    g_string_append_printf(sql, "coalesce(IS_USED_LOCK(%s)", literal);
    for (guint i = 1; strcmp(name, PEER_LOCK) != 0 && i <= MOST_BESIDE; i++) {
        g_autofree char *beside = lock_name(session, i);
        g_string_append_printf(sql, ", IS_USED_LOCK('%s')", beside);
    }
    g_string_append_c(sql, ')');
    return g_string_free(g_steal_pointer(&sql), FALSE);
}

static gboolean
holds_one_only(const MySession *session)
{
    return !session->is_mariadb && session->version < SEVERAL_FROM;
}

/* @return FALSE with @error set, and only then */
static gboolean
try_lock(MySession *session, const char *name, gboolean *got, GError **error)
{
    g_autofree char *literal = my_literal(name);
    g_autofree char *holder = holder_sql(session, name);
    g_autofree char *sql =
        g_strdup_printf("SELECT IF(%s IS NULL, coalesce(GET_LOCK(%s, 0), -1), 0)", holder, literal);
    g_autofree char *answer = my_select_text(session, sql, error);
    *got = g_strcmp0(answer, "1") == 0;
    return answer != NULL;
}

/* The list of connections may be seen in part only: then the number alone is told. */
static gboolean
find_holder(MySession *session, const char *name, char **holder, GError **error)
{
    g_autofree char *used = holder_sql(session, name);
    g_autofree char *ask = g_strconcat("SELECT ", used, NULL);
    GError *why = NULL;
    g_autofree char *id = my_select_text(session, ask, &why);
    *holder = NULL;
    if (why != NULL) {
        g_propagate_error(error, why);
        return FALSE;
    }
    if (id == NULL)
        return TRUE;
    g_autofree char *sql = g_strdup_printf(
        "SELECT concat('connection ', ID, ' (user ', USER, ', host ', HOST, ', in its state for ', "
        "TIME, ' s)') FROM information_schema.PROCESSLIST WHERE ID = %s",
        id);
    *holder = my_select_text(session, sql, &why);
    g_clear_error(&why);
    if (*holder == NULL)
        *holder = g_strconcat("connection ", id, NULL);
    return TRUE;
}

static gboolean
set_busy(MySession *session, const char *name, GError **error)
{
    g_autofree char *holder = NULL;
    if (!find_holder(session, name, &holder, error))
        return FALSE;
    gboolean is_peer = strcmp(name, PEER_LOCK) == 0;
    bl_error_set(error, BL_ERROR_CONFLICT,
                 "wait for it: migrate and schema-load have --lock-wait SECONDS",
                 "another run holds the %s lock of %s: %s",
                 is_peer ? "server-wide migration (lucidLock)" : "migration", session->base.label,
                 holder != NULL ? holder : "it has just ended");
    return FALSE;
}

static gboolean
wait_for(MySession *session, const char *name, gint64 deadline, GError **error)
{
    for (;;) {
        gboolean got = FALSE;
        if (!try_lock(session, name, &got, error))
            return FALSE;
        if (got)
            return TRUE;
        gint64 left = deadline - g_get_monotonic_time();
        if (left <= 0)
            return set_busy(session, name, error);
        if (!bl_cancel_check(error))
            return FALSE;
        g_usleep((gulong)MIN(left, (gint64)POLL_EVERY_MS * 1000));
    }
}

static void
release(MySession *session, const char *name)
{
    g_autofree char *literal = my_literal(name);
    g_autofree char *sql = g_strdup_printf("DO RELEASE_LOCK(%s)", literal);
    my_run_anyway(session, sql);
}

gboolean
my_lock(BlSession *base, guint wait_ms, GError **error)
{
    MySession *session = (MySession *)base;
    gint64 deadline = g_get_monotonic_time() + (gint64)wait_ms * 1000;
    if (session->lock != NULL)
        return TRUE;
    gboolean is_peer_only = session->options.peer_lock && holds_one_only(session);
    g_autofree char *name = is_peer_only ? g_strdup(PEER_LOCK) : lock_name(session, 0);
    if (!wait_for(session, name, deadline, error))
        return FALSE;
    if (session->options.peer_lock && !is_peer_only &&
        !wait_for(session, PEER_LOCK, deadline, error)) {
        release(session, name);
        return FALSE;
    }
    session->lock = g_steal_pointer(&name);
    return TRUE;
}

void
my_unlock(BlSession *base)
{
    MySession *session = (MySession *)base;
    if (session->lock == NULL)
        return;
    if (session->options.peer_lock && strcmp(session->lock, PEER_LOCK) != 0)
        release(session, PEER_LOCK);
    release(session, session->lock);
    g_clear_pointer(&session->lock, g_free);
}

gboolean
my_lock_beside(MySession *session, GError **error)
{
    g_autoptr(GString) sql = g_string_new("SELECT CASE");
    for (guint i = 1; i <= MOST_BESIDE; i++) {
        g_autofree char *name = lock_name(session, i);
        g_string_append_printf(sql, " WHEN GET_LOCK('%s', 0) = 1 THEN %u", name, i);
    }
    g_string_append(sql, " ELSE 0 END");
    g_autofree char *taken = my_select_text(session, sql->str, error);
    if (taken == NULL)
        return FALSE;
    guint beside = (guint)g_ascii_strtoull(taken, NULL, 10);
    if (beside > 0) {
        session->lock = lock_name(session, beside);
        return TRUE;
    }
    bl_error_set(error, BL_ERROR_CONFLICT, NULL, "%d sessions work on it already", MOST_BESIDE + 1);
    return FALSE;
}

void
my_leave_beside(MySession *session)
{
    MySession *first = session->beside;
    g_autofree char *name = g_strdup(session->lock);
    my_unlock(&session->base);
    if (name == NULL || my.mysql_errno(session->conn) == 0)
        return;
    /* The connection is lost, and the server may still be at work for it. */
    static GMutex asking;
    G_GNUC_UNUSED g_autoptr(GMutexLocker) locker = g_mutex_locker_new(&asking);
    g_autofree char *end = g_strdup_printf("KILL %" G_GUINT64_FORMAT, session->thread_id);
    g_autofree char *ask = g_strdup_printf(
        "SELECT nullif(IS_USED_LOCK('%s') <=> %" G_GUINT64_FORMAT ", 0)", name, session->thread_id);
    guint wait_ms = first->options.lock_timeout_ms;
    gint64 deadline = g_get_monotonic_time() +
                      (gint64)(wait_ms > 0 ? wait_ms : LEAVE_WAIT_MS) * G_TIME_SPAN_MILLISECOND;
    my_run_anyway(first, end);
    while (g_get_monotonic_time() < deadline) {
        g_autofree char *is_there = my_select_text(first, ask, NULL);
        if (is_there == NULL)
            return;
        g_usleep((gulong)POLL_EVERY_MS * 1000);
    }
    bl_report_text(first->base.reporter, BL_EVENT_WARNING,
                   "the server is still at work for connection %" G_GUINT64_FORMAT
                   ", which is lost and was told to end: what that makes may come later, look for "
                   "it before the next run",
                   session->thread_id);
}

gboolean
my_lock_holder(BlSession *base, char **holder, GError **error)
{
    MySession *session = (MySession *)base;
    g_autofree char *name = lock_name(session, 0);
    if (!find_holder(session, name, holder, error))
        return FALSE;
    return *holder != NULL || !session->options.peer_lock ||
           find_holder(session, PEER_LOCK, holder, error);
}

char *
my_lock_check(const MySession *session)
{
    if (session->lock == NULL)
        return NULL;
    g_autofree char *name = my_literal(session->lock);
    gboolean has_peer = session->options.peer_lock && strcmp(session->lock, PEER_LOCK) != 0;
    return g_strdup_printf("~0 + IF(IS_USED_LOCK(%s) <=> CONNECTION_ID()%s, 0, 1)", name,
                           has_peer ? " AND IS_USED_LOCK('" PEER_LOCK "') <=> CONNECTION_ID()"
                                    : "");
}
