/* SPDX-License-Identifier: MIT */
#include "load/parallel.h"

#include "common/base/cancel.h"
#include "common/base/error.h"
#include "common/base/stream.h"
#include "common/snapshot/blocks.h"
#include "common/snapshot/ledger_lines.h"
#include "common/sql/lexer.h"

#include <string.h>

/* Fewer at a stretch are not worth the sessions. */
#define FEWEST_BLOCKS 24

/* The fewest and the most that a session takes at a time. */
#define FEWEST_AT_ONCE 8
#define MOST_AT_ONCE   64

/* One block in the text. */
typedef struct {
    gsize start, end;
    guint line;
    const BlKind *kind;   /* of what may run beside others of its kind; NULL: it may not */
    gboolean is_separate; /* it refers to no other part of its stretch */
    char *name;           /* of its object, without the schema; NULL: none */
} Part;

/* Parts from @first to before @end. */
typedef struct {
    guint first, end;
} Range;

struct BlParallel {
    const BlEngine *engine;
    const char *sql;
    const char *label;
    const BlLedgerNames *names; /* whose lines go out together; NULL: nobody's */
    GArray *parts;              /* Part */
    GArray *workers;            /* Worker */
};

/* One stretch while it runs. */
typedef struct {
    BlParallel *parallel;
    const BlScriptRun *run;
    GAsyncQueue *ranges; /* Range *; what is in it is to be done */
    gint failed;         /* atomic */
} Stretch;

/* One session and its thread. The first is the load's own, which would only wait meanwhile. */
typedef struct {
    Stretch *stretch;
    BlSession *first; /* the load's own */
    BlSession *session;
    gboolean is_further; /* it is opened for this */
    gboolean is_set;     /* it has the settings at the head of the snapshot */
    GThread *opening;    /* while it is opened */
    GThread *thread;     /* while it works, or is closed */
    guint64 statements;
    GError *unopened; /* why it has no session */
    GError *error;
} Worker;

static void
part_clear(gpointer data)
{
    g_free(((Part *)data)->name);
}

static gpointer
close_worker(gpointer data)
{
    Worker *worker = data;
    if (worker->opening != NULL)
        g_thread_join(g_steal_pointer(&worker->opening));
    bl_session_close(g_steal_pointer(&worker->session));
    return NULL;
}

/* What a session was told is over when it is closed, which takes an answer of the server: all of
 * them wait for theirs together. */
static void
close_workers(GArray *workers)
{
    for (guint i = 0; i < workers->len; i++) {
        Worker *worker = &g_array_index(workers, Worker, i);
        if (worker->is_further)
            worker->thread = g_thread_new("close", close_worker, worker);
    }
    for (guint i = 0; i < workers->len; i++) {
        Worker *worker = &g_array_index(workers, Worker, i);
        if (worker->thread != NULL)
            g_thread_join(g_steal_pointer(&worker->thread));
        g_clear_error(&worker->unopened);
        g_clear_error(&worker->error);
    }
    g_array_set_size(workers, 0);
}

void
bl_parallel_free(BlParallel *parallel)
{
    if (parallel == NULL)
        return;
    close_workers(parallel->workers);
    g_array_unref(parallel->workers);
    g_array_unref(parallel->parts);
    g_free(parallel);
}

void
bl_parallel_join_lines(BlParallel *parallel, const BlLedgerNames *names)
{
    parallel->names = names;
}

static const Part *
part_at(const BlParallel *parallel, guint i)
{
    return &g_array_index(parallel->parts, Part, i);
}

static const BlKind *
separate_kind(const BlEngine *engine, const char *label, const char **name)
{
    g_autofree char *word = bl_block_kind(engine, label, name);
    for (gsize i = 0; engine->kinds[i] != NULL; i++) {
        if (strcmp(engine->kinds[i]->name, word) == 0)
            return engine->kinds[i]->is_separate ? engine->kinds[i] : NULL;
    }
    return NULL;
}

static guint
count_lines(const char *text)
{
    guint n = 0;
    for (; *text != '\0'; text++)
        n += *text == '\n';
    return n;
}

