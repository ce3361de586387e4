/* SPDX-License-Identifier: MIT */
#include "squash/shape.h"

#include "common/base/stream.h"
#include "common/sql/lexer.h"

#include <string.h>

#define OWN_TRANSACTION (BL_STMT_TX_BEGIN | BL_STMT_TX_COMMIT | BL_STMT_TX_ROLLBACK)

gboolean
bl_section_repeats(const BlSection *section, const BlItem *item)
{
    for (guint i = 0; section->repeats != NULL && i < section->repeats->len; i++) {
        guint64 place = g_array_index(section->repeats, guint64, i);
        if (place >= item->lead && place < item->offset)
            return TRUE;
    }
    return FALSE;
}

/* What the statements of a section say together. */
typedef struct {
    guint n;          /* statements that are no setting outside a transaction */
    guint begins;     /* plain BEGIN */
    guint commits;    /* plain COMMIT */
    gboolean first;   /* BEGIN came before all others */
    gboolean is_last; /* nothing came behind COMMIT */
    gboolean against; /* something that one transaction cannot hold */
    gboolean may_commit;
    gboolean in_tail; /* a setting came behind a statement */
} Sum;

/* BEGIN and COMMIT with a clause are more than a frame. */
static gboolean
is_plain(const BlEngine *engine, const BlItem *item)
{
    BlToken tokens[3];
    return bl_lex_first(engine->dialect, item->text, item->len, tokens, 3) <= 2;
}

gboolean
bl_item_is_commit(const BlEngine *engine, const BlItem *item)
{
    BlToken tokens[3];
    return item->kind == BL_ITEM_STATEMENT &&
           bl_lex_first(engine->dialect, item->text, item->len, tokens, 3) <= 2 &&
           (bl_token_is_word(&tokens[0], item->text, "COMMIT") ||
            bl_token_is_word(&tokens[0], item->text, "END"));
}

static void
add_frame(Sum *sum, const BlEngine *engine, const BlItem *item, guint traits)
{
    if (!is_plain(engine, item) || (traits & BL_STMT_TX_ROLLBACK) != 0) {
        sum->against = TRUE;
    } else if (traits & BL_STMT_TX_BEGIN) {
        sum->first = sum->n == 0 && sum->begins == 0;
        sum->begins++;
    } else {
        sum->is_last = TRUE;
        sum->commits++;
    }
}

static void
add_statement(Sum *sum, const BlEngine *engine, const BlItem *item, guint traits)
{
    if (item->kind == BL_ITEM_COPY_DATA || item->kind == BL_ITEM_COPY_END)
        return;
    if (traits & OWN_TRANSACTION) {
        add_frame(sum, engine, item, traits);
        return;
    }
    if (traits & BL_STMT_SILENT_IN_TX) {
        sum->in_tail = sum->n > 0 || sum->begins > 0;
        sum->against = sum->against || sum->begins > sum->commits;
        return;
    }
    sum->is_last = FALSE;
    sum->against =
        sum->against || sum->in_tail || (traits & (BL_STMT_OUTSIDE_TX | BL_STMT_COMMITS)) != 0;
    sum->may_commit = sum->may_commit || (traits & BL_STMT_MAY_COMMIT) != 0;
    sum->n++;
}

/* A text to be read, and what is to be kept of it. */
typedef struct {
    const char *text;
    gsize len;
    guint line;        /* of its first byte */
    guint64 offset;    /* of that */
    GArray *items;     /* BlShapeItem; NULL: nobody wants them */
    BlShapeMemo *memo; /* takes a statement that is alone; NULL: nobody wants it */
} Text;

/* The item in the text itself, which outlives the script. */
static BlItem
lasting(const Text *text, const BlItem *item)
{
    BlItem kept = *item;
    kept.text = text->text + (item->offset - text->offset);
    return kept;
}

static void
keep_item(const Text *text, const BlItem *item, guint traits)
{
    const BlShapeItem kept = { lasting(text, item), traits };
    g_array_append_val(text->items, kept);
}

/* What most files hold need not be looked for again when it is run. */
static void
keep_single(const Text *text, const BlScript *script, const BlItem *item)
{
    text->memo->is_single =
        item->kind == BL_ITEM_STATEMENT && strcmp(bl_script_delimiter(script), ";") == 0;
    text->memo->single = *item;
}

