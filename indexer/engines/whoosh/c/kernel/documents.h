/* Documents, 16 or 32 bits each, and galloping search among them (Bentley and Yao, 1976), which is
   quick when what is wanted is near. */

#ifndef XIAOSOU_DOCUMENTS_H
#define XIAOSOU_DOCUMENTS_H

#include <stdint.h>

typedef struct {
    const void *values; /* ascending */
    int64_t size, place; /* how many, and the first not yet passed */
    int is_wide;         /* 32 bits instead of 16 */
} Documents;

#define GALLOP(TYPE) \
    static inline int64_t gallop_##TYPE(const TYPE *values, int64_t size, int64_t place, int32_t wanted) { \
        if (place >= size || values[place] >= wanted) return place; \
        int64_t step = 1; \
        while (place + step < size && values[place + step] < wanted) step <<= 1; \
        int64_t low = place + (step >> 1) + 1, high = place + step < size ? place + step : size; \
        while (low < high) { \
            int64_t middle = (low + high) >> 1; \
            if (values[middle] < wanted) low = middle + 1; \
            else high = middle; \
        } \
        return low; \
    }
GALLOP(uint16_t)
GALLOP(int32_t)

static inline int32_t document_at(const Documents *documents, int64_t place) {
    return documents->is_wide ? ((const int32_t *)documents->values)[place]
                              : ((const uint16_t *)documents->values)[place];
}

/* The first place from `place` on whose document is at least `wanted`. */
static inline int64_t place_of(const Documents *documents, int64_t place, int32_t wanted) {
    return documents->is_wide ? gallop_int32_t(documents->values, documents->size, place, wanted)
                              : gallop_uint16_t(documents->values, documents->size, place, wanted);
}

/* Pass what is before a document; the next one, or -1 when there is none. */
static inline int32_t advance(Documents *documents, int32_t wanted) {
    documents->place = place_of(documents, documents->place, wanted);
    return documents->place < documents->size ? document_at(documents, documents->place) : -1;
}

#endif
