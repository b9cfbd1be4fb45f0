/* See hits.h. */

#include "hits.h"

static inline int is_worse(const Hit *a, const Hit *b) {
    return a->score < b->score || (a->score == b->score && a->rank > b->rank);
}

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

void keep_hit(Hits *hits, int32_t document, double score) {
    if (!hits->ranks) {
        hits->documents[hits->kept] = document;
        hits->scores[hits->kept++] = score;
        return;
    }
    if (!hits->most) return;
    Hit hit = {score, document, hits->ranks[document]};
    if (hits->kept < hits->most) {
        hits->heap[hits->kept] = hit;
        sift_up(hits->heap, hits->kept++);
    } else if (is_worse(hits->heap, &hit)) {
        *hits->heap = hit;
        sift_down(hits->heap, hits->kept, 0);
    }
    if (hits->kept == hits->most) hits->least = hits->heap->score;
}

void sort_hits(Hits *hits) {
    for (int64_t size = hits->kept; size > 1;) {
        Hit worst = *hits->heap;
        *hits->heap = hits->heap[--size];
        sift_down(hits->heap, size, 0);
        hits->heap[size] = worst;
    }
}
