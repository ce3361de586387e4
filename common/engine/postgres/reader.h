/* SPDX-License-Identifier: MIT */
/**
 * @file reader.h
 * @brief One introspection: how the catalogs of the server become a BlCatalog.
 *
 * Layer: common/engine/postgres.
 *
 * All queries of all sections go out in one message, behind BEGIN and the table locks. Sections
 * stand in the table in introspect.c; each is a file read_*.c. Their row functions are called while
 * the results arrive, in the order of the table; the finish function of each behind its last row.
 * Then introspect.c breaks cycles, renders what waits for that (tables, views), appends owners,
 * grants, comments and labels, adds the dependencies of pg_depend and sorts.
 *
 * The search_path of the session is empty, so that every deparse function of the server qualifies
 * names.
 */
#ifndef BL_COMMON_ENGINE_POSTGRES_READER_H
#define BL_COMMON_ENGINE_POSTGRES_READER_H

#include "common/engine/postgres/postgres.h"

G_BEGIN_DECLS

/* OIDs of system catalogs, the same in every server (pg_class.h and so on of PostgreSQL). */
enum {
    PG_DEFAULT_ACL = 826,
    PG_TYPE = 1247,
    PG_PROC = 1255,
    PG_CLASS = 1259,
    PG_FOREIGN_SERVER = 1417,
    PG_USER_MAPPING = 1418,
    PG_FDW = 2328,
    PG_AM = 2601,
    PG_AMOP = 2602,
    PG_AMPROC = 2603,
    PG_ATTRDEF = 2604,
    PG_CAST = 2605,
    PG_CONSTRAINT = 2606,
    PG_CONVERSION = 2607,
    PG_LANGUAGE = 2612,
    PG_NAMESPACE = 2615,
    PG_OPCLASS = 2616,
    PG_OPERATOR = 2617,
    PG_REWRITE = 2618,
    PG_TRIGGER = 2620,
    PG_OPFAMILY = 2753,
    PG_EXTENSION = 3079,
    PG_POLICY = 3256,
    PG_STATISTIC_EXT = 3381,
    PG_COLLATION = 3456,
    PG_EVENT_TRIGGER = 3466,
    PG_TRANSFORM = 3576,
    PG_TS_DICT = 3600,
    PG_TS_PARSER = 3601,
    PG_TS_CONFIG = 3602,
    PG_TS_TEMPLATE = 3764,
    PG_SUBSCRIPTION = 6100,
    PG_PUBLICATION = 6104,
    PG_PUBLICATION_REL = 6106,
    PG_PUBLICATION_NAMESPACE = 6237,
    PG_BODY = 1, /**< no catalog: the parsed body of a function, with the function's OID */
};

/** First OID that is not of the server's own objects (FirstNormalObjectId). */
#define PG_FIRST_USER_OID 16384

/** The role that initdb makes. */
#define PG_FIRST_SUPERUSER 10

typedef struct PgReader PgReader;
typedef struct PgEntry PgEntry;

/** Gives an entry that shares another one's object an object of its own, with its text taken out of
 * the shared one: a constraint or a default out of CREATE TABLE, a check out of its domain, a
 * view's query (the entry of its rule) out of the view, which stays as a dummy, a parsed body out
 * of its function, likewise. Called by depends.c when that breaks a cycle. Sets @entry->object. */
typedef void (*PgPullFn)(PgReader *reader, PgEntry *entry);

/** What a catalog row became. Several entries may share one object: a constraint that is written
 * inside CREATE TABLE has an entry of its own, with the object of its table. */
struct PgEntry {
    guint64 key; /**< pg_key() */
    Oid class_id;
    Oid oid;
    BlObject *object;
    gboolean is_alias; /**< the object is another entry's */
    const char *tag;   /**< as behind COMMENT ON: "TABLE public.users", "CONSTRAINT c ON public.t";
                          NULL: cannot be commented on */
    const char *owner_tag; /**< as behind ALTER, before OWNER TO; NULL: the same as @tag, and an
                              alias has the owner of its object */
    const char *grant_tag; /**< as behind GRANT … ON: "TABLE public.users"; NULL: has no grants */
    BlObject
        *shell;      /**< of a type: its shell type, an object that comes before what the type
                        itself       needs (its I/O functions, its canonical function); NULL: has none */
    PgPullFn pull;   /**< NULL: cannot be pulled out */
    guint pull_cost; /**< the cheapest in a cycle is pulled: PG_PULL_* */
    gpointer data;   /**< for @pull; borrowed */
};

