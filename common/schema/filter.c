/* SPDX-License-Identifier: MIT */
#include "common/schema/filter.h"

#include <string.h>

/* Matches one [set] at @glob against @c. @return what follows the set, NULL when the set has no end
 */
static const char *
match_set(const char *glob, char c, gboolean *matched)
{
    const char *p = glob + 1;
    gboolean negated = *p == '!' || *p == '^';
    if (negated)
        p++;
    gboolean found = FALSE;
    for (const char *first = p; *p != '\0' && (*p != ']' || p == first); p++) {
        if (p[1] == '-' && p[2] != '\0' && p[2] != ']') {
            found = found || ((guchar)*p <= (guchar)c && (guchar)c <= (guchar)p[2]);
            p += 2;
        } else {
            found = found || *p == c;
        }
    }
    if (*p != ']')
        return NULL;
    *matched = found != negated;
    return p + 1;
}

/* Matches the one-character item at @glob. @return what follows it, NULL when it does not match */
static const char *
match_one(const char *glob, char c)
{
    if (*glob == '?')
        return glob + 1;
    if (*glob == '[') {
        gboolean matched = FALSE;
        const char *after = match_set(glob, c, &matched);
        if (after != NULL)
            return matched ? after : NULL;
    }
    return *glob == c ? glob + 1 : NULL;
}

gboolean
bl_glob_matches(const char *glob, const char *text)
{
    const char *star = NULL;
    const char *resume = NULL;
    while (*text != '\0') {
        if (*glob == '*') {
            star = ++glob;
            resume = text;
            continue;
        }
        const char *after = *glob != '\0' ? match_one(glob, *text) : NULL;
        if (after != NULL) {
            glob = after;
            text++;
        } else if (star != NULL) {
            glob = star;
            text = ++resume;
        } else {
            return FALSE;
        }
    }
    while (*glob == '*')
        glob++;
    return *glob == '\0';
}

static gboolean
any_glob_matches(const char *const *globs, const char *schema, const char *name)
{
    if (globs == NULL || name == NULL)
        return FALSE;
    g_autofree char *full_name = schema != NULL ? g_strconcat(schema, ".", name, NULL) : NULL;
    for (gsize i = 0; globs[i] != NULL; i++) {
        if (bl_glob_matches(globs[i], name) ||
            (full_name != NULL && bl_glob_matches(globs[i], full_name)))
            return TRUE;
    }
    return FALSE;
}

gboolean
bl_filter_accepts(const BlFilter *filter, const char *schema, const char *name, const char *parent)
{
    if (filter == NULL)
        return TRUE;
    if (filter->schemas != NULL && schema != NULL && !g_strv_contains(filter->schemas, schema))
        return FALSE;
    return !any_glob_matches(filter->ignore, schema, name) &&
           !any_glob_matches(filter->ignore, schema, parent) &&
           !any_glob_matches(filter->exclude, schema, name) &&
           !any_glob_matches(filter->exclude, schema, parent);
}
