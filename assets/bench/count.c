/* The word count as one writes it in C: one hash table, one thread. What `make bench` compares with.
   Splits at Unicode white space, as `wordcount` does, and prints words and distinct as JSON. */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct slot {
    const unsigned char *word;
    size_t length;
    uint64_t hash, count;
};

static struct slot *slots;
static size_t capacity = 1 << 16, distinct, words;

static void *allocate(size_t count, size_t size) {
    void *memory = calloc(count, size);
    if (!memory) { fprintf(stderr, "count: out of memory\n"); exit(71); }
    return memory;
}

static struct slot *find(struct slot *table, size_t size, uint64_t hash,
                         const unsigned char *word, size_t length) {
    size_t at = hash & (size - 1);
    while (table[at].word && (table[at].hash != hash || table[at].length != length ||
                              memcmp(table[at].word, word, length) != 0))
        at = (at + 1) & (size - 1);
    return &table[at];
}

static void grow(void) {
    struct slot *larger = allocate(capacity * 2, sizeof *larger);
    for (size_t i = 0; i < capacity; i++)
        if (slots[i].word)
            *find(larger, capacity * 2, slots[i].hash, slots[i].word, slots[i].length) = slots[i];
    free(slots);
    slots = larger;
    capacity *= 2;
}

static void count(const unsigned char *word, size_t length) {
    uint64_t hash = 14695981039346656037u;
    for (size_t i = 0; i < length; i++) hash = (hash ^ word[i]) * 1099511628211u;
    struct slot *slot = find(slots, capacity, hash, word, length);
    words++;
    if (slot->word) { slot->count++; return; }
    *slot = (struct slot){word, length, hash, 1};
    if (++distinct * 2 > capacity) grow();
}

/* How many bytes of white space stand here: 0 if there is none. */
static size_t space(const unsigned char *at, const unsigned char *end) {
    if (*at <= ' ') return *at == ' ' || (*at >= 9 && *at <= 13);
    if (*at < 0xC2 || *at > 0xE3) return 0;
    if (*at == 0xC2) return end - at > 1 && (at[1] == 0x85 || at[1] == 0xA0) ? 2 : 0;
    if (end - at < 3) return 0;
    unsigned code = (at[0] & 15u) << 12 | (at[1] & 63u) << 6 | (at[2] & 63u);
    int is_space = at[0] >= 0xE1 && (code == 0x1680 || (code >= 0x2000 && code <= 0x200A) ||
                   code == 0x2028 || code == 0x2029 || code == 0x202F || code == 0x205F ||
                   code == 0x3000);
    return is_space ? 3 : 0;
}

int main(int argc, char **argv) {
    slots = allocate(capacity, sizeof *slots);
    for (int i = 1; i < argc; i++) {
        FILE *file = fopen(argv[i], "rb");
        if (!file || fseek(file, 0, SEEK_END) != 0) { perror(argv[i]); return 66; }
        size_t size = (size_t)ftell(file);
        rewind(file);
        unsigned char *text = allocate(size + 1, 1); /* Kept: the table points into it. */
        if (fread(text, 1, size, file) != size) { perror(argv[i]); return 74; }
        fclose(file);
        const unsigned char *end = text + size, *start = text;
        for (const unsigned char *at = text; at < end;) {
            size_t skip = space(at, end);
            if (!skip) { at++; continue; }
            if (at > start) count(start, (size_t)(at - start));
            start = at += skip;
        }
        if (end > start) count(start, (size_t)(end - start));
    }
    printf("{\"words\":%zu,\"distinct\":%zu}\n", words, distinct);
    return 0;
}
