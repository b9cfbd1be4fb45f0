/* The leaves of a program: lists of documents that exist already, and their scores. */

#ifndef XIAOSOU_POSTINGS_H
#define XIAOSOU_POSTINGS_H

#include "documents.h"
#include "phrase.h"

#define K1 1.2 /* of BM25, see indexer/query/fields.py */

/* The same numbers as in kernel.py. */
enum { POSTINGS, LISTED, ADJACENT, ANY, ALL, OPTIONAL, WITHOUT, CONSTANT, EVERYTHING };
enum { TITLE, BODY, BOTH };

typedef struct {
    int32_t kind, operands, list, fields; /* the operands of ADJACENT are tokens, in the lists */
    double weight;
} Operation;

typedef struct {
    Operation is;
    int child, sibling; /* the first operand, and the next operand of the same operation */
    Documents documents;
    const void *frequencies; /* of POSTINGS: in title and body, by turns */
    int frequency_size;      /* bytes: 1, 2 or 4 */
    const double *scales;    /* of POSTINGS: weight by length, in title and body, by turns */
    const double *scores;    /* of LISTED; NULL where all have the weight for a score */
    Phrase phrase;           /* of ADJACENT, which becomes LISTED before anything is found */
} Node;

static inline int is_leaf(const Node *node) { return node->is.kind == POSTINGS || node->is.kind == LISTED; }

/* BM25F adds weighted frequencies before saturation. Zero where the fields lack the term. */
#define SUM(TYPE) \
    static inline double sum_##TYPE(const Node *node, int64_t i, int32_t document) { \
        const TYPE *f = (const TYPE *)node->frequencies + 2 * i; \
        const double *s = node->scales + 2 * (int64_t)document; \
        int field = node->is.fields; \
        return field == BOTH ? f[0] * s[0] + f[1] * s[1] : f[field] * s[field]; \
    }
SUM(uint8_t)
SUM(uint16_t)
SUM(uint32_t)

static inline double saturated(double weight, double sum) { return weight * sum / (sum + K1); }

/* Call a function that a macro made for each type of documents and of frequencies. */
#define CALL_FOR_FREQUENCIES(name, DOCUMENT, node, ...) \
    ((node)->frequency_size == 1   ? name##_##DOCUMENT##_uint8_t(node, __VA_ARGS__) \
     : (node)->frequency_size == 2 ? name##_##DOCUMENT##_uint16_t(node, __VA_ARGS__) \
                                   : name##_##DOCUMENT##_uint32_t(node, __VA_ARGS__))
#define CALL_FOR_TYPES(name, node, ...) \
    ((node)->documents.is_wide ? CALL_FOR_FREQUENCIES(name, int32_t, node, __VA_ARGS__) \
                               : CALL_FOR_FREQUENCIES(name, uint16_t, node, __VA_ARGS__))
#define FOR_EACH_TYPE(MAKE) \
    MAKE(uint16_t, uint8_t) \
    MAKE(uint16_t, uint16_t) \
    MAKE(uint16_t, uint32_t) \
    MAKE(int32_t, uint8_t) \
    MAKE(int32_t, uint16_t) \
    MAKE(int32_t, uint32_t)

/* Add the score of a leaf's document; 0 where it does not match after all. */
static inline int add_score(const Node *node, int64_t i, int32_t document, double *score) {
    if (node->is.kind == LISTED) {
        *score += node->scores ? node->scores[i] : node->is.weight;
        return 1;
    }
    double sum = node->frequency_size == 1   ? sum_uint8_t(node, i, document)
                 : node->frequency_size == 2 ? sum_uint16_t(node, i, document)
                                             : sum_uint32_t(node, i, document);
    *score += saturated(node->is.weight, sum);
    return sum > 0;
}

#endif
