/* SPDX-License-Identifier: MIT */
/**
 * @file relations.h
 * @brief Tables and sequences in memory, between their rows in the catalogs and their text.
 *
 * Layer: common/engine/postgres. Filled by read_relations.c and read_constraints.c, rendered by
 * render.c when cycles are broken. Strings are the catalog's.
 */
#ifndef BL_COMMON_ENGINE_POSTGRES_RELATIONS_H
#define BL_COMMON_ENGINE_POSTGRES_RELATIONS_H

#include "common/engine/postgres/reader.h"

G_BEGIN_DECLS

typedef struct PgRelation PgRelation;

/* The options of a TOAST table (pg_class tc) of c, where CREATE TABLE makes one: where its columns
 * may be that long, as needs_toast_table() of catalog/toasting.c has it. A table keeps one that
 * none of its columns needs any more; a copy gets none. */
#define PG_TOAST_OPTIONS                                                                            \
    "CASE WHEN tc.reloptions IS NOT NULL AND (SELECT bool_or(a.attlen = -1 AND a.attstorage <> "    \
    "'p') AND sum(CASE WHEN a.attlen > 0 THEN a.attlen WHEN a.atttypmod < 4 THEN 4000 WHEN "        \
    "a.atttypid IN (1042, 1043) THEN (a.atttypmod - 4) * pg_encoding_max_length((SELECT encoding "  \
    "FROM pg_database WHERE datname = current_database())) + 4 WHEN a.atttypid IN (1560, 1562) "    \
    "THEN (a.atttypmod + 7) / 8 + 8 WHEN a.atttypid = 1700 THEN ((a.atttypmod - 4) >> 16 & 65535) " \
    "/ 2 + 11 ELSE 4000 END) > 2000 FROM pg_attribute a WHERE a.attrelid = c.oid AND a.attnum > 0 " \
    "AND NOT a.attisdropped) THEN tc.reloptions END"

/** FROM clause: yi is an index over the columns of index x, which foreign keys f stand on: those
 * take the oldest index that there is. */
#define PG_RIVALS                                                                                  \
    "(SELECT DISTINCT confrelid, conindid FROM pg_constraint WHERE contype = 'f' AND conparentid " \
    "= 0) f JOIN pg_index x ON x.indexrelid = f.conindid JOIN pg_index yi ON yi.indrelid = "       \
    "f.confrelid AND yi.indexrelid <> f.conindid AND yi.indnkeyatts = x.indnkeyatts AND "          \
    "(yi.indkey::int2[])[0:yi.indnkeyatts - 1] <@ (x.indkey::int2[])[0:x.indnkeyatts - 1]"

/** Condition: index i, whose row in pg_class is @c, is not valid, and what its text makes is: that
 * of a partition, once it is attached; that of a partitioned table none of whose partitions lacks
 * one.
 */
#define PG_TURNS_VALID(c)                                                                          \
    "NOT i.indisvalid AND CASE " c ".relkind WHEN 'I' THEN NOT EXISTS (SELECT FROM pg_inherits "   \
    "part WHERE part.inhparent = i.indrelid AND NOT EXISTS (SELECT FROM pg_inherits h JOIN "       \
    "pg_index x ON x.indexrelid = h.inhrelid JOIN pg_class xc ON xc.oid = x.indexrelid WHERE "     \
    "h.inhparent = i.indexrelid AND x.indrelid = part.inhrelid AND (x.indisvalid OR xc.relkind = " \
    "'i'))) ELSE EXISTS (SELECT FROM pg_inherits h WHERE h.inhrelid = i.indexrelid) END"

/** Warns of an index that PG_TURNS_VALID() is true of. */
void pg_tell_turned_valid(const PgReader *reader, const char *schema, const char *name);

/** What stands inside CREATE TABLE and can also be said by a statement of its own. */
typedef struct {
    PgRelation *table;
    char type;             /**< 'd' default, else pg_constraint.contype: p u x c */
    const char *name;      /**< of the constraint; of the default's column */
    const char *text;      /**< the definition behind CONSTRAINT name; the default's expression */
    const char *columns;   /**< of a key: what tells it from others; else NULL */
    gboolean is_out;       /**< has an object of its own */
    gboolean is_inherited; /**< a check that only the parents have */
    PgEntry *entry;        /**< its own */
    PgEntry *index; /**< of a constraint's index, which goes where the constraint goes; NULL */
} PgPiece;

/** A constraint of which others must know. */
typedef struct {
    char type; /**< 'f' foreign key; 'c' check that is NOT VALID; 'v' check that only the parents
                  have, and that is valid; 'n' NOT NULL that comes behind the children */
    const char *name;          /**< of 'n': that of the column */
    PgEntry *entry;            /**< NULL for 'v' */
    const char *columns;       /**< of 'f': their names, with "_" between them */
    Oid other;                 /**< the table that 'f' refers to */
    gboolean is_from_parent;   /**< 'f' that is a parent's too */
    gboolean is_to_partitions; /**< 'f' that refers to a partitioned table */
} PgNoted;

