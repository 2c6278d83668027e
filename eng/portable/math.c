// Since glibc 2.29, log, log2 and pow have a newer version, which differs only in how it reports errors. With the first
// version, the executable also runs on an older glibc. The linker's --wrap leads all calls here.
#ifdef __aarch64__
#define FIRST "GLIBC_2.17"
#else
#define FIRST "GLIBC_2.2.5"
#endif

#define WRAP(name, parameters, arguments)                        \
  double first_##name parameters;                                \
  __asm__(".symver first_" #name ", " #name "@" FIRST);          \
  double __wrap_##name parameters { return first_##name arguments; }

WRAP(log, (double x), (x))
WRAP(log2, (double x), (x))
WRAP(pow, (double x, double y), (x, y))
