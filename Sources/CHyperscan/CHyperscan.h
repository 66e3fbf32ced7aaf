#ifndef CHYPERSCAN_H
#define CHYPERSCAN_H

// libhs is never linked: it is opened with dlopen(3) when the first log pattern needs it, so that a service without
// one pays nothing. Each function here takes the address that dlsym(3) found and calls it under the type that libhs's
// own header declares.

#include <hs/hs.h>
#include <stddef.h>

#define CHYPERSCAN_AS(name, function) ((__typeof__(&name))(function))

static inline hs_error_t chyperscan_compile_multi(
    void *function, const char *const *expressions, const unsigned *flags, const unsigned *ids, unsigned count,
    hs_database_t **database, hs_compile_error_t **error) {
  return CHYPERSCAN_AS(hs_compile_multi, function)(
      expressions, flags, ids, count, HS_MODE_BLOCK, NULL, database, error);
}

static inline void chyperscan_free_compile_error(void *function, hs_compile_error_t *error) {
  CHYPERSCAN_AS(hs_free_compile_error, function)(error);
}

static inline void chyperscan_free_database(void *function, hs_database_t *database) {
  CHYPERSCAN_AS(hs_free_database, function)(database);
}

static inline hs_error_t chyperscan_alloc_scratch(
    void *function, const hs_database_t *database, hs_scratch_t **scratch) {
  return CHYPERSCAN_AS(hs_alloc_scratch, function)(database, scratch);
}

static inline void chyperscan_free_scratch(void *function, hs_scratch_t *scratch) {
  CHYPERSCAN_AS(hs_free_scratch, function)(scratch);
}

static inline hs_error_t chyperscan_scan(
    void *function, const hs_database_t *database, const void *data, unsigned length, hs_scratch_t *scratch,
    match_event_handler handler, void *context) {
  return CHYPERSCAN_AS(hs_scan, function)(
      database, (const char *)data, length, 0, scratch, handler, context);
}

#endif
