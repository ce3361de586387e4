/* SPDX-License-Identifier: MIT */
/**
 * @file reader.h
 * @brief One introspection: how the texts of SHOW CREATE become a BlCatalog.
 *
 * Layer: common/engine/mysql.
 *
 * introspect.c reads the lists of all objects in one message (information_schema, narrow columns
 * only), then their texts by SHOW CREATE in messages of many statements (texts.h), then the lists
 * again: when they differ, DDL ran meanwhile and all is read again. Each list row becomes a MyItem,
 * in the order of the lists; an item's renderer (table.c, sequence.c, view.c, routine.c, trigger.c,
 * event.c) makes its BlObject from the row of SHOW CREATE.
 */
#ifndef BL_COMMON_ENGINE_MYSQL_READER_H
#define BL_COMMON_ENGINE_MYSQL_READER_H

#include "common/engine/mysql/lists.h"
#include "common/engine/mysql/session.h"

G_BEGIN_DECLS

typedef struct MyReader MyReader;

/** An answer that waits for its turn; see texts.h. */
typedef struct MyText MyText;

/** A sort of item: how it is asked for and rendered. */
struct MySort {
    const BlKind *kind;
    const char *show; /**< "SHOW CREATE TABLE": before the name */
    /** Takes the row of SHOW CREATE; makes @item->object. Called once, in the order of the items.
     * Errors: BL_ERROR_CONFLICT that names the object (what cannot be described or may not be
     * seen). */
    gboolean (*render)(MyReader *reader, MyItem *item, const MyRow *row, GError **error);
};

extern const MySort my_sort_table, my_sort_sequence, my_sort_view, my_sort_library,
    my_sort_function, my_sort_procedure, my_sort_package, my_sort_package_body, my_sort_trigger,
    my_sort_event;

/** One object of a list. Strings are owned. */
struct MyItem {
    const MySort *sort;
    char *name;
    char *table;        /**< of a trigger; else NULL */
    char *event;        /**< of a trigger: "INSERT" … */
    char *timing;       /**< of a trigger: "BEFORE" … */
    guint order;        /**< of a trigger: ACTION_ORDER */
    GPtrArray *columns; /**< of a trigger: char *: what its body names behind NEW and OLD; NULL: not
                             read */
    char *stamp;        /**< what changes when the object is changed (LAST_ALTERED, CREATED …) */
    char *created;      /**< of an event: CREATED, in UTC; else NULL */
    gboolean again;     /**< its text is asked for once more, under other settings */
    gboolean is_unnamed;  /**< of a view: this database's name was taken out of its text */
    gboolean has_warning; /**< the server gave the text with one: of a view, that it is broken */
    char *problem;        /**< what the server said instead of the text; NULL: nothing went wrong */
    guint code;           /**< its error number */
    gboolean is_asked;    /**< its text is asked for, or here: see texts.h */
    MyText *text;         /**< owned; NULL: it has not come, or was taken */
    BlObject *object;     /**< NULL: not rendered yet, or left out */
    GString *waiting;     /**< of a table: what SHOW CREATE said, until my_finish_tables(); NULL: it
                             does not wait */
    GPtrArray *names;     /**< char *: the names of objects of this database that the text of the
                               object mentions (my_text_names()), for the order of views and routines;
                             NULL: none */
};

/** One introspection. */
struct MyReader {
    MySession *session;
    BlCatalog *catalog;
    const BlFilter *filter;
    const char *const *omit;
    BlIntrospectOptions *options;
    GPtrArray *items; /**< MyItem * */
    char *charset;    /**< of the database: default charset and collation */
    char *collation;
    GHashTable *defaults; /**< as MyLists.defaults; borrowed */
    guint version;        /**< lowest that takes what was rendered, as MySession.version */
    GPtrArray *late; /**< what my_finish_items() finishes and frees; NULL: nothing. Who reads again
                          or fails before it, frees it */
};

/** The session settings that an object was made under, as SHOW CREATE tells them; NULL: the answer
 * has no such column, the head's setting counts. Borrowed. */
typedef struct {
    const char *sql_mode;
    const char *client_charset;       /**< character_set_client */
    const char *connection_collation; /**< collation_connection */
    const char *database_collation;   /**< default of the database when it was made */
    const char *time_zone;            /**< of events */
} MySettings;

/* lists.c: lists.h; here what frees an item */

void my_item_free(void *data);

/* texts.c: texts.h; here what frees an answer. Accepts NULL */

void my_text_free(MyText *text);

/* code.c */

/** After all items are rendered, when the session is free again: finishes what had to wait (events,
 * texts in charsets other than UTF-8), then finds the views and triggers that cannot be created
 * again. What cannot be, is left out with --skip-broken or --skip-unsupported, else the first one
 * fails: BL_ERROR_CONFLICT. */
gboolean my_finish_items(MyReader *reader, GError **error);

/* table.c */

/** Renders the tables that had to wait until the session is free again. */
gboolean my_finish_tables(MyReader *reader, GError **error);

/* geometry.c */

/** @return TRUE when the CREATE TABLE @sql may have to be given to my_write_reference_systems() */
gboolean my_may_have_geometry(const MySession *session, const char *sql);