enum {
    PG_PULL_DEFAULT = 1,
    PG_PULL_CHECK = 2,
    PG_PULL_KEY = 3,
    PG_PULL_VIEW = 9,
    PG_PULL_BODY = 10
};

/** "@from needs @to first"; both are keys. */
typedef struct {
    guint64 from;
    guint64 to;
} PgEdge;

/** What a column of an index has of its own. */
typedef struct {
    Oid index;
    gint number;
    gint64 statistics;    /**< -1: none */
    gboolean has_options; /**< parameters of its operator class */
} PgIndexColumn;

/** A list of columns behind a function in FROM, which has become longer. */
typedef struct {
    const PgEntry *entry; /**< of the rule or the body */
    const char *alias;    /**< quoted; strings are the catalog's */
    const char *old;      /**< "a, b": as the server deparses it */
    const char *wide;     /**< "a, b, c" */
} PgAliases;

/** What few databases have; presence.c. */
typedef enum {
    PG_ALWAYS,
    PG_IF_EXTENSION,
    PG_IF_LANGUAGE,
    PG_IF_RANGE,
    PG_IF_FUNCTION,
    PG_IF_AGGREGATE,
    PG_IF_OPERATOR,
    PG_IF_METHOD,
    PG_IF_FAMILY,
    PG_IF_FAMILY_MEMBER,
    PG_IF_CLASS,
    PG_IF_CAST,
    PG_IF_TRANSFORM,
    PG_IF_COLLATION,
    PG_IF_CONVERSION,
    PG_IF_PARSER,
    PG_IF_TEMPLATE,
    PG_IF_DICTIONARY,
    PG_IF_CONFIGURATION,
    PG_IF_WRAPPER,
    PG_IF_SERVER,
    PG_IF_INHERITANCE,
    PG_IF_RULE, /**< views have one */
    PG_IF_TREE, /**< a rule, a policy, a function */
    PG_IF_STATISTICS,
    PG_IF_TRIGGER, /**< foreign keys have some */
    PG_IF_EVENT_TRIGGER,
    PG_IF_POLICY,
    PG_IF_PUBLICATION,
    PG_IF_SUBSCRIPTION,
    PG_IF_COMMENT,
    PG_IF_LABEL,
    PG_RARITIES,
} PgRarity;

/** One introspection. */
struct PgReader {
    PgSession *session;
    int version; /**< of the server, 150020 */
    BlCatalog *catalog;
    const BlFilter *filter;
    const char *const *omit;
    BlIntrospectOptions *options;
    GHashTable *schemas; /**< oid -> name, ours and others */
    GHashTable *roles;   /**< oid -> name */
    GHashTable *members; /**< keys of what extensions own */
    GHashTable *omitted; /**< oids of relations that are left out: the ledger */
    GHashTable *locked;  /**< oids of the tables that are locked; NULL: nothing was to be locked */
    GHashTable *entries; /**< key -> PgEntry, owned */
    GHashTable *relations;   /**< oid -> PgRelation, owned; relations.h */
    GHashTable *classes;     /**< oid of an operator class -> its name, "" for a default one */
    GHashTable *null_names;  /**< of constraints that a NOT NULL could be named like: "schema.name";
                                 up to 17 "table.name" */
    GHashTable *usual_names; /**< "schema.name" of NOT NULL that are named as usual */
    GHashTable *twins;       /**< oids of keys that stand outside CREATE TABLE; read_twins.c */
    GHashTable *paths;       /**< PgEntry -> schemas it needs, owned; read_paths.c */
    GHashTable *collations;  /**< oid -> name, qualified where that is needed */
    GHashTable *views;       /**< oid -> what read_views.c keeps of a view, owned */
    GArray *index_columns;   /**< PgIndexColumn */
    GPtrArray *untold;       /**< PgEntry of indexes whose text the server must say; borrowed */
    GArray *aliases;         /**< PgAliases */
    GArray *edges;           /**< PgEdge */
    GArray *keys;            /**< of partitions that are their parents'; attach.c */
    GPtrArray *tails;        /**< owned; tails.c */
    GPtrArray *checks;       /**< owned; validators.c */
    guint64 n_nameless;      /**< entries without a catalog row */
    guint lowest;            /**< lowest server major version that the texts need */
    gboolean changed;        /**< the schema is not the one that was locked */
    gboolean present[PG_RARITIES]; /**< what there is some of */
};

