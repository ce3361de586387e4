/* SPDX-License-Identifier: MIT */
#include "squash/candidate.h"

#include "common/base/error.h"
#include "common/base/file.h"
#include "common/base/report.h"
#include "common/snapshot/pair.h"

#include <glib/gstdio.h>

#include <string.h>

typedef struct {
    char *folder, *sql, *manifest;
} Stage;

static void
stage_clear(Stage *stage)
{
    if (stage->sql != NULL)
        (void)g_unlink(stage->sql);
    if (stage->manifest != NULL)
        (void)g_unlink(stage->manifest);
    if (stage->folder != NULL)
        (void)g_rmdir(stage->folder);
    g_free(stage->folder);
    g_free(stage->sql);
    g_free(stage->manifest);
}

/* Without its schema digest: what differs is told object by object. */
static gboolean
write_stage(Stage *stage, BlDump *dump, GError **error)
{
    g_autoptr(GError) problem = NULL;
    g_autofree char *now = bl_manifest_now(error);
    if (now == NULL)
        return FALSE;
    stage->folder = g_dir_make_tmp("baseline-proof-XXXXXX", &problem);
    if (stage->folder == NULL) {
        bl_error_set(error, BL_ERROR_IO, "set TMPDIR to a folder that can be written",
                     "cannot make a temporary folder: %s", problem->message);
        return FALSE;
    }
    stage->sql = g_build_filename(stage->folder, "snapshot.sql", NULL);
    stage->manifest = bl_manifest_path(stage->sql);
    char *digest = g_steal_pointer(&dump->manifest->schema_digest);
    char *at = g_steal_pointer(&dump->manifest->generated_at);
    dump->manifest->generated_at = g_steal_pointer(&now);
    g_autofree char *text = bl_manifest_format(dump->manifest);
    g_free(dump->manifest->generated_at);
    dump->manifest->generated_at = at;
    dump->manifest->schema_digest = digest;
    return bl_file_write_ephemeral(stage->sql, dump->sql->str, dump->sql->len, error) &&
           bl_file_write_ephemeral(stage->manifest, text, strlen(text), error);
}

struct BlCandidate {
    const BlEngine *engine;
    Stage stage;
    BlReplayOptions load;
    char *label;
    const BlReporter *reporter; /* the caller's */
    BlReporter own;             /* what the load has: keeps until the candidate is taken */
    GPtrArray *events;          /* BlEvent *, kept */
    gboolean is_loaded;         /* or its load has failed */
    gboolean is_taken;
    GThread *thread;
    BlSession *session;
    GError *problem;
};

static void
event_free(gpointer data)
{
    BlEvent *event = data;
    g_free((char *)(guintptr)event->verb);
    g_free((char *)(guintptr)event->name);
    g_free((char *)(guintptr)event->text);
    g_free(event);
}

/* Under the lock of bl_report(). */
static void
keep_event(const BlEvent *event, void *data)
{
    BlCandidate *candidate = data;
    if (candidate->is_taken) {
        bl_report(candidate->reporter, event);
    } else if (event->kind != BL_EVENT_PROGRESS) {
        BlEvent *copy = g_memdup2(event, sizeof *event);
        copy->verb = g_strdup(event->verb);
        copy->name = g_strdup(event->name);
        copy->text = g_strdup(event->text);
        g_ptr_array_add(candidate->events, copy);
    }
}

static gpointer
load(gpointer data)
{
    BlCandidate *candidate = data;
    candidate->session = bl_replay_load(&candidate->load, &candidate->problem);
    return NULL;
}

static void
prepare_load(BlCandidate *candidate, const BlReplayOptions *replay)
{
    candidate->reporter = replay->reporter;
    candidate->own = (BlReporter){ .event = keep_event,
                                   .data = candidate,
                                   .wants_statements = replay->reporter != NULL &&
                                                       replay->reporter->wants_statements };
    candidate->load = *replay;
    candidate->load.reporter = &candidate->own;
    candidate->load.start =
        (BlReplayStart){ .sql_path = candidate->stage.sql, .label = candidate->label };
}

BlCandidate *
bl_candidate_new(const BlReplayOptions *replay, BlDump *dump, GError **error)
{
    g_autoptr(BlCandidate) candidate = g_new0(BlCandidate, 1);
    candidate->events = g_ptr_array_new_with_free_func(event_free);
    candidate->engine = bl_engine_find(dump->manifest->engine);
    candidate->label = g_strdup(dump->manifest->dump_path);
    if (!write_stage(&candidate->stage, dump, error))
        return NULL;
    prepare_load(candidate, replay);
    if (replay->like == NULL && replay->not_beside == NULL && replay->beside == NULL)
        candidate->thread = g_thread_try_new("candidate", load, candidate, NULL);
    return g_steal_pointer(&candidate);
}

gboolean
bl_candidate_wait(BlCandidate *candidate)
{
    if (candidate->thread == NULL)
        return FALSE;
    g_thread_join(g_steal_pointer(&candidate->thread));
    candidate->is_loaded = TRUE;
    return TRUE;
}

/* What else was done meanwhile may have had the room that the load needed. */
static gboolean
lacked_room(const BlCandidate *candidate)
{
    const BlEngine *engine = candidate->engine;
    return candidate->session == NULL && engine != NULL && engine->is_too_large != NULL &&
           engine->is_too_large(candidate->problem);
}

BlSession *
bl_candidate_take(BlCandidate *candidate, GError **error)
{
    gboolean was_beside = bl_candidate_wait(candidate) || candidate->is_loaded;
    if (was_beside && lacked_room(candidate)) {
        g_clear_error(&candidate->problem);
        g_ptr_array_set_size(candidate->events, 0);
        was_beside = FALSE;
    }
    if (!was_beside)
        load(candidate);
    for (guint i = 0; i < candidate->events->len; i++)
        bl_report(candidate->reporter, g_ptr_array_index(candidate->events, i));
    candidate->is_taken = TRUE;
    if (candidate->session == NULL)
        g_propagate_error(error, g_steal_pointer(&candidate->problem));
    return g_steal_pointer(&candidate->session);
}

void
bl_candidate_free(BlCandidate *candidate)
{
    if (candidate == NULL)
        return;
    (void)bl_candidate_wait(candidate);
    candidate->is_taken = TRUE;
    bl_session_close(candidate->session);
    g_clear_error(&candidate->problem);
    stage_clear(&candidate->stage);
    g_ptr_array_unref(candidate->events);
    g_free(candidate->label);
    g_free(candidate);
}
