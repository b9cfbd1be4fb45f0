/* See direct.h. */

#include "direct.h"

#include <math.h>

/* Sums below this have scores below the least one that is wanted, beyond doubt of rounding. */
static double least_sum(double weight, double least) {
    double score = least * (1 - 1e-9);
    if (!(weight > 0) || !(score > 0)) return 0;
    return score < weight ? K1 * score / (weight - score) : INFINITY;
}

#define TAKE_POSTINGS(TYPE) \
    static void take_##TYPE(const Node *node, Hits *hits) { \
        double wanted = 0, least = hits->least; \
        for (int64_t i = 0; i < node->size; i++) { \
            int32_t document = node->documents[i]; \
            double sum = sum_##TYPE(node, i); \
            if (!sum || (hits->mask && !hits->mask[document])) continue; \
            hits->total++; \
            if (sum < wanted) continue; \
            double score = saturated(node->is.weight, sum); \
            if (score < hits->least) continue; \
            keep_hit(hits, document, score); \
            if (hits->least > least) wanted = least_sum(node->is.weight, least = hits->least); \
        } \
    }
TAKE_POSTINGS(uint8_t)
TAKE_POSTINGS(uint16_t)
TAKE_POSTINGS(uint32_t)

static void take_listed(const Node *node, Hits *hits) {
    for (int64_t i = 0; i < node->size; i++)
        take_hit(hits, node->documents[i], node->scores ? node->scores[i] : node->is.weight);
}

void take_leaf(const Node *node, Hits *hits) {
    if (node->is.kind == LISTED) take_listed(node, hits);
    else if (node->frequency_size == 1) take_uint8_t(node, hits);
    else if (node->frequency_size == 2) take_uint16_t(node, hits);
    else take_uint32_t(node, hits);
}

void take_common(Node *nodes, const Node *all, Hits *hits) {
    Node *first = nodes + all->child;
    while (first->place < first->size) {
        int32_t document = first->documents[first->place], there = document;
        for (int c = first->sibling; c >= 0 && there == document; c = nodes[c].sibling) {
            Node *node = nodes + c;
            node->place = gallop_int32_t(node->documents, node->size, node->place, document);
            if (node->place == node->size) return;
            there = node->documents[node->place];
        }
        if (there == document) {
            double score = 0;
            int matches = 1;
            for (int c = all->child; c >= 0; c = nodes[c].sibling)
                matches &= add_score(nodes + c, nodes[c].place, &score);
            if (matches) take_hit(hits, document, score);
            first->place++;
        } else {
            first->place = gallop_int32_t(first->documents, first->size, first->place, there);
        }
    }
}
