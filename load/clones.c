/* SPDX-License-Identifier: MIT */
#include "load/clones.h"

#include "common/base/cancel.h"
#include "common/base/error.h"

/* How long a server may take to notice that a session was closed. */
#define CLOSING_TRIES 20
#define CLOSING_US    50000

static guint
count(const BlClones *clones)
{
    return clones->n_named + clones->n_numbered;
}

static const char *
name_at(const BlClones *clones, guint i)
{
    return i < clones->n_named ? clones->names[i] : NULL;
}

static guint
number_at(const BlClones *clones, guint i)
{
    return i - clones->n_named + 1;
}

static void
prefix(GError **error, const BlClones *clones, guint i)
{
    g_prefix_error(error, "clone %u of %u: ", i + 1, count(clones));
}

gboolean
bl_clones_check(BlSession *session, const BlClones *clones, GError **error)
{
    const BlEngine *engine = session->engine;
    if (engine->check_clone == NULL)
        return TRUE;
    g_autoptr(GHashTable) places = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    for (guint i = 0; i < count(clones); i++) {
        char *place = NULL;
        if (!engine->check_clone(session, name_at(clones, i), number_at(clones, i),
                                 clones->recreate, &place, error)) {
            prefix(error, clones, i);
            return FALSE;
        }
        if (!g_hash_table_add(places, place)) {
            bl_error_set(error, BL_ERROR_USAGE, "give each clone a name of its own",
                         "clone %u of %u is the same database as one before it", i + 1,
                         count(clones));
            return FALSE;
        }
    }
    return TRUE;
}

/* What the threads share. */
typedef struct {
    const BlClones *clones;
    const char *mark;
    guint n;
    char **places; /* one for each clone; NULL: not made */
    GMutex mutex;  /* for what follows */
    guint next;
    guint failed; /* number of the first clone that failed; @n: none */
    GError *error;
} Copying;

/* One further session and its thread. */
typedef struct {
    Copying *copying;
    BlSession *session;
    GThread *thread;
} Worker;

/* @return FALSE: there is nothing more to do */
static gboolean
take_number(Copying *copying, guint *number)
{
    g_mutex_lock(&copying->mutex);
    gboolean more = copying->failed == copying->n && copying->next < copying->n;
    if (more)
        *number = copying->next++;
    g_mutex_unlock(&copying->mutex);
    return more;
}

/* @error is taken */
static void
note_failure(Copying *copying, guint number, GError *error)
{
    g_mutex_lock(&copying->mutex);
    if (number < copying->failed) {
        copying->failed = number;
        g_clear_error(&copying->error);
        copying->error = g_steal_pointer(&error);
    }
    g_mutex_unlock(&copying->mutex);
    g_clear_error(&error);
}

static gboolean
copy_one(Copying *copying, BlSession *session)
{
    guint i = 0;
    if (!take_number(copying, &i))
        return FALSE;
    const BlClones *clones = copying->clones;
    GError *error = NULL;
    if (session->engine->clone(session, name_at(clones, i), number_at(clones, i), copying->mark,
                               clones->recreate, &copying->places[i], &error))
        return TRUE;
    prefix(&error, clones, i);
    note_failure(copying, i, error);
    return FALSE;
}

static gpointer
copy_more(gpointer data)
{
    const Worker *worker = data;
    while (copy_one(worker->copying, worker->session))
        continue;
    return NULL;
}

