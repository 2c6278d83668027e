// Loaded before the C library (LD_PRELOAD): a disk that fails while the file that FAILING_DISK_TRIGGER names exists.
// If the file contains "Full", writes that make a file longer get ENOSPC. If it contains "FailingSync", every sync gets
// EIO. Only the files of the database (-wal, -shm, .db) are affected.
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static int fails(const char *kind) {
    const char *path = getenv("FAILING_DISK_TRIGGER");
    char text[32] = "";
    int trigger = path ? open(path, O_RDONLY | O_CLOEXEC) : -1;
    if (trigger < 0) return 0;
    ssize_t length = read(trigger, text, sizeof text - 1);
    close(trigger);
    return length > 0 && strcmp(text, kind) == 0;
}

static int is_database(int file) {
    char link[64], path[512];
    snprintf(link, sizeof link, "/proc/self/fd/%d", file);
    ssize_t length = readlink(link, path, sizeof path - 1);
    if (length <= 0) return 0;
    path[length] = 0;
    return strstr(path, "handstamp.db") != NULL;
}

static int is_full(int file, off64_t end) {
    struct stat64 now;
    return is_database(file) && fstat64(file, &now) == 0 && end > now.st_size && fails("Full");
}

#define REAL(name) ((__typeof__(&name))dlsym(RTLD_NEXT, #name))
#define REFUSE(error) return (errno = (error), -1)

ssize_t pwrite64(int file, const void *data, size_t length, off64_t at) {
    if (is_full(file, at + (off64_t)length)) REFUSE(ENOSPC);
    return REAL(pwrite64)(file, data, length, at);
}

ssize_t pwrite(int file, const void *data, size_t length, off_t at) { return pwrite64(file, data, length, at); }

int fdatasync(int file) {
    if (is_database(file) && fails("FailingSync")) REFUSE(EIO);
    return REAL(fdatasync)(file);
}

int fsync(int file) {
    if (is_database(file) && fails("FailingSync")) REFUSE(EIO);
    return REAL(fsync)(file);
}
