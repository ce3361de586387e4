/* SPDX-License-Identifier: MIT */
#include "squash/job.h"

#include "squash/repeat.h"

#include "common/base/error.h"
#include "common/base/stream.h"

#include <string.h>

static BlJob
job_of(BlShape shape, const BlMigration *migration, const BlSection *section)
{
    return (BlJob){
        .section = section,
        .shape = shape,
        .label = section->label != NULL ? section->label : migration->label,
        .text = section->text != NULL ? section->text : "",
        .len = section->len,
        .line = section->line,
        .offset = section->offset,
        .is_alone = TRUE,
    };
}

/* A timeout of its own is put back behind it. */
static gboolean
is_alone(const BlEngine *engine, const BlSection *section, BlShape shape)
{
    const BlShapeMemo *memo = section->memo;
    return shape == BL_SHAPE_STEPS || memo == NULL || memo->engine != engine || memo->is_alone ||
           section->lock_timeout_ms > 0 || section->statement_timeout_ms > 0;
}

BlJob
bl_job_of(const BlEngine *engine, const BlMigration *migration, const BlSection *section)
{
    BlJob job = job_of(bl_shape_find(engine, section), migration, section);
    job.single = bl_shape_single(engine, section);
    job.is_alone = is_alone(engine, section, job.shape);
    return job;
}

BlScript *
bl_job_script(const BlJob *job, BlReader *reader, const BlDialect *dialect)
{
    BlScript *script = bl_script_new(reader, dialect);
    bl_script_set_origin(script, job->label, job->line, 1, job->offset);
    if (job->single != NULL)
        bl_script_set_known(script, job->single);
    return script;
}

static gboolean
scan_items(const GArray *items, BlJobItemFn fn, void *data, GError **error)
{
    for (guint i = 0; i < items->len; i++) {
        const BlShapeItem *known = &g_array_index(items, BlShapeItem, i);
        if (!fn(&known->item, known->traits, data, error))
            return FALSE;
    }
    return TRUE;
}

gboolean
bl_job_run(const BlJob *job, BlSession *session, const BlScriptRun *run, GError **error)
{
    g_autoptr(BlReader) reader = bl_reader_new_memory(job->text, job->len);
    g_autoptr(BlScript) script = bl_job_script(job, reader, session->engine->dialect);
    return session->engine->execute_script(session, script, run, NULL, error);
}

gboolean
bl_job_scan(const BlJob *job, const BlEngine *engine, BlJobItemFn fn, void *data, GError **error)
{
    if (job->items != NULL)
        return scan_items(job->items, fn, data, error);
    g_autoptr(BlReader) reader = bl_reader_new_memory(job->text, job->len);
    g_autoptr(BlScript) script = bl_job_script(job, reader, engine->dialect);
    BlItem item;
    int more;
    while ((more = bl_script_next(script, &item, error)) > 0) {
        guint traits = item.kind == BL_ITEM_STATEMENT ? engine->classify(item.text, item.len) : 0;
        if (!fn(&item, traits, data, error))
            return FALSE;
    }
    return more == 0;
}

gboolean
bl_job_mentions(const BlJob *job, const char *name)
{
    gsize len = strlen(name);
    for (gsize i = 0; i + len <= job->len; i++) {
        if (g_ascii_strncasecmp(job->text + i, name, len) == 0)
            return TRUE;
    }
    return FALSE;
}

static gboolean
fail_at(
    const char *label, const BlItem *item, const char *hint, const char *message, GError **error)
{
    GError *problem = NULL;
    bl_error_set(&problem, BL_ERROR_USAGE, hint, "%s", message);
    bl_error_set_position(problem, label, item->line, item->column);
    g_propagate_error(error, problem);
    return FALSE;
}

/* What a file that is one transaction may not hold. */
typedef struct {
    guint trait;
    const char *message;
    const char *hint;
} Misfit;

static const Misfit misfits[] = {
    { BL_STMT_TX_BEGIN | BL_STMT_TX_COMMIT | BL_STMT_TX_ROLLBACK,
      "the file has its own transaction, but runs inside one",
      "take BEGIN and COMMIT out, or write -- migrate:up transaction:false" },
    { BL_STMT_OUTSIDE_TX, "the statement cannot run inside a transaction",
      "write -- migrate:up transaction:false (or down)" },
};

typedef struct {
    const BlJob *job;
    BlJobPart part;
    guint traits; /* of all its statements */
    gboolean is_scratch;
} Check;

