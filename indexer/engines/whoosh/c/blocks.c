/* Postings in blocks, as Whoosh's W3 codec has them on disk: the compiled twin of
   blocks.encode_postings, which says what the bytes mean. They are the same, but for how bodies
   are compressed.

   Only the stable interface of Python is used. It begins with 3.11. */

#ifndef Py_LIMITED_API
#define Py_LIMITED_API 0x030B0000
#endif
#define PY_SSIZE_T_CLEAN
#include <Python.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "deflate.h"
#include "pickling.h"

#define BLOCK_SIZE 128
#define COMPRESSED_FROM 128 /* bytes; what is shorter hardly shrinks */
#define LEVEL 3             /* what the head of a compressed block says */
#define MAX_HEAD 64         /* bytes: the mark, the length and the head of a block */

/* Growing bytes. After a failed reservation `failed` stays set and nothing more is written. */

typedef struct {
    uint8_t *bytes;
    size_t size, capacity;
    int failed;
} Output;

static uint8_t *reserve(Output *output, size_t more)
{
    if (output->failed)
        return NULL;
    if (output->capacity - output->size < more) {
        size_t capacity = output->capacity + output->capacity / 2 + more;
        uint8_t *bytes = realloc(output->bytes, capacity);
        if (bytes == NULL) {
            output->failed = 1;
            return NULL;
        }
        output->bytes = bytes;
        output->capacity = capacity;
    }
    return output->bytes + output->size;
}

typedef struct {
    const int64_t *ends;
    const int32_t *documents, *frequencies, *positions;
    const uint8_t *lengths;
    Py_ssize_t term_count, document_count, position_count, length_count;
} Postings;

/* The body of a block: the postings from `first` to `end`, their positions from `position` on. */
static void append_body(Output *output, const Postings *postings, int64_t first, int64_t end,
                        int64_t position, int32_t least, int32_t greatest)
{
    const int32_t *frequencies = postings->frequencies;
    int32_t previous = 0;
    uint8_t *to = reserve(output, (size_t)(end - first) * (MAX_INT + MAX_FLOAT + 4) + 32);
    if (to == NULL)
        return;
    to = put(to, "\x80\x03(", 3);
    for (int64_t i = first; i < end; i++) {
        to = put_int(to, (uint32_t)(postings->documents[i] - previous));
        previous = postings->documents[i];
    }
    *to++ = 't';
    if (greatest == 1) {
        *to++ = 'N';
    } else if (least == greatest) {
        to = put_float(to, least);
    } else {
        *to++ = '(';
        for (int64_t i = first; i < end; i++)
            to = put_float(to, frequencies[i]);
        *to++ = 't';
    }
    if (frequencies == NULL) {
        *to++ = 'N';
    } else if (postings->positions == NULL) {
        to = put_binary_head(to, (size_t)(end - first) * 4);
        for (int64_t i = first; i < end; i++)
            to = put_high_first(to, (uint32_t)frequencies[i]);
    } else {
        *to++ = '(';
        for (int64_t i = first; i < end; i++) {
            const int32_t *positions = postings->positions + position;
            size_t count = (size_t)frequencies[i], size = 4 + 5 + (count > 1) + 2;
            position += frequencies[i];
            output->size = (size_t)(to - output->bytes);
            to = reserve(output, count * MAX_INT + 32);
            if (to == NULL)
                return;
            for (size_t k = 0; k < count; k++) {
                uint32_t delta = (uint32_t)(positions[k] - (k ? positions[k - 1] : 0));
                size += delta < 256 ? 2 : delta < 65536 ? 3 : 5;
            }
            to = put_binary_head(to, size);
            to = put_high_first(to, (uint32_t)count);
            to = put(to, "\x80\x02]q\0(", count > 1 ? 6 : 5);
            for (size_t k = 0; k < count; k++)
                to = put_int(to, (uint32_t)(positions[k] - (k ? positions[k - 1] : 0)));
            *to++ = count > 1 ? 'e' : 'a';
            *to++ = '.';
        }
        output->size = (size_t)(to - output->bytes);
        to = reserve(output, 32);
        if (to == NULL)
            return;
        *to++ = 't';
    }
    to = put(to, "\x87.", 2);
    output->size = (size_t)(to - output->bytes);
}

/* A block with what stands before it. */
static void append_block(Output *content, Output *body, const Postings *postings, int64_t first,
                         int64_t end, int64_t position, int opening, int closing)
{
    int32_t least = 1, greatest = 1;
    uint8_t least_length = 0, greatest_length = 0;
    if (postings->frequencies != NULL) {
        least = greatest = postings->frequencies[first];
        for (int64_t i = first + 1; i < end; i++) {
            int32_t frequency = postings->frequencies[i];
            least = frequency < least ? frequency : least;
            greatest = frequency > greatest ? frequency : greatest;
        }
    }
    if (postings->lengths != NULL) {
        least_length = greatest_length = postings->lengths[postings->documents[first]];
        for (int64_t i = first + 1; i < end; i++) {
            uint8_t length = postings->lengths[postings->documents[i]];
            least_length = length < least_length ? length : least_length;
            greatest_length = length > greatest_length ? length : greatest_length;
        }
    }
    body->size = 0;
    append_body(body, postings, first, end, position, least, greatest);
    uint8_t *to = reserve(content, MAX_HEAD + DEFLATED_BOUND(body->size));
    if (to == NULL || body->failed) {
        content->failed = 1;
        return;
    }
    if (opening)
        to = put(to, "W3Bl", 4);
    uint8_t *length_place = to, *head = to + 4;
    to = put(head, "\x80\x02(", 3);
    to = put_int(to, (uint32_t)(end - first));
    to = put_int(to, (uint32_t)postings->documents[end - 1]);
    to = put_float(to, greatest);
    uint8_t *level_place = to;
    to = put_int(to, 0);
    to = put_int(to, least_length);
    to = put_int(to, greatest_length);
    to = put(to, "t.", 2);
    uint8_t *compressed_end = NULL;
    if (body->size >= COMPRESSED_FROM)
        compressed_end = put_deflated(to, body->bytes, body->size);
    if (compressed_end != NULL && (size_t)(compressed_end - to) < body->size) {
        put_int(level_place, LEVEL);
        to = compressed_end;
    } else {
        to = put(to, (const char *)body->bytes, body->size);
    }
    int64_t length = to - head;
    put_high_first(length_place, (uint32_t)(closing ? -length : length));
    content->size = (size_t)(to - content->bytes);
}

