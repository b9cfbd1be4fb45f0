/* Execution of a query on a segment; see program.h. */

#include "program.h"

#include <stdlib.h>
#include <string.h>

enum { WORDS = WINDOW / 64, NEVER = INT32_MAX };

#define K1 1.2 /* of BM25, see indexer/query/fields.py */

/* The first place from `place` on whose value is at least `wanted`. */
static int64_t gallop(const int32_t *values, int64_t size, int64_t place, int32_t wanted) {
    if (place >= size || values[place] >= wanted) return place;
    int64_t step = 1;
    while (place + step < size && values[place + step] < wanted) step <<= 1;
    int64_t low = place + (step >> 1) + 1, high = place + step < size ? place + step : size;
    while (low < high) {
        int64_t middle = (low + high) >> 1;
        if (values[middle] < wanted) low = middle + 1;
        else high = middle;
    }
    return low;
}

static inline int has(const Frame *frame, int64_t i) { return frame->bits[i >> 6] >> (i & 63) & 1; }

static inline void set(Frame *frame, int64_t i) { frame->bits[i >> 6] |= (uint64_t)1 << (i & 63); }

static inline void unset(Frame *frame, int64_t i) { frame->bits[i >> 6] &= ~((uint64_t)1 << (i & 63)); }

#define FOR_EACH_BIT(word, base, i) \
    for (uint64_t left_ = (word); left_ && ((i = (base) + __builtin_ctzll(left_)), 1); left_ &= left_ - 1)

static int count(const Frame *frame) {
    int total = 0;
    for (int w = 0; w < WORDS; w++) total += __builtin_popcountll(frame->bits[w]);
    return total;
}

/* BM25F: weighted frequencies are added before saturation. Negative without an occurrence. */
#define SCORE(TYPE) \
    static inline double score_##TYPE(const Node *node, int64_t i) { \
        const TYPE *f = (const TYPE *)node->frequencies + 2 * i; \
        const double *s = node->scales + 2 * (int64_t)node->documents[i]; \
        double sum; \
        if (node->is.fields == BOTH) sum = f[0] ? f[0] * s[0] + f[1] * s[1] : f[1] * s[1]; \
        else if (!f[node->is.fields]) return -1; \
        else sum = f[node->is.fields] * s[node->is.fields]; \
        return node->is.weight * sum / (sum + K1); \
    }
SCORE(uint8_t)
SCORE(uint16_t)
SCORE(uint32_t)

static inline double score_of(const Node *node, int64_t i) {
    if (node->is.kind == LISTED) return node->scores ? node->scores[i] : 0;
    if (node->frequency_size == 1) return score_uint8_t(node, i);
    if (node->frequency_size == 2) return score_uint16_t(node, i);
    return score_uint32_t(node, i);
}

#define ADD_POSTINGS(TYPE) \
    for (; i < node->size && node->documents[i] < end; i++) { \
        double score = score_##TYPE(node, i); \
        if (score < 0) continue; \
        int64_t at = node->documents[i] - base; \
        frame->scores[at] += score; \
        set(frame, at); \
    }

static void add_leaf(Node *node, int32_t base, int32_t end, Frame *frame) {
    int64_t i = gallop(node->documents, node->size, node->place, base);
    if (node->is.kind == LISTED) {
        for (; i < node->size && node->documents[i] < end; i++) {
            int64_t at = node->documents[i] - base;
            if (node->scores) frame->scores[at] += node->scores[i];
            set(frame, at);
        }
    } else if (node->frequency_size == 1) {
        ADD_POSTINGS(uint8_t)
    } else if (node->frequency_size == 2) {
        ADD_POSTINGS(uint16_t)
    } else {
        ADD_POSTINGS(uint32_t)
    }
    node->place = i;
}

/* Add a leaf's scores to the documents of a frame, noting in `found` those that it has. */
static void add_where_set(Node *node, int32_t base, int32_t end, Frame *frame, uint64_t *found) {
    const int32_t *documents = node->documents;
    int64_t i = gallop(documents, node->size, node->place, base);
    int64_t stop = gallop(documents, node->size, i, end);
    int64_t at;
    if (8 * (int64_t)count(frame) < stop - i) {
        for (int w = 0; w < WORDS; w++)
            FOR_EACH_BIT(frame->bits[w], 64 * w, at) {
                i = gallop(documents, stop, i, base + (int32_t)at);
                if (i < stop && documents[i] == base + at) {
                    double score = score_of(node, i);
                    if (score < 0) continue;
                    frame->scores[at] += score;
                    found[w] |= (uint64_t)1 << (at & 63);
                }
            }
    } else {
        for (; i < stop; i++) {
            at = documents[i] - base;
            if (!has(frame, at)) continue;
            double score = score_of(node, i);
            if (score < 0) continue;
            frame->scores[at] += score;
            found[at >> 6] |= (uint64_t)1 << (at & 63);
        }
    }
    node->place = stop;
}

