/* SPDX-License-Identifier: MIT */
#include "load/clones.h"

#include "load/copies.h"

#include "common/base/error.h"

/* One clone that is loaded. */
typedef struct {
    BlSession *session; /* owned until it is loaded */
    const BlLoadOptions *load;
    char *place;
    GError *error;
    gboolean differs;
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
        if (!engine->check_clone(session, name_at(clones, i), i - clones->n_named + 1,
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

static gboolean
copy_all(
    BlSession *session, const BlClones *clones, const char *mark, GPtrArray *made, GError **error)
{
    const BlCopies copies = {
        .names = clones->names,
        .n_named = clones->n_named,
        .n_numbered = clones->n_numbered,
        .recreate = clones->recreate,
        .jobs = MAX(clones->jobs, 1),
        .mark = mark,
    };
    return bl_copies_make(session, &copies, made, error);
}

static void
load_one(gpointer data, gpointer user_data)
{
    (void)user_data;
    Loading *loading = data;
    const BlEngine *engine = loading->session->engine;
    g_auto(BlLoadResult) result = { 0 };
    if (bl_load(loading->session, loading->load, &result, &loading->error)) {
        loading->differs = result.differs;
        return;
    }
    /* Only what is empty goes. */
    engine->discard(g_steal_pointer(&loading->session));
}

static GPtrArray *
open_all(BlSession *session,
         const BlClones *clones,
         const BlLoadOptions *load,
         const char *mark,
         GError **error)
{
    g_autoptr(GPtrArray) all = g_ptr_array_new_with_free_func(loading_free);
    for (guint i = 0; i < count(clones); i++) {
        Loading *loading = g_new0(Loading, 1);
        loading->load = load;
        g_ptr_array_add(all, loading);
        loading->session =
            session->engine->open_clone(session, name_at(clones, i), i - clones->n_named + 1, mark,
                                        clones->recreate, &loading->place, error);
        if (loading->session != NULL)
            continue;
        prefix(error, clones, i);
        for (guint j = 0; j < i; j++) {
            Loading *before = g_ptr_array_index(all, j);
            session->engine->discard(g_steal_pointer(&before->session));
        }
        return NULL;
    }
    return g_steal_pointer(&all);
}

static gboolean
collect(const GPtrArray *all, const BlClones *clones, GPtrArray *made, GError **error)
{
    gboolean ok = TRUE;
    for (guint i = 0; i < all->len; i++) {
        Loading *loading = g_ptr_array_index(all, i);
        if (loading->error == NULL && loading->differs)
            bl_error_set(&loading->error, BL_ERROR_CONFLICT, "see what schema-dump says of it",
                         "the schema of \"%s\" is not the one that was dumped", loading->place);
        if (loading->error == NULL) {
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
    g_autoptr(GPtrArray) all = open_all(session, clones, &silent, mark, error);
    if (all == NULL)
        return FALSE;
    GThreadPool *pool = g_thread_pool_new(load_one, NULL, (gint)MAX(clones->jobs, 1), FALSE, NULL);
    for (guint i = 0; i < all->len; i++)
        g_thread_pool_push(pool, g_ptr_array_index(all, i), NULL);
    g_thread_pool_free(pool, FALSE, TRUE);
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
