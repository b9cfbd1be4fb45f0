/* See phrase.h. */

#include "phrase.h"

#include "postings.h"

/* From a place of the first token on: where the phrase may begin next, or whether it is there. */
#define FIND_PHRASE(TYPE) \
    static int64_t find_##TYPE(Phrase *phrase, int32_t *documents) { \
        const TYPE *bases = phrase->bases; \
        Token *first = phrase->tokens, *end = first + phrase->count; \
        const TYPE *firsts = first->positions; \
        int64_t found = 0, text = 0; \
        while (first->place < first->size) { \
            TYPE begin = firsts[first->place] - (TYPE)first->offset, next = begin; \
            for (Token *token = first + 1; token < end && next == begin; token++) { \
                const TYPE *positions = token->positions; \
                TYPE wanted = begin + (TYPE)token->offset; \
                token->place = gallop_##TYPE(positions, token->size, token->place, wanted); \
                if (token->place == token->size) return found; \
                next = positions[token->place] - (TYPE)token->offset; \
            } \
            if (next == begin) { \
                text = gallop_##TYPE(bases, phrase->base_count, text, begin + 1) - 1; \
                int32_t document = (int32_t)(text >> 1); \
                int is_new = !found || documents[found - 1] != document; \
                if (is_new && (phrase->field == BOTH || (text & 1) == phrase->field)) \
                    documents[found++] = document; \
                next++; \
            } \
            first->place = gallop_##TYPE(firsts, first->size, first->place, next + (TYPE)first->offset); \
        } \
        return found; \
    }
FIND_PHRASE(int32_t)
FIND_PHRASE(int64_t)

int64_t find_phrase(Phrase *phrase, int32_t *documents) {
    return phrase->item == 4 ? find_int32_t(phrase, documents) : find_int64_t(phrase, documents);
}
