/* SPDX-License-Identifier: MIT */
/**
 * @file env.h
 * @brief Variables: the process environment, then the file .env; and ${NAME} in texts.
 *
 * Layer: common/project. Includes: common/base.
 *
 * The file: NAME=value or export NAME=value, a line each; blank lines and lines that start with #
 * count for nothing. 'single quotes' keep every byte, "double quotes" know \n \" \\ \$, and both
 * may span lines; an unquoted value ends at the line's end or at a # behind a blank, without the
 * blanks around it. A value is taken as it stands:
 * ${NAME} means nothing inside the file. Of two lines with one name the last one counts.
 *
 * A text: ${NAME} is the variable, which must be set; ${NAME:-default} is the default where the
 * variable is unset or empty, and the default may be empty and may hold further ${…}. $${ stands
 * for ${ itself. Any other $ is a dollar sign.
 */
#ifndef BL_COMMON_PROJECT_ENV_H
#define BL_COMMON_PROJECT_ENV_H

#include <glib.h>

G_BEGIN_DECLS

/** Largest .env that is read, in bytes. */
#define BL_ENV_LIMIT ((gsize)1024 * 1024)

typedef struct BlEnv BlEnv;

/** Reads @path; no such file (or a folder of that name) is an empty one. @param label what messages
 * call it
 * @return bl_env_free(); NULL: BL_ERROR_IO, or BL_ERROR_USAGE with the line that is not understood
 */
BlEnv *bl_env_load(const char *path, const char *label, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/** Parses the text of a file called @name. */
BlEnv *bl_env_parse(const char *text, gsize len, const char *name, GError **error)
    G_GNUC_WARN_UNUSED_RESULT;

/** The process's variable, else the file's. @return borrowed (until the environment changes), NULL
 * when unset */
const char *bl_env_get(const BlEnv *env, const char *name);

/** Replaces the references in @text.
 * @return g_free(); NULL: BL_ERROR_USAGE that names the variable but never shows @text */
char *bl_env_expand(const BlEnv *env, const char *text, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/** @return TRUE when @text holds a reference or an escaped one */
gboolean bl_env_has_reference(const char *text);

void bl_env_free(BlEnv *env);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(BlEnv, bl_env_free)

G_END_DECLS

#endif
