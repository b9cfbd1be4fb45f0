/* Phrases: documents in which tokens stand side by side. */

#ifndef XIAOSOU_PHRASE_H
#define XIAOSOU_PHRASE_H

#include <stdint.h>

typedef struct {
    const void *positions; /* ascending, of the whole segment */
    int64_t size, place;   /* how many, and the first not yet passed */
    int64_t offset;        /* where the token stands in the phrase */
} Token;

typedef struct {
    Token *tokens; /* the one with the fewest positions first */
    int count;
    const void *bases; /* where each text begins, title and body by turns, and where the last ends */
    int64_t base_count;
    int item;  /* bytes of a position: 4 or 8 */
    int field; /* of Operation */
} Phrase;

/* Write the documents, ascending; there is room for as many as the first token has positions.
   Returns their number. */
int64_t find_phrase(Phrase *phrase, int32_t *documents);

#endif