/* A server that has no room for another session is no reason to make none. */
static void
open_workers(Copying *copying, BlSession *session, GArray *workers)
{
    guint rest = copying->n - copying->next;
    guint jobs = copying->clones->jobs > 0 ? copying->clones->jobs : g_get_num_processors();
    for (guint i = 1; i < MIN(jobs, rest); i++) {
        g_autoptr(GError) why = NULL;
        Worker worker = { .copying = copying,
                          .session = session->engine->open_cloner(session, &why) };
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
copy_rest(Copying *copying, BlSession *session)
{
    g_autoptr(GArray) workers = g_array_new(FALSE, FALSE, sizeof(Worker));
    if (session->engine->open_cloner != NULL)
        open_workers(copying, session, workers);
    for (guint i = 0; i < workers->len; i++) {
        Worker *worker = &g_array_index(workers, Worker, i);
        worker->thread = g_thread_new("clone", copy_more, worker);
    }
    Worker here = { .copying = copying, .session = session };
    copy_more(&here);
    for (guint i = 0; i < workers->len; i++) {
        Worker *worker = &g_array_index(workers, Worker, i);
        g_thread_join(worker->thread);
        bl_session_close(worker->session);
    }
}

static gboolean
copy_all(
    BlSession *session, const BlClones *clones, const char *mark, GPtrArray *made, GError **error)
{
    guint n = count(clones);
    Copying copying = { .clones = clones, .mark = mark, .n = n, .failed = n };
    copying.places = g_new0(char *, (gsize)n + 1);
    g_mutex_init(&copying.mutex);
    /* The first one prepares what all are made from. */
    if (copy_one(&copying, session))
        copy_rest(&copying, session);
    g_mutex_clear(&copying.mutex);
    for (guint i = 0; i < n; i++) {
        if (copying.places[i] != NULL)
            g_ptr_array_add(made, copying.places[i]);
    }
    g_free(copying.places);
    if (copying.error == NULL)
        return TRUE;
    g_propagate_error(error, copying.error);
    return FALSE;
}

/* Those that are loaded at the same time. */
typedef struct {
    GMutex mutex; /* for what follows */
    GCond changed;
    guint most; /* at the same time */
    guint running;
    gboolean failed;
    char *why; /* there are fewer than were to be; the first thread's own */
} Crew;

/* One clone that is loaded. */
typedef struct {
    Crew *crew;
    BlSession *session; /* owned while it is loaded */
    const BlLoadOptions *load;
    char *place; /* NULL: not begun */
    GError *error;
} Loading;

static void
loading_free(gpointer data)
{
    Loading *loading = data;
    bl_session_close(loading->session);
    g_free(loading->place);
    g_clear_error(&loading->error);
    g_free(loading);
}

/* Waits until another one may begin. @return FALSE: one has failed, and none does */
static gboolean
join_crew(Crew *crew)
{
    g_mutex_lock(&crew->mutex);
    while (crew->running >= crew->most)
        g_cond_wait(&crew->changed, &crew->mutex);
    gboolean goes_on = !crew->failed;
    crew->running += goes_on ? 1 : 0;
    g_mutex_unlock(&crew->mutex);
    return goes_on;
}

static void
leave_crew(Crew *crew, gboolean ok)
{
    g_mutex_lock(&crew->mutex);
    crew->running--;
    crew->failed = crew->failed || !ok;
    g_cond_signal(&crew->changed);
    g_mutex_unlock(&crew->mutex);
}

static void
load_one(gpointer data, gpointer user_data)
{
    (void)user_data;
    Loading *loading = data;
    BlSession *session = g_steal_pointer(&loading->session);
    g_auto(BlLoadResult) result = { 0 };
    gboolean ok = bl_load(session, loading->load, &result, &loading->error);
    /* Only what is empty goes. */
    if (ok)
        bl_session_close(session);
    else
        session->engine->discard(session);
    if (ok && result.differs) {
        ok = FALSE;
        bl_error_set(&loading->error, BL_ERROR_CONFLICT, "see what schema-dump says of it",
                     "the schema of \"%s\" is not the one that was dumped", loading->place);
    }
    leave_crew(loading->crew, ok);
}

/* One of the crew found no room on the server: it waits for another one to end, and from then on
 * there is one less. @return FALSE: there is no other one to wait for */
static gboolean
shrink_crew(Crew *crew)
{
    g_mutex_lock(&crew->mutex);
    guint running = crew->running;
    crew->most = MAX(running - 1, 1);
    while (running > 1 && crew->running >= running)
        g_cond_wait(&crew->changed, &crew->mutex);
    g_mutex_unlock(&crew->mutex);
    return running > 1;
}

static gboolean
has_failed(Crew *crew)
{
    g_mutex_lock(&crew->mutex);
    gboolean failed = crew->failed;
    g_mutex_unlock(&crew->mutex);
    return failed;
}

/* What every clone is loaded from and with. */
typedef struct {
    BlSession *session;
    const BlClones *clones;
    const char *mark;
    guint jobs;
} Plan;

/* A server with little room gets fewer at a time. It counts a session for a moment after it was
 * closed: who is alone tries again for that long. */
static void
open_clone(const Plan *plan, guint i, Crew *crew, Loading *loading)
{
    const BlClones *clones = plan->clones;
    for (guint tries = 0; tries < CLOSING_TRIES; tries++) {
        g_clear_error(&loading->error);
        if (has_failed(crew))
            return;
        loading->session = plan->session->engine->open_clone(
            plan->session, name_at(clones, i), number_at(clones, i), plan->mark, clones->recreate,
            &loading->place, &loading->error);
        if (loading->session != NULL ||
            !g_error_matches(loading->error, BL_ERROR, BL_ERROR_CONNECT) ||
            bl_cancel_requested() != 0)
            return;
        if (crew->why == NULL)
            crew->why = g_strdup(loading->error->message);
        if (shrink_crew(crew))
            tries = 0;
        else
            g_usleep(CLOSING_US);
    }
}

static void
say_shrunk(const Plan *plan, const Crew *crew)
{
    if (crew->most < plan->jobs && !crew->failed) {
        bl_report_text(plan->session->reporter, BL_EVENT_NOTE,
                       "clones are loaded over %u session%s only: %s", crew->most,
                       crew->most == 1 ? "" : "s", crew->why);
    }
}

/* No more of them are open than are loaded: a server has room for so many connections. */
static void
load_each(const Plan *plan, GPtrArray *all, Crew *crew, GThreadPool *pool)
{
    for (guint i = 0; i < all->len && join_crew(crew); i++) {
        Loading *loading = g_ptr_array_index(all, i);
        open_clone(plan, i, crew, loading);
        if (loading->session != NULL)
            g_thread_pool_push(pool, loading, NULL);
        else
            leave_crew(crew, FALSE);
    }
}

/* @return FALSE with the error of the first one that failed */
static gboolean
collect(const GPtrArray *all, const BlClones *clones, GPtrArray *made, GError **error)
{
    gboolean ok = TRUE;
    for (guint i = 0; i < all->len; i++) {
        Loading *loading = g_ptr_array_index(all, i);
        if (loading->error == NULL) {
            if (loading->place != NULL)
                g_ptr_array_add(made, g_steal_pointer(&loading->place));
        } else if (ok) {
            ok = FALSE;
            prefix(&loading->error, clones, i);
            g_propagate_error(error, g_steal_pointer(&loading->error));
        }
    }
    return ok;
}

/* Each session is one thread's; nobody reports, since a reporter is not for many threads. */
static gboolean
load_all(BlSession *session, /* NOLINT(readability-function-size): those of bl_clones_make() */
         const BlClones *clones,
         const BlLoadOptions *load,
         const char *mark,
         GPtrArray *made,
         GError **error)
{
    BlLoadOptions silent = *load;
    silent.reporter = NULL;
    silent.jobs = 1;
    const Plan plan = { session, clones, mark, clones->jobs > 0 ? clones->jobs : BL_LOAD_JOBS };
    Crew crew = { .most = plan.jobs };
    g_mutex_init(&crew.mutex);
    g_cond_init(&crew.changed);
    g_autoptr(GPtrArray) all = g_ptr_array_new_with_free_func(loading_free);
    for (guint i = 0; i < count(clones); i++) {
        Loading *loading = g_new0(Loading, 1);
        loading->crew = &crew;
        loading->load = &silent;
        g_ptr_array_add(all, loading);
    }
    GThreadPool *pool = g_thread_pool_new(load_one, NULL, (gint)plan.jobs, FALSE, NULL);
    load_each(&plan, all, &crew, pool);
    g_thread_pool_free(pool, FALSE, TRUE);
    say_shrunk(&plan, &crew);
    g_free(crew.why);
    g_cond_clear(&crew.changed);
    g_mutex_clear(&crew.mutex);
    return collect(all, clones, made, error);
}

gboolean
bl_clones_make(BlSession *session, /* NOLINT(readability-function-size): what a load needs too */
               const BlClones *clones,
               const BlLoadOptions *load,
               const char *mark,
               GPtrArray *made,
               GError **error)
{
    if (count(clones) == 0)
        return TRUE;
    return session->engine->clone != NULL ? copy_all(session, clones, mark, made, error)
                                          : load_all(session, clones, load, mark, made, error);
}
