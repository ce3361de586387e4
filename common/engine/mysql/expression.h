/* SPDX-License-Identifier: MIT */
/**
 * @file expression.h
 * @brief Which texts an expression in a procedure may give.
 *
 * Layer: common/engine/mysql. Used by flow.c alone. Of literals, of variables, of CONCAT, IF and
 * their like. A name that information_schema tells is one name. All else is unknown: what stands in
 * tables, names of databases, functions that make characters.
 */
#ifndef BL_COMMON_ENGINE_MYSQL_EXPRESSION_H
#define BL_COMMON_ENGINE_MYSQL_EXPRESSION_H

#include "common/engine/mysql/program.h"
#include "common/engine/mysql/session.h"

#include <glib.h>

G_BEGIN_DECLS

/** What stands for a name of an object: a single one, whatever it is. */
#define MY_SOME_NAME "baseline_some_name"

/** What an expression depends on. */
typedef struct {
    const MySession *session;
    GPtrArray *(*variable)(const char *key, void *data); /**< its texts, owned; NULL: not known */
    void *data;
    guint depth; /**< of what is under way; 0 to begin with */
} MyExpressions;

/** @return all texts that @value may give (pieces.h), owned; NULL: they are not known */
GPtrArray *my_expression_texts(MyExpressions *expressions, const MyValue *value);

G_END_DECLS

#endif
