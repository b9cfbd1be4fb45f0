/* Pickle opcodes. Each function writes at `to` and returns the place after it. */

#ifndef XIAOSOU_PICKLING_H
#define XIAOSOU_PICKLING_H

#include <stdint.h>
#include <string.h>

#define MAX_INT 5
#define MAX_FLOAT 9

static inline uint8_t *put(uint8_t *to, const char *constant, size_t size)
{
    memcpy(to, constant, size);
    return to + size;
}

static inline uint8_t *put_low_first(uint8_t *to, uint32_t value)
{
    for (int shift = 0; shift < 32; shift += 8)
        *to++ = (uint8_t)(value >> shift);
    return to;
}

static inline uint8_t *put_high_first(uint8_t *to, uint32_t value)
{
    for (int shift = 24; shift >= 0; shift -= 8)
        *to++ = (uint8_t)(value >> shift);
    return to;
}

static inline uint8_t *put_int(uint8_t *to, uint32_t value)
{
    if (value < 256) {
        *to++ = 'K';
        *to++ = (uint8_t)value;
    } else if (value < 65536) {
        *to++ = 'M';
        *to++ = (uint8_t)value;
        *to++ = (uint8_t)(value >> 8);
    } else {
        *to++ = 'J';
        to = put_low_first(to, value);
    }
    return to;
}

static inline uint8_t *put_float(uint8_t *to, double value)
{
    uint64_t bits;
    memcpy(&bits, &value, sizeof bits);
    *to++ = 'G';
    to = put_high_first(to, (uint32_t)(bits >> 32));
    return put_high_first(to, (uint32_t)bits);
}

static inline uint8_t *put_binary_head(uint8_t *to, size_t size)
{
    if (size < 256) {
        *to++ = 'C';
        *to++ = (uint8_t)size;
        return to;
    }
    *to++ = 'B';
    return put_low_first(to, (uint32_t)size);
}

#endif