/** One query of a section. */
typedef struct {
    const char *what; /**< for messages: "indexes" */
    /** The text. {{superuser|A|B}} stands for A where the role is a superuser, {{superuser14|A|B}}
     * also where the server's major version is 14 or higher. {{17|A|B}} stands for A where the
     * server's major version is 17 or higher, else for B (either may be empty; they do not nest).
     * {{ours}} stands for the condition that schema "n" is not the system's. One statement, no ";"
     * at its end. */
    const char *sql;
    guint since; /**< lowest major version that has the catalog; 0: all */
    guint flags; /**< PG_QUERY_* */
    gboolean (*row)(PgReader *reader, const PGresult *result, int row, GError **error);
} PgQuery;

#define PG_QUERY_WITH_OWNER 1                    /* only with --with-owner */
#define PG_QUERY_WITH_ACL   2                    /* only with --with-acl */
#define PG_QUERY_WITH_PARTS 4                    /* only when parts are asked for */
#define PG_QUERY_IF(what)   ((guint)(what) << 8) /* only where there is some; PG_IF_* */

/** Appends the query that tells what there is. */
void pg_append_presence(GString *sql);

/** Keeps its answer: queries for what there is none of are not sent, unless @wants_all. */
void pg_take_presence(PgReader *reader, const PGresult *result, gboolean wants_all);

/** Takes a later answer: where there is something that was not, the schema has changed. */
void pg_check_presence(PgReader *reader, const PGresult *result);

/** A group of kinds. */
typedef struct {
    const PgQuery *queries;
    guint n;
    /** When all rows of the section are read, before those of the next one; it sends nothing. May
     * be NULL. */
    gboolean (*finish)(PgReader *reader, GError **error);
} PgSection;

/* The sections, one file each. */
extern const PgSection pg_section_names;        /* read_names.c: schemas, roles, members, locks */
extern const PgSection pg_section_schemas;      /* read_schemas.c: schemas, extensions, languages */
extern const PgSection pg_section_types;        /* read_types.c */
extern const PgSection pg_section_functions;    /* read_functions.c: functions … aggregates */
extern const PgSection pg_section_operators;    /* read_operators.c: operators, classes, families,
                                                   access methods, casts, transforms */
extern const PgSection pg_section_collations;   /* read_collations.c: collations, conversions */
extern const PgSection pg_section_search;       /* read_search.c: text search */
extern const PgSection pg_section_foreign;      /* read_foreign.c: FDW, servers, user mappings */
extern const PgSection pg_section_relations;    /* read_relations.c: tables, sequences, columns */
extern const PgSection pg_section_twins;        /* read_twins.c: which keys stand outside */
extern const PgSection pg_section_constraints;  /* read_constraints.c */
extern const PgSection pg_section_indexes;      /* read_indexes.c: indexes, statistics */
extern const PgSection pg_section_paths;        /* read_paths.c: schemas that bodies need */
extern const PgSection pg_section_views;        /* read_views.c: views, rules */
extern const PgSection pg_section_aliases;      /* read_aliases.c */
extern const PgSection pg_section_triggers;     /* read_triggers.c: triggers, event triggers */
extern const PgSection pg_section_policies;     /* read_policies.c */
extern const PgSection pg_section_publications; /* read_publications.c, subscriptions too */
extern const PgSection pg_section_defaults;     /* read_defaults.c: default privileges */
extern const PgSection pg_section_owners;       /* read_owners.c: owners and grants */
extern const PgSection pg_section_grants;       /* read_grants.c */
extern const PgSection pg_section_comments;     /* read_comments.c: comments, security labels */
extern const PgSection pg_section_depends;      /* depends.c */
extern const PgSection pg_section_validators;   /* validators.c */

