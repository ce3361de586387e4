/* SPDX-License-Identifier: MIT */
/**
 * @file digest.h
 * @brief SHA-256 as lower-case hexadecimal text, streamed or at once.
 *
 * Layer: common/base.
 */
#ifndef BL_COMMON_BASE_DIGEST_H
#define BL_COMMON_BASE_DIGEST_H

#include <glib.h>

G_BEGIN_DECLS

/** @return the digest of @len bytes as 64 hexadecimal digits; g_free() */
char *bl_digest_bytes(const void *bytes, gsize len);

/** Digest with line ends folded: CR LF and a lone CR count as LF. @return 64 digits; g_free() */
char *bl_digest_text(const char *text, gsize len);

G_END_DECLS

#endif