/* The bookkeeping tables stand where the reader's own search path says: ahead of them it is set
 * back, and what follows must find the session that was told so. */
static gboolean
sets_back_path(const BlEngine *engine, const BlBlock *block)
{
    if ((engine->caps & BL_CAP_SCHEMAS) == 0)
        return FALSE;
    const char *text = block->text + strcspn(block->text, "\n");
    while (g_ascii_isspace(*text))
        text++;
    return (engine->classify(text, strcspn(text, ";")) & BL_STMT_SETTING) != 0;
}

static void
add_parts(BlParallel *parallel, const BlBlocks *blocks)
{
    gsize at = 0;
    guint line = 1;
    gboolean is_set_back = FALSE;
    for (guint i = 0; i < blocks->list->len; i++) {
        const BlBlock *block = g_ptr_array_index(blocks->list, i);
        const char *name = NULL;
        Part part = { .start = at, .end = at + strlen(block->text), .line = line };
        part.kind = separate_kind(parallel->engine, block->label, &name);
        is_set_back = is_set_back || (part.kind != NULL && sets_back_path(parallel->engine, block));
        part.kind = is_set_back ? NULL : part.kind;
        at = part.end;
        line += count_lines(block->text);
        g_array_append_val(parallel->parts, part);
        if (part.kind != NULL) {
            const char *dot = strrchr(name, '.');
            g_array_index(parallel->parts, Part, i).name = g_strdup(dot != NULL ? dot + 1 : name);
        }
    }
}

/* Parts of one kind: an index waits for its table. @return the stretch of separate parts that
 * starts at @first; empty when that is none */
static Range
stretch_from(const BlParallel *parallel, guint first)
{
    Range range = { first, first };
    const BlKind *kind = part_at(parallel, first)->kind;
    while (kind != NULL && range.end < parallel->parts->len &&
           part_at(parallel, range.end)->kind == kind)
        range.end++;
    return range;
}

/* A name behind a dot: texts of ours qualify what they refer to, and columns stand alone. And what
 * alters its table, CLUSTER ON, would wait for those who make its other indexes. */
static gboolean
needs_another(const BlParallel *parallel, const Part *part, GHashTable *names)
{
    BlLexState state = { 0 };
    BlToken token;
    gsize pos = part->start;
    gboolean after_dot = FALSE;
    while (bl_lex(parallel->engine->dialect, &state, parallel->sql, part->end, pos, TRUE, &token) !=
           BL_TOKEN_END) {
        pos = token.start + token.len;
        gboolean is_name = token.kind == BL_TOKEN_WORD || token.kind == BL_TOKEN_IDENTIFIER;
        if (!part->kind->holds_rows && bl_token_is_word(&token, parallel->sql, "ALTER"))
            return TRUE;
        if (is_name && after_dot) {
            g_autofree char *name = bl_token_name(&token, parallel->sql);
            if (strcmp(name, part->name) != 0 && g_hash_table_contains(names, name))
                return TRUE;
        }
        after_dot = token.len == 1 && parallel->sql[token.start] == '.';
    }
    return FALSE;
}

/* What refers to another part of its stretch waits for its place behind the stretch. */
static void
hold_back(BlParallel *parallel, Range range)
{
    g_autoptr(GHashTable) names = g_hash_table_new(g_str_hash, g_str_equal);
    for (guint i = range.first; i < range.end; i++)
        g_hash_table_add(names, (gpointer)(guintptr)part_at(parallel, i)->name);
    for (guint i = range.first; i < range.end; i++) {
        Part *part = &g_array_index(parallel->parts, Part, i);
        part->is_separate = !needs_another(parallel, part, names);
    }
}

