// A hint to the processor, for which Swift has no word. Header only: nothing is linked.
#pragma once

/// Has the cache line at an address fetched, if it is not near already. Changes nothing, waits for
/// nothing, and may be given any address.
static inline void tocsin_hint_soon(const void *_Nonnull address) {
    __builtin_prefetch(address, 1, 3);
}
