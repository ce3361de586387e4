/* SPDX-License-Identifier: MIT */
#include "squash/squash_mark.h"

#include "squash/prune.h"

#include <jansson.h>

#include <string.h>

#define MEMBER "squashes"

/* @return the list, made when it is not there; borrowed */
static json_t *
marks_of(const BlManifest *manifest)
{
    json_t *list = json_object_get(manifest->rest, MEMBER);
    if (json_is_array(list))
        return list;
    list = json_array();
    json_object_set_new(manifest->rest, MEMBER, list);
    return list;
}

/* @return borrowed; NULL: none */
static json_t *
last_mark(const BlManifest *manifest)
{
    json_t *list = json_object_get(manifest->rest, MEMBER);
    gsize n = json_array_size(list);
    return n > 0 ? json_array_get(list, n - 1) : NULL;
}

gboolean
bl_squash_mark_is_open(const BlManifest *manifest)
{
    json_t *last = last_mark(manifest);
    return last != NULL && !json_is_true(json_object_get(last, "done"));
}

const char *
bl_squash_mark_digest(const BlManifest *manifest)
{
    return json_string_value(json_object_get(last_mark(manifest), "dumpDigest"));
}

gboolean
bl_squash_mark_is_part(const BlManifest *manifest)
{
    return json_is_true(json_object_get(last_mark(manifest), "part")) &&
           g_strcmp0(bl_squash_mark_digest(manifest), manifest->dump_digest) == 0;
}

static json_t *
text_or_null(const char *text)
{
    return text != NULL && g_utf8_validate(text, -1, NULL) ? json_string(text) : json_null();
}

void
bl_squash_mark_begin(BlManifest *manifest, const BlSquashMark *mark)
{
    const char *first = NULL;
    const char *last = NULL;
    json_int_t n = 0;
    for (guint i = 0; i < mark->items->len; i++) {
        const BlPruneItem *item = g_ptr_array_index(mark->items, i);
        if (item->why_kept != NULL)
            continue;
        first = first != NULL ? first : item->migration->name;
        last = item->migration->name;
        n++;
    }
    json_t *list = marks_of(manifest);
    json_t *entry = bl_squash_mark_is_open(manifest) ? json_incref(last_mark(manifest)) : NULL;
    if (entry == NULL) {
        entry = json_object();
        json_array_append(list, entry);
        json_object_set_new(entry, "first", text_or_null(first));
        json_object_set_new(entry, "last", text_or_null(last));
        json_object_set_new(entry, "migrations", json_integer(n));
    } else if (last != NULL &&
               g_strcmp0(json_string_value(json_object_get(entry, "last")), last) != 0) {
        /* Files that were applied since then go with the rest. */
        json_object_set_new(entry, "last", json_string(last));
    }
    json_object_set_new(entry, "commit", text_or_null(mark->commit));
    /* Of one that goes on: where the first files went. */
    if (mark->archive != NULL || json_object_get(entry, "archive") == NULL)
        json_object_set_new(entry, "archive", text_or_null(mark->archive));
    json_object_set_new(entry, "dumpDigest", text_or_null(manifest->dump_digest));
    if (mark->is_part)
        json_object_set_new(entry, "part", json_true());
    else
        json_object_del(entry, "part");
    json_object_set_new(entry, "done", json_false());
    json_decref(entry);
}

void
bl_squash_mark_end(BlManifest *manifest)
{
    json_t *last = last_mark(manifest);
    if (last != NULL)
        json_object_set_new(last, "done", json_true());
}

/* The place of @name among the squashed ones; those that are not there come last. */
static guint
place_of(const BlManifest *manifest, const char *name)
{
    guint place = G_MAXUINT;
    if (name != NULL)
        (void)g_ptr_array_find_with_equal_func(manifest->squashed, name, g_str_equal, &place);
    return place;
}

gboolean
bl_squash_mark_covers(const BlManifest *manifest, const char *name)
{
    json_t *list = json_object_get(manifest->rest, MEMBER);
    guint place = place_of(manifest, name);
    gsize i;
    json_t *entry;
    json_array_foreach (list, i, entry) {
        guint first = place_of(manifest, json_string_value(json_object_get(entry, "first")));
        guint last = place_of(manifest, json_string_value(json_object_get(entry, "last")));
        if (first <= place && place <= last)
            return place != G_MAXUINT;
    }
    return FALSE;
}

GPtrArray *
bl_squash_mark_archives(const BlManifest *manifest)
{
    GPtrArray *archives = g_ptr_array_new_with_free_func(g_free);
    gsize i;
    json_t *entry;
    json_array_foreach (json_object_get(manifest->rest, MEMBER), i, entry) {
        const char *archive = json_string_value(json_object_get(entry, "archive"));
        if (archive != NULL &&
            !g_ptr_array_find_with_equal_func(archives, archive, g_str_equal, NULL))
            g_ptr_array_add(archives, g_strdup(archive));
    }
    return archives;
}

char *
bl_squash_mark_source(const BlManifest *manifest, const char *name)
{
    json_t *list = json_object_get(manifest->rest, MEMBER);
    guint place = place_of(manifest, name);
    const char *best_commit = NULL;
    const char *best_archive = NULL;
    guint best = G_MAXUINT;
    gsize i;
    json_t *entry;
    /* The one that ends soonest behind it: two branches may have squashed, each its own files. */
    json_array_foreach (list, i, entry) {
        const char *commit = json_string_value(json_object_get(entry, "commit"));
        const char *archive = json_string_value(json_object_get(entry, "archive"));
        guint last = place_of(manifest, json_string_value(json_object_get(entry, "last")));
        gboolean is_found = best_commit != NULL || best_archive != NULL;
        if (place > last || (commit == NULL && archive == NULL) || (is_found && last >= best))
            continue;
        best = last;
        best_commit = commit;
        best_archive = archive;
    }
    if (best_commit == NULL && best_archive == NULL)
        return NULL;
    return g_strdup_printf("%s%s%s%s", best_commit != NULL ? "commit " : "",
                           best_commit != NULL ? best_commit : "",
                           best_commit != NULL && best_archive != NULL ? ", or the archive "
                           : best_archive != NULL                      ? "the archive "
                                                                       : "",
                           best_archive != NULL ? best_archive : "");
}
