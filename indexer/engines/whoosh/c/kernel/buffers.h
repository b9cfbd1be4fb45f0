/* The buffers of Python's objects that a call looks into. */

#ifndef XIAOSOU_BUFFERS_H
#define XIAOSOU_BUFFERS_H

/* Only the stable ABI of Python 3.11 is used. */
#define Py_LIMITED_API 0x030B0000
#define PY_SSIZE_T_CLEAN
#include <Python.h>

typedef struct {
    Py_buffer *views; /* with room for all that will be opened */
    int count;
} Buffers;

/* The buffer of an object; NULL, with an exception, when it has none. NULL is passed on. */
static inline Py_buffer *open_buffer(Buffers *buffers, PyObject *object, int flags) {
    Py_buffer *view = buffers->views + buffers->count;
    if (!object || PyObject_GetBuffer(object, view, flags)) return NULL;
    buffers->count++;
    return view;
}

static inline void close_buffers(Buffers *buffers) {
    while (buffers->count) PyBuffer_Release(buffers->views + --buffers->count);
}

#endif
