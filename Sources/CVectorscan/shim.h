// Vectorscan, the portable Hyperscan: https://intel.github.io/hyperscan/dev-reference/. Only Detection may import it.
#include <hs/hs.h>
