/* SPDX-License-Identifier: MIT */
#include "common/base/digest.h"

#include <string.h>

/* g_checksum_update() takes a signed length. */
static void
update(GChecksum *checksum, const char *bytes, gsize len)
{
    while (len > 0) {
        gsize piece = MIN(len, (gsize)G_MAXINT32);
        g_checksum_update(checksum, (const guchar *)bytes, (gssize)piece);
        bytes += piece;
        len -= piece;
    }
}

char *
bl_digest_bytes(const void *bytes, gsize len)
{
    g_autoptr(GChecksum) checksum = g_checksum_new(G_CHECKSUM_SHA256);

    update(checksum, bytes, len);
    return g_strdup(g_checksum_get_string(checksum));
}

char *
bl_digest_text(const char *text, gsize len)
{
    g_autoptr(GChecksum) checksum = g_checksum_new(G_CHECKSUM_SHA256);
    gsize pos = 0;

    while (pos < len) {
        const char *end = memchr(text + pos, '\r', len - pos);
        gsize piece = end != NULL ? (gsize)(end - (text + pos)) : len - pos;
        update(checksum, text + pos, piece);
        pos += piece;
        if (pos == len)
            break;
        update(checksum, "\n", 1);
        pos += pos + 1 < len && text[pos + 1] == '\n' ? 2 : 1;
    }
    return g_strdup(g_checksum_get_string(checksum));
}
