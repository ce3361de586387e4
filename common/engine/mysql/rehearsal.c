/* SPDX-License-Identifier: MIT */
/*
 * What only the making of a thing tells: expressions of partitions, checks of views, keys that an
 * engine has not. A text of the other flavour, or of a newer server, is made object by object in a
 * scratch database, where the account may have one; what fails there is told before anything is
 * made in the database itself. No rows go in: no trigger fires, and events are disabled.
 */
#include "common/base/cancel.h"
#include "common/base/error.h"
#include "common/engine/failure.h"
#include "common/engine/mysql/features.h"
#include "common/engine/mysql/kinds.h"
#include "common/engine/mysql/reach.h"
#include "common/engine/mysql/tokens.h"
#include "common/sql/quote.h"

#include <string.h>

struct MyRehearsal {
    MySession *scratch; /* NULL: there can be none */
    gboolean has_gap;   /* something that the text makes could not be made */
};

/* What is not there: a table, what a view stands on, a function, the table behind a foreign key, a
 * sequence. Behind a gap that is no news. */
static const guint missing[] = { 1146, 1356, 1305, 1824, 4091 };

/* What is another matter in the scratch database, or at another time: rights on it, locks, room,
 * the length of its own name. */
static const guint of_scratch[] = { 1021, 1044, 1114, 1142, 1143, 1205, 1213, 1226,
                                    1227, 1317, 1370, 1680, 1969, 3024, 3572 };

/* The first words of a message are enough for people. */
#define SHOWN_WORDS 40

void
my_rehearsal_free(MyRehearsal *rehearsal)
{
    if (rehearsal == NULL)
        return;
    /* The scratch database goes even when somebody asked to end. */
    int signum = bl_cancel_requested();
    bl_cancel_clear();
    if (rehearsal->scratch != NULL)
        my_close(&rehearsal->scratch->base);
    if (signum != 0)
        bl_cancel_request(signum);
    g_free(rehearsal);
}

/* @return TRUE when the statement enables an event: it would run */
static gboolean
enables_event(const MyTokens *tokens)
{
    guint body = my_tokens_find(tokens, 0, "DO");
    if (my_tokens_find(tokens, 0, "EVENT") >= MIN(body, tokens->all->len))
        return FALSE;
    return my_token_is(tokens, 0, "ALTER") || my_tokens_find(tokens, 0, "DISABLE") >= body;
}

/* What makes objects, and the settings that decide how. */
static gboolean
belongs(const MySession *scratch, const char *sql, const MyTokens *tokens)
{
    guint traits = my_classify(sql, strlen(sql));
    const guint wanted = BL_STMT_SETTING | BL_STMT_CREATE | BL_STMT_DROP | BL_STMT_COMMITS;
    const guint unwanted = BL_STMT_OTHER_DATABASE | BL_STMT_GATE | BL_STMT_DML | BL_STMT_TX_BEGIN |
                           BL_STMT_TX_COMMIT | BL_STMT_TX_ROLLBACK;
    return (traits & wanted) != 0 && (traits & unwanted) == 0 && !enables_event(tokens) &&
           !my_writes_elsewhere(scratch, sql, strlen(sql));
}

/* "table "t"" of what CREATE makes; of another statement its first words. @return g_free() */
static char *
describe(const MyTokens *tokens)
{
    guint n = tokens->all->len;
    guint at = n;
    const BlKind *kind = NULL;
    for (gsize i = 0; my_token_is(tokens, 0, "CREATE") && my_kinds[i] != NULL; i++) {
        guint found = my_tokens_find(tokens, 0, my_kinds[i]->name);
        kind = found < at ? my_kinds[i] : kind;
        at = MIN(found, at);
    }
    static const char *const unless[] = { "IF", "NOT", "EXISTS", NULL };
    guint name_at = at + (my_tokens_are(tokens, at + 1, unless) ? 4 : 1);
    name_at += my_token_is(tokens, name_at, "BODY") ? 1 : 0;
    if (kind == NULL || name_at >= n) {
        gsize end = my_token_end(tokens, MIN(n, 6) - 1);
        g_autofree char *words = g_strndup(tokens->sql, MIN(end, SHOWN_WORDS));
        g_autofree char *valid = g_utf8_make_valid(words, -1);
        g_autofree char *line = bl_one_line(valid);
        return g_strdup_printf("\"%s\"", line);
    }
    g_autofree char *name = bl_token_name(my_token(tokens, name_at), tokens->sql);
    g_autofree char *shown = bl_quote_comment(name);
    return g_strdup_printf("%s \"%s\"", kind->name, shown);
}

