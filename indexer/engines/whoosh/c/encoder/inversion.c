/* From the tokens of documents to the postings of terms; see inversion.h. */

#include "inversion.h"

#include <stddef.h>

enum { GAP = 16 }; /* positions between title and body, see stream.py */

const char *piece_fault(const Piece *piece) {
    int64_t tokens = 0;
    for (int64_t text = 0; text < piece->text_count; text++) {
        if (piece->extents[text] < 0) return "a text has less than no tokens";
        tokens += piece->extents[text];
    }
    if (tokens != piece->token_count) return "the texts have other numbers of tokens than there are";
    for (int64_t i = 0; i < piece->token_count; i++)
        if (piece->numbers[i] < 0 || piece->numbers[i] >= piece->number_count) return "a token has no such number";
    return NULL;
}

void count_tokens(const Piece *piece, int32_t *latest, int64_t *postings, int64_t *tokens) {
    const int32_t *number = piece->numbers;
    for (int64_t text = 0; text < piece->text_count; text++) {
        int32_t document = (int32_t)(text / 2 + 1); /* one more, to be unlike the zeros */
        for (const int32_t *end = number + piece->extents[text]; number < end; number++) {
            if (!*number) continue;
            tokens[*number]++;
            postings[*number] += latest[*number] != document;
            latest[*number] = document;
        }
    }
}

int place_tokens(const Piece *piece, int32_t *latest, Places *places) {
    const int32_t *number = piece->numbers;
    int32_t position = 0;
    for (int64_t text = 0; text < piece->text_count; text++) {
        int32_t document = (int32_t)(text / 2 + 1);
        position = text & 1 ? position + GAP : 0;
        for (const int32_t *end = number + piece->extents[text]; number < end; number++, position++) {
            if (!*number) continue;
            int64_t *free_posting = places->free_postings + *number;
            if (latest[*number] != document) {
                if (*free_posting < 0 || *free_posting >= places->posting_count) return -1;
                latest[*number] = document;
                places->documents[(*free_posting)++] = places->document + document - 1;
            }
            places->frequencies[2 * (*free_posting - 1) + (text & 1)]++;
            if (!places->positions) continue;
            int64_t *free_position = places->free_positions + *number;
            if (*free_position < 0 || *free_position >= places->position_count) return -1;
            places->positions[(*free_position)++] = position;
        }
    }
    return 0;
}