static int is_leaf(const Node *node) { return node->is.kind == POSTINGS || node->is.kind == LISTED; }

/* Add what is in one frame to another, and clear it. */
static void pour(Frame *from, Frame *into) {
    int64_t at;
    for (int w = 0; w < WORDS; w++) {
        FOR_EACH_BIT(from->bits[w], 64 * w, at) {
            into->scores[at] += from->scores[at];
            from->scores[at] = 0;
        }
        into->bits[w] |= from->bits[w];
        from->bits[w] = 0;
    }
}

/* Take documents out of a frame: those that `kept` lacks. */
static void keep(Frame *frame, const uint64_t *kept) {
    int64_t at;
    for (int w = 0; w < WORDS; w++) {
        FOR_EACH_BIT(frame->bits[w] & ~kept[w], 64 * w, at) frame->scores[at] = 0;
        frame->bits[w] &= kept[w];
    }
}

static int empty(const Frame *frame) {
    for (int w = 0; w < WORDS; w++)
        if (frame->bits[w]) return 0;
    return 1;
}

static void add(Program *program, int number, int32_t base, int32_t end, Frame *frame, int depth);

/* Add a node's scores to the documents of a frame; `depth` is that of the next free frame. */
static void raise_scores(Program *p, int number, int32_t base, int32_t end, Frame *frame,
                         uint64_t *found, int depth) {
    Node *node = p->nodes + number;
    if (is_leaf(node)) {
        add_where_set(node, base, end, frame, found);
    } else if (node->is.kind == ANY) {
        for (int c = node->child; c >= 0; c = p->nodes[c].sibling)
            raise_scores(p, c, base, end, frame, found, depth);
    } else {
        Frame *other = p->frames + depth;
        int64_t at;
        add(p, number, base, end, other, depth + 1);
        for (int w = 0; w < WORDS; w++) {
            found[w] |= other->bits[w];
            FOR_EACH_BIT(other->bits[w], 64 * w, at) {
                if (has(frame, at)) frame->scores[at] += other->scores[at];
                other->scores[at] = 0;
            }
            other->bits[w] = 0;
        }
    }
}

/* Add the matches of a node in a window to a frame; `depth` is that of the next free frame. */
static void add(Program *p, int number, int32_t base, int32_t end, Frame *frame, int depth) {
    Node *node = p->nodes + number;
    Frame *own = p->frames + depth;
    int child = node->child;
    switch (node->is.kind) {
    case POSTINGS:
    case LISTED:
        add_leaf(node, base, end, frame);
        return;
    case ANY:
        for (int c = child; c >= 0; c = p->nodes[c].sibling) add(p, c, base, end, frame, depth);
        return;
    case EVERYTHING:
        for (int64_t at = 0; at < end - base; at++) {
            frame->scores[at] += node->is.weight;
            set(frame, at);
        }
        return;
    }
    add(p, child, base, end, own, depth + 1);
    if (empty(own)) return;
    if (node->is.kind == CONSTANT) {
        int64_t at;
        for (int w = 0; w < WORDS; w++)
            FOR_EACH_BIT(own->bits[w], 64 * w, at) own->scores[at] = node->is.weight;
    }
    for (int c = p->nodes[child].sibling; c >= 0; c = p->nodes[c].sibling) {
        uint64_t found[WORDS] = {0};
        if (node->is.kind == WITHOUT) {
            Frame *other = p->frames + depth + 1;
            add(p, c, base, end, other, depth + 2);
            for (int w = 0; w < WORDS; w++) found[w] = ~other->bits[w];
            memset(other, 0, sizeof *other);
            keep(own, found);
        } else {
            raise_scores(p, c, base, end, own, found, depth + 1);
            if (node->is.kind == ALL) keep(own, found);
        }
        if (empty(own)) return;
    }
    pour(own, frame);
}

