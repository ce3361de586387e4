/* SPDX-License-Identifier: MIT */
/**
 * @file history.h
 * @brief The migrations on disk, in their order.
 *
 * Layer: squash. Includes: common.
 */
#ifndef BL_SQUASH_HISTORY_H
#define BL_SQUASH_HISTORY_H

#include "common/snapshot/manifest.h"
#include "common/sql/dialect.h"
#include "common/sql/script.h"

#include <glib.h>

G_BEGIN_DECLS

/** What shape.c keeps of a text that it is asked about more than once. */
typedef struct {
    const void *engine; /**< that it was asked for; NULL: for none yet */
    guint shape;        /**< BlShape */
    gboolean is_alone;  /**< it holds a BL_STMT_ALONE, or job.c has not looked yet */
    guint traits;       /**< of all its statements, when job.c has looked */
    gboolean is_single; /**< the text is one statement */
    BlItem single;      /**< that one; its text is the section's */
} BlShapeMemo;

/** One direction of a migration: a file of its own, or a part of one. */
typedef struct {
    gboolean present;     /**< there is such a part */
    gboolean empty;       /**< it holds no statement */
    gboolean deliberate;  /**< an empty one says that there is nothing to do: a down file of its own
                             was written, and its tool counts it as done */
    gboolean transaction; /**< run in one transaction (the default) */
    gboolean automatic;   /**< @transaction holds only while nothing in the text is against it: ask
                             bl_runner_is_transaction() */
    gboolean literal;     /**< placeholders are plain text */
    gboolean plain_marks; /**< native markers in it are plain comments */
    gboolean substitutes; /**< they are filled in from its first line on (a tool that switches) */
    guint lock_timeout_ms;      /**< its directive; 0: none */
    guint statement_timeout_ms; /**< its directive; 0: none */
    GArray *repeats;            /**< guint64: where in the file each "-- migrate:repeat" stands, in
                                   order; NULL: none */
    char *label;                /**< of its own file, for messages; NULL: the migration's label */
    char *text;                 /**< what is run: placeholders filled */
    gsize len;
    guint64 offset;    /**< of @text in the file */
    guint line;        /**< of the first byte of @text in the file */
    BlShapeMemo *memo; /**< of @text and its rules as they are when the history is read; NULL:
                          nothing is kept */
    GError *problem;   /**< why this part alone cannot be run; NULL when it can */
} BlSection;

typedef enum {
    BL_MIGRATION_VERSIONED,
    BL_MIGRATION_REPEATABLE, /**< run behind all others, and again whenever its text changes */
    BL_MIGRATION_BASELINE,   /**< stands for all versions up to its own in an empty database */
} BlMigrationKind;

/** One migration. */
typedef struct {
    char *name; /**< as in the ledger: path from the project's folder without extension, "/" always.
                   Extension is all that says what a file is (".up.sql"); where a folder is the
                   migration, the folder's path */
    char *path; /**< of the file with the up part, absolute */
    char *label;    /**< of that file from the project's folder, for messages */
    char **files;   /**< all files that are this migration, absolute: up, down, settings */
    char *stand_in; /**< label of the file that would be it if these were gone: the general one
                       beside the own dialect's; NULL: none */
    char *version;  /**< what the bookkeeping of the convention's own tool calls it; NULL: none
                       (a repeatable one, a name without a number) */
    char *title;    /**< the description that such a tool stores ("add users"); NULL: none */
    char *script;   /**< path of @path from the migration folder, "/" always */
    char *checksum; /**< of the file as the convention's own tool stores it (signed decimal CRC-32,
                       hexadecimal SHA-256 or SHA-384); NULL: it stores none */
    BlMigrationKind kind;
    gboolean foreign; /**< written in another language: present, but not ours to run */
    BlSection up;
    BlSection down;
    char *raw_digest;   /**< "raw:…" of the up part (of the whole file when foreign) */
    char *token_digest; /**< "t1:…" of the up part; NULL when foreign or unreadable */
    GError *problem;    /**< why it cannot be run (broken file); NULL when it can */
} BlMigration;

/** What a file is by its name. */
typedef enum {
    BL_FILE_NONE, /**< nothing of ours */
    BL_FILE_UP,   /**< the up part, or both */
    BL_FILE_DOWN,
    BL_FILE_SETTINGS, /**< rules for running the migration (metadata.toml, .conf) */
    BL_FILE_FOREIGN,  /**< the migration in another language */
} BlFileRole;

/** The answer of BlConvention.match(). */
typedef struct {
    BlFileRole role;
    char *name; /**< of the migration, from the migration folder: what joins its files; g_free() */
    guint rank; /**< of two files for one role of one migration the higher one counts; equal ones
                   are an error */
    BlMigrationKind kind;
    gboolean no_transaction; /**< the name says so */
} BlFileMatch;

/** Values that a convention puts into its files. Borrowed. */
typedef struct {
    const char *const *placeholders; /**< name, value, name, value …, NULL; NULL: none */
    gboolean literal;                /**< placeholders are plain text in every file */
    const char *(*variable)(const char *name, const void *data); /**< environment; NULL: none */
    const void *data;
} BlValues;

