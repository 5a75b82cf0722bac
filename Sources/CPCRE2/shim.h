// PCRE2 with 8-bit code units, https://pcre2project.github.io/pcre2/doc/pcre2api/. Only Detection may import it.
// Functions are called by their real names (pcre2_compile_8): Swift does not see the macros.
#define PCRE2_CODE_UNIT_WIDTH 8
#include <pcre2.h>
