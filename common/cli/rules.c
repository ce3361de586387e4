/* SPDX-License-Identifier: MIT */
#include "common/cli/rules.h"

#include "common/base/error.h"

#include <string.h>

const BlOptionRule bl_rules_several[] = {
    { "jobs", NULL, "all|connection", NULL },
    { "continue-on-error", NULL, "all|connection", NULL },
    { 0 },
};

/* @param set out: the one that has it; NULL: the rule names an option that there is not */
static const BlOption *
find(const BlOptionSet *sets, guint n_sets, const char *name, guint *set, GError **error)
{
    const BlOption *row = bl_options_find(sets, n_sets, name, strlen(name), 0, set);
    if (row == NULL) {
        bl_error_set(error, BL_ERROR_INTERNAL, NULL, "a rule names --%s, which is no option", name);
    }
    return row;
}

/* Whether one of the options "a|b" was given.
 * @param all out: their names with dashes, g_free(). FALSE: BL_ERROR_INTERNAL */
static gboolean
find_given(const BlOptionSet *sets,
           guint n_sets,
           const char *names,
           const BlOption **given,
           char **all,
           GError **error)
{
    g_auto(GStrv) words = g_strsplit(names, "|", -1);
    g_autofree char *joined = g_strjoinv(" or --", words);
    *given = NULL;
    for (gsize i = 0; words[i] != NULL; i++) {
        guint set = 0;
        const BlOption *row = find(sets, n_sets, words[i], &set, error);
        if (row == NULL) {
            return FALSE;
        }
        if (*given == NULL && bl_options_is_given(&sets[set], row)) {
            *given = row;
        }
    }
    *all = g_strconcat("--", joined, NULL);
    return TRUE;
}

/* Any other option but those of the output. */
static const BlOption *
find_other(const BlOptionSet *sets, guint n_sets, const BlOption *but)
{
    for (guint i = 0; i < n_sets; i++) {
        for (const BlOption *row = sets[i].options; row != NULL && row->name != NULL; row++) {
            if (sets[i].options != bl_options_output && row != but &&
                bl_options_is_given(&sets[i], row)) {
                return row;
            }
        }
    }
    return NULL;
}

static gboolean
check_rule(const BlOptionRule *rule,
           const BlOptionSet *sets,
           guint n_sets,
           const BlOption *row,
           gboolean applies,
           GError **error)
{
    const BlOption *needed = NULL;
    const BlOption *other = NULL;
    g_autofree char *needs = NULL;
    g_autofree char *excludes = NULL;
    gboolean is_alone = g_strcmp0(rule->excludes, "*") == 0;
    if ((rule->needs != NULL && !find_given(sets, n_sets, rule->needs, &needed, &needs, error)) ||
        (rule->excludes != NULL && !is_alone &&
         !find_given(sets, n_sets, rule->excludes, &other, &excludes, error))) {
        return FALSE;
    }
    if (is_alone) {
        other = find_other(sets, n_sets, row);
    }
    if (!applies) {
        return TRUE;
    }
    if (rule->needs != NULL && needed == NULL) {
        bl_error_set(error, BL_ERROR_USAGE, NULL, "--%s needs %s", rule->option, needs);
        return FALSE;
    }
    if (other != NULL) {
        bl_error_set(error, BL_ERROR_USAGE, NULL, "--%s%s%s and --%s exclude each other",
                     rule->option, rule->value != NULL ? " " : "",
                     rule->value != NULL ? rule->value : "", other->name);
        return FALSE;
    }
    return TRUE;
}

gboolean
bl_rules_check(const BlOptionRule *rules, const BlOptionSet *sets, guint n_sets, GError **error)
{
    for (const BlOptionRule *rule = rules; rule != NULL && rule->option != NULL; rule++) {
        guint set = 0;
        const BlOption *row = find(sets, n_sets, rule->option, &set, error);
        if (row == NULL) {
            return FALSE;
        }
        gboolean applies = bl_options_is_given(&sets[set], row) &&
                           (rule->value == NULL ||
                            g_strcmp0(bl_options_string(&sets[set], row), rule->value) == 0);
        if (!check_rule(rule, sets, n_sets, row, applies, error)) {
            return FALSE;
        }
    }
    return TRUE;
}
