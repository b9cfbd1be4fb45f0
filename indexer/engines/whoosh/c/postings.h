/* The leaves of a program: lists of documents that exist already, and their scores. */

#ifndef XIAOSOU_POSTINGS_H
#define XIAOSOU_POSTINGS_H

#include "gallop.h"

#define K1 1.2 /* of BM25, see indexer/query/fields.py */

/* The same numbers as in kernel.py. */
enum { POSTINGS, LISTED, ANY, ALL, OPTIONAL, WITHOUT, CONSTANT, EVERYTHING };
enum { TITLE, BODY, BOTH };

typedef struct {
    int32_t kind, operands, list, fields;
    double weight;
} Operation;

typedef struct {
    Operation is;
    int child, sibling;       /* the first operand, and the next operand of the same operation */
    const int32_t *documents; /* ascending */
    int64_t size, place;      /* how many, and the first not yet passed */
    const void *frequencies;  /* of POSTINGS: in title and body, by turns */
    int frequency_size;       /* bytes: 1, 2 or 4 */
    const double *scales;     /* of POSTINGS: weight by length, in title and body, by turns */
    const double *scores;     /* of LISTED; NULL where all have the weight for a score */
} Node;

static inline int is_leaf(const Node *node) { return node->is.kind == POSTINGS || node->is.kind == LISTED; }

/* BM25F adds weighted frequencies before saturation. Zero where the fields lack the term. */
#define SUM(TYPE) \
    static inline double sum_##TYPE(const Node *node, int64_t i) { \
        const TYPE *f = (const TYPE *)node->frequencies + 2 * i; \
        const double *s = node->scales + 2 * (int64_t)node->documents[i]; \
        int field = node->is.fields; \
        return field == BOTH ? f[0] * s[0] + f[1] * s[1] : f[field] * s[field]; \
    }
SUM(uint8_t)
SUM(uint16_t)
SUM(uint32_t)

static inline double saturated(double weight, double sum) { return weight * sum / (sum + K1); }

/* Add the score of a leaf's document; 0 where it does not match after all. */
static inline int add_score(const Node *node, int64_t i, double *score) {
    if (node->is.kind == LISTED) {
        *score += node->scores ? node->scores[i] : node->is.weight;
        return 1;
    }
    double sum = node->frequency_size == 1   ? sum_uint8_t(node, i)
                 : node->frequency_size == 2 ? sum_uint16_t(node, i)
                                             : sum_uint32_t(node, i);
    *score += saturated(node->is.weight, sum);
    return sum > 0;
}

#endif