typedef struct {
    gint number;
    const char *name;
    const char *type;
    const char *collation; /**< qualified and quoted, where it is not the type's; else NULL */
    Oid type_oid;
    Oid collation_oid;
    gboolean not_null;
    gboolean local;         /**< attislocal */
    gboolean inherited;     /**< attinhcount > 0 */
    char identity;          /**< 'a', 'd' or 0 */
    char generated;         /**< 's', 'v' or 0 */
    gboolean null_is_local; /**< the NOT NULL is its own, not only a parent's */
    const char *null_name;  /**< name of the NOT NULL, where it is not the default one */
    gboolean null_no_inherit;
    gboolean null_not_valid;
    gboolean null_is_late;     /**< its NOT NULL is an object of its own */
    gint64 statistics;         /**< -1: default */
    const char *storage;       /**< NULL: that of its type */
    const char *usual_storage; /**< that of its type, of an inherited column */
    const char *compression;   /**< NULL: the server's */
    const char *options;       /**< text of an array */
    const char *fdw_options;   /**< ready for OPTIONS (…) */
    PgPiece *value;            /**< its default or generation expression; NULL */
    PgRelation *sequence;      /**< of identity and serial; NULL */
    gboolean is_serial;
} PgColumn;

struct PgRelation {
    Oid oid;
    char kind; /**< pg_class.relkind: r p f S */
    char persistence;
    const char *schema;
    const char *name;
    const char *qualified; /**< quoted */
    PgEntry *entry;
    gboolean is_ours; /**< else it is only known, for foreign keys that refer to it */
    gboolean is_partition;
    gboolean lost_parent; /**< one of its parents is left out */
    const char *of_type;
    const char *options;
    const char *toast_options;
    const char *access_method; /**< NULL: heap or none */
    const char *tablespace;
    const char *partition_key;
    const char *partition_bound;
    const char *server;      /**< of a foreign table */
    const char *fdw_options; /**< ready for OPTIONS (…) */
    char replica_identity;
    gboolean row_security, force_row_security;
    Oid owner_table; /**< of a sequence that a column owns or is made for; 0 */
    gint owner_column;
    char owner_how;           /**< 'a' owned, 'i' identity */
    GPtrArray *columns;       /**< PgColumn, owned */
    GPtrArray *pieces;        /**< PgPiece, owned */
    GPtrArray *parents;       /**< PgRelation, borrowed, in the order of INHERITS */
    gboolean keeps_null_name; /**< a NOT NULL is called as a former parent called it */
    GPtrArray *noted;         /**< PgNoted, owned, by type and name; NULL: none */
    /* of a sequence */
    const char *seq_type;
    gint64 seq_start, seq_increment, seq_min, seq_max, seq_cache;
    gboolean seq_cycle;
};

/** @return the relation, NULL when it is not ours */
PgRelation *pg_relation(const PgReader *reader, Oid oid);

/** @return the relation, ours or not; NULL when there is none */
PgRelation *pg_any_relation(const PgReader *reader, Oid oid);

/** @return the column, NULL when there is none */
PgColumn *pg_column(const PgRelation *relation, gint number);
PgColumn *pg_column_named(const PgRelation *relation, const char *name);

/** Adds a piece to @table and an entry for it, which shares the table's object. */
PgEntry *pg_add_piece(
    PgReader *reader, PgRelation *table, Oid oid, char type, const char *name, const char *text);

/** The name that the server gives: "t_a_seq", or "t_pkey" without @column (NULL), shortened to 63
 * bytes as makeObjectName() of commands/indexcmds.c of PostgreSQL does. @return g_free() */
char *pg_default_name(const char *table, const char *column, const char *label);

/** The limits that @sequence has when nobody says any: its type's, on its side of zero. */
void pg_usual_limits(const PgRelation *sequence, gint64 *min, gint64 *max);

/** Appends "WITH (a='1', toast.b=c)" with a leading blank; nothing when both are NULL. */
void pg_append_options(GString *out, const char *options, const char *toast_options);

/** Appends "a='1', b=c" of an array's text, with @prefix before each name; @sep first when not
 * NULL. pg_attver, which the server itself keeps there, is left out. @return how many */
guint pg_append_option_list(GString *out, const char *options, const char *prefix);

/** @return TRUE when its column order is not what INHERITS would give, or its parents' defaults are
 * at odds: it is made alone, and told to inherit then. When all columns are read. */
gboolean pg_inherits_later(const PgRelation *relation);

/** @return TRUE when such a table has something only from its parents: it inherits from a table
 * with its order first, which goes when it has its parents. To be made alone would make all its
 * own. When all columns are read, and its checks. */
gboolean pg_needs_model(const PgRelation *table);

/** All relations by schema and name. @return GPtrArray of PgRelation, borrowed */
GPtrArray *pg_sorted_relations(const PgReader *reader);

/** Gives every sequence its entry: its own, or its table's. When columns and constraints are read;
 * read_relations.c. */
void pg_place_sequences(PgReader *reader);

/** Keeps what @noted says; strings are copied. */
void pg_note_constraint(PgReader *reader, PgRelation *table, const PgNoted *noted);

/** Writes what constraints must say because of others, when all are read; noted.c. */
void pg_settle_constraints(PgReader *reader);

/** @return what PgReader.keys is at first; attach.c */
GArray *pg_keys_new(void);

/** Keeps that the key @entry of the partition @table is its parent's. @param parent OID of that
 * constraint; @param names of both, copied */
void pg_note_key(PgReader *reader,
                 const PgRelation *table,
                 const PgEntry *entry,
                 Oid parent,
                 const char *const names[2]);

/** Writes what gives keys to their parents' where ATTACH PARTITION does not. When cycles are
 * broken. */
void pg_attach_keys(PgReader *reader);

/** Writes the CREATE statements of all tables and sequences and what belongs behind them. */
gboolean pg_render_relations(PgReader *reader, GError **error);

void pg_relation_free(gpointer data);

G_END_DECLS

#endif
