#include <stdlib.h>
#include <string.h>

#include "ring.h"

struct ring {
	size_t size;
	size_t head;
	size_t count;
	char *bytes;
};

struct ring *ring_new(size_t size)
{
	struct ring *ring = malloc(sizeof(*ring));

	ring->bytes = malloc(size);
	ring->size = size;
	ring->head = 0;
	ring->count = 0;
	return ring;
}

void ring_put(struct ring *ring, const char *text)
{
	strcpy(ring->bytes + ring->head, text);
	ring->head += strlen(text);
}

void ring_free(struct ring *ring)
{
	free(ring->bytes);
	free(ring);
}
