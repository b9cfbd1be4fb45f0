/* Execution of a query on a segment; see program.h. */

#include "program.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "direct.h"
#include "leaves.h"

enum {
    FEW = 32, /* documents that are looked up one by one instead of adding to all */
    NEVER = INT32_MAX,
};

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
        best = advance(&node->documents, from);
        return best < 0 ? NEVER : best;
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

/* The most that a node can add to a score. */
static double bound_of(const Program *p, int number) {
    const Node *node = p->nodes + number;
    double bound = 0;
    switch (node->is.kind) {
    case LISTED:
        return node->scores ? INFINITY : fmax(node->is.weight, 0);
    case POSTINGS: /* saturation stays below one */
    case CONSTANT:
    case EVERYTHING:
        return fmax(node->is.weight, 0);
    case WITHOUT:
        return bound_of(p, node->child);
    }
    for (int c = node->child; c >= 0; c = p->nodes[c].sibling) bound += bound_of(p, c);
    return bound;
}

/* Count the matches in a window that the mask admits, and take the others out. */
static void count_window(Frame *frame, int32_t base, Hits *hits) {
    int64_t at;
    for (int w = 0; hits->mask && w < WORDS; w++)
        FOR_EACH_BIT(frame->bits[w], 64 * w, at)
            if (!hits->mask[base + at]) take_out(frame, at);
    hits->total += count(frame);
}

/* Take out the matches that are not wanted even if their scores rise by `bound`. */
static void prune_window(Frame *frame, double bound, const Hits *hits) {
    double least = hits->least - bound - 1e-9 * (fabs(hits->least) + bound); /* beyond doubt of rounding */
    int64_t at;
    if (!isfinite(least)) return;
    for (int w = 0; w < WORDS; w++)
        FOR_EACH_BIT(frame->bits[w], 64 * w, at)
            if (frame->scores[at] < least) take_out(frame, at);
}

/* Move the matches of a window from its frame into the hits. */
static void keep_window(Frame *frame, int32_t base, Hits *hits) {
    int64_t at;
    for (int w = 0; w < WORDS; w++)
        FOR_EACH_BIT(frame->bits[w], 64 * w, at)
            if (frame->scores[at] >= hits->least) keep_hit(hits, base + (int32_t)at, frame->scores[at]);
    memset(frame, 0, sizeof *frame);
}

/* Take the hits of a window. What is optional is looked at only for documents that it may yet
   raise among the best (as MaxScore does: Turtle and Flood, 1995). */
static void take_window(Program *p, int32_t base, int32_t end, Hits *hits) {
    Node *root = p->nodes + p->root;
    Frame *frame = p->frames;
    if (root->is.kind != OPTIONAL) {
        add(p, p->root, base, end, frame, 1);
        count_window(frame, base, hits);
    } else {
        int optional = p->nodes[root->child].sibling;
        int has_parts = p->nodes[optional].is.kind == ANY;
        double bound = bound_of(p, optional), pruned = INFINITY;
        add(p, root->child, base, end, frame, 1);
        count_window(frame, base, hits);
        for (int c = has_parts ? p->nodes[optional].child : optional; c >= 0; c = p->nodes[c].sibling) {
            uint64_t found[WORDS] = {0};
            if (bound < hits->least && 2 * bound <= pruned) prune_window(frame, pruned = bound, hits);
            int left = count(frame);
            if (!left) break;
            if (p->nodes[c].is.kind == POSTINGS && left > FEW) raise_all(p->nodes + c, base, end, frame);
            else raise_scores(p, c, base, end, frame, found, 1);
            bound -= bound_of(p, c);
        }
    }
    keep_window(frame, base, hits);
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
        take_window(program, base, end, hits);
        base = end;
    }
    free(program->frames);
    return 0;
}

/* Find the documents of phrases, which are listed from then on. -1 when memory is short. */
static int find_phrases(Program *program) {
    for (int n = 0; n < program->size; n++) {
        Node *node = program->nodes + n;
        if (node->is.kind != ADJACENT) continue;
        int64_t found = find_phrase(&node->phrase);
        if (found < 0) return -1;
        node->is.kind = LISTED;
        node->documents = (Documents){node->phrase.found, found, 0, 1};
    }
    return 0;
}

int run_program(Program *program, int32_t documents, Hits *hits) {
    Node *root = program->nodes + program->root;
    int failed = find_phrases(program);
    if (failed) return failed;
    if (is_leaf(root)) take_leaf(root, hits);
    else if (is_common(program)) take_common(program->nodes, root, hits);
    else failed = take_windows(program, documents, hits);
    if (hits->ranks) sort_hits(hits);
    return failed;
}

int link_program(Program *program, int *stack, int *depths) {
    int top = 0;
    for (int n = 0; n < program->size; n++) {
        Node *node = program->nodes + n;
        int operands = node->is.kind == ADJACENT ? 0 : node->is.operands, depth = 0;
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

void free_program(Program *program) {
    for (int n = 0; program->nodes && n < program->size; n++) {
        free(program->nodes[n].phrase.tokens);
        free(program->nodes[n].phrase.found);
    }
    free(program->nodes);
}
