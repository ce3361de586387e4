/* SPDX-License-Identifier: MIT */
/**
 * @file convention.h
 * @brief What the conventions share: taking names apart, cutting whole files.
 *
 * Layer: squash; for convention_*.c, scan.c and source.c only. Pure.
 */
#ifndef BL_SQUASH_CONVENTION_H
#define BL_SQUASH_CONVENTION_H

#include "squash/history.h"

#include "common/sql/lexer.h"

#include <glib.h>

G_BEGIN_DECLS

/** Folders inside folders, at most. */
#define BL_ANY_DEPTH 32

/** ".sql" alone. */
extern const char *const bl_sql_endings[];

/** @return the one of @endings (NULL-terminated) that @path ends in and is longer than; NULL: none
 */
const char *bl_match_ending(const char *path, const char *const *endings);

/** The same for a tool that does not look at the case of endings. */
const char *bl_match_ending_any_case(const char *path, const char *const *endings);

/** Fills @match: the first @len bytes of @path are the name. */
void bl_match_set(BlFileMatch *match, BlFileRole role, const char *path, gsize len);

/** @return what follows the last "/" of @name, or @name. Borrowed. */
const char *bl_last_part(const char *name);

/** @return how many digits @text begins with */
gsize bl_count_digits(const char *text);

/** @return TRUE when the last part of @path is digits, "_" and more: <number>_<name> */
gboolean bl_is_numbered(const char *path);

/** The most that a version may be where the tool keeps it in 64 bits, as digits. */
#define BL_VERSION_MAX "9223372036854775807"

/** The digits that the last part of @name begins with, as they are. For BlConvention.version. */
char *bl_version_digits(const char *name);

/** The same without zeros at the head: a number. */
char *bl_version_number(const char *name);

/** What follows the first "_" of the last part, "_" as blanks. For BlConvention.title. */
char *bl_title_words(const char *name);

/** Compares the digits at the head of two texts by value; equal: 0. @param a, b out: moved behind
 * them */
int bl_compare_numbers(const char **a, const char **b);

/** Order by the number at the head of the last part, then by name. For BlConvention.compare. */
int bl_compare_by_number(const char *a, const char *b);

/** The answer for .up.sql and .down.sql; else nothing. */
void bl_match_pair(const char *path, BlFileMatch *match);

/** Fills a section with a part of a file, from byte @start to @end. The flags stay. */
void bl_section_take_part(BlSection *section, const char *text, gsize start, gsize end);

/** Fills the section that a file of @role is with all of it, and looks at it.
 * @return the section */
BlSection *bl_section_fill(
    BlMigration *migration, BlFileRole role, const BlDialect *dialect, const char *text, gsize len);

/** @return TRUE when a line of @text is the comment "-- migrate:up" */
gboolean bl_has_native_markers(const BlDialect *dialect, const char *text, gsize len);

/** @return what follows "-- migrate:" in @token when it is a comment of that kind at the start of
 * its line, NULL else */
const char *bl_directive_text(const char *text, const BlToken *token);

/** What to say of unterminated text. Static. */
const char *bl_unterminated(const char *text);

/** @return FALSE with *problem set when @text holds a NUL byte */
gboolean bl_check_nul(GError **problem, const char *label, const char *text, gsize len);

/** Fills a section with a whole file; a byte order mark is left out. */
void bl_section_take_file(BlSection *section, const char *text, gsize len);

/** Leaves out the mark that some editors put first, which is no SQL. */
void bl_skip_mark(const char **text, gsize *len);

/** A file, or a part of one. Borrowed. */
typedef struct {
    const char *label; /**< of the file */
    const char *text;
    guint line; /**< of its first byte in the file */
} BlExcerpt;

/** A problem at byte @at of @part. Nothing when *problem is set already. */
void bl_problem_set(
    GError **problem, const BlExcerpt *part, gsize at, const char *hint, const char *message);

G_END_DECLS

#endif
