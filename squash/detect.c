/* SPDX-License-Identifier: MIT */
#include "squash/detect.h"

#include "squash/convention.h"

#include "common/base/stream.h"

#include <string.h>

/* Bytes of a file that are looked at: marks stand in its head. */
#define HEAD_LIMIT ((gsize)1024 * 1024)
#define PIECE_SIZE ((gsize)64 * 1024)

/* What one file says, in the order in which it is asked: the clearest first. */
typedef struct {
    const BlConvention *convention;
    gboolean (*fits)(const char *path, const char *text);
    gboolean is_sure;
} Sign;

static gboolean
is_pair(const char *path)
{
    BlFileMatch match = { 0 };
    bl_match_pair(path, &match);
    g_free(match.name);
    return match.role != BL_FILE_NONE;
}

static gboolean
matches(const BlConvention *convention, const char *path)
{
    BlFileMatch match = { 0 };
    convention->match(path, NULL, &match);
    g_free(match.name);
    return match.role != BL_FILE_NONE;
}

static gboolean
fits_flyway(const char *path, const char *text)
{
    (void)text;
    return strstr(bl_last_part(path), "__") != NULL && matches(&bl_convention_flyway, path);
}

static gboolean
fits_versioned(const char *path, const char *text)
{
    (void)text;
    return matches(&bl_convention_versioned, path);
}

static gboolean
fits_prisma(const char *path, const char *text)
{
    (void)text;
    return strcmp(bl_last_part(path), "migration.sql") == 0;
}

static gboolean
fits_diesel(const char *path, const char *text)
{
    (void)text;
    const char *file = bl_last_part(path);
    return file != path && (strcmp(file, "up.sql") == 0 || strcmp(file, "down.sql") == 0);
}

/* A dialect or "autocommit" between the name and the direction. */
static gboolean
fits_popx(const char *path, const char *text)
{
    (void)text;
    if (!bl_is_numbered(path) || !is_pair(path))
        return FALSE;
    g_auto(GStrv) words = g_strsplit(bl_last_part(path), ".", -1);
    for (guint i = 1; words[i] != NULL; i++) {
        if (strcmp(words[i], "autocommit") == 0 || bl_dialect_for_suffix(words[i]) != NULL)
            return TRUE;
    }
    return FALSE;
}

static gboolean
fits_native(const char *path, const char *text)
{
    (void)path;
    return strstr(text, "-- migrate:up") != NULL;
}

static gboolean
fits_goose(const char *path, const char *text)
{
    (void)path;
    return strstr(text, "-- +goose Up") != NULL;
}

static gboolean
fits_nested(const char *path, const char *text)
{
    (void)text;
    return matches(&bl_convention_nested, path);
}

static gboolean
fits_golang_migrate(const char *path, const char *text)
{
    (void)text;
    return strchr(path, '/') == NULL && bl_is_numbered(path) && is_pair(path);
}

static gboolean
fits_sqlx(const char *path, const char *text)
{
    (void)text;
    return strchr(path, '/') == NULL && matches(&bl_convention_sqlx, path);
}

static const Sign signs[] = {
    { &bl_convention_baseline, fits_native, TRUE },
    { &bl_convention_goose, fits_goose, TRUE },
    { &bl_convention_flyway, fits_flyway, TRUE },
    { &bl_convention_versioned, fits_versioned, TRUE },
    { &bl_convention_prisma, fits_prisma, TRUE },
    { &bl_convention_diesel, fits_diesel, TRUE },
    { &bl_convention_popx, fits_popx, TRUE },
    { &bl_convention_nested, fits_nested, TRUE },
    { &bl_convention_golang_migrate, fits_golang_migrate, TRUE },
    { &bl_convention_sqlx, fits_sqlx, FALSE },
};

typedef struct {
    guint n[G_N_ELEMENTS(signs)];
    char *examples[G_N_ELEMENTS(signs)];
} Tally;

/* @return g_free(); what cannot be read is empty */
static char *
read_head(const char *path)
{
    g_autoptr(BlReader) reader =
        g_file_test(path, G_FILE_TEST_IS_REGULAR) ? bl_reader_open(path, NULL) : NULL;
    g_autoptr(GString) head = g_string_new(NULL);
    g_autofree char *piece = g_malloc(PIECE_SIZE);
    gssize got = 0;
    while (reader != NULL && head->len < HEAD_LIMIT &&
           (got = bl_reader_read(reader, piece, PIECE_SIZE, NULL)) > 0)
        g_string_append_len(head, piece, got);
    return g_string_free(g_steal_pointer(&head), FALSE);
}

