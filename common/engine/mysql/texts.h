/* SPDX-License-Identifier: MIT */
/**
 * @file texts.h
 * @brief Asks for the texts of objects, SHOW CREATE, over one session or two.
 *
 * Layer: common/engine/mysql.
 *
 * A further session takes its share in a thread of its own, from the moment on that the tables are
 * known. Whoever has nothing to do takes the next items; what comes out of their order is kept
 * until its turn. Where no further session is to be had, or it is lost, the first one asks for all.
 */
#ifndef BL_COMMON_ENGINE_MYSQL_TEXTS_H
#define BL_COMMON_ENGINE_MYSQL_TEXTS_H

#include "common/engine/mysql/reader.h"

G_BEGIN_DECLS

/** One reading of the texts of all items. */
typedef struct MyTexts MyTexts;

/** What takes the answers: in the order of the items, in the thread that called my_texts_read(). */
typedef struct {
    /** One row. @return FALSE with @error set to end */
    gboolean (*take)(MyItem *item, const MyRow *row, void *data, GError **error);
    /** What the server said instead of a text (an error about that object, of no other sort). */
    void (*fail)(MyItem *item, const GError *why, void *data);
    void *data;
} MyTextSink;

/** @param session outlives it. @return my_texts_free() */
MyTexts *my_texts_new(MySession *session);

/** Opens a further session, when @items are enough for two, which starts with them. Nothing may
 * have to be asked before the texts of any item. @param items more may be added later; they are
 * freed behind the texts */
void my_texts_share(MyTexts *texts, GPtrArray *items);

/** Reads the texts of all @items, those of my_texts_share() among them. Called once; no further
 * session is there any more when it returns. */
gboolean my_texts_read(MyTexts *texts, GPtrArray *items, const MyTextSink *sink, GError **error);

/** @return TRUE when an error is what the server said of one object instead of its text. What it
 * means is judged when it is known that nobody altered the schema meanwhile. */
gboolean my_is_about_object(const GError *why);

/** Ends the further session, too. Accepts NULL. */
void my_texts_free(MyTexts *texts);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(MyTexts, my_texts_free)

G_END_DECLS

#endif
