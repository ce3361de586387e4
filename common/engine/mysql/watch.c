/* SPDX-License-Identifier: MIT */
#include "common/base/cancel.h"
#include "common/engine/mysql/target.h"

#include <signal.h>
#include <string.h>
#include <sys/socket.h>

/* How often the thread looks, in milliseconds. */
#define LOOK_EVERY_MS 100

/* How long the second connection may take, in seconds, and how long after KILL QUERY the
 * connection itself is cut: taking back a large statement takes its time, and a server that is gone
 * answers nothing. */
#define CONNECT_S   5
#define PATIENCE_MS 30000

typedef enum { CALM, KILL_SENT, CUT } Step;

/* The client library waits inside its calls, so another thread has to look. */
struct MyWatch {
    MySession *session;
    guint timeout_ms;
    guint timeout_at_open_ms;
    GThread *thread;
    GMutex mutex;
    GCond cond;
    gboolean ends;
    gint64 since; /* monotonic; 0: nothing runs */
    gint64 killed;
    gboolean is_late;
    Step step;
};

static void
kill_query(const MySession *session)
{
    MYSQL *conn = my_target_connect(session->target, "", CONNECT_S, NULL);
    if (conn == NULL)
        return;
    g_autofree char *sql =
        g_strdup_printf("KILL QUERY %" G_GUINT64_FORMAT, (guint64)session->thread_id);
    (void)my.mysql_real_query(conn, sql, (gulong)strlen(sql));
    my.mysql_close(conn);
}

/* With the lock held. */
static gboolean
must_end(MyWatch *watch, gint64 now)
{
    if (watch->since == 0)
        return FALSE;
    if (watch->timeout_ms > 0 && now - watch->since > (gint64)watch->timeout_ms * 1000)
        watch->is_late = TRUE;
    return watch->is_late || bl_cancel_requested() != 0;
}

/* With the lock held, but not while the second connection is made: the statement may end
 * meanwhile, and then the next one of this session would be hit. The lock is therefore kept, and
 * my_watch_end() waits for it: the server has taken the KILL when the next statement is sent. */
static void
look(MyWatch *watch)
{
    gint64 now = g_get_monotonic_time();
    if (!must_end(watch, now))
        return;
    if (watch->step == CALM) {
        kill_query(watch->session);
        watch->killed = now;
        watch->step = KILL_SENT;
        return;
    }
    if (watch->step == KILL_SENT && now - watch->killed > (gint64)PATIENCE_MS * 1000) {
        (void)shutdown(watch->session->conn->net.fd, SHUT_RDWR);
        watch->step = CUT;
    }
}

static void *
watch_session(void *data)
{
    MyWatch *watch = data;
    (void)my.mysql_thread_init();
    g_mutex_lock(&watch->mutex);
    while (!watch->ends) {
        gint64 next = g_get_monotonic_time() + (gint64)LOOK_EVERY_MS * 1000;
        if (!g_cond_wait_until(&watch->cond, &watch->mutex, next))
            look(watch);
    }
    g_mutex_unlock(&watch->mutex);
    my.mysql_thread_end();
    return NULL;
}

MyWatch *
my_watch_new(MySession *session, guint timeout_ms)
{
    MyWatch *watch = g_new0(MyWatch, 1);
    watch->session = session;
    watch->timeout_ms = watch->timeout_at_open_ms = timeout_ms;
    g_mutex_init(&watch->mutex);
    g_cond_init(&watch->cond);
    /* Signals are for the threads that read files and terminals: they return from it. */
    sigset_t all;
    sigset_t before;
    (void)sigfillset(&all);
    (void)pthread_sigmask(SIG_SETMASK, &all, &before);
    watch->thread = g_thread_new("mysql-watch", watch_session, watch);
    (void)pthread_sigmask(SIG_SETMASK, &before, NULL);
    return watch;
}

void
my_watch_set_timeout(MyWatch *watch, guint timeout_ms)
{
    if (watch == NULL)
        return;
    g_mutex_lock(&watch->mutex);
    watch->timeout_ms = timeout_ms > 0 ? timeout_ms : watch->timeout_at_open_ms;
    g_mutex_unlock(&watch->mutex);
}

void
my_watch_begin(MyWatch *watch)
{
    if (watch == NULL)
        return;
    g_mutex_lock(&watch->mutex);
    watch->since = g_get_monotonic_time();
    watch->step = CALM;
    watch->is_late = FALSE;
    g_mutex_unlock(&watch->mutex);
}

gboolean
my_watch_end(MyWatch *watch)
{
    if (watch == NULL)
        return FALSE;
    g_mutex_lock(&watch->mutex);
    watch->since = 0;
    gboolean is_late = watch->is_late;
    g_mutex_unlock(&watch->mutex);
    return is_late;
}

void
my_watch_free(MyWatch *watch)
{
    if (watch == NULL)
        return;
    g_mutex_lock(&watch->mutex);
    watch->ends = TRUE;
    g_cond_signal(&watch->cond);
    g_mutex_unlock(&watch->mutex);
    (void)g_thread_join(watch->thread);
    g_mutex_clear(&watch->mutex);
    g_cond_clear(&watch->cond);
    g_free(watch);
}
