/* SPDX-License-Identifier: MIT */
#include "squash/shape.h"

#include "common/base/stream.h"
#include "common/sql/lexer.h"

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
add_statement(Sum *sum, const BlEngine *engine, const BlItem *item)
{
    guint traits = item->kind == BL_ITEM_STATEMENT ? engine->classify(item->text, item->len) : 0;
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

static void
sum_up(Sum *sum, const BlEngine *engine, const char *text, gsize len)
{
    g_autoptr(BlReader) reader = bl_reader_new_memory(text, len);
    g_autoptr(BlScript) script = bl_script_new(reader, engine->dialect);
    BlItem item;
    while (bl_script_next(script, &item, NULL) > 0)
        add_statement(sum, engine, &item);
}

/* What is to be one transaction, and is on every engine that can. */
BlShape
bl_shape_find_text(const BlEngine *engine, const char *text, gsize len)
{
    Sum sum = { 0 };
    if (engine->caps & BL_CAP_TRANSACTIONAL_DDL)
        return BL_SHAPE_TRANSACTION;
    sum_up(&sum, engine, text, len);
    return sum.against || sum.may_commit || sum.begins + sum.commits > 0 ? BL_SHAPE_STEPS
                                                                         : BL_SHAPE_TRANSACTION;
}

static BlShape
find_automatic(const BlEngine *engine, const char *text, gsize len)
{
    Sum sum = { 0 };
    sum_up(&sum, engine, text, len);
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
find_in_text(const BlEngine *engine, const BlSection *section)
{
    return section->automatic ? find_automatic(engine, section->text, section->len)
                              : bl_shape_find_text(engine, section->text, section->len);
}

BlShape
bl_shape_find(const BlEngine *engine, const BlSection *section)
{
    BlShapeMemo *memo = section->memo;
    if (section->text == NULL)
        return BL_SHAPE_TRANSACTION;
    if (!section->transaction)
        return BL_SHAPE_STEPS;
    if (memo == NULL)
        return find_in_text(engine, section);
    if (memo->engine != engine)
        *memo = (BlShapeMemo){ .engine = engine, .shape = find_in_text(engine, section) };
    return (BlShape)memo->shape;
}
