/* Encoding of postings; see blocks.h. */

#include "blocks.h"

#include <stdlib.h>

#include "deflate.h"
#include "pickling.h"

enum {
    BLOCK_SIZE = 128,
    COMPRESSED_FROM = 128, /* bytes; what is shorter hardly shrinks */
    LEVEL = 3,             /* what the head of a compressed block says */
    MOST_OF_HEAD = 64,     /* bytes of mark, length and head */
};

/* Where the next bytes go, with room for so many; NULL on failure. */
static uint8_t *reserve(Output *output, size_t more) {
    if (output->failed) return NULL;
    if (output->capacity - output->size < more) {
        size_t capacity = output->capacity + output->capacity / 2 + more;
        uint8_t *bytes = realloc(output->bytes, capacity);
        if (!bytes) {
            output->failed = 1;
            return NULL;
        }
        output->bytes = bytes;
        output->capacity = capacity;
    }
    return output->bytes + output->size;
}

static void take_in(Output *output, const uint8_t *end) { output->size = (size_t)(end - output->bytes); }

/* A block: the postings from `first` to `end`, their positions from `position` on. */
typedef struct {
    int64_t first, end, position;
    int opening, closing; /* whether it is the first and the last one of its term */
    int32_t least, greatest; /* frequency */
    uint8_t least_length, greatest_length;
} Block;

static void measure(Block *block, const Postings *postings) {
    block->least = block->greatest = postings->frequencies ? postings->frequencies[block->first] : 1;
    for (int64_t i = block->first; postings->frequencies && i < block->end; i++) {
        int32_t frequency = postings->frequencies[i];
        if (frequency < block->least) block->least = frequency;
        if (frequency > block->greatest) block->greatest = frequency;
    }
    if (!postings->lengths) return;
    block->least_length = block->greatest_length = postings->lengths[postings->documents[block->first]];
    for (int64_t i = block->first; i < block->end; i++) {
        uint8_t length = postings->lengths[postings->documents[i]];
        if (length < block->least_length) block->least_length = length;
        if (length > block->greatest_length) block->greatest_length = length;
    }
}

/* A frequency and the pickled list of positions. */
static void append_positions(Output *body, const int32_t *positions, int32_t frequency) {
    size_t count = (size_t)frequency, size = 4 + 5 + (count > 1) + 2;
    uint8_t *to = reserve(body, count * MOST_OF_INT + 24);
    if (!to) return;
    for (size_t k = 0; k < count; k++) size += int_size((uint32_t)(positions[k] - (k ? positions[k - 1] : 0)));
    to = put_binary_head(to, size);
    to = put_high_first(to, (uint32_t)frequency);
    to = put(to, "\x80\x02]q\0(", count > 1 ? 6 : 5);
    for (size_t k = 0; k < count; k++) to = put_int(to, (uint32_t)(positions[k] - (k ? positions[k - 1] : 0)));
    to = put(to, count > 1 ? "e." : "a.", 2);
    take_in(body, to);
}

static void append_body(Output *body, const Postings *postings, const Block *block) {
    int32_t previous = 0;
    uint8_t *to = reserve(body, BLOCK_SIZE * (MOST_OF_INT + MOST_OF_FLOAT + 4) + 32);
    if (!to) return;
    to = put(to, "\x80\x03(", 3);
    for (int64_t i = block->first; i < block->end; i++) {
        to = put_int(to, (uint32_t)(postings->documents[i] - previous));
        previous = postings->documents[i];
    }
    *to++ = 't';
    if (block->greatest == 1) {
        *to++ = 'N';
    } else if (block->least == block->greatest) {
        to = put_float(to, block->least);
    } else {
        *to++ = '(';
        for (int64_t i = block->first; i < block->end; i++) to = put_float(to, postings->frequencies[i]);
        *to++ = 't';
    }
    if (!postings->frequencies) {
        *to++ = 'N';
    } else if (!postings->positions) {
        to = put_binary_head(to, (size_t)(block->end - block->first) * 4);
        for (int64_t i = block->first; i < block->end; i++)
            to = put_high_first(to, (uint32_t)postings->frequencies[i]);
    } else {
        const int32_t *positions = postings->positions + block->position;
        *to++ = '(';
        take_in(body, to);
        for (int64_t i = block->first; i < block->end; positions += postings->frequencies[i++])
            append_positions(body, positions, postings->frequencies[i]);
        if (!(to = reserve(body, 8))) return;
        *to++ = 't';
    }
    take_in(body, put(to, "\x87.", 2));
}

/* A block with what stands before it; `body` is room to work in. */
static void append_block(Output *content, Output *body, const Postings *postings, const Block *block) {
    body->size = 0;
    append_body(body, postings, block);
    uint8_t *to = reserve(content, MOST_OF_HEAD + MOST_OF_DEFLATED(body->size));
    if (!to || body->failed) {
        content->failed = 1;
        return;
    }
    if (block->opening) to = put(to, "W3Bl", 4);
    uint8_t *length_place = to, *head = to + 4;
    to = put(head, "\x80\x02(", 3);
    to = put_int(to, (uint32_t)(block->end - block->first));
    to = put_int(to, (uint32_t)postings->documents[block->end - 1]);
    to = put_float(to, block->greatest);
    uint8_t *level_place = to;
    to = put_int(to, 0);
    to = put_int(to, block->least_length);
    to = put_int(to, block->greatest_length);
    uint8_t *begin = put(to, "t.", 2);
    to = body->size >= COMPRESSED_FROM ? put_deflated(begin, body->bytes, body->size) : NULL;
    if (to && (size_t)(to - begin) < body->size) put_int(level_place, LEVEL);
    else to = put(begin, (const char *)body->bytes, body->size);
    uint32_t length = (uint32_t)(to - head);
    put_high_first(length_place, block->closing ? -length : length);
    take_in(content, to);
}

void append_terms(Output *content, const Postings *postings, int64_t *sizes) {
    Output body = {0};
    Block block = {0};
    for (int64_t term = 0; term < postings->term_count && !content->failed; term++) {
        int64_t last = postings->ends[term];
        size_t before = content->size;
        for (block.opening = 1; block.first < last; block.opening = 0, block.first = block.end) {
            block.closing = last - block.first <= BLOCK_SIZE;
            block.end = block.closing ? last : block.first + BLOCK_SIZE;
            measure(&block, postings);
            append_block(content, &body, postings, &block);
            for (int64_t i = block.first; postings->positions && i < block.end; i++)
                block.position += postings->frequencies[i];
        }
        sizes[term] = (int64_t)(content->size - before);
    }
    free(body.bytes);
}

const char *postings_fault(const Postings *postings) {
    int64_t end = 0, position_count = 0;
    for (int64_t term = 0; term < postings->term_count; term++) {
        if (postings->ends[term] <= end) return "a term has no postings";
        end = postings->ends[term];
    }
    if (end != postings->posting_count) return "the postings end elsewhere than the last term";
    if (postings->frequencies && postings->frequency_count != end) return "not every posting has a frequency";
    for (int64_t i = 0; i < postings->posting_count; i++) {
        if (postings->documents[i] < 0) return "the number of a document is negative";
        if (postings->lengths && postings->documents[i] >= postings->length_count) return "a document has no length";
        if (!postings->frequencies) continue;
        if (postings->frequencies[i] < 1) return "a frequency is less than one";
        position_count += postings->frequencies[i];
    }
    if (postings->positions && position_count != postings->position_count)
        return "the frequencies do not add up to the number of positions";
    return NULL;
}
