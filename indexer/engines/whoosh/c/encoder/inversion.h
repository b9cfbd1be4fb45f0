/* From the tokens of documents to the postings of terms; inversion.py says what for. */

#ifndef XIAOSOU_INVERSION_H
#define XIAOSOU_INVERSION_H

#include <stdint.h>

/* Tokens by number, 0 where there is none; texts are title and body by turns. */
typedef struct {
    const int32_t *numbers;
    const int64_t *extents;
    int64_t token_count, text_count, number_count;
} Piece;

/* Where postings go, and by number where the next ones do. */
typedef struct {
    int64_t *free_postings, *free_positions;
    int32_t *documents, *positions; /* positions may be NULL */
    uint32_t *frequencies;          /* in title and body, by turns */
    int64_t posting_count, position_count;
    int32_t document; /* the first of the piece */
} Places;

/* What is wrong with a piece, or NULL. */
const char *piece_fault(const Piece *piece);

/* Add up the postings and the tokens of each number. `latest` is zeros, one for each number. */
void count_tokens(const Piece *piece, int32_t *latest, int64_t *postings, int64_t *tokens);

/* Put the postings of a piece in their places; -1 when there is no place for one. */
int place_tokens(const Piece *piece, int32_t *latest, Places *places);

#endif
