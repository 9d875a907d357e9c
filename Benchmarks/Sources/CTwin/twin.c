#include "twin.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

enum { NO, YES, UNKNOWN };
enum { NORMAL, RAISED, RETURNED, SUPPRESSED };
enum { NO_CELL = 0 };
#define NEVER INT64_MAX

typedef struct {
    int64_t mark, accrued;
    uint8_t phase, when, until;
} state;

typedef struct {
    int64_t due;
    uint64_t running[4];
    uint32_t variant, slot, predicate, rule;
} device;

typedef struct {
    double value;
    int64_t seen;
} slot;

struct twin {
    twin_program p;
    device *devices;
    slot *slots;
    uint8_t *cells;
    uint8_t *answers;
    state *states;
    uint32_t equipment;
    uint64_t changes;
};

// In huge pages, as the engine has it.
static void *block(size_t bytes) {
    size_t page = 2 << 20, whole = (bytes + page - 1) / page * page;
    void *memory = aligned_alloc(page, whole);
    madvise(memory, whole, MADV_HUGEPAGE);
    return memory;
}

static uint8_t answer(const twin *t, const twin_predicate *p, const slot *slots);

twin *twin_make(twin_program program, const uint32_t *variants, uint32_t equipment) {
    twin *t = calloc(1, sizeof *t);
    size_t slots = 0, predicates = 0, rules = 0;
    t->p = program;
    t->equipment = equipment;
    t->devices = block(equipment * sizeof *t->devices);
    for (uint32_t i = 0; i < equipment; i++) {
        const twin_variant *v = &program.variants[variants[i]];
        t->devices[i] = (device){.due = NEVER, .variant = variants[i], .slot = (uint32_t)slots,
            .predicate = (uint32_t)predicates, .rule = (uint32_t)rules};
        slots += v->slots;
        predicates += v->predicates;
        rules += v->rules;
    }
    t->slots = block(slots * sizeof *t->slots);
    for (size_t i = 0; i < slots; i++) t->slots[i] = (slot){NAN, INT64_MIN};
    t->cells = block(slots);
    memset(t->cells, NO_CELL, slots);
    t->answers = block(predicates);
    t->states = block(rules * sizeof *t->states);
    for (size_t i = 0; i < rules; i++)
        t->states[i] = (state){.mark = INT64_MIN / 2, .when = UNKNOWN, .until = UNKNOWN};
    // A comparison of constants reads no signal: this is the only time that it is asked.
    for (uint32_t i = 0; i < equipment; i++) {
        const device *d = &t->devices[i];
        const twin_variant *v = &program.variants[variants[i]];
        for (uint32_t leaf = 0; leaf < v->predicates; leaf++)
            t->answers[d->predicate + leaf] =
                answer(t, &program.predicates[v->first_predicate + leaf], t->slots + d->slot);
    }
    return t;
}

void twin_free(twin *t) {
    free(t->devices); free(t->slots); free(t->cells); free(t->answers);
    free(t->states); free(t);
}

uint64_t twin_changes(const twin *t) { return t->changes; }

static inline int compare(uint8_t comparison, double left, double right) {
    switch (comparison) {
    case 0: return left < right;
    case 1: return left <= right;
    case 2: return left > right;
    case 3: return left >= right;
    case 4: return left == right;
    default: return left != right;
    }
}

// The opcodes in the order of the engine's.
static double evaluate(const twin *t, twin_extent code, const slot *slots) {
    double s[16];
    int d = 0;
    for (uint32_t i = code.start; i < code.start + code.count; i++) {
        const twin_instruction *step = &t->p.instructions[i];
        double r;
        switch (step->opcode) {
        case 0: s[d++] = step->constant; continue;
        case 1: s[d++] = slots[step->slot].value; continue;
        case 2: s[d - 1] = -s[d - 1]; continue;
        case 3: s[d - 1] = fabs(s[d - 1]); continue;
        case 4: s[d - 1] = 1 - s[d - 1]; continue;
        default: break;
        }
        if (step->opcode == 20) {
            double c = s[d - 3], chosen = c != 0 ? s[d - 2] : s[d - 1];
            d -= 2;
            s[d - 1] = isnan(c) ? NAN : chosen;
            continue;
        }
        double right = s[--d], left = s[d - 1];
        int unknown = isnan(left) || isnan(right);
        switch (step->opcode) {
        case 5: r = left + right; break;
        case 6: r = left - right; break;
        case 7: r = left * right; break;
        case 8: r = left / right; break;
        case 9: r = unknown ? NAN : left < right ? left : right; break;
        case 10: r = unknown ? NAN : left > right ? left : right; break;
        case 17: r = left == 0 || right == 0 ? 0 : unknown ? NAN : 1; break;
        case 18: r = left == 1 || right == 1 ? 1 : unknown ? NAN : 0; break;
        case 19: r = isnan(left) ? right : left; break;
        default: r = unknown ? NAN : compare((uint8_t)(step->opcode - 11), left, right); break;
        }
        s[d - 1] = isfinite(r) ? r : NAN;
    }
    return s[0];
}

