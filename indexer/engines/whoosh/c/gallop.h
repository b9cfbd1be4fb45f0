/* Galloping search (Bentley and Yao, 1976): quick when what is wanted is near. */

#ifndef XIAOSOU_GALLOP_H
#define XIAOSOU_GALLOP_H

#include <stdint.h>

/* The first place from `place` on whose value is at least `wanted`; values ascend. */
#define GALLOP(TYPE) \
    static inline int64_t gallop_##TYPE(const TYPE *values, int64_t size, int64_t place, TYPE wanted) { \
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
GALLOP(int32_t)
GALLOP(int64_t)

#endif
