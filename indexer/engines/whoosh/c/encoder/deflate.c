/* One pass over the bytes with fixed Huffman codes (RFC 1950 and 1951). On such short pieces that is
   several times as fast as zlib, which computes codes for each, and takes a little more room. */

#include "deflate.h"

#include <string.h>

#include "pickling.h"

enum { HASH_BITS = 11, MOST_DISTANT = 32768, LONGEST = 258, SHORTEST = 4 };

typedef struct {
    uint16_t bits, count;
} Code;

static Code literal_codes[256];
static Code length_codes[LONGEST + 1]; /* by the length of a match, with the extra bits */
static uint16_t distance_codes[30];

static uint16_t reversed(int bits, int count) {
    int result = 0;
    for (; count; count--, bits >>= 1) result = result << 1 | (bits & 1);
    return (uint16_t)result;
}

static int floor_log2(uint32_t value) {
    int result = 0;
    while (value >>= 1) result++;
    return result;
}

void prepare_deflate(void) {
    for (int literal = 0; literal < 256; literal++) {
        int count = literal < 144 ? 8 : 9;
        int bits = literal < 144 ? 0x30 + literal : 0x190 + literal - 144;
        literal_codes[literal] = (Code){reversed(bits, count), (uint16_t)count};
    }
    for (int length = 3; length <= LONGEST; length++) {
        int beyond = length - 3, extra_count = 0, symbol = 257 + beyond;
        if (length == LONGEST) {
            symbol = 285;
        } else if (beyond >= 8) {
            int magnitude = floor_log2((uint32_t)beyond);
            extra_count = magnitude - 2;
            symbol = 257 + 4 * (magnitude - 1) + (beyond >> extra_count & 3);
        }
        int count = symbol < 280 ? 7 : 8;
        int bits = symbol < 280 ? symbol - 256 : 0xC0 + symbol - 280;
        int extra = beyond & ((1 << extra_count) - 1);
        length_codes[length] =
            (Code){(uint16_t)(reversed(bits, count) | extra << count), (uint16_t)(count + extra_count)};
    }
    for (int symbol = 0; symbol < 30; symbol++) distance_codes[symbol] = reversed(symbol, 5);
}

typedef struct {
    uint8_t *to;
    uint64_t bits;
    int count;
} BitWriter;

static inline void put_bits(BitWriter *writer, uint32_t bits, int count) {
    writer->bits |= (uint64_t)bits << writer->count;
    writer->count += count;
    if (writer->count < 32) return;
    writer->to = put_low_first(writer->to, (uint32_t)writer->bits);
    writer->bits >>= 32;
    writer->count -= 32;
}

static inline void put_code(BitWriter *writer, Code code) { put_bits(writer, code.bits, code.count); }

static void put_distance(BitWriter *writer, uint32_t distance) {
    uint32_t beyond = distance - 1;
    if (beyond < 2) {
        put_bits(writer, distance_codes[beyond], 5);
        return;
    }
    int magnitude = floor_log2(beyond), extra_count = magnitude - 1;
    put_bits(writer, distance_codes[2 * magnitude + (int)(beyond >> extra_count & 1)], 5);
    put_bits(writer, beyond & ((1u << extra_count) - 1), extra_count);
}

static uint32_t adler32(const uint8_t *bytes, size_t size) {
    uint32_t low = 1, high = 0;
    while (size) {
        size_t run = size < 5552 ? size : 5552; /* as many as cannot overflow */
        size -= run;
        while (run--) {
            low += *bytes++;
            high += low;
        }
        low %= 65521;
        high %= 65521;
    }
    return high << 16 | low;
}

static inline uint32_t four_bytes(const uint8_t *bytes) {
    uint32_t value;
    memcpy(&value, bytes, sizeof value);
    return value;
}

/* How many bytes at `place` are those at `earlier`, at most LONGEST. */
static size_t match_length(const uint8_t *bytes, size_t size, size_t earlier, size_t place) {
    size_t most = size - place < LONGEST ? size - place : LONGEST, length = 0;
    while (length < most && bytes[earlier + length] == bytes[place + length]) length++;
    return length;
}

uint8_t *put_deflated(uint8_t *to, const uint8_t *bytes, size_t size) {
    uint32_t latest[1 << HASH_BITS] = {0}; /* one more than where four such bytes were last */
    BitWriter writer = {put(to, "\x78\x01", 2), 0, 0};
    size_t place = 0;
    put_bits(&writer, 3, 3); /* the last block, fixed codes */
    while (place + SHORTEST <= size) {
        uint32_t *slot = latest + (four_bytes(bytes + place) * 2654435761u >> (32 - HASH_BITS));
        size_t earlier = *slot, length = 0;
        *slot = (uint32_t)place + 1;
        if (earlier && place - --earlier <= MOST_DISTANT) length = match_length(bytes, size, earlier, place);
        if (length >= SHORTEST) {
            put_code(&writer, length_codes[length]);
            put_distance(&writer, (uint32_t)(place - earlier));
            place += length;
        } else {
            put_code(&writer, literal_codes[bytes[place++]]);
        }
    }
    while (place < size) put_code(&writer, literal_codes[bytes[place++]]);
    put_bits(&writer, 0, 7); /* the end */
    for (; writer.count > 0; writer.count -= 8, writer.bits >>= 8) *writer.to++ = (uint8_t)writer.bits;
    return put_high_first(writer.to, adler32(bytes, size));
}