static void append_terms(Output *content, const Postings *postings, int64_t *sizes)
{
    Output body = {0};
    int64_t first = 0, position = 0;
    for (Py_ssize_t term = 0; term < postings->term_count && !content->failed; term++) {
        int64_t last = postings->ends[term];
        size_t before = content->size;
        for (int opening = 1; first < last; opening = 0) {
            int64_t end = last - first < BLOCK_SIZE ? last : first + BLOCK_SIZE;
            append_block(content, &body, postings, first, end, position, opening, end == last);
            if (postings->positions != NULL)
                for (; first < end; first++)
                    position += postings->frequencies[first];
            first = end;
        }
        sizes[term] = (int64_t)(content->size - before);
    }
    free(body.bytes);
}

/* What is wrong with postings, or NULL. */
static const char *fault(const Postings *postings)
{
    int64_t end = 0, position_count = 0;
    for (Py_ssize_t term = 0; term < postings->term_count; term++) {
        if (postings->ends[term] <= end)
            return "a term has no postings";
        end = postings->ends[term];
    }
    if (end != postings->document_count)
        return "the postings end elsewhere than the last term";
    for (Py_ssize_t i = 0; i < postings->document_count; i++) {
        if (postings->documents[i] < 0)
            return "the number of a document is negative";
        if (postings->lengths != NULL && postings->documents[i] >= postings->length_count)
            return "a document has no length";
        if (postings->frequencies != NULL) {
            if (postings->frequencies[i] < 1)
                return "a frequency is less than one";
            position_count += postings->frequencies[i];
        }
    }
    if (postings->positions != NULL && postings->frequencies == NULL)
        return "there are positions without frequencies";
    if (postings->positions != NULL && position_count != postings->position_count)
        return "the frequencies do not add up to the number of positions";
    return NULL;
}

/* A view of an array of numbers of this size; of nothing for None. */
static int view_of(PyObject *array, Py_ssize_t item_size, Py_buffer *view)
{
    memset(view, 0, sizeof *view);
    if (array == Py_None)
        return 0;
    if (PyObject_GetBuffer(array, view, PyBUF_C_CONTIGUOUS) < 0)
        return -1;
    if (view->itemsize != item_size) {
        PyErr_Format(PyExc_TypeError, "an array has items of %zd bytes instead of %zd",
                     view->itemsize, item_size);
        PyBuffer_Release(view);
        return -1;
    }
    return 0;
}

static PyObject *encoded(const Postings *postings)
{
    const char *wrong = fault(postings);
    if (wrong != NULL) {
        PyErr_SetString(PyExc_ValueError, wrong);
        return NULL;
    }
    Output content = {0};
    PyObject *result = NULL;
    size_t sizes_size = (size_t)postings->term_count * sizeof(int64_t);
    int64_t *sizes = malloc(sizes_size ? sizes_size : 1);
    prepare_deflate();
    if (sizes != NULL) {
        Py_BEGIN_ALLOW_THREADS
        append_terms(&content, postings, sizes);
        Py_END_ALLOW_THREADS
    }
    if (sizes == NULL || content.failed)
        PyErr_NoMemory();
    else
        result = Py_BuildValue("y#y#", content.size ? (char *)content.bytes : "",
                               (Py_ssize_t)content.size, (char *)sizes, (Py_ssize_t)sizes_size);
    free(content.bytes);
    free(sizes);
    return result;
}

/* encode_postings(ends, documents, frequencies, positions, lengths) -> (bytes, bytes)

   The arrays are those of blocks.encode_postings: int64, then three times int32, and uint8. The
   second of the results is the array of sizes, int64. */
PyObject *encode_postings(PyObject *module, PyObject *args)
{
    static const Py_ssize_t item_sizes[5] = {8, 4, 4, 4, 1};
    PyObject *arrays[5], *result = NULL;
    Py_buffer views[5];
    int viewed = 0;
    (void)module;
    if (!PyArg_ParseTuple(args, "OOOOO:encode_postings", &arrays[0], &arrays[1], &arrays[2],
                          &arrays[3], &arrays[4]))
        return NULL;
    while (viewed < 5 && view_of(arrays[viewed], item_sizes[viewed], &views[viewed]) == 0)
        viewed++;
    if (viewed == 5) {
        Postings postings = {
            .ends = views[0].buf,
            .documents = views[1].buf,
            .frequencies = views[2].buf,
            .positions = views[3].buf,
            .lengths = views[4].buf,
            .term_count = views[0].len / 8,
            .document_count = views[1].len / 4,
            .position_count = views[3].len / 4,
            .length_count = views[4].len,
        };
        result = encoded(&postings);
    }
    while (viewed--)
        PyBuffer_Release(&views[viewed]);
    return result;
}
