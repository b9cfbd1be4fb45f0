/* Execution of a query on a segment; see program.h. */

#include "program.h"

#include <stdlib.h>
#include <string.h>

#include "direct.h"

enum { WORDS = WINDOW / 64, NEVER = INT32_MAX };

static inline int has(const Frame *frame, int64_t i) { return frame->bits[i >> 6] >> (i & 63) & 1; }

static inline void set(Frame *frame, int64_t i) { frame->bits[i >> 6] |= (uint64_t)1 << (i & 63); }

#define FOR_EACH_BIT(word, base, i) \
    for (uint64_t left_ = (word); left_ && ((i = (base) + __builtin_ctzll(left_)), 1); left_ &= left_ - 1)

static int count(const Frame *frame) {
    int total = 0;
    for (int w = 0; w < WORDS; w++) total += __builtin_popcountll(frame->bits[w]);
    return total;
}

/* Documents ascend, so bits are collected word by word. Without a sum a document does not match. */
#define ADD_EACH(SUM, SCORE) \
    { \
        uint64_t bits = 0; \
        int64_t word = 0; \
        for (; i < node->size && node->documents[i] < end; i++) { \
            int64_t at = node->documents[i] - base; \
            double sum = SUM; \
            if (!sum) continue; \
            frame->scores[at] += SCORE; \
            if (at >> 6 != word) { \
                frame->bits[word] |= bits; \
                bits = 0; \
                word = at >> 6; \
            } \
            bits |= (uint64_t)1 << (at & 63); \
        } \
        frame->bits[word] |= bits; \
    }

static void add_leaf(Node *node, int32_t base, int32_t end, Frame *frame) {
    int64_t i = gallop_int32_t(node->documents, node->size, node->place, base);
    double weight = node->is.weight;
    if (node->is.kind == LISTED) ADD_EACH(1, node->scores ? node->scores[i] : 0)
    else if (node->frequency_size == 1) ADD_EACH(sum_uint8_t(node, i), saturated(weight, sum))
    else if (node->frequency_size == 2) ADD_EACH(sum_uint16_t(node, i), saturated(weight, sum))
    else ADD_EACH(sum_uint32_t(node, i), saturated(weight, sum))
    node->place = i;
}

/* Add a leaf's scores to the documents of a frame, noting in `found` those that it has. */
static void add_where_set(Node *node, int32_t base, int32_t end, Frame *frame, uint64_t *found) {
    const int32_t *documents = node->documents;
    int64_t i = gallop_int32_t(documents, node->size, node->place, base);
    int64_t stop = gallop_int32_t(documents, node->size, i, end);
    int64_t at;
    if (8 * (int64_t)count(frame) < stop - i) {
        for (int w = 0; w < WORDS; w++)
            FOR_EACH_BIT(frame->bits[w], 64 * w, at) {
                i = gallop_int32_t(documents, stop, i, base + (int32_t)at);
                if (i < stop && documents[i] == base + at && add_score(node, i, frame->scores + at))
                    found[w] |= (uint64_t)1 << (at & 63);
            }
    } else {
        for (; i < stop; i++) {
            at = documents[i] - base;
            if (has(frame, at) && add_score(node, i, frame->scores + at))
                found[at >> 6] |= (uint64_t)1 << (at & 63);
        }
    }
    node->place = stop;
}

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
        node->place = gallop_int32_t(node->documents, node->size, node->place, from);
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

/* Take the matches of a window out of its frame. */
static void take_window(Frame *frame, int32_t base, Hits *hits) {
    int64_t at;
    for (int w = 0; w < WORDS; w++) {
        FOR_EACH_BIT(frame->bits[w], 64 * w, at) {
            take_hit(hits, base + (int32_t)at, frame->scores[at]);
            frame->scores[at] = 0;
        }
        frame->bits[w] = 0;
    }
}

static int is_common(const Program *program) {
    Node *root = program->nodes + program->root;
    if (root->is.kind != ALL) return 0;
    for (int c = root->child; c >= 0; c = program->nodes[c].sibling)
        if (!is_leaf(program->nodes + c)) return 0;
    return 1;
}

static int take_windows(Program *program, int32_t documents, Hits *hits) {
    program->frames = calloc(2 * (size_t)program->depth + 2, sizeof *program->frames);
    if (!program->frames) return -1;
    int32_t base = 0;
    while ((base = next(program, program->root, base)) < documents) {
        int32_t end = documents - base > WINDOW ? base + WINDOW : documents;
        add(program, program->root, base, end, program->frames, 1);
        take_window(program->frames, base, hits);
        base = end;
    }
    free(program->frames);
    return 0;
}

int run_program(Program *program, int32_t documents, Hits *hits) {
    Node *root = program->nodes + program->root;
    int failed = 0;
    if (is_leaf(root)) take_leaf(root, hits);
    else if (is_common(program)) take_common(program->nodes, root, hits);
    else failed = take_windows(program, documents, hits);
    if (hits->ranks) sort_hits(hits);
    return failed;
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
    program->depth = depths[program->root];
    return 0;
}
