/* SPDX-License-Identifier: MIT */
#include "common/snapshot/blocks.h"

#include "common/base/stream.h"
#include "common/sql/script.h"

#include <string.h>

static void
block_free(gpointer data)
{
    BlBlock *block = data;
    g_free(block->label);
    g_free(block->text);
    g_free(block);
}

void
bl_blocks_free(BlBlocks *blocks)
{
    if (blocks == NULL)
        return;
    g_hash_table_unref(blocks->index);
    g_ptr_array_unref(blocks->list);
    g_free(blocks);
}

static void
add_block(BlBlocks *blocks, char *label, const char *text, gsize len)
{
    BlBlock *block = g_new0(BlBlock, 1);
    block->label = label;
    block->text = g_strndup(text, len);
    g_ptr_array_add(blocks->list, block);
    if (!g_hash_table_contains(blocks->index, block->label))
        g_hash_table_insert(blocks->index, block->label, block);
}

/* The last comment line of the filler before a statement names its block. Text of an object never
 * starts with a comment, so comments inside objects are not seen here. @return its offset, or -1 */
static gssize
find_label(const char *sql, gsize from, gsize to)
{
    for (gsize start = to; start > from;) {
        gsize line = start - 1;
        while (line > from && sql[line - 1] != '\n')
            line--;
        if (start - line >= 3 && memcmp(sql + line, "-- ", 3) == 0 &&
            (line == 0 || sql[line - 1] == '\n'))
            return (gssize)line;
        start = line;
    }
    return -1;
}

static char *
copy_label(const char *sql, gsize start)
{
    const char *text = sql + start + strlen("-- ");
    return g_strndup(text, strcspn(text, "\r\n"));
}

BlBlocks *
bl_blocks_parse(
    const BlDialect *dialect, const char *sql, gsize len, const char *name, GError **error)
{
    g_autoptr(BlBlocks) blocks = g_new0(BlBlocks, 1);
    blocks->list = g_ptr_array_new_with_free_func(block_free);
    blocks->index = g_hash_table_new(g_str_hash, g_str_equal);

    g_autoptr(BlReader) reader = bl_reader_new_memory(sql, len);
    g_autoptr(BlScript) script = bl_script_new(reader, dialect);
    bl_script_set_origin(script, name, 1, 1, 0);
    gsize block_start = 0;
    gsize searched = 0; /* a DELIMITER line may stand between a label and its statement */
    g_autofree char *label = g_strdup("");
    BlItem item;
    int more;
    while ((more = bl_script_next(script, &item, error)) > 0) {
        gssize found = find_label(sql, searched, (gsize)item.offset);
        searched = (gsize)item.offset + item.full_len;
        if (found < 0)
            continue;
        if ((gsize)found > block_start)
            add_block(blocks, g_steal_pointer(&label), sql + block_start,
                      (gsize)found - block_start);
        g_free(label);
        label = copy_label(sql, (gsize)found);
        block_start = (gsize)found;
    }
    if (more < 0)
        return NULL;
    if (len > block_start)
        add_block(blocks, g_steal_pointer(&label), sql + block_start, len - block_start);
    return g_steal_pointer(&blocks);
}

const BlBlock *
bl_blocks_find(const BlBlocks *blocks, const char *label)
{
    return g_hash_table_lookup(blocks->index, label);
}

char *
bl_block_kind(const BlEngine *engine, const char *label, const char **name)
{
    gsize longest = strcspn(label, " ");
    for (gsize i = 0; engine->kinds[i] != NULL; i++) {
        gsize len = strlen(engine->kinds[i]->name);
        if (len > longest && strncmp(label, engine->kinds[i]->name, len) == 0 && label[len] == ' ')
            longest = len;
    }
    *name = label[longest] == ' ' ? label + longest + 1 : label + longest;
    return g_strndup(label, longest);
}
