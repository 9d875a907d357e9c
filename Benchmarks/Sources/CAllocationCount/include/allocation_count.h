#include <stdint.h>

/// Heap allocations of this process so far: malloc, calloc, realloc and aligned ones.
uint64_t allocation_count(void);
