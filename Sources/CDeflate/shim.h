// libdeflate, https://github.com/ebiggers/libdeflate. Only Git may import it.
#include <libdeflate.h>