/* A text that cannot be read to its end is left to who says so. */
static void
sum_up(Sum *sum, const BlEngine *engine, const Text *text)
{
    g_autoptr(BlReader) reader = bl_reader_new_memory(text->text, text->len);
    g_autoptr(BlScript) script = bl_script_new(reader, engine->dialect);
    BlItem item;
    BlItem first = { 0 };
    guint n = 0;
    int more;
    bl_script_set_origin(script, NULL, text->line, 1, text->offset);
    while ((more = bl_script_next(script, &item, NULL)) > 0) {
        guint traits = item.kind == BL_ITEM_STATEMENT ? engine->classify(item.text, item.len) : 0;
        if (n++ == 0)
            first = lasting(text, &item);
        add_statement(sum, engine, &item, traits);
        if (text->items != NULL)
            keep_item(text, &item, traits);
    }
    if (text->items != NULL && more < 0)
        g_array_set_size(text->items, 0);
    if (text->memo != NULL && more == 0 && n == 1)
        keep_single(text, script, &first);
}

/* What is to be one transaction, and is on every engine that can. */
static BlShape
find_wanted(const BlEngine *engine, const Text *text)
{
    Sum sum = { 0 };
    if (engine->caps & BL_CAP_TRANSACTIONAL_DDL)
        return BL_SHAPE_TRANSACTION;
    sum_up(&sum, engine, text);
    return sum.against || sum.may_commit || sum.begins + sum.commits > 0 ? BL_SHAPE_STEPS
                                                                         : BL_SHAPE_TRANSACTION;
}

BlShape
bl_shape_find_text(const BlEngine *engine, const char *text, gsize len)
{
    return find_wanted(engine, &(Text){ .text = text, .len = len, .line = 1 });
}

static BlShape
find_automatic(const BlEngine *engine, const Text *text)
{
    Sum sum = { 0 };
    sum_up(&sum, engine, text);
    gboolean may_commit =
        sum.may_commit && (sum.n == 1 || (engine->caps & BL_CAP_TRANSACTIONAL_DDL) == 0);
    if (sum.against || may_commit)
        return BL_SHAPE_STEPS;
    if (sum.begins == 0 && sum.commits == 0)
        return BL_SHAPE_TRANSACTION;
    /* Without a COMMIT it is left open for whoever records the file, who commits both. */
    gboolean is_framed =
        sum.begins == 1 && sum.first && (sum.commits == 0 || (sum.commits == 1 && sum.is_last));
    return is_framed ? BL_SHAPE_FRAMED : BL_SHAPE_STEPS;
}

static BlShape
find_in_text(const BlEngine *engine, const BlSection *section, GArray *items, BlShapeMemo *memo)
{
    const Text text = { section->text, section->len, section->line, section->offset, items, memo };
    return section->automatic ? find_automatic(engine, &text) : find_wanted(engine, &text);
}

BlShape
bl_shape_read(const BlEngine *engine, const BlSection *section, GArray **items)
{
    BlShapeMemo *memo = section->memo;
    if (items != NULL)
        *items = NULL;
    if (section->text == NULL)
        return BL_SHAPE_TRANSACTION;
    if (!section->transaction)
        return BL_SHAPE_STEPS;
    if (memo != NULL && memo->engine == engine)
        return (BlShape)memo->shape;
    g_autoptr(GArray) found = items != NULL ? g_array_new(FALSE, FALSE, sizeof(BlShapeItem)) : NULL;
    BlShapeMemo made = { .engine = engine, .is_alone = TRUE };
    BlShape shape = find_in_text(engine, section, found, &made);
    made.shape = shape;
    if (memo != NULL)
        *memo = made;
    if (found != NULL && found->len > 0)
        *items = g_steal_pointer(&found);
    return shape;
}

const BlItem *
bl_shape_single(const BlEngine *engine, const BlSection *section)
{
    const BlShapeMemo *memo = section->memo;
    return memo != NULL && memo->engine == engine && memo->is_single ? &memo->single : NULL;
}

BlShape
bl_shape_find(const BlEngine *engine, const BlSection *section)
{
    return bl_shape_read(engine, section, NULL);
}
