#ifndef CBUILDINFO_H
#define CBUILDINFO_H

// What was built, when and from what; "" where the build did not say. Functions, so that a new commit
// recompiles this one file and not every Swift module that imports it.
const char *upkeep_build_version(void);
const char *upkeep_build_commit(void);
const char *upkeep_build_date(void);

#endif