BlParallel *
bl_parallel_new(
    const BlEngine *engine, const char *sql, gsize len, const char *label, GError **error)
{
    if (engine->open_beside == NULL || !g_str_has_prefix(sql, BL_SNAPSHOT_HEAD))
        return NULL;
    g_autoptr(BlBlocks) blocks = bl_blocks_parse(engine->dialect, sql, len, label, error);
    if (blocks == NULL)
        return NULL;
    g_autoptr(BlParallel) parallel = g_new0(BlParallel, 1);
    parallel->engine = engine;
    parallel->sql = sql;
    parallel->label = label;
    parallel->workers = g_array_new(FALSE, TRUE, sizeof(Worker));
    parallel->parts = g_array_new(FALSE, FALSE, sizeof(Part));
    g_array_set_clear_func(parallel->parts, part_clear);
    add_parts(parallel, blocks);
    guint longest = 0;
    for (guint i = 0; i < parallel->parts->len; i++) {
        Range range = stretch_from(parallel, i);
        longest = MAX(longest, range.end - range.first);
        i = MAX(range.end, i + 1) - 1;
    }
    return longest >= FEWEST_BLOCKS ? g_steal_pointer(&parallel) : NULL;
}

static gboolean
run_range(const BlParallel *parallel,
          BlSession *session,
          const BlScriptRun *run,
          Range range,
          guint64 *statements,
          GError **error)
{
    if (range.first == range.end)
        return TRUE;
    const Part *first = part_at(parallel, range.first);
    gsize end = part_at(parallel, range.end - 1)->end;
    g_autoptr(BlReader) reader =
        bl_reader_new_memory(parallel->sql + first->start, end - first->start);
    g_autoptr(BlScript) script = bl_script_new(reader, parallel->engine->dialect);
    bl_script_set_origin(script, parallel->label, first->line, 1, first->start);
    g_autoptr(BlLedgerLines) lines =
        parallel->names != NULL ? bl_ledger_lines_join(script, session, parallel->names) : NULL;
    guint64 n = 0;
    gboolean ok = session->engine->execute_script(session, script, run, &n, error);
    *statements += n + (lines != NULL ? bl_ledger_lines_saved(lines) : 0);
    return ok;
}

static gpointer
open_worker(gpointer data)
{
    Worker *worker = data;
    worker->session = worker->first->engine->open_beside(worker->first, &worker->unopened);
    return NULL;
}

void
bl_parallel_open(BlParallel *parallel, BlSession *session, guint jobs)
{
    g_array_set_size(parallel->workers, jobs);
    for (guint i = 0; i < jobs; i++) {
        Worker *worker = &g_array_index(parallel->workers, Worker, i);
        worker->first = session;
        worker->is_further = i > 0;
        worker->is_set = i == 0;
        if (i == 0)
            worker->session = session;
        else
            worker->opening = g_thread_new("open", open_worker, worker);
    }
}

/* Others work already while it is opened. A server that has no room for it is no reason to load
 * nothing. The settings at the head of a snapshot are each session's own.
 * @return FALSE: it takes no part */
static gboolean
make_ready(Worker *worker)
{
    const Range head = { 0, 1 };
    Stretch *stretch = worker->stretch;
    guint64 n = 0;
    if (worker->opening != NULL)
        g_thread_join(g_steal_pointer(&worker->opening));
    if (worker->session == NULL)
        return FALSE;
    worker->is_set = worker->is_set || run_range(stretch->parallel, worker->session, stretch->run,
                                                 head, &n, &worker->error);
    if (!worker->is_set)
        g_atomic_int_set(&stretch->failed, 1);
    return worker->is_set;
}

static gpointer
work(gpointer data)
{
    Worker *worker = data;
    Stretch *stretch = worker->stretch;
    Range *range;
    if (!make_ready(worker))
        return NULL;
    while (worker->error == NULL && g_atomic_int_get(&stretch->failed) == 0 &&
           (range = g_async_queue_try_pop(stretch->ranges)) != NULL) {
        if (!bl_cancel_check(&worker->error) ||
            !run_range(stretch->parallel, worker->session, stretch->run, *range,
                       &worker->statements, &worker->error))
            g_atomic_int_set(&stretch->failed, 1);
        g_free(range);
    }
    return NULL;
}

/* Who could not be opened is not tried again. */
static void
start_workers(GArray *workers, Stretch *stretch)
{
    for (guint i = 0; i < workers->len; i++) {
        Worker *worker = &g_array_index(workers, Worker, i);
        worker->stretch = stretch;
        worker->statements = 0;
        if (worker->is_further && worker->unopened == NULL)
            worker->thread = g_thread_new("load", work, worker);
    }
}

