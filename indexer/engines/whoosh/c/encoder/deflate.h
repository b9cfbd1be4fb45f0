/* Compression of pieces of some hundred bytes or kilobytes, as zlib reads it. */

#ifndef XIAOSOU_DEFLATE_H
#define XIAOSOU_DEFLATE_H

#include <stddef.h>
#include <stdint.h>

/* The most bytes that so many bytes can become. */
#define MOST_OF_DEFLATED(size) ((size) + (size) / 8 + 16)

/* To be called once before put_deflated. */
void prepare_deflate(void);

/* Compress bytes into `to`, which has room for MOST_OF_DEFLATED(size); returns the place after it. */
uint8_t *put_deflated(uint8_t *to, const uint8_t *bytes, size_t size);

#endif
