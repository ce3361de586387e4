/* SPDX-License-Identifier: MIT */
/**
 * @file catalog.h
 * @brief The introspected schema in memory: objects with definitions, parts and dependencies.
 *
 * Layer: common/schema. Includes: common/base, common/sql. Knows no engine: kinds come from the
 * engine's own table. Ownership: the catalog owns its objects, parts and strings; objects point at
 * each other freely; bl_catalog_free() is the only free. Threads: one catalog, one thread; while
 * nobody changes it, bl_catalog_digest() may run in another.
 */
#ifndef BL_COMMON_SCHEMA_CATALOG_H
#define BL_COMMON_SCHEMA_CATALOG_H

#include "common/sql/dialect.h"

#include <glib.h>

G_BEGIN_DECLS

/** A kind of object. Engines have const tables of these; @rank is the place in a snapshot. */
typedef struct {
    const char *name; /**< "table", "materialized view": singular, lower case, as in comments of a
                         snapshot */
    guint rank;       /**< smaller comes first */
    gboolean holds_rows;  /**< tables and what else carries data with --data */
    gboolean is_setting;  /**< no object but a property of the database (a pragma); does not count
                             for emptiness */
    gboolean is_separate; /**< several may be made at the same time, unless one names another one
                             behind a dot */
} BlKind;

/** A named part of an object: a column, a constraint. */
typedef struct {
    const char *kind;       /**< "column", "constraint", "index" */
    const char *name;       /**< may be empty for an unnamed one */
    const char *definition; /**< one line for comparison and display */
} BlPart;

typedef struct BlObject BlObject;

/** One object. Strings are the catalog's. */
struct BlObject {
    const BlKind *kind;
    const char *schema; /**< NULL where the engine has no schemas */
    const char *name;
    const char *parent;   /**< the table of an index, a trigger, a policy; NULL for none */
    const char *sort_key; /**< what orders objects of one kind and schema; defaults to the name.
                             With a parent: objects whose keys are the same up to the last \x01 act
                             in that order, so that it is a part of the schema */
    /* The three lists are read freely and grow by the functions below only. */
    GPtrArray
        *statements;    /**< const char *: statements that create it, without delimiter, in order */
    GPtrArray *depends; /**< BlObject *: must exist before it; borrowed */
    GPtrArray *parts;   /**< BlPart *: filled when asked for */
    const char *unsaid; /**< what its statements do not say and a load gets right by their order:
                           "stands on index users_name"; compared, no part of the digest; NULL:
                           nothing */
    const char *broken; /**< why it cannot be created again; NULL when it can */
    gboolean framed; /**< engine->frame() writes it ahead of the transaction; no block of its own */
    gboolean
        loads_last; /**< belongs behind the rows and the indexes although its kind comes earlier */
    /*< private >*/
    GPtrArray *none; /**< the catalog's empty array, in the place of those that have nothing yet */
    guint position;  /**< in bl_catalog_sort() */
};

/** What else is known of where a catalog comes from, for the manifest; no part of the schema. */
typedef struct {
    const char *key;
    GPtrArray *values; /**< const char *: each once, in no order */
    gboolean is_list;  /**< FALSE: one value */
    /*< private >*/
    GHashTable *seen; /**< set of the values */
} BlFact;

typedef struct {
    const BlDialect *dialect;
    const char *family; /**< whose deparse wrote the texts, for example "sqlite"; digests compare
                           only inside one family */
    const char *lowest_version; /**< lowest server or library version that the texts need, for
                                   example "3.37"; never NULL */
    GPtrArray *objects; /**< BlObject *; after bl_catalog_sort() in the order of the snapshot */
    GPtrArray *facts;   /**< BlFact *; in no order */
    /*< private >*/
    GStringChunk *strings;
    GPtrArray *adopted; /**< GStringChunk * */
    GPtrArray *none;    /**< empty for good, shared by all objects */
    GHashTable *index;  /**< set of BlObject *; NULL: not made yet */
} BlCatalog;

/** @param family copied. @return bl_catalog_free() */
BlCatalog *bl_catalog_new(const BlDialect *dialect, const char *family);

/** Copies @text into the catalog; NULL stays NULL. @return borrowed from @catalog */
const char *bl_catalog_string(BlCatalog *catalog, const char *text);

/** Takes strings over that live as long as the catalog from now on: bl_catalog_add_adopted(). */
void bl_catalog_adopt_strings(BlCatalog *catalog, GStringChunk *strings);

/** Adds an object; strings are copied. @return borrowed from @catalog */
BlObject *
bl_catalog_add(BlCatalog *catalog, const BlKind *kind, const char *schema, const char *name);

/** The same without copies: @name and @sql, its one statement, are in adopted strings. */
BlObject *
bl_catalog_add_adopted(BlCatalog *catalog, const BlKind *kind, const char *name, const char *sql);

/** Adds a statement that creates @object; copied. */
void bl_object_add_statement(BlCatalog *catalog, BlObject *object, const char *sql);

/** Adds a part; strings are copied. */
void bl_object_add_part(BlCatalog *catalog,
                        BlObject *object,
                        const char *kind,
                        const char *name,
                        const char *definition);

/** Sets what the statements do not say; copied. */
void bl_object_set_unsaid(BlCatalog *catalog, BlObject *object, const char *unsaid);

/** Says that @object needs @other first. Adding the same one twice, or itself, does nothing. */
void bl_object_add_dependency(BlObject *object, BlObject *other);

/** @return the object, NULL when there is none. @schema may be NULL. Borrowed. */
BlObject *bl_catalog_find(const BlCatalog *catalog,
                          const char *kind_name,
                          const char *schema,
                          const char *name);

/** Takes out every object for which @matches says TRUE, and the dependencies on them.
 * @return how many were taken out */
guint bl_catalog_remove(BlCatalog *catalog,
                        gboolean (*matches)(const BlObject *object, void *data),
                        void *data);

/** Adds @value to the list of facts @key, unless it is there. Both are copied. No clock, no counter
 * and no patch version: the same schema gives the same facts. */
void bl_catalog_add_fact(BlCatalog *catalog, const char *key, const char *value);

/** @return TRUE when the fact @key was added or set */
gboolean bl_catalog_has_fact(const BlCatalog *catalog, const char *key);

/** Sets the one value of the fact @key. Both are copied. */
void bl_catalog_set_fact(BlCatalog *catalog, const char *key, const char *value);

/** "schema.name", or "name" where there is no schema. @return g_free() */
char *bl_object_full_name(const BlObject *object);

/** "kind schema.name", fit for a one-line comment (line ends escaped). @return g_free() */
char *bl_object_label(const BlObject *object);

/** Appends the same to @out. */
void bl_object_append_label(const BlObject *object, GString *out);

void bl_catalog_free(BlCatalog *catalog);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(BlCatalog, bl_catalog_free)

G_END_DECLS

#endif
