/* SPDX-License-Identifier: MIT */
/**
 * @file options.h
 * @brief Parsing of option tables (BlOption) and the tables that every tool has.
 *
 * Layer: common/cli, inside only.
 * Own parsing instead of GOption, from the same rows that --help prints: GOption lets an optional
 * value swallow the next argument (--wait NAME), does not know -cNAME, and reports what is wrong
 * only as prose.
 */
#ifndef BL_COMMON_CLI_OPTIONS_H
#define BL_COMMON_CLI_OPTIONS_H

#include "common/cli/cli.h"

#include <glib.h>

G_BEGIN_DECLS

/** Largest value of a number option. */
#define BL_OPTION_NUMBER_MAX G_MAXINT32

/** A table of at most 64 rows, and the struct that its offsets count in. */
typedef struct {
    const BlOption *options; /**< may be NULL: an empty table */
    void *base;
    guint64 given; /**< a bit for each row that was given; zero at first */
} BlOptionSet;

/** The struct of the shared tables. */
typedef struct {
    BlCommonOptions common;
    gboolean help;
    gboolean version;
} BlSharedOptions;

/** Tables over BlSharedOptions: which database, several of them, and what is printed. */
extern const BlOption bl_options_connection[];
extern const BlOption bl_options_several[];
extern const BlOption bl_options_output[];

/** Finds a row by long name (@name, @len bytes) or, with @name NULL, by letter; earlier sets hide
 * later ones.
 * @param set out: the index of the row's table; may be NULL. @return NULL when there is none */
const BlOption *bl_options_find(
    const BlOptionSet *sets, guint n_sets, const char *name, gsize len, char letter, guint *set);

/**
 * Parses the option at argv[*index] and moves *index past it and its value. One that takes one
 * value is refused the second time, also with the same value.
 * @param argv NULL-terminated; argv[*index] starts with a dash and is longer than that
 * @return FALSE: BL_ERROR_USAGE
 */
gboolean bl_options_take(BlOptionSet *sets, guint n_sets, char **argv, int *index, GError **error)
    G_GNUC_WARN_UNUSED_RESULT;

/** @return TRUE when @row of @set was given */
gboolean bl_options_is_given(const BlOptionSet *set, const BlOption *row);

/** The value of a BL_OPTION_STRING. @return borrowed; NULL: it was not given, or is no string */
const char *bl_options_string(const BlOptionSet *set, const BlOption *row);

/** What stands for the value in help and messages: "error|warn|allow", "FILE". Borrowed. */
const char *bl_options_argument(const BlOption *row);

/** Frees the strings and lists that the rows of @set point at. */
void bl_options_clear(const BlOptionSet *set);

G_END_DECLS

#endif
