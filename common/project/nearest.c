/* SPDX-License-Identifier: MIT */
#include "common/project/nearest.h"

#include <string.h>

/* Longer words are nobody's typing error. */
enum { LONGEST_WORD = 40 };

static guint
smallest(guint a, guint b, guint c)
{
    return MIN(MIN(a, b), c);
}

/* Edit distance in which two swapped neighbours count as one edit. */
static guint
edit_distance(const char *a, gsize a_len, const char *b, gsize b_len)
{
    guint cost[LONGEST_WORD + 1][LONGEST_WORD + 1];
    for (guint i = 0; i <= a_len; i++) {
        cost[i][0] = i;
    }
    for (guint j = 0; j <= b_len; j++) {
        cost[0][j] = j;
    }
    for (gsize i = 1; i <= a_len; i++) {
        for (gsize j = 1; j <= b_len; j++) {
            char ca = g_ascii_tolower(a[i - 1]), cb = g_ascii_tolower(b[j - 1]);
            cost[i][j] = smallest(cost[i - 1][j] + 1, cost[i][j - 1] + 1,
                                  cost[i - 1][j - 1] + (ca == cb ? 0 : 1));
            if (i > 1 && j > 1 && ca == g_ascii_tolower(b[j - 2]) &&
                cb == g_ascii_tolower(a[i - 2])) {
                cost[i][j] = MIN(cost[i][j], cost[i - 2][j - 2] + 1);
            }
        }
    }
    return cost[a_len][b_len];
}

const char *
bl_nearest_find(const char *word, const char *const *candidates)
{
    const char *best = NULL;
    guint best_distance = G_MAXUINT;
    gsize len = strlen(word);
    if (len == 0 || len > LONGEST_WORD) {
        return NULL;
    }
    for (gsize i = 0; candidates[i] != NULL; i++) {
        gsize candidate_len = strlen(candidates[i]);
        if (candidate_len > LONGEST_WORD) {
            continue;
        }
        guint distance = edit_distance(word, len, candidates[i], candidate_len);
        if (distance < best_distance && distance <= MAX((guint)candidate_len / 3, 1)) {
            best = candidates[i];
            best_distance = distance;
        }
    }
    return best;
}
