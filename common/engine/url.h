/* SPDX-License-Identifier: MIT */
/**
 * @file url.h
 * @brief A connection URL, taken apart as far as all engines agree, and its redacted form.
 *
 * Layer: common/engine.
 */
#ifndef BL_COMMON_ENGINE_URL_H
#define BL_COMMON_ENGINE_URL_H

#include <glib.h>

G_BEGIN_DECLS

/** A parsed URL. Only @redacted may reach a message. */
typedef struct {
    char *scheme;   /**< lower case, before the first colon */
    char *raw;      /**< as given; holds secrets */
    char *rest;     /**< what follows "scheme:", query left out; holds secrets */
    char *query;    /**< after the first "?", NULL when there is none; holds secrets */
    char *redacted; /**< every password and secret parameter replaced by "***" */
    char *root;     /**< folder that relative file names start at; NULL: the working directory */
} BlUrl;

/** Parses @text. @param root folder for relative file names (copied), or NULL.
 * @return bl_url_free(); NULL: BL_ERROR_USAGE (the text itself is never quoted in the message) */
BlUrl *bl_url_parse(const char *text, const char *root, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/** Splits the query into decoded names and values, in their order: name, value, name, value, …
 * @return GPtrArray of char *, owned; BL_ERROR_USAGE for a broken %-escape, and for a name with an
 * @: that is the rest of a password with a "?", so it is not quoted */
GPtrArray *bl_url_parameters(const BlUrl *url, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/** What an engine says of a URL in which a part of the password would be taken for something else,
 * and so be shown. @return FALSE; BL_ERROR_USAGE, without any of the URL's text */
gboolean bl_url_refuse_password(GError **error);

void bl_url_free(BlUrl *url);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(BlUrl, bl_url_free)

G_END_DECLS

#endif