/* The error that is told is the first one in the order of the sessions: any would do. */
static gboolean
join_workers(GArray *workers, guint64 *statements, GError **error)
{
    gboolean ok = TRUE;
    for (guint i = 0; i < workers->len; i++) {
        Worker *worker = &g_array_index(workers, Worker, i);
        if (worker->thread != NULL)
            g_thread_join(g_steal_pointer(&worker->thread));
        *statements += worker->statements;
        if (ok && worker->error != NULL) {
            ok = FALSE;
            g_propagate_error(error, g_steal_pointer(&worker->error));
        }
    }
    return ok;
}

static void
say_unopened(const GArray *workers, const BlSession *session)
{
    const GError *unopened = NULL;
    guint n = 0;
    for (guint i = 0; i < workers->len; i++) {
        const Worker *worker = &g_array_index(workers, Worker, i);
        n += worker->session != NULL ? 1 : 0;
        unopened = unopened != NULL ? unopened : worker->unopened;
    }
    if (unopened != NULL) {
        bl_report_text(session->reporter, BL_EVENT_NOTE,
                       "tables are made over %u session%s only: %s", n, n == 1 ? "" : "s",
                       unopened->message);
    }
}

/* Many at a time at first, since each time costs messages; few towards the end, so that nobody
 * waits long for the last one. */
static void
queue_ranges(BlParallel *parallel, Range range, guint jobs, GAsyncQueue *queue)
{
    for (guint i = range.first; i < range.end;) {
        Range next = { i, i };
        guint most = CLAMP((range.end - i) / (4 * jobs), FEWEST_AT_ONCE, MOST_AT_ONCE);
        while (next.end < range.end && next.end - next.first < most &&
               part_at(parallel, next.end)->is_separate)
            next.end++;
        if (next.end > next.first)
            g_async_queue_push(queue, g_memdup2(&next, sizeof next));
        i = MAX(next.end, i + 1);
    }
}

static gboolean
run_stretch(BlParallel *parallel,
            BlSession *session,
            const BlScriptRun *run,
            Range range,
            guint64 *statements,
            GError **error)
{
    GArray *workers = parallel->workers;
    hold_back(parallel, range);
    g_autoptr(GAsyncQueue) queue = g_async_queue_new_full(g_free);
    queue_ranges(parallel, range, workers->len, queue);
    Stretch stretch = { .parallel = parallel, .run = run, .ranges = queue };
    start_workers(workers, &stretch);
    work(&g_array_index(workers, Worker, 0));
    if (!join_workers(workers, statements, error))
        return FALSE;
    for (guint i = range.first; i < range.end; i++) {
        Range waiting = { i, i };
        while (waiting.end < range.end && !part_at(parallel, waiting.end)->is_separate)
            waiting.end++;
        if (!run_range(parallel, session, run, waiting, statements, error))
            return FALSE;
        i = MAX(waiting.end, i + 1) - 1;
    }
    return TRUE;
}

static gboolean
run_parts(BlParallel *parallel,
          BlSession *session,
          const BlScriptRun *run,
          guint64 *statements,
          GError **error)
{
    Range rest = { 0, 0 };
    while (rest.end < parallel->parts->len) {
        Range stretch = stretch_from(parallel, rest.end);
        if (stretch.end - stretch.first < FEWEST_BLOCKS) {
            rest.end = MAX(stretch.end, rest.end + 1);
            continue;
        }
        if (!run_range(parallel, session, run, rest, statements, error) ||
            !run_stretch(parallel, session, run, stretch, statements, error))
            return FALSE;
        rest = (Range){ stretch.end, stretch.end };
    }
    return run_range(parallel, session, run, rest, statements, error);
}

gboolean
bl_parallel_run(BlParallel *parallel,
                BlSession *session,
                const BlScriptRun *run,
                guint64 *statements,
                GError **error)
{
    *statements = 0;
    gboolean ok = run_parts(parallel, session, run, statements, error);
    if (ok)
        say_unopened(parallel->workers, session);
    close_workers(parallel->workers);
    return ok;
}