static gboolean
check_repeat(const BlJob *job, const BlItem *item, guint traits, GError **error)
{
    if (job->section == NULL || !bl_section_repeats(job->section, item) ||
        (item->kind == BL_ITEM_STATEMENT && (traits & BL_STMT_DML) != 0 && !item->starts_copy))
        return TRUE;
    return fail_at(job->label, item, "repeat an INSERT, UPDATE or DELETE that leaves less to do",
                   "\"-- migrate:repeat\" before a statement that does not count rows", error);
}

/* The BEGIN and COMMIT of a frame are none. */
static gboolean
is_misfit(const BlJob *job, guint traits, const Misfit *misfit)
{
    guint own = job->shape == BL_SHAPE_FRAMED ? BL_STMT_TX_BEGIN | BL_STMT_TX_COMMIT : 0;
    return (traits & misfit->trait & ~own) != 0;
}

gboolean
bl_job_is_frame(const BlJob *job, guint traits)
{
    return job->shape == BL_SHAPE_FRAMED && (traits & (BL_STMT_TX_BEGIN | BL_STMT_TX_COMMIT)) != 0;
}

gboolean
bl_job_leaves_out(const BlJob *job, guint traits)
{
    return job->shape == BL_SHAPE_STEPS && (traits & BL_STMT_LOCKS_OUT) != 0;
}

static gboolean
check_item(const BlItem *item, guint traits, void *data, GError **error)
{
    Check *check = data;
    const BlJob *job = check->job;
    check->traits |= traits;
    if (item->kind == BL_ITEM_CLIENT)
        return fail_at(job->label, item, "take it out",
                       "a migration runs no command of a client program", error);
    if (check->is_scratch && bl_job_leaves_out(job, traits))
        return TRUE;
    if ((traits & BL_STMT_HIDES_LEDGER) != 0) {
        return fail_at(
            job->label, item,
            "take it out: the connection's database is used, and the migration lock keeps "
            "other migrations out",
            "behind this statement the ledger could not be written", error);
    }
    if ((traits & BL_STMT_NO_WAY_BACK) != 0) {
        return fail_at(job->label, item, "take it out, or keep the journal in memory",
                       "behind this statement one that fails would leave the database damaged",
                       error);
    }
    if (!check_repeat(job, item, traits, error))
        return FALSE;
    if (job->shape == BL_SHAPE_STEPS)
        return TRUE;
    for (gsize i = 0; i < G_N_ELEMENTS(misfits); i++) {
        if (is_misfit(job, traits, &misfits[i]))
            return fail_at(job->label, item, misfits[i].hint, misfits[i].message, error);
    }
    if (bl_job_is_frame(job, traits))
        return TRUE;
    if (traits & BL_STMT_SILENT_IN_TX) {
        if (check->part == BL_JOB_BODY)
            check->part = BL_JOB_TAIL;
        return TRUE;
    }
    if (check->part == BL_JOB_TAIL) {
        return fail_at(
            job->label, item,
            "put settings before the first or behind the last statement, or write transaction:false",
            "a setting before this statement has no effect inside a transaction", error);
    }
    check->part = BL_JOB_BODY;
    return TRUE;
}

/* @param traits out: of all its statements */
static gboolean
check_items(
    const BlJob *job, const BlEngine *engine, gboolean is_scratch, guint *traits, GError **error)
{
    Check check = { job, BL_JOB_HEAD, 0, is_scratch };
    gboolean ok = bl_job_scan(job, engine, check_item, &check, error);
    *traits = check.traits;
    return ok;
}

gboolean
bl_job_check(const BlJob *job, const BlEngine *engine, GError **error)
{
    guint unused = 0;
    return check_items(job, engine, FALSE, &unused, error);
}

gboolean
bl_job_check_section(const BlEngine *engine,
                     const BlMigration *migration,
                     const BlSection *section,
                     gboolean is_scratch,
                     GError **error)
{
    g_autoptr(GArray) items = NULL;
    BlShape shape = bl_shape_read(engine, section, &items);
    BlJob job = job_of(shape, migration, section);
    job.items = items;
    guint traits = 0;
    if (!check_items(&job, engine, is_scratch, &traits, error))
        return FALSE;
    if (section->memo != NULL) {
        section->memo->is_alone = (traits & BL_STMT_ALONE) != 0;
        section->memo->traits = traits;
    }
    return TRUE;
}

/* A literal may hold a statement that is run by its text, or a body. */
#define MAX_DEPTH 2

typedef struct {
    const BlJob *job;
    const BlEngine *engine;
    const char *const *tables;
} Shadows;

/* What comes behind TEMPORARY. */
typedef enum { AT_ANY, AT_KIND, AT_NAME, BEHIND_NAME } ShadowPlace;