/* A document from `from` on, before which the node has no match. */
static int32_t next(Program *p, int number, int32_t from) {
    Node *node = p->nodes + number;
    int32_t best = from;
    switch (node->is.kind) {
    case POSTINGS:
    case LISTED:
        node->place = gallop(node->documents, node->size, node->place, from);
        return node->place < node->size ? node->documents[node->place] : NEVER;
    case EVERYTHING:
        return from;
    case ANY:
        best = NEVER;
        for (int c = node->child; c >= 0; c = p->nodes[c].sibling) {
            int32_t there = next(p, c, from);
            if (there < best) best = there;
        }
        return best;
    case ALL:
        for (int c = node->child; c >= 0; c = p->nodes[c].sibling) best = next(p, c, best);
        return best;
    }
    return next(p, node->child, from);
}

static inline int is_worse(const Hit *a, const Hit *b) {
    return a->score < b->score || (a->score == b->score && a->rank > b->rank);
}

/* A heap of the best hits, the worst of them first. */
static void sift_down(Hit *heap, int64_t size, int64_t place) {
    Hit moved = heap[place];
    for (;;) {
        int64_t child = 2 * place + 1;
        if (child >= size) break;
        if (child + 1 < size && is_worse(heap + child + 1, heap + child)) child++;
        if (!is_worse(heap + child, &moved)) break;
        heap[place] = heap[child];
        place = child;
    }
    heap[place] = moved;
}

static void sift_up(Hit *heap, int64_t place) {
    Hit moved = heap[place];
    while (place && is_worse(&moved, heap + (place - 1) / 2)) {
        heap[place] = heap[(place - 1) / 2];
        place = (place - 1) / 2;
    }
    heap[place] = moved;
}

/* Move the matches of a window from its frame into the result. */
static void take(Frame *frame, int32_t base, Result *result) {
    int64_t at;
    for (int w = 0; w < WORDS; w++) {
        FOR_EACH_BIT(frame->bits[w], 64 * w, at) {
            double score = frame->scores[at];
            int32_t document = base + (int32_t)at;
            frame->scores[at] = 0;
            if (result->mask && !result->mask[document]) continue;
            result->total++;
            if (!result->ranks) {
                result->documents[result->kept] = document;
                result->scores[result->kept++] = score;
                continue;
            }
            if (result->kept == result->most && (!result->most || score < result->heap->score)) continue;
            Hit hit = {score, document, result->ranks[document]};
            if (result->kept < result->most) {
                result->heap[result->kept] = hit;
                sift_up(result->heap, result->kept++);
            } else if (is_worse(result->heap, &hit)) {
                *result->heap = hit;
                sift_down(result->heap, result->kept, 0);
            }
        }
        frame->bits[w] = 0;
    }
}

void run_program(Program *program, int32_t documents, Result *result) {
    int32_t base = 0;
    Frame *frame = program->frames;
    while ((base = next(program, program->root, base)) < documents) {
        int32_t end = documents - base > WINDOW ? base + WINDOW : documents;
        add(program, program->root, base, end, frame, 1);
        take(frame, base, result);
        base = end;
    }
    if (!result->ranks) return;
    for (int64_t size = result->kept; size > 0; size--) {
        result->documents[size - 1] = result->heap->document;
        result->scores[size - 1] = result->heap->score;
        *result->heap = result->heap[size - 1];
        sift_down(result->heap, size - 1, 0);
    }
}

int link_program(Program *program, int size, int *stack, int *depths) {
    int top = 0;
    for (int n = 0; n < size; n++) {
        Node *node = program->nodes + n;
        int operands = node->is.operands, depth = 0;
        if (operands < 0 || operands > top) return -1;
        node->child = operands ? stack[top - operands] : -1;
        node->sibling = -1;
        for (int o = 0; o < operands; o++) {
            int child = stack[top - operands + o];
            program->nodes[child].sibling = o + 1 < operands ? stack[top - operands + o + 1] : -1;
            if (depths[child] + 1 > depth) depth = depths[child] + 1;
        }
        depths[n] = depth;
        top -= operands;
        stack[top++] = n;
    }
    if (top != 1) return -1;
    program->root = stack[0];
    program->frames = calloc(2 * (size_t)depths[program->root] + 2, sizeof *program->frames);
    return program->frames ? 0 : -1;
}