static gboolean
is_of(const GError *why, const guint *codes, gsize n)
{
    for (gsize i = 0; i < n; i++) {
        if (my_error_is(why, codes[i]))
            return TRUE;
    }
    return FALSE;
}

/* @return TRUE when @why, which is new, tells something about the text */
static gboolean
counts(const GError *why, gboolean has_gap)
{
    return g_error_matches(why, BL_ERROR, BL_ERROR_SQL) &&
           !is_of(why, of_scratch, G_N_ELEMENTS(of_scratch)) &&
           !(has_gap && is_of(why, missing, G_N_ELEMENTS(missing)));
}

/* Makes there what @sql makes, or sets what it sets. @return the problem, g_free(); NULL: it
 * worked, or it is nothing for a rehearsal */
static char *
rehearse(MyRehearsal *rehearsal, const MySession *session, const char *sql)
{
    const MyFeatures *features = session->features;
    MySession *scratch = rehearsal->scratch;
    g_auto(MyTokens) tokens = { 0 };
    g_autoptr(GError) why = NULL;
    my_tokens_init(&tokens, sql, features->mode);
    if (tokens.all->len == 0 || strlen(sql) + 16 > scratch->max_packet ||
        !belongs(scratch, sql, &tokens) || my_run(scratch, sql, &why))
        return NULL;
    gboolean is_news = counts(why, rehearsal->has_gap);
    rehearsal->has_gap = TRUE;
    if (!is_news)
        return NULL;
    g_autofree char *what = describe(&tokens);
    g_autoptr(GString) said = g_string_new(my.mysql_error(scratch->conn));
    (void)g_string_replace(said, scratch->database, session->database, 0);
    g_autofree char *line = bl_one_line(said->str);
    return g_strdup_printf("%s %s cannot %s %s: %s", features->flavour, features->version_text,
                           my_token_is(&tokens, 0, "CREATE") ? "make" : "take", what, line);
}

/* Whether the text may hold what this server never took. */
static gboolean
is_far(const MyFeatures *target, const char *family)
{
    const char *version = strrchr(family, '-');
    gsize len = version != NULL ? (gsize)(version - family) : 0;
    if (version == NULL || g_ascii_strncasecmp(family, target->flavour, len) != 0 ||
        target->flavour[len] != '\0')
        return TRUE;
    char *end = NULL;
    guint64 major = g_ascii_strtoull(version + 1, &end, 10);
    guint64 minor = *end == '.' ? g_ascii_strtoull(end + 1, NULL, 10) : 0;
    return major * 100 + minor > target->version / 100;
}

/* @return NULL: there is no need of one, or the account may have none */
static MyRehearsal *
rehearsal_of(MySession *session)
{
    MyFeatures *features = session->features;
    if (features->rehearsal == NULL && is_far(features, session->base.text_family)) {
        features->rehearsal = g_new0(MyRehearsal, 1);
        features->rehearsal->scratch = my_open_scratch_beside(session, NULL);
    }
    gboolean is_on = features->rehearsal != NULL && features->rehearsal->scratch != NULL;
    return is_on ? features->rehearsal : NULL;
}

static void
add_problem(GPtrArray *problems, char *what)
{
    if (what != NULL)
        g_ptr_array_add(problems, what);
}

void
my_look_closer(
    MySession *session, const char *plain, const char *text, guint n_before, GPtrArray *problems)
{
    MyRehearsal *rehearsal = rehearsal_of(session);
    BlToken first;
    gboolean creates = bl_lex_first(&bl_dialect_mysql, text, strlen(text), &first, 1) > 0 &&
                       bl_token_is_word(&first, text, "create");
    gboolean is_readable = problems->len == n_before;
    my_check_foreign_keys(session, plain, problems);
    gboolean rehearses = rehearsal != NULL && problems->len == n_before;
    if (is_readable && creates)
        add_problem(problems, my_try(session, text, !rehearses));
    if (rehearses && problems->len == n_before)
        add_problem(problems, rehearse(rehearsal, session, text));
    if (rehearsal != NULL && problems->len > n_before)
        rehearsal->has_gap = TRUE;
}

void
my_end_text(MySession *session)
{
    MyFeatures *features = session->features;
    if (features != NULL)
        my_rehearsal_free(g_steal_pointer(&features->rehearsal));
}