typedef struct {
    const Shadows *shadows;
    const char *text;
    ShadowPlace place;
    char *name; /* of the temporary table or view, unless a "." follows */
} ShadowScan;

static gboolean
is_shadow(const Shadows *shadows, const char *name)
{
    for (gsize i = 0; name != NULL && shadows->tables[i] != NULL; i++) {
        const char *dot = strrchr(shadows->tables[i], '.');
        const char *bare = dot != NULL ? dot + 1 : shadows->tables[i];
        if (g_ascii_strcasecmp(bare, name) == 0)
            return TRUE;
    }
    return FALSE;
}

/* @return TRUE behind the name of one that hides a table */
static gboolean
follow_shadow(ShadowScan *scan, const BlToken *token)
{
    static const char *const openings[] = { "TEMPORARY", "TEMP", NULL };
    static const char *const kinds[] = { "TABLE", "VIEW", "RECURSIVE", NULL };
    static const char *const fillers[] = { "IF", "NOT", "EXISTS", "VIEW", NULL };
    const ShadowPlace place = scan->place;
    gboolean is_dot = token->len == 1 && scan->text[token->start] == '.';
    gboolean is_name = token->kind == BL_TOKEN_WORD || token->kind == BL_TOKEN_IDENTIFIER;
    if (place == BEHIND_NAME && !is_dot && is_shadow(scan->shadows, scan->name))
        return TRUE;
    scan->place = bl_token_is_any(token, scan->text, openings) ? AT_KIND : AT_ANY;
    gboolean goes_on = (place == AT_KIND && bl_token_is_any(token, scan->text, kinds)) ||
                       (place == AT_NAME && bl_token_is_any(token, scan->text, fillers)) ||
                       (place == BEHIND_NAME && is_dot);
    if (goes_on)
        scan->place = AT_NAME;
    else if (place == AT_NAME && is_name)
        scan->place = BEHIND_NAME;
    g_clear_pointer(&scan->name, g_free);
    if (scan->place == BEHIND_NAME)
        scan->name = bl_token_name(token, scan->text);
    return FALSE;
}

/* What stands between the quotes of a literal. @return its length */
static gsize
open_literal(const char *text, gsize len, const char **inner)
{
    gsize start = strcspn(text, "'\"$");
    gsize tag = 1;
    if (start < len && text[start] == '$')
        tag += strcspn(text + start + 1, "$") + 1;
    *inner = text + start + tag;
    return start + 2 * tag < len ? len - start - 2 * tag : 0;
}

/* @return TRUE when @text makes one that hides a table */
static gboolean
makes_shadow(const Shadows *shadows, const char *text, gsize len, guint depth)
{
    ShadowScan scan = { .shadows = shadows, .text = text };
    const BlDialect *dialect = shadows->engine->dialect;
    BlLexState state = { 0 };
    BlToken token = { 0 };
    gboolean found = FALSE;
    while (!found && bl_lex(dialect, &state, text, len, token.start + token.len, TRUE, &token) !=
                         BL_TOKEN_END) {
        if (bl_token_is_filler(token.kind) || token.kind == BL_TOKEN_CODE_OPEN ||
            token.kind == BL_TOKEN_CODE_CLOSE)
            continue;
        found = follow_shadow(&scan, &token);
        if (found || token.kind != BL_TOKEN_STRING || depth == MAX_DEPTH)
            continue;
        g_autofree char *literal = g_strndup(text + token.start, token.len);
        const char *inner = NULL;
        gsize inner_len = open_literal(literal, token.len, &inner);
        found = inner_len > 0 && makes_shadow(shadows, inner, inner_len, depth + 1);
    }
    found = found || (scan.place == BEHIND_NAME && is_shadow(shadows, scan.name));
    g_free(scan.name);
    return found;
}

static gboolean
check_shadow(const BlItem *item, guint traits, void *data, GError **error)
{
    const Shadows *shadows = data;
    /* Rows are text, not code. */
    if (item->kind != BL_ITEM_STATEMENT || (traits & BL_STMT_DML) != 0 ||
        !makes_shadow(shadows, item->text, item->len, 0))
        return TRUE;
    return fail_at(shadows->job->label, item, "give it another name",
                   "a temporary table of the ledger's name would take its records", error);
}

gboolean
bl_job_check_shadows(const BlEngine *engine,
                     const BlMigration *migration,
                     const BlSection *section,
                     const char *const *tables,
                     GError **error)
{
    const BlJob job = bl_job_of(engine, migration, section);
    Shadows shadows = { &job, engine, tables };
    return !bl_job_mentions(&job, "temp") ||
           bl_job_scan(&job, engine, check_shadow, &shadows, error);
}
