/* SPDX-License-Identifier: MIT */
#include "common/engine/postgres/reader.h"
