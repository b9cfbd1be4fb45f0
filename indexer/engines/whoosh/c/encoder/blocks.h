/* Postings in blocks, as Whoosh's W3 codec has them on disk: the compiled twin of
   blocks.encode_postings, which says what the bytes mean. They are the same, but for how bodies are
   compressed. */

#ifndef XIAOSOU_BLOCKS_H
#define XIAOSOU_BLOCKS_H

#include <stddef.h>
#include <stdint.h>

/* Growing bytes. After a failed reservation `failed` stays set and nothing more is written. */
typedef struct {
    uint8_t *bytes;
    size_t size, capacity;
    int failed;
} Output;

/* The postings of terms; what a field does not keep is NULL. */
typedef struct {
    const int64_t *ends;
    const int32_t *documents, *frequencies, *positions;
    const uint8_t *lengths;
    int64_t term_count, posting_count, frequency_count, position_count, length_count;
} Postings;

/* What is wrong with postings, or NULL. */
const char *postings_fault(const Postings *postings);

/* Encode the postings, and tell for each term how many bytes it takes; after `prepare_deflate`. */
void append_terms(Output *content, const Postings *postings, int64_t *sizes);

#endif
