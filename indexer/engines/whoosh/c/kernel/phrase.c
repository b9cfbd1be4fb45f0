/* See phrase.h. */

#include "phrase.h"

#include <stdlib.h>

#include "postings.h"

#define COUNT(TYPE) \
    static int64_t count_##TYPE(const TYPE *frequencies, int64_t begin, int64_t end) { \
        int64_t sum = 0; \
        for (int64_t i = 2 * begin; i < 2 * end; i++) sum += frequencies[i]; \
        return sum; \
    }
COUNT(uint8_t)
COUNT(uint16_t)
COUNT(uint32_t)

/* How many positions some postings have. */
static int64_t count_positions(const Token *token, int64_t begin, int64_t end) {
    return token->frequency_size == 1   ? count_uint8_t(token->frequencies, begin, end)
           : token->frequency_size == 2 ? count_uint16_t(token->frequencies, begin, end)
                                        : count_uint32_t(token->frequencies, begin, end);
}

static inline int32_t position_at(const Token *token, int64_t place) {
    return token->position_size == 2 ? ((const uint16_t *)token->positions)[place]
                                     : ((const int32_t *)token->positions)[place];
}

/* Go to the positions in the document at which a token is. */
static void seek_positions(Token *token) {
    int64_t place = token->documents.place;
    token->begin += count_positions(token, token->counted, place);
    token->end = token->begin + count_positions(token, place, place + 1);
    token->counted = place;
}

/* Whether the tokens, which all have this document, stand side by side in it. */
static int is_adjacent(const Phrase *phrase, int32_t document) {
    const Token *first = phrase->tokens, *last = first + phrase->count;
    for (int64_t place = first->begin; place < first->end; place++) {
        int32_t begin = position_at(first, place) - first->offset;
        int field = begin >= phrase->body_begins[document] ? BODY : TITLE, there = 1;
        for (const Token *token = first + 1; token < last && there; token++) {
            int64_t other = token->begin;
            while (other < token->end && position_at(token, other) < begin + token->offset) other++;
            there = other < token->end && position_at(token, other) == begin + token->offset;
        }
        if (there && (phrase->field == BOTH || phrase->field == field)) return 1;
    }
    return 0;
}

/* Put the token with the fewest documents first, and so on. */
static void sort_tokens(Token *tokens, int count) {
    for (int next = 1; next < count; next++) {
        Token moved = tokens[next];
        int place = next;
        for (; place && tokens[place - 1].documents.size > moved.documents.size; place--)
            tokens[place] = tokens[place - 1];
        tokens[place] = moved;
    }
}

int64_t find_phrase(Phrase *phrase) {
    Token *tokens = phrase->tokens;
    sort_tokens(tokens, phrase->count);
    Documents *first = &tokens->documents;
    int64_t count = 0;
    phrase->found = malloc(((size_t)first->size + 1) * sizeof *phrase->found);
    if (!phrase->found) return -1;
    while (first->place < first->size) {
        int32_t document = document_at(first, first->place), there = document;
        for (int t = 1; t < phrase->count && there == document; t++)
            there = advance(&tokens[t].documents, document);
        if (there < 0) break;
        if (there == document) {
            for (int t = 0; t < phrase->count; t++) seek_positions(tokens + t);
            if (is_adjacent(phrase, document)) phrase->found[count++] = document;
            first->place++;
        } else {
            advance(first, there);
        }
    }
    return count;
}
