/* Pickle opcodes. Each function writes at `to` and returns the place after it. */

#ifndef XIAOSOU_PICKLING_H
#define XIAOSOU_PICKLING_H

#include <stdint.h>
#include <string.h>

enum { MOST_OF_INT = 5, MOST_OF_FLOAT = 9 }; /* bytes */

static inline uint8_t *put(uint8_t *to, const char *constant, size_t size) {
    memcpy(to, constant, size);
    return to + size;
}

static inline uint8_t *put_low_first(uint8_t *to, uint32_t value) {
    for (int shift = 0; shift < 32; shift += 8) *to++ = (uint8_t)(value >> shift);
    return to;
}

static inline uint8_t *put_high_first(uint8_t *to, uint32_t value) {
    for (int shift = 24; shift >= 0; shift -= 8) *to++ = (uint8_t)(value >> shift);
    return to;
}

static inline size_t int_size(uint32_t value) { return value < 256 ? 2 : value < 65536 ? 3 : 5; }

static inline uint8_t *put_int(uint8_t *to, uint32_t value) {
    if (value >= 65536) {
        *to++ = 'J';
        return put_low_first(to, value);
    }
    *to++ = value < 256 ? 'K' : 'M';
    *to++ = (uint8_t)value;
    if (value >= 256) *to++ = (uint8_t)(value >> 8);
    return to;
}

static inline uint8_t *put_float(uint8_t *to, double value) {
    uint64_t bits;
    memcpy(&bits, &value, sizeof bits);
    *to++ = 'G';
    to = put_high_first(to, (uint32_t)(bits >> 32));
    return put_high_first(to, (uint32_t)bits);
}

/* What stands before so many bytes. */
static inline uint8_t *put_binary_head(uint8_t *to, size_t size) {
    *to++ = size < 256 ? 'C' : 'B';
    if (size >= 256) return put_low_first(to, (uint32_t)size);
    *to++ = (uint8_t)size;
    return to;
}

#endif
