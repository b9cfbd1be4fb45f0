/* Phrases: documents in which tokens stand side by side. */

#ifndef XIAOSOU_PHRASE_H
#define XIAOSOU_PHRASE_H

#include "documents.h"

typedef struct {
    Documents documents;
    const void *frequencies; /* in title and body, by turns */
    const void *positions;   /* in the document; posting by posting, ascending */
    int frequency_size;      /* bytes: 1, 2 or 4 */
    int position_size;       /* bytes: 2 or 4 */
    int32_t offset;          /* where the token stands in the phrase */
    int64_t counted, begin;  /* the postings before the first have as many positions as the second */
    int64_t end;             /* in a document: its positions are from `begin` to here */
} Token;

typedef struct {
    Token *tokens; /* the one with the fewest documents first */
    int count;
    const int32_t *body_begins; /* the first position of each document's body */
    int field;                  /* of Operation */
} Phrase;

/* Find the documents, ascending; there is room for as many as the first token has. Returns their
   number. */
int64_t find_phrase(Phrase *phrase, int32_t *found);

#endif
