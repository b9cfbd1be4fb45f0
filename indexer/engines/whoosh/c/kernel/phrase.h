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
    Token *tokens;
    int count;
    const int32_t *body_begins; /* the first position of each document's body */
    int field;                  /* of Operation */
    int32_t *found;             /* the documents, ascending */
} Phrase;

/* Find the documents. Returns their number, -1 when memory is short. The tokens are put into another
   order. */
int64_t find_phrase(Phrase *phrase);

#endif
