/* What it costs to get at the bytes of files: mapped, or read in steps of a size. Prints seconds for
   one pass over all files, the best of five, with a look at every byte. */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

static unsigned long sum;

static void look(const unsigned char *bytes, size_t count) {
    for (size_t i = 0; i < count; i++) sum += bytes[i];
}

static double now(void) {
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return (double)time.tv_sec + (double)time.tv_nsec / 1e9;
}

/* A step of 0 maps the file. */
static void pass(const char *path, size_t step) {
    static unsigned char *buffer;
    int file = open(path, O_RDONLY);
    struct stat status;
    if (file < 0 || fstat(file, &status) != 0) { perror(path); exit(66); }
    if (step == 0) {
        size_t size = (size_t)status.st_size;
        unsigned char *bytes = mmap(NULL, size, PROT_READ, MAP_PRIVATE, file, 0);
        if (bytes == MAP_FAILED) { perror(path); exit(71); }
        madvise(bytes, size, MADV_SEQUENTIAL);
        look(bytes, size);
        munmap(bytes, size);
    } else {
        if (!buffer) buffer = malloc(1 << 24);
        for (ssize_t count; (count = read(file, buffer, step)) > 0;) look(buffer, (size_t)count);
    }
    close(file);
}

int main(int argc, char **argv) {
    static const size_t steps[] = {0, 16 << 10, 64 << 10, 256 << 10, 1 << 20, 1 << 24};
    for (size_t s = 0; s < sizeof steps / sizeof *steps; s++) {
        double best = 1e9;
        for (int turn = 0; turn < 5; turn++) {
            double began = now();
            for (int i = 1; i < argc; i++) pass(argv[i], steps[s]);
            double seconds = now() - began;
            if (seconds < best) best = seconds;
        }
        if (steps[s] == 0) printf("mapped                  %.3f s\n", best);
        else printf("read, %6zu KiB a step  %.3f s\n", steps[s] >> 10, best);
    }
    return sum == 42 ? 1 : 0;
}
