/* SPDX-License-Identifier: MIT */
/**
 * @file state.h
 * @brief What an open project is made of.
 *
 * Layer: common/project, inside only.
 */
#ifndef BL_COMMON_PROJECT_STATE_H
#define BL_COMMON_PROJECT_STATE_H

#include "common/project/config.h"
#include "common/project/env.h"
#include "common/project/project.h"

#include <glib.h>

G_BEGIN_DECLS

struct BlProject {
    char *root;        /**< absolute */
    char *config_path; /**< absolute; NULL: no configuration */
    BlConfig *config;  /**< NULL: no configuration */
    BlEnv *env;
};

G_END_DECLS

#endif
