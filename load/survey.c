/* SPDX-License-Identifier: MIT */
#include "load/survey.h"

#include "load/files.h"
#include "load/foreign.h"

#include "common/base/error.h"

#include <string.h>

/* How many problems of a script are named. */
#define NAMED_PROBLEMS 10

typedef struct {
    GPtrArray *problems; /* char *: "line 3: …" */
    GHashTable *notes;   /* char *: what is replaced */
    BlSurvey *found;
} Pass;

static void
pass_clear(Pass *pass)
{
    g_ptr_array_unref(pass->problems);
    g_hash_table_unref(pass->notes);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Pass, pass_clear)

static void
translate_item(BlSession *session, const BlLoadOptions *options, const BlItem *item, Pass *pass)
{
    g_autoptr(GPtrArray) notes = g_ptr_array_new_with_free_func(g_free);
    g_autoptr(GPtrArray) problems = g_ptr_array_new_with_free_func(g_free);
    g_autofree char *instead =
        session->engine->translate(session, item->text, item->len, options->map, notes, problems);
    pass->found->changes = pass->found->changes || instead != NULL;
    for (guint i = 0; i < problems->len; i++) {
        const char *problem = g_ptr_array_index(problems, i);
        g_ptr_array_add(pass->problems, g_strdup_printf("line %u: %s", item->line, problem));
    }
    for (guint i = 0; i < notes->len; i++) {
        const char *note = g_ptr_array_index(notes, i);
        if (g_hash_table_add(pass->notes, g_strdup(note)))
            bl_report_text(options->reporter, BL_EVENT_WARNING, "%s: %s", options->label, note);
    }
}

static gboolean
refuse_problems(const BlEngine *engine,
                const BlLoadOptions *options,
                const GPtrArray *problems,
                GError **error)
{
    g_autoptr(GString) text = g_string_new(NULL);
    for (guint i = 0; i < MIN(problems->len, NAMED_PROBLEMS); i++)
        g_string_append_printf(text, "%s%s", i > 0 ? "; " : "",
                               (const char *)g_ptr_array_index(problems, i));
    if (problems->len > NAMED_PROBLEMS)
        g_string_append_printf(text, "; and %u more", problems->len - NAMED_PROBLEMS);
    gboolean may_map = !options->map && (engine->caps & BL_CAP_MAPPING) != 0;
    bl_error_set(
        error, BL_ERROR_UNSUPPORTED,
        may_map ? "load it into a server that has them, or see what --map replaces"
                : "load it into a server that has them, or change the schema and dump it again",
        "this server cannot take \"%s\", and nothing was loaded: %s", options->label, text->str);
    return FALSE;
}

/* Which other kind of server wrote the texts: the family of the digest is no "FLAVOUR-VERSION" of
 * this one. @return g_free(); NULL: none did */
static char *
foreign_family(const BlSession *session, const BlManifest *manifest)
{
    const char *digest = manifest != NULL ? manifest->schema_digest : NULL;
    if (digest == NULL || session->flavour == NULL || session->version == NULL)
        return NULL;
    g_autofree char *own = g_strdup_printf("%s-%s.", session->flavour, session->version);
    gsize len = strcspn(digest, ":");
    gboolean is_own = strncmp(own, digest, len) == 0 && own[len] == '.';
    return is_own ? NULL : g_strndup(digest, len);
}

/* An engine that has nothing to find reads the script only once, unless there is something that the
 * script could lose. */
static gboolean
needs_survey(BlSession *session,
             const BlLoadOptions *options,
             const BlLoadResult *result,
             gboolean *needed,
             GError **error)
{
    *needed = session->engine->translate != NULL || session->engine->weigh != NULL;
    return *needed || bl_load_is_as_dumped(options, result) ||
           bl_foreign_is_any(session, options, needed, error);
}

static gboolean
survey_script(BlSession *session,
              const BlLoadOptions *options,
              BlForeign *foreign,
              BlSurvey *survey,
              GError **error)
{
    const BlEngine *engine = session->engine;
    g_auto(Pass) pass = { .problems = g_ptr_array_new_with_free_func(g_free),
                          .notes = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL),
                          .found = survey };
    g_autoptr(BlScript) script =
        bl_script_open(options->sql_path, options->label, engine->dialect, error);
    if (script == NULL)
        return FALSE;
    BlItem item;
    int more;
    while ((more = bl_script_next_statement(script, &item, error)) > 0) {
        survey->bytes += item.len;
        guint traits = engine->classify(item.text, item.len);
        survey->drops = survey->drops || (traits & BL_STMT_DROP) != 0;
        bl_foreign_note(foreign, &item, traits);
        if (engine->translate != NULL)
            translate_item(session, options, &item, &pass);
        if (engine->weigh != NULL)
            survey->weight += engine->weigh(item.text, item.len);
    }
    return more == 0 &&
           (pass.problems->len == 0 || refuse_problems(engine, options, pass.problems, error));
}

gboolean
bl_survey_take(BlSession *session,
               const BlLoadOptions *options,
               const BlLoadResult *result,
               BlSurvey *survey,
               GError **error)
{
    gboolean needed = FALSE;
    if (!needs_survey(session, options, result, &needed, error))
        return FALSE;
    survey->drops = !needed;
    if (!needed)
        return TRUE;
    g_autoptr(BlForeign) foreign = bl_foreign_new(session->engine);
    g_autofree char *family = foreign_family(session, result->manifest);
    session->text_family = family;
    gboolean ok = survey_script(session, options, foreign, survey, error);
    if (session->engine->translate != NULL)
        (void)session->engine->translate(session, NULL, 0, FALSE, NULL, NULL);
    session->text_family = NULL;
    /* Of another tool's dump the journal's statements are left out. */
    return ok && (bl_load_is_as_dumped(options, result) ||
                  bl_foreign_check(foreign, session, options, bl_load_is_ours(result), error));
}
