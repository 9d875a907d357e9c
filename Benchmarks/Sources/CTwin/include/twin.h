// The engine's flat-table design once more, in C: what the hardware gives to somebody who writes it
// there. Rules of the moment only, and neither silence, clocks nor counters, so it does less.
#ifndef TWIN_H
#define TWIN_H
#include <stdint.h>

typedef struct { uint32_t start, count; } twin_extent;
typedef struct { double constant; uint16_t slot; uint8_t opcode; } twin_instruction;
typedef struct {
    double limit;
    twin_extent code;
    uint16_t slot;
    uint8_t form;        // 0 slot, 1 amount of the slot, 2 program
    uint8_t comparison;  // 0 <, 1 <=, 2 >, 3 >=, 4 ==, 5 !=
} twin_predicate;
typedef struct { twin_extent cells, comparisons, programs; } twin_readers;
typedef struct {
    int64_t delay, clear_delay;
    twin_extent when, until, suppressed, inhibits;
    uint8_t is_condition, accumulates, clears_itself;
} twin_rule;
typedef struct {
    uint32_t slots, predicates, rules;
    uint32_t first_predicate, first_rule, first_reader, first_user;
} twin_variant;

/// The compiled tables; they must outlive the twin.
typedef struct {
    const twin_variant *variants;
    const twin_predicate *predicates;
    const twin_instruction *instructions;
    const uint16_t *terms;
    const twin_rule *rules;
    const twin_readers *readers;
    const twin_extent *users;
    const uint16_t *indices;
    const double *constants;
} twin_program;

typedef struct twin twin;
/// Makes one for equipment of these variants; `twin_free` takes it back.
twin *twin_make(twin_program program, const uint32_t *variants, uint32_t equipment);
void twin_free(twin *twin);
/// One row of readings at a time in nanoseconds.
void twin_feed(
    twin *twin, uint32_t device, int64_t time, const uint16_t *slots, const double *values,
    uint32_t count);
/// Lets the delays of every device run out up to a time.
void twin_flush(twin *twin, int64_t time);
/// Hazards raised, ended and suppressed so far.
uint64_t twin_changes(const twin *twin);
#endif