/** @sql, the CREATE TABLE of @table, with the REF_SYSTEM_ID of its geometry columns where MariaDB
 * keeps one. */
gboolean
my_write_reference_systems(MySession *session, const char *table, char **sql, GError **error);

/* twin_bytes.c */

/** @return TRUE when the CREATE TABLE @sql may have to be given to my_write_twins() */
gboolean my_may_have_twins(const char *sql);

/** @sql, the CREATE TABLE of @table, with the defaults as X'…' that the server tells as another
 * character than they are. @param why out, g_free(): set when it cannot be known for all. */
gboolean
my_write_twins(MySession *session, const char *table, char **sql, char **why, GError **error);

/* introspect.c */

/** Raises the lowest version that takes the texts. */
void my_need_version(MyReader *reader, guint version);

/** Leaves @what out with --skip-unsupported (and says so), else fails: BL_ERROR_CONFLICT that names
 * it. @return TRUE when it is left out */
gboolean my_unsupported(
    MyReader *reader, const char *kind, const char *name, const char *why, GError **error);

/* database.c */

/** Adds the database's own charset, collation and comment as an object. */
gboolean my_add_database(MyReader *reader, const MyLists *lists, GError **error);

/* loose_key.c */

/** Notes the tables with a foreign key to something else than a unique key, on a server that has
 * to be asked for it; the frame of the snapshot does (MY_FACT_LOOSE_KEYS). */
void my_note_loose_keys(MyReader *reader);

/* depend.c */

/** Adds the dependencies of what was rendered. Views that stand on each other in a circle are
 * broken. */
void my_add_dependencies(MyReader *reader);

/* settings.c */

/** Adds @sql, which creates @object, to its statements, with the settings that it needs before it
 * and the head's behind it (nothing where they are the head's), and ALTER DATABASE round it where
 * its database collation is not the database's. */
void my_add_with_settings(MyReader *reader,
                          BlObject *object,
                          const MySettings *settings,
                          const char *sql);

/* own_name.c: the database's own name inside definitions. Tokenizers; never a search in the text.
 */

/** @sql without the qualifier `database`. before identifiers, as section 1.3 of the research notes
 * allows it. @param removed out, may be NULL: whether something was taken out. @return g_free() */
char *my_without_own_name(const char *sql, const char *database, gboolean *removed);

/** The table of the own database that the view @sql, as the server wrote it, can tell from one of
 * another database only by the database's name, so that my_without_own_name() would change what it
 * means. @return g_free(); NULL: there is none */
char *my_ambiguous_table(const char *sql, const char *database);

/** @sql, a view's as the server wrote it, where each such table that has no alias got one. @return
 * g_free() */
char *my_with_aliases(const char *sql, const char *database);

/** How a view calls functions of packages of the own database. Without the database's name they are
 * found by every server in sql_mode ORACLE only, in which some functions of the server mean
 * something else. */
typedef enum {
    MY_NO_PACKAGE,
    MY_PACKAGE_ONLY,     /**< and nothing that means something else in that mode */
    MY_PACKAGE_AND_MORE, /**< and functions that do */
} MyPackageUse;

/** What of it is in the view @sql, as the server wrote it. */
MyPackageUse my_package_use(const char *sql, const char *database);

/** @sql where those functions have the qualifier by which they mean the same in every mode.
 * @return g_free() */
char *my_with_plain_functions(const char *sql);

/** @return TRUE when a body, read under @sql_mode, names the database as a qualifier; nothing can
 * be done about it but to say so */
gboolean my_body_has_own_name(const char *sql, const char *sql_mode, const char *database);

/** Every identifier of @sql that is not behind a dot, and what stands behind the dot of the own
 * database's name: candidates for dependencies. @param others other databases' names that occur as
 * qualifiers are appended (char *, owned); may be NULL. @return GPtrArray of char *, owned, unique,
 * in the order of the text */
GPtrArray *my_text_names(const char *sql, const char *database, GPtrArray *others);

/** The names that stand where a table or view stands in the view @sql. @return GPtrArray of char *,
 * owned, unique */
GPtrArray *my_table_names(const char *sql, const char *database);

/** The same as my_text_names() for a text that was written under @sql_mode. */
GPtrArray *
my_body_names(const char *sql, const char *sql_mode, const char *database, GPtrArray *others);

/* definer.c */

/** @sql without its DEFINER = … clause (SQL SECURITY stays). @param definer out: "user@host",
 * g_free(); NULL: there was none. @return g_free() */
char *my_without_definer(const char *sql, char **definer);

/* facts: what the manifest says of the source (see bl_catalog_add_fact()) */

/** Adds the definer to the manifest's list, and with --keep-definer nothing else; */
void my_note_definer(MyReader *reader, const char *definer);

/** Adds "kind name" to the fact @key: "crossDatabase", "ownName", "ownNameRemoved" … */
void my_note_object(MyReader *reader, const char *key, const char *kind, const char *name);

/** The same with more: "kind name: what". */
void my_note_more(
    MyReader *reader, const char *key, const char *kind, const char *name, const char *what);

G_END_DECLS

#endif
