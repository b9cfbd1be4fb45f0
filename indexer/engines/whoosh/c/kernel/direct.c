/* See direct.h. */

#include "direct.h"

#include <math.h>

/* Sums below this have scores below the least one that is wanted, beyond doubt of rounding. */
static double least_sum(double weight, double least) {
    double score = least * (1 - 1e-9);
    if (!(weight > 0) || !(score > 0)) return 0;
    return score < weight ? K1 * score / (weight - score) : INFINITY;
}

#define TAKE_POSTINGS(DOCUMENT, FREQUENCY) \
    static void take_##DOCUMENT##_##FREQUENCY(const Node *node, Hits *hits) { \
        const DOCUMENT *documents = node->documents.values; \
        double wanted = 0, least = hits->least; \
        for (int64_t i = 0; i < node->documents.size; i++) { \
            int32_t document = documents[i]; \
            double sum = sum_##FREQUENCY(node, i, document); \
            if (!sum || (hits->mask && !hits->mask[document])) continue; \
            hits->total++; \
            if (sum < wanted) continue; \
            double score = saturated(node->is.weight, sum); \
            if (score < hits->least) continue; \
            keep_hit(hits, document, score); \
            if (hits->least > least) wanted = least_sum(node->is.weight, least = hits->least); \
        } \
    }
FOR_EACH_TYPE(TAKE_POSTINGS)

static void take_listed(const Node *node, Hits *hits) {
    for (int64_t i = 0; i < node->documents.size; i++)
        take_hit(hits, document_at(&node->documents, i), node->scores ? node->scores[i] : node->is.weight);
}

void take_leaf(const Node *node, Hits *hits) {
    if (node->is.kind == LISTED) take_listed(node, hits);
    else CALL_FOR_TYPES(take, node, hits);
}

void take_common(Node *nodes, const Node *all, Hits *hits) {
    Documents *first = &nodes[all->child].documents;
    while (first->place < first->size) {
        int32_t document = document_at(first, first->place), there = document;
        for (int c = nodes[all->child].sibling; c >= 0 && there == document; c = nodes[c].sibling)
            there = advance(&nodes[c].documents, document);
        if (there < 0) return;
        if (there == document) {
            double score = 0;
            int matches = 1;
            for (int c = all->child; c >= 0; c = nodes[c].sibling)
                matches &= add_score(nodes + c, nodes[c].documents.place, document, &score);
            if (matches) take_hit(hits, document, score);
            first->place++;
        } else {
            advance(first, there);
        }
    }
}