static void
count_file(Tally *tally, const char *full_path, const char *relative, const char *label)
{
    g_autofree char *text = read_head(full_path);
    for (gsize i = 0; i < G_N_ELEMENTS(signs); i++) {
        if (!signs[i].fits(relative, text))
            continue;
        if (tally->examples[i] == NULL || strcmp(label, tally->examples[i]) < 0) {
            g_free(tally->examples[i]);
            tally->examples[i] = g_strdup(label);
        }
        tally->n[i]++;
        return;
    }
}

static void
count_folder(
    Tally *tally, const char *full_path, const char *relative, const char *label, guint depth)
{
    g_autoptr(GDir) dir = depth <= BL_ANY_DEPTH ? g_dir_open(full_path, 0, NULL) : NULL;
    const char *entry;
    while (dir != NULL && (entry = g_dir_read_name(dir)) != NULL) {
        g_autofree char *path = g_build_filename(full_path, entry, NULL);
        g_autofree char *below =
            relative != NULL ? g_strconcat(relative, "/", entry, NULL) : g_strdup(entry);
        g_autofree char *name = g_strconcat(label, "/", entry, NULL);
        gboolean is_folder = g_file_test(path, G_FILE_TEST_IS_DIR);
        if (entry[0] == '.' || (is_folder && g_file_test(path, G_FILE_TEST_IS_SYMLINK)))
            continue;
        if (is_folder)
            count_folder(tally, path, below, name, depth + 1);
        else if (bl_match_ending(entry, bl_sql_endings) != NULL)
            count_file(tally, path, below, name);
    }
}

static gsize
index_of(const BlConvention *convention)
{
    gsize i = 0;
    while (signs[i].convention != convention)
        i++;
    return i;
}

/* A manifest of Rust's package manager in a folder or above it, as far as @top. */
static gboolean
has_cargo(const char *folder, const char *top)
{
    g_autofree char *file = g_build_filename(folder, "Cargo.toml", NULL);
    if (g_file_test(file, G_FILE_TEST_EXISTS))
        return TRUE;
    g_autofree char *parent = g_path_get_dirname(folder);
    return strcmp(folder, top) != 0 && g_str_has_prefix(parent, top) && has_cargo(parent, top);
}

static gboolean
is_rust(const char *root, const char *const *paths)
{
    g_autofree char *top = g_canonicalize_filename(root, NULL);
    gboolean found = FALSE;
    for (gsize i = 0; paths[i] != NULL && !found; i++) {
        g_autofree char *folder = g_canonicalize_filename(paths[i], top);
        found = g_str_has_prefix(folder, top) && has_cargo(folder, top);
    }
    return found;
}

/* Three tools call their files alike: a folder with one clear name of popx is popx's, one of a
 * program in Rust is sqlx's. */
static void
move_pairs(Tally *tally, gboolean rust)
{
    gsize from = index_of(&bl_convention_golang_migrate);
    gsize popx = index_of(&bl_convention_popx);
    if (tally->n[popx] == 0 && !rust)
        return;
    gsize to = tally->n[popx] > 0 ? popx : index_of(&bl_convention_sqlx);
    if (tally->n[to] == 0)
        tally->examples[to] = g_steal_pointer(&tally->examples[from]);
    tally->n[to] += tally->n[from];
    tally->n[from] = 0;
}

void
bl_guess_clear(BlGuess *guess)
{
    g_clear_pointer(&guess->example, g_free);
}

void
bl_detect(const char *root, const char *const *paths, BlGuess *guess)
{
    Tally tally = { 0 };
    *guess = (BlGuess){ 0 };
    for (gsize i = 0; paths[i] != NULL; i++) {
        g_autofree char *full_path = g_canonicalize_filename(paths[i], root);
        count_folder(&tally, full_path, NULL, paths[i], 0);
    }
    gboolean rust = is_rust(root, paths);
    move_pairs(&tally, rust);
    gsize best = 0;
    for (gsize i = 1; i < G_N_ELEMENTS(signs); i++) {
        if (tally.n[i] > tally.n[best])
            best = i;
    }
    if (tally.n[best] > 0) {
        guess->convention = signs[best].convention;
        guess->is_sure =
            signs[best].is_sure || (rust && signs[best].convention == &bl_convention_sqlx);
        guess->example = g_strdup(tally.examples[best]);
        guess->n = tally.n[best];
    }
    for (gsize i = 0; i < G_N_ELEMENTS(signs); i++)
        g_free(tally.examples[i]);
}
