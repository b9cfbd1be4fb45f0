/* Hits: what a program found, the best of it or all. */

#ifndef XIAOSOU_HITS_H
#define XIAOSOU_HITS_H

#include <stdint.h>

typedef struct {
    double score;
    int32_t document, rank;
} Hit;

typedef struct {
    const uint8_t *mask;  /* which documents count; NULL for all */
    const int32_t *ranks; /* the order of equal scores; NULL to keep every hit, by document */
    Hit *heap;            /* with `ranks`: the best `most` hits, the worst of them first */
    int32_t *documents;   /* without: the documents and their scores */
    double *scores;
    int64_t most, kept, total;
    double least; /* a lower score is not wanted */
} Hits;

/* Keep a hit, which was counted, if it is wanted. */
void keep_hit(Hits *hits, int32_t document, double score);

/* Count a document that matches, and keep it if it is wanted. */
static inline void take_hit(Hits *hits, int32_t document, double score) {
    if (hits->mask && !hits->mask[document]) return;
    hits->total++;
    if (score >= hits->least) keep_hit(hits, document, score);
}

/* Put the heap into order, the best hit first. */
void sort_hits(Hits *hits);

#endif