enum {
    BL_CONVENTION_UNIQUE_VERSION = 1 << 0, /**< two migrations of one version are an error */
    BL_CONVENTION_AUTOMATIC = 1 << 1,  /**< the files are sent as they are: one transaction unless
                                          they have their own, or a statement that takes none */
    BL_CONVENTION_EMPTY_DOWN = 1 << 2, /**< an empty down file counts as done */
    BL_CONVENTION_DOTTED = 1 << 3,  /**< versions are numbers between dots: 1.2 is 1.02 is 1.2.0 */
    BL_CONVENTION_64_BITS = 1 << 4, /**< the tool keeps a version in a signed number of 64 bits */
    BL_CONVENTION_BLANK_DOWN = 1 << 5, /**< a down file of comments counts as done, one without a
                                          byte is refused */
    BL_CONVENTION_DIALECTS = 1 << 6,   /**< files of other dialects lie in the same folders */
};

/** What the number of a new migration is made from. The numbers that are there prevail: a sequence
 * goes on, and stamps of another length are kept up. */
typedef enum {
    BL_NUMBER_MILLISECONDS, /**< since 1970 */
    BL_NUMBER_SECONDS,      /**< YYYYMMDDhhmmss */
    BL_NUMBER_DASHED,       /**< YYYY-MM-DD-hhmmss */
    BL_NUMBER_SEQUENCE,     /**< 1, 2, 3 …, of the width of the others */
} BlNumbering;

/** The files of a new migration. {number}, {name}, {up} and {down} are filled in, {folder} is that
 * of the newest migration. */
typedef struct {
    BlNumbering numbering;
    guint width;       /**< least digits of a number */
    const char *up;    /**< path of the file with the up part, from the migration folder */
    const char *down;  /**< of the one with the down part; NULL: none */
    const char *text;  /**< of the up file; NULL: the up part alone */
    const char *alone; /**< path of the only file where the newest migration has no .up.sql; NULL:
                          there is no such form */
} BlMakeForm;

/** How files are found, named, ordered, cut and run. One const instance per convention. */
typedef struct {
    const char *name;
    const char *form;       /**< of its files, for people */
    const char *down_place; /**< where what takes a migration back is written, for hints */
    BlMakeForm make;
    guint traits;
    guint depth; /**< folders below a migration folder that are looked into */
    /** Must. Pure. What the file @path (from the migration folder, "/" always) is; a file whose
     * name begins with "." is never asked for. @param match out, zero before; untouched for
     * BL_FILE_NONE */
    void (*match)(const char *path, const BlDialect *dialect, BlFileMatch *match);
    /** May be NULL: by the last part of the name, numbers by value where "naturalSort" says so.
     * Order of two names as they stand in the ledger; also of migrations whose files are gone. */
    int (*compare)(const char *a, const char *b);
    /** Must. The version in a name as it stands in the ledger. @return g_free(), NULL: none */
    char *(*version)(const char *name);
    /** May be NULL. The description in it. @return g_free(), NULL: none */
    char *(*title)(const char *name);
    /** May be NULL: no checksum. @return g_free() */
    char *(*checksum)(const char *text, gsize len);
    /** May be NULL: only the checksum itself. Whether @stored is one that the tool takes for the
     * file's. */
    gboolean (*accepts)(const BlMigration *migration, const char *stored);
    /** May be NULL: the whole file is the part. Cuts @text, a file of @role (up or down), into the
     * sections of @migration; sets its problem when it cannot. */
    void (*split)(BlMigration *migration,
                  BlFileRole role,
                  const BlDialect *dialect,
                  const char *text,
                  gsize len);
    /** May be NULL. Reads a settings file; sets the problem of @migration when it cannot. */
    void (*settings)(BlMigration *migration, const char *label, const char *text, gsize len);
    /** May be NULL. Fills placeholders of @text, which is a section of @migration. @return
     * g_free(); NULL with @error */
    char *(*expand)(const BlMigration *migration,
                    const BlSection *section,
                    const BlValues *values,
                    GError **error);
} BlConvention;

/** @return the convention of that name; NULL when there is none */
const BlConvention *bl_convention_find(const char *name);

/** All conventions, NULL-terminated; the native one is first. */
extern const BlConvention *const bl_conventions[];

/** The migrations of a project. */
typedef struct {
    GPtrArray *list;     /**< BlMigration *, in order */
    GHashTable *by_name; /**< name -> BlMigration */
    gboolean natural_sort;
    char **folders;          /**< as in the names, as configured; NULL: not known (tests) */
    gboolean folder_order;   /**< they run one after the other */
    const char *other_order; /**< files of AdonisJS Lucid are there too, and it would run them in
                                another order: what it does, and what to set; NULL: in the same */
    const BlConvention *convention; /**< never NULL */
    GPtrArray *strays; /**< char *: .sql files that begin with a number as migrations do, but are
                          none of the convention: left out. By name */
} BlHistory;