/** Refuses options of foreign data that nobody could give again, when all dependencies are known;
 * validators.c. */
gboolean pg_ask_validators(PgReader *reader, GError **error);
void pg_check_free(gpointer data);

/** Breaks what must be broken, renders what waited, adds the dependencies; depends.c. */
gboolean pg_resolve(PgReader *reader, GError **error);

/** Writes lists of columns behind functions in FROM as they are read; read_aliases.c. */
gboolean pg_widen_aliases(PgReader *reader, GError **error);

/** Writes what the server deparses so that it reads the same again; shape.c. */
void pg_keep_shapes(BlCatalog *catalog);

/** Key of a row of a catalog in the tables above. */
guint64 pg_key(Oid class_id, Oid oid);

/** @return TRUE for pg_* and information_schema */
gboolean pg_is_system_schema(const char *schema);

/* Values of a row. */

/** @return the text; NULL for SQL NULL. Borrowed from @result */
const char *pg_text(const PGresult *result, int row, int column);
/** @return TRUE for true; NULL is FALSE */
gboolean pg_flag(const PGresult *result, int row, int column);
/** @return the number; 0 for NULL */
Oid pg_oid(const PGresult *result, int row, int column);
/** @return the number; @missing for NULL */
gint64 pg_number(const PGresult *result, int row, int column, gint64 missing);

/* Objects. */

/** What pg_add() adds. Zero is the default of every member; strings are copied. */
typedef struct {
    const BlKind *kind;
    Oid class_id; /**< 0: not a row of a catalog, no entry is made for it */
    Oid oid;
    const char *schema; /**< NULL: none */
    const char *name;   /**< of the object; for functions with argument types: "f(integer)"; what is
                           named per table (triggers, policies, foreign keys …) gets " ON " and
                           its parent appended by pg_add() */
    const char *sort_key; /**< NULL: the name */
    const char *parent;   /**< the table of an index, a trigger, a policy, qualified as
                             "schema.name" is not: its plain name; NULL: none */
    const char *tag;      /**< see PgEntry */
    const char *owner_tag;
    const char *grant_tag;
} PgSpec;

/** @return TRUE when the object is ours: not of an extension, in a schema of ours, not ignored, not
 * excluded, not omitted. For kinds without a schema give NULL. */
gboolean pg_is_ours(const PgReader *reader,
                    Oid class_id,
                    Oid oid,
                    const char *schema,
                    const char *name,
                    const char *parent);

/** Adds an object. @return its entry, borrowed; NULL when it is not ours (pg_is_ours()) */
PgEntry *pg_add(PgReader *reader, const PgSpec *spec);

/** Adds an object that is in no schema and on no table. @param name as it is. @param tag see
 * PgEntry; also that of its grants. @return as pg_add() */
PgEntry *pg_add_global(
    PgReader *reader, const BlKind *kind, Oid class_id, Oid oid, const char *name, const char *tag);

/** Adds what stands on the table @table_oid and needs it: a rule, a trigger, a policy.
 * @param spec with the table's schema, its name as the parent, no tag
 * @param word of the tag: "RULE". @return as pg_add(), NULL also when the table is not ours */
PgEntry *pg_add_on_table(PgReader *reader, const PgSpec *spec, Oid table_oid, const char *word);

/** The object alone, without asking whether it is ours: for what is pulled out of another one.
 * @return borrowed from the catalog */
BlObject *pg_add_object(PgReader *reader, const PgSpec *spec);

/** A catalog row that has no object of its own: it shares that of @entry (a constraint inside its
 * table, a row type, an array type). @param tag copied; may be NULL. @return its entry, borrowed */
PgEntry *
pg_add_alias(PgReader *reader, Oid class_id, Oid oid, const PgEntry *entry, const char *tag);

/** @return the entry, NULL when there is none. Borrowed */
PgEntry *pg_find(const PgReader *reader, Oid class_id, Oid oid);

/** Appends a statement to the object of @entry; printf-like. For what has no "%" of its own use
 * "%s". */
void pg_add_statement(PgReader *reader, const PgEntry *entry, const char *format, ...)
    G_GNUC_PRINTF(3, 4);

