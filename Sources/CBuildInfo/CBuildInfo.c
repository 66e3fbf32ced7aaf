#include "CBuildInfo.h"

const char *upkeep_build_version(void) { return UPKEEP_VERSION; }
const char *upkeep_build_commit(void) { return UPKEEP_COMMIT; }
const char *upkeep_build_date(void) { return UPKEEP_DATE; }
