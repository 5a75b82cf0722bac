// libsodium, https://doc.libsodium.org. Only Sealing may import it.
#include <sodium.h>