/** A statement that comes behind all statements of the object, ordered by (@rank, @key): owner,
 * grants, comments, labels. Strings are copied. */
void
pg_add_tail(PgReader *reader, const PgEntry *entry, guint rank, const char *key, const char *sql);

/** Sets the search_path around what needs one, before the tails are applied; read_paths.c. */
void pg_apply_paths(PgReader *reader);

/** Puts the tails behind the other statements. */
void pg_apply_tails(PgReader *reader);
void pg_tail_free(gpointer data);

/** What follows the words of a tag: "public.t" of "MATERIALIZED VIEW public.t". Names that begin
 * with a capital letter are quoted. @return borrowed from @tag */
const char *pg_behind_words(const char *tag);

/** "DISABLE", "ENABLE REPLICA", "ENABLE ALWAYS" for the letter of a trigger or a rule; NULL: as it
 * is made. */
const char *pg_enable_word(char letter);

/** Gives the views that read from themselves a dummy first, before cycles are looked for;
 * read_views.c. */
void pg_pull_recursive_views(PgReader *reader);

/** Writes the statements of all views, when cycles are broken; read_views.c. */
void pg_render_views(PgReader *reader);
void pg_view_free(gpointer data);

/** Asks for the texts of the indexes that could not be told from the catalogs, when the message is
 * over; read_indexes.c. @param before statements that make the settings, each with its ";" @param
 * after a statement that puts them back, or empty */
gboolean pg_ask_for_untold(PgReader *reader, const char *before, const char *after, GError **error);

/** Frees a value of PgReader.classes; read_indexes.c. */
void pg_class_free(gpointer data);

enum {
    PG_TAIL_SETTING = 10,  /**< ALTER … of the object itself that must stand behind the rest */
    PG_TAIL_ATTACHED = 15, /**< what ATTACH PARTITION has made */
    PG_TAIL_OWNER = 20,
    PG_TAIL_OWNED = 25, /**< ALTER SEQUENCE … OWNED BY: both have their owner */
    PG_TAIL_COMMENT = 30,
    PG_TAIL_LABEL = 40,
    PG_TAIL_GRANT = 50,
};

/** Says that the object of (class, oid) needs that of (ref_class, ref_oid) first, beyond what
 * pg_depend says. */
void pg_add_edge(PgReader *reader, Oid class_id, Oid oid, Oid ref_class, Oid ref_oid);

/** Why an object cannot be described: an error that names it, or, with skip_unsupported, a warning,
 * and it is left out. @return FALSE with @error set, TRUE: skipped */
gboolean pg_unsupported(PgReader *reader, const char *label, const char *why, GError **error);

/** Says that the texts need a server of this major version. */
void pg_need_version(PgReader *reader, guint major);

/** Name of a schema, a role. @return borrowed; "???" for one that is gone */
const char *pg_schema_name(const PgReader *reader, Oid oid);
const char *pg_role_name(const PgReader *reader, Oid oid);

/** Kinds, in the order of a snapshot; the table with their ranks is kinds.c. */
extern const BlKind pg_kind_schema, pg_kind_extension, pg_kind_language, pg_kind_collation,
    pg_kind_shell_type, pg_kind_type, pg_kind_domain, pg_kind_function, pg_kind_procedure,
    pg_kind_cast, pg_kind_transform, pg_kind_aggregate, pg_kind_access_method, pg_kind_operator,
    pg_kind_operator_family, pg_kind_operator_class, pg_kind_conversion, pg_kind_search_parser,
    pg_kind_search_template, pg_kind_search_dictionary, pg_kind_search_configuration, pg_kind_fdw,
    pg_kind_server, pg_kind_user_mapping, pg_kind_sequence, pg_kind_table, pg_kind_foreign_table,
    pg_kind_view, pg_kind_materialized_view, pg_kind_default, pg_kind_constraint, pg_kind_index,
    pg_kind_statistics, pg_kind_rule, pg_kind_trigger, pg_kind_foreign_key, pg_kind_policy,
    pg_kind_publication, pg_kind_subscription, pg_kind_default_privileges, pg_kind_grants,
    pg_kind_event_trigger, pg_kind_domain_constraint, pg_kind_function_body;

G_END_DECLS

#endif