static uint8_t answer(const twin *t, const twin_predicate *p, const slot *slots) {
    if (p->form == 2) {
        double r = evaluate(t, p->code, slots);
        return isnan(r) ? UNKNOWN : r != 0;
    }
    double value = slots[p->slot].value;
    if (isnan(value)) return UNKNOWN;
    return (uint8_t)compare(p->comparison, p->form ? fabs(value) : value, p->limit);
}

// Terms: a predicate's index, the operators (the three highest numbers), or 0x80xx for whether rule
// xx stands.
static uint8_t truth(const twin *t, twin_extent code, const device *d) {
    if (code.count == 0) return NO;
    uint64_t yes = 0, no = 0;
    for (uint32_t i = code.start; i < code.start + code.count; i++) {
        uint16_t term = t->p.terms[i];
        if (term == 0xFFFF || term == 0xFFFE) {
            uint64_t y = yes & 1, n = no & 1;
            yes >>= 1;
            no >>= 1;
            if (term == 0xFFFF) { yes &= ~1ull | y; no |= n; }
            else { yes |= y; no &= ~1ull | n; }
        } else if (term == 0xFFFD) {
            uint64_t y = yes & 1, n = no & 1;
            yes = (yes & ~1ull) | n;
            no = (no & ~1ull) | y;
        } else {
            uint8_t a;
            if ((term & 0xFF00) == 0x8000) {
                uint8_t phase = t->states[d->rule + (term & 0xFF)].phase;
                a = phase == RAISED || phase == SUPPRESSED;
            } else {
                a = t->answers[d->predicate + term];
            }
            yes = yes << 1 | (a == YES);
            no = no << 1 | (a == NO);
        }
    }
    return yes & 1 ? YES : no & 1 ? NO : UNKNOWN;
}

static inline int stands(const state *s) { return s->phase == RAISED || s->phase == SUPPRESSED; }
static inline int may_clear(const state *s) { return s->until == YES && s->when != YES; }

static void settle(state *s, const twin_rule *r, int64_t time) {
    int64_t passed = time > s->mark ? time - s->mark : 0;
    if (time > s->mark) s->mark = time;
    int course;  // 1 grows, 0 stands, -1 shrinks
    if (!stands(s)) course = s->when == YES ? 1 : s->when == NO ? -1 : 0;
    else course = may_clear(s) ? 1 : s->until == NO || s->when == YES ? -1 : 0;
    if (course > 0) s->accrued += passed;
    else if (course < 0) {
        int64_t left = s->accrued - passed / 4;
        s->accrued = !stands(s) && r->accumulates && left > 0 ? left : 0;
    }
}

static inline int64_t due(const state *s, const twin_rule *r) {
    if (!stands(s)) return s->when == YES ? s->mark + (r->delay - s->accrued) : NEVER;
    return may_clear(s) ? s->mark + (r->clear_delay - s->accrued) : NEVER;
}

static void judge(twin *t, device *d, uint32_t rule, int64_t time);

static void act(twin *t, device *d, state *s, const twin_rule *r, int64_t time) {
    int stood = stands(s);
    switch (s->phase) {
    case NORMAL:
        if (s->when != YES || s->accrued < r->delay) return;
        s->phase = truth(t, r->suppressed, d) == YES ? SUPPRESSED : RAISED;
        break;
    case RETURNED:
        if (s->when != YES || s->accrued < r->delay) return;
        s->phase = RAISED;
        break;
    case RAISED:
        if (!may_clear(s) || s->accrued < r->clear_delay) return;
        s->phase = r->clears_itself ? NORMAL : RETURNED;
        break;
    default:
        if (may_clear(s) && s->accrued >= r->clear_delay) s->phase = NORMAL;
        else if (s->when == YES && truth(t, r->suppressed, d) != YES) s->phase = RAISED;
        else return;
    }
    s->accrued = 0;
    s->mark = time;
    t->changes++;
    if (stood && !stands(s))
        for (uint32_t i = 0; i < r->inhibits.count; i++)
            judge(t, d, t->p.indices[r->inhibits.start + i], time);
}

