// Runs the test of every kernel on every instruction set that this processor has. A kernel of kernels.def without a test
// does not link. Prints how many passed and failed; exits with 1 when any did.

#include "checks.h"

#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <unistd.h>

#define KERNEL(result, name, parameters) kernel_test test_##name##_f32, test_##name##_f64;
#define ONLY(result, name, parameters) kernel_test test_##name;
#include "kernels.def"

static const struct {
  const char *name;
  kernel_test *run;
} tests[] = {
#define KERNEL(result, name, parameters) {#name "_f32", test_##name##_f32}, {#name "_f64", test_##name##_f64},
#define ONLY(result, name, parameters) {#name, test_##name},
#include "kernels.def"
};

static const struct {
  const char *name;
  als_isa isa;
} sets[] = {{"base", als_isa_base}, {"avx2", als_isa_avx2}, {"avx512", als_isa_avx512}};

static size_t running_test, running_set, failures;

void fail(const char *condition, const char *format, ...) {
  // The first few tell enough.
  if (failures++ >= 5) return;
  printf("%s, %s: not %s: ", tests[running_test].name, sets[running_set].name, condition);
  va_list arguments;
  va_start(arguments, format);
  vprintf(format, arguments);
  va_end(arguments);
  printf("\n");
}

static void say(const char *text) { (void)!write(STDOUT_FILENO, text, strlen(text)); }

// Memory beyond a fence, or an assertion, which has spoken already.
static void died(int signal) {
  say(tests[running_test].name);
  say(", ");
  say(sets[running_set].name);
  say(signal == SIGABRT ? ": aborted\n" : ": touched memory that is not its own\n");
  _exit(2);
}

int main(void) {
  setvbuf(stdout, NULL, _IONBF, 0);
  signal(SIGSEGV, died);
  signal(SIGBUS, died);
  signal(SIGABRT, died);
  size_t passed = 0, failed = 0;
  for (running_set = 0; running_set < sizeof sets / sizeof *sets; running_set++) {
    if (!als_supports(sets[running_set].isa)) continue;
    printf("%s\n", sets[running_set].name);
    for (running_test = 0; running_test < sizeof tests / sizeof *tests; running_test++) {
      failures = 0;
      seed_random(running_test);
      tests[running_test].run(als_kernels_for(sets[running_set].isa));
      if (failures > 0) failed++; else passed++;
    }
  }
  printf("%zu passed, %zu failed\n", passed, failed);
  return failed > 0;
}
