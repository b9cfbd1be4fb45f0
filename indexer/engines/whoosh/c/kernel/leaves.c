/* See leaves.h. */

#include "leaves.h"

/* For each document in a window of a list. */
#define FOR_EACH_DOCUMENT(DOCUMENT, DO) \
    const DOCUMENT *documents = node->documents.values; \
    int64_t i = gallop_##DOCUMENT(documents, node->documents.size, node->documents.place, base); \
    for (; i < node->documents.size && documents[i] < end; i++) { \
        int64_t at = documents[i] - base; \
        DO; \
    } \
    node->documents.place = i;

/* Documents ascend, so bits are collected word by word. */
#define SET_BIT \
    if (at >> 6 != word) { \
        frame->bits[word] |= bits; \
        bits = 0; \
        word = at >> 6; \
    } \
    bits |= (uint64_t)1 << (at & 63)

#define ADD_POSTINGS(DOCUMENT, FREQUENCY) \
    static void add_##DOCUMENT##_##FREQUENCY(Node *node, int32_t base, int32_t end, Frame *frame) { \
        uint64_t bits = 0; \
        int64_t word = 0; \
        FOR_EACH_DOCUMENT(DOCUMENT, double sum = sum_##FREQUENCY(node, i, documents[i]); \
                          if (!sum) continue; \
                          frame->scores[at] += saturated(node->is.weight, sum); SET_BIT) \
        frame->bits[word] |= bits; \
    }
FOR_EACH_TYPE(ADD_POSTINGS)

#define RAISE_POSTINGS(DOCUMENT, FREQUENCY) \
    static void raise_##DOCUMENT##_##FREQUENCY(Node *node, int32_t base, int32_t end, Frame *frame) { \
        FOR_EACH_DOCUMENT(DOCUMENT, \
                          frame->scores[at] += saturated(node->is.weight, sum_##FREQUENCY(node, i, documents[i]))) \
    }
FOR_EACH_TYPE(RAISE_POSTINGS)

void raise_all(Node *node, int32_t base, int32_t end, Frame *frame) {
    CALL_FOR_TYPES(raise, node, base, end, frame);
}

#define ADD_LISTED(DOCUMENT) \
    static void add_listed_##DOCUMENT(Node *node, int32_t base, int32_t end, Frame *frame) { \
        uint64_t bits = 0; \
        int64_t word = 0; \
        if (node->scores) { \
            FOR_EACH_DOCUMENT(DOCUMENT, frame->scores[at] += node->scores[i]; SET_BIT) \
        } else if (node->is.weight) { \
            FOR_EACH_DOCUMENT(DOCUMENT, frame->scores[at] += node->is.weight; SET_BIT) \
        } else { \
            FOR_EACH_DOCUMENT(DOCUMENT, SET_BIT) \
        } \
        frame->bits[word] |= bits; \
    }
ADD_LISTED(uint16_t)
ADD_LISTED(int32_t)

void add_leaf(Node *node, int32_t base, int32_t end, Frame *frame) {
    if (node->is.kind == POSTINGS) CALL_FOR_TYPES(add, node, base, end, frame);
    else if (node->documents.is_wide) add_listed_int32_t(node, base, end, frame);
    else add_listed_uint16_t(node, base, end, frame);
}

void add_where_set(Node *node, int32_t base, int32_t end, Frame *frame, uint64_t *found) {
    Documents *documents = &node->documents;
    int64_t i = place_of(documents, documents->place, base), stop = place_of(documents, i, end), at;
    if (8 * (int64_t)count(frame) < stop - i) {
        for (int w = 0; w < WORDS; w++)
            FOR_EACH_BIT(frame->bits[w], 64 * w, at) {
                int32_t document = base + (int32_t)at;
                i = place_of(documents, i, document);
                if (i < stop && document_at(documents, i) == document
                    && add_score(node, i, document, frame->scores + at))
                    found[w] |= (uint64_t)1 << (at & 63);
            }
    } else {
        for (; i < stop; i++) {
            int32_t document = document_at(documents, i);
            at = document - base;
            if (has(frame, at) && add_score(node, i, document, frame->scores + at))
                found[at >> 6] |= (uint64_t)1 << (at & 63);
        }
    }
    documents->place = stop;
}