static void judge(twin *t, device *d, uint32_t rule, int64_t time) {
    const twin_rule *r = &t->p.rules[t->p.variants[d->variant].first_rule + rule];
    if (!r->is_condition) return;
    state *s = &t->states[d->rule + rule];
    settle(s, r, time);
    s->when = truth(t, r->when, d);
    s->until = truth(t, r->until, d);
    settle(s, r, time);
    act(t, d, s, r, time);
    int64_t next = due(s, r);
    if (next == NEVER) return;
    d->running[rule >> 6] |= 1ull << (rule & 63);
    if (next < d->due) d->due = next;
}

static void run_out(twin *t, device *d, int64_t time) {
    uint32_t first = t->p.variants[d->variant].first_rule;
    for (;;) {
        int64_t earliest = NEVER;
        uint32_t chosen = 0;
        for (uint32_t w = 0; w < 4; w++)
            for (uint64_t bits = d->running[w]; bits; bits &= bits - 1) {
                uint32_t rule = w * 64 + (uint32_t)__builtin_ctzll(bits);
                int64_t next = due(&t->states[d->rule + rule], &t->p.rules[first + rule]);
                if (next == NEVER) d->running[w] &= ~(1ull << (rule & 63));
                if (next < earliest) { earliest = next; chosen = rule; }
            }
        d->due = earliest;
        if (earliest > time) return;
        state *s = &t->states[d->rule + chosen];
        settle(s, &t->p.rules[first + chosen], earliest);
        act(t, d, s, &t->p.rules[first + chosen], earliest);
    }
}

static inline void ask(
    twin *t, device *d, const twin_variant *v, twin_extent list, uint64_t *touched) {
    for (uint32_t i = list.start; i < list.start + list.count; i++) {
        uint32_t index = t->p.indices[i];
        uint8_t a = answer(t, &t->p.predicates[v->first_predicate + index], t->slots + d->slot);
        uint8_t *lamp = &t->answers[d->predicate + index];
        if (*lamp == a) continue;
        *lamp = a;
        twin_extent users = t->p.users[v->first_user + index];
        for (uint32_t u = users.start; u < users.start + users.count; u++)
            touched[t->p.indices[u] >> 6] |= 1ull << (t->p.indices[u] & 63);
    }
}

void twin_feed(
    twin *t, uint32_t index, int64_t time, const uint16_t *slots, const double *values,
    uint32_t count) {
    device *d = &t->devices[index];
    const twin_variant *v = &t->p.variants[d->variant];
    if (d->due <= time) run_out(t, d, time);
    uint64_t touched[4] = {0};
    for (uint32_t i = 0; i < count; i++) {
        uint32_t place = d->slot + slots[i];
        slot *at = &t->slots[place];
        if (time <= at->seen) continue;
        at->seen = time;
        double value = values[i];
        if (memcmp(&at->value, &value, sizeof value) == 0) continue;
        at->value = value;
        const twin_readers *r = &t->p.readers[v->first_reader + slots[i]];
        const double *cells = t->p.constants + r->cells.start;
        uint8_t cell = t->cells[place];
        if (!(cells[cell] <= value && value < cells[cell + 1])) {
            cell = NO_CELL;
            if (!isnan(value) && r->cells.count > 2)
                for (cell = 1; value >= cells[cell + 1];) cell++;
            t->cells[place] = cell;
            ask(t, d, v, r->comparisons, touched);
        }
        ask(t, d, v, r->programs, touched);
    }
    for (uint32_t w = 0; w < 4; w++)
        for (uint64_t bits = touched[w]; bits; bits &= bits - 1)
            judge(t, d, w * 64 + (uint32_t)__builtin_ctzll(bits), time);
}

void twin_flush(twin *t, int64_t time) {
    for (uint32_t i = 0; i < t->equipment; i++)
        if (t->devices[i].due <= time) run_out(t, &t->devices[i], time);
}
