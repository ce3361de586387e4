/* SPDX-License-Identifier: MIT */
#include "load/copies.h"

#include "common/base/error.h"

/* What the threads share. */
typedef struct {
    const BlCopies *copies;
    guint n;
    char **places; /* one for each copy; NULL: not made */
    GMutex mutex;  /* for what follows */
    guint next;
    guint failed; /* number of the first copy that failed; @n: none */
    GError *error;
} Work;

/* One further session and its thread. */
typedef struct {
    Work *work;
    BlSession *session;
    GThread *thread;
} Worker;

/* @return FALSE: there is nothing more to do */
static gboolean
take_number(Work *work, guint *number)
{
    g_mutex_lock(&work->mutex);
    gboolean more = work->failed == work->n && work->next < work->n;
    if (more)
        *number = work->next++;
    g_mutex_unlock(&work->mutex);
    return more;
}

/* @error is taken */
static void
note_failure(Work *work, guint number, GError *error)
{
    g_mutex_lock(&work->mutex);
    if (number < work->failed) {
        work->failed = number;
        g_clear_error(&work->error);
        work->error = g_steal_pointer(&error);
    }
    g_mutex_unlock(&work->mutex);
    g_clear_error(&error);
}

static gboolean
make_one(Work *work, BlSession *session)
{
    guint i = 0;
    if (!take_number(work, &i))
        return FALSE;
    const BlCopies *copies = work->copies;
    const char *name = i < copies->n_named ? copies->names[i] : NULL;
    GError *error = NULL;
    if (session->engine->clone(session, name, i - copies->n_named + 1, copies->mark,
                               copies->recreate, &work->places[i], &error))
        return TRUE;
    g_prefix_error(&error, "clone %u of %u: ", i + 1, work->n);
    note_failure(work, i, error);
    return FALSE;
}

static gpointer
make_more(gpointer data)
{
    const Worker *worker = data;
    while (make_one(worker->work, worker->session))
        continue;
    return NULL;
}

/* A server that has no room for another session is no reason to make none. */
static void
open_workers(Work *work, BlSession *session, GArray *workers)
{
    guint rest = work->n - work->next;
    for (guint i = 1; i < MIN(work->copies->jobs, rest); i++) {
        g_autoptr(GError) why = NULL;
        Worker worker = { .work = work, .session = session->engine->open_cloner(session, &why) };
        if (worker.session == NULL) {
            bl_report_text(session->reporter, BL_EVENT_WARNING,
                           "clones are made over %u session%s only: %s", i, i == 1 ? "" : "s",
                           why->message);
            return;
        }
        g_array_append_val(workers, worker);
    }
}

static void
make_rest(Work *work, BlSession *session)
{
    g_autoptr(GArray) workers = g_array_new(FALSE, FALSE, sizeof(Worker));
    if (session->engine->open_cloner != NULL)
        open_workers(work, session, workers);
    for (guint i = 0; i < workers->len; i++) {
        Worker *worker = &g_array_index(workers, Worker, i);
        worker->thread = g_thread_new("clone", make_more, worker);
    }
    Worker here = { .work = work, .session = session };
    make_more(&here);
    for (guint i = 0; i < workers->len; i++) {
        Worker *worker = &g_array_index(workers, Worker, i);
        g_thread_join(worker->thread);
        bl_session_close(worker->session);
    }
}

gboolean
bl_copies_make(BlSession *session, const BlCopies *copies, GPtrArray *made, GError **error)
{
    guint n = copies->n_named + copies->n_numbered;
    Work work = { .copies = copies, .n = n, .failed = n };
    work.places = g_new0(char *, (gsize)n + 1);
    g_mutex_init(&work.mutex);
    /* The first one prepares what all are made from. */
    if (make_one(&work, session))
        make_rest(&work, session);
    g_mutex_clear(&work.mutex);
    for (guint i = 0; i < n; i++) {
        if (work.places[i] != NULL)
            g_ptr_array_add(made, work.places[i]);
    }
    g_free(work.places);
    if (work.error == NULL)
        return TRUE;
    g_propagate_error(error, work.error);
    return FALSE;
}
