/* Frames: the matches in a window of documents, a score for each and a bit for each that matches.
   They are all zero between uses. */

#ifndef XIAOSOU_FRAME_H
#define XIAOSOU_FRAME_H

#include <stdint.h>

enum { WINDOW = 2048, WORDS = WINDOW / 64 };

typedef struct {
    double scores[WINDOW];
    uint64_t bits[WINDOW / 64];
} Frame;

static inline int has(const Frame *frame, int64_t i) { return frame->bits[i >> 6] >> (i & 63) & 1; }

static inline void set(Frame *frame, int64_t i) { frame->bits[i >> 6] |= (uint64_t)1 << (i & 63); }

#define FOR_EACH_BIT(word, base, i) \
    for (uint64_t left_ = (word); left_ && ((i = (base) + __builtin_ctzll(left_)), 1); left_ &= left_ - 1)

static inline int count(const Frame *frame) {
    int total = 0;
    for (int w = 0; w < WORDS; w++) total += __builtin_popcountll(frame->bits[w]);
    return total;
}

/* Add what is in one frame to another, and clear it. */
static inline void pour(Frame *from, Frame *into) {
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

static inline void take_out(Frame *frame, int64_t i) {
    frame->scores[i] = 0;
    frame->bits[i >> 6] &= ~((uint64_t)1 << (i & 63));
}

/* Take documents out of a frame: those that `kept` lacks. */
static inline void keep(Frame *frame, const uint64_t *kept) {
    int64_t at;
    for (int w = 0; w < WORDS; w++)
        FOR_EACH_BIT(frame->bits[w] & ~kept[w], 64 * w, at) take_out(frame, at);
}

static inline int empty(const Frame *frame) {
    for (int w = 0; w < WORDS; w++)
        if (frame->bits[w]) return 0;
    return 1;
}

#endif
