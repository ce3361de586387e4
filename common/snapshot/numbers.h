/* SPDX-License-Identifier: MIT */
/**
 * @file numbers.h
 * @brief Numbers of a JSON text that come back as they were written: 1e400, 1.10, integers of any
 * length.
 *
 * Layer: common/snapshot. Libraries: jansson. The parser keeps a number as a double or an integer
 * of 64 bits: what that would change travels through it as a text that no other one is like.
 */
#ifndef BL_COMMON_SNAPSHOT_NUMBERS_H
#define BL_COMMON_SNAPSHOT_NUMBERS_H

#include <glib.h>
#include <jansson.h>

G_BEGIN_DECLS

/** @return @text with such numbers as texts, for the parser; what is no JSON stays so. g_free()
 * @param wrapped_len out: in bytes */
char *bl_numbers_wrap(const char *text, gsize len, gsize *wrapped_len);

/** Turns those texts into numbers again. @param json the parser's output. @return g_free() */
char *bl_numbers_unwrap(const char *json);

/** Looks for one in @value, at any depth. @return as it was written, borrowed; NULL: none */
const char *bl_numbers_find(json_t *value);

G_END_DECLS

#endif