/** Where and how to read. Borrowed. */
typedef struct {
    const char *root;         /**< the project's folder */
    const char *const *paths; /**< folders from the root; one that is missing counts as empty */
    const BlConvention *convention; /**< NULL: not configured. The native one then; files that are
                                       of another are an error that says which and why */
    const BlDialect *dialect;
    gboolean natural_sort;
    gboolean natural_sort_is_set; /**< by somebody, not by default */
    gboolean folder_order;        /**< one of @paths after the other */
    gboolean disable_transactions;
    BlValues values;
} BlHistoryOptions;

/**
 * Reads all migrations. Names that start with "." and symbolic links are left out, and so is what
 * is no file of the convention. Order: the convention's; the native one's is by file name (numbers
 * by value with @natural_sort), then by folder, whatever the folder; with @folder_order by folder
 * of @paths, then by the path in it, as AdonisJS Lucid has it.
 * @return bl_history_free(); NULL: BL_ERROR_USAGE for two files with one name or one version, a
 * name that is too long, files of another convention; BL_ERROR_IO
 */
BlHistory *bl_history_read(const BlHistoryOptions *options,
                           GError **error) G_GNUC_WARN_UNUSED_RESULT;

/** What to say of files that look like migrations and are left out. @return g_free(); NULL: there
 * are none */
char *bl_history_tell_strays(const BlHistory *history);

/** An empty history; migrations are added with bl_history_take() (tests). */
BlHistory *bl_history_new(gboolean natural_sort);
void bl_history_take(BlHistory *history, BlMigration *migration);

/** @return the migration, NULL when it is not on disk. Borrowed. */
BlMigration *bl_history_find(const BlHistory *history, const char *name);

/** @return TRUE when people may mean it by @text: the name, its last part, either with the
 * extension */
gboolean bl_migration_answers_to(const BlMigration *migration, const char *text);

/** Finds a migration by what people type: the name, its last part, either with the extension.
 * @return borrowed; NULL: BL_ERROR_USAGE (none, or more than one) */
BlMigration *bl_history_resolve(const BlHistory *history,
                                const char *text,
                                GError **error) G_GNUC_WARN_UNUSED_RESULT;

/** Order of two names of migrations, with a file or without, as strcmp(). */
int bl_history_compare(const BlHistory *history, const char *a, const char *b);

/** How many sequences of migrations there are, each of which only grows at its end: one, or, where
 * folders run one after the other, one for each, and one for what lies in none of them. */
guint bl_history_n_sequences(const BlHistory *history);

/** That of the migration that is called so. @return below bl_history_n_sequences() */
guint bl_history_sequence(const BlHistory *history, const char *name);

/** @return TRUE when the migrations stand one folder after the other, and in each by their path,
 * by value with @natural_sort: AdonisJS Lucid's order */
gboolean bl_history_is_by_path(const BlHistory *history, gboolean natural_sort);

/** @return TRUE when the migration runs again because its text changed: @known are the digests of
 * its last run */
gboolean bl_migration_is_due(const BlMigration *migration, const BlKnownMigration *known);

/** Order of two names by their last part, as strcmp(); the native one. */
int bl_migration_name_compare(const char *a, const char *b, gboolean natural_sort);

/** Whether the file is there that @manifest embeds as @name; its twin is another. */
gboolean bl_history_holds(const BlHistory *history, const BlManifest *manifest, const char *name);

/** What a snapshot must know of it. Its strings are the migration's. */
BlKnownMigration bl_migration_known(const BlMigration *migration);

/** The migrations as a snapshot must know them. Strings are borrowed from @history. @return
 * g_free(); @param n out */
BlKnownMigration *bl_history_known(const BlHistory *history, gsize *n);

void bl_migration_free(BlMigration *migration);
void bl_history_free(BlHistory *history);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(BlHistory, bl_history_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC(BlMigration, bl_migration_free)

/** The native convention: one .sql file with "-- migrate:up" and "-- migrate:down"; "dbmate" is the
 * same. */
extern const BlConvention bl_convention_baseline, bl_convention_dbmate;
/** NUMBER_name.up.sql and NUMBER_name.down.sql, numeric order; the file is sent as it is. */
extern const BlConvention bl_convention_golang_migrate;
/** NUMBER_name.sql with "-- +goose Up" and "-- +goose Down". */
extern const BlConvention bl_convention_goose;
/** VERSION_name/up.sql and down.sql, metadata.toml. */
extern const BlConvention bl_convention_diesel;
/** V1_2__name.sql, U1_2__name.sql, R__name.sql, B1_2__name.sql, .sql.conf. */
extern const BlConvention bl_convention_flyway;
/** STAMP_name/migration.sql. */
extern const BlConvention bl_convention_prisma;
/** NUMBER_name.sql, or .up.sql and .down.sql. */
extern const BlConvention bl_convention_sqlx;
/** STAMP_name[.dialect][.autocommit].up.sql and .down.sql. */
extern const BlConvention bl_convention_popx;
/** VNUMBER.Name.up.sql and .down.sql. */
extern const BlConvention bl_convention_versioned;
/** Folders with numbers: 1/2/3_name.sql. */
extern const BlConvention bl_convention_nested;

G_END_DECLS

#endif
